"""The aggregate of a signatory: the judged figures of its bodies, how many stand on which side of
each standard, who is not measured and why, and who is left out."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from analytics.evidence.plain import canonical
from analytics.indicators import DEFINITIONS, Figure
from analytics.scorecards import Scorecard, Tier, standards

UNSIGNED, RETURNED = "unsigned", "returned"
"""Why a body is left out: its county has not signed, or its figures were given back to it."""


@dataclass(frozen=True)
class Reading:
    """One figure of a body, in the indicator's unit; `why` says why there is none to read."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    tier: Tier | None
    why: str


@dataclass(frozen=True)
class BodyFigures:
    """A body's judged figures by indicator, and what its contract says where it has one."""

    institution: str
    simulated: bool
    figures: Mapping[str, Reading]
    contract: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Aggregate:
    """What is signed: `left_out` are bodies without figures here, by why."""

    period: str
    provisional: bool
    bodies: tuple[BodyFigures, ...]
    left_out: Mapping[str, str]

    @property
    def digest(self) -> str:
        """SHA-256 of the figures as they are kept: the same figures have the same."""
        return hashlib.sha256(canonical(self)).hexdigest()

    @property
    def simulated(self) -> bool:
        return any(body.simulated for body in self.bodies)

    def sides(self) -> dict[str, dict[Tier, int]]:
        """How many bodies stand on each side, by indicator; every body in exactly one."""
        found: dict[str, dict[Tier, int]] = {}
        for name in standards():
            counted = Counter(body.figures[name].tier for body in self.bodies)
            found[name] = {side: counted[side] for side in Tier}
        return found

    def unmeasured(self, indicator: str) -> dict[str, str]:
        """The bodies that are not measured on it, and why."""
        return {
            body.institution: body.figures[indicator].why
            for body in self.bodies
            if body.figures[indicator].tier is Tier.NOT_MEASURED
        }


def aggregate(
    period: str,
    provisional: bool,
    cards: Mapping[str, Scorecard],
    contracts: Mapping[str, Mapping[str, str]],
    left_out: Mapping[str, str],
) -> Aggregate:
    """The aggregate of these cards, in their order; bodies left out have no figures in it."""
    bodies = tuple(
        BodyFigures(key, card.simulated, readings(card), contracts.get(key, {}))
        for key, card in cards.items()
        if key not in left_out
    )
    return Aggregate(period, provisional, bodies, dict(left_out))


def readings(card: Scorecard) -> dict[str, Reading]:
    """The figures that are held against a standard."""
    return {name: _reading(card, name) for name in DEFINITIONS if name in standards()}


def _reading(card: Scorecard, name: str) -> Reading:
    figure, side = card.figures.get(name), card.tier(name)
    why = _why(card, name, figure) if side is Tier.NOT_MEASURED else ""
    if figure is None or not figure.shown or figure.value is None:
        return Reading(None, None, None, figure.n if figure else 0, side, why)
    return Reading(figure.value, figure.low, figure.high, figure.n, side, why)


def _why(card: Scorecard, name: str, figure: Figure | None) -> str:
    """The keys of `why.*` in the texts, and `sample`: nobody was drawn to be asked."""
    if figure is None:
        return "hidden"
    if not figure.n:
        return "nothing"
    return "few" if card.measured(name) or not figure.shown else "sample"
