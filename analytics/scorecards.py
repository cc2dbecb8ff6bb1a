"""The figures of one institution and period, its tiers against fixed standards (never a rank), and
what of a table of scorecards the public may see."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from analytics.indicators import (
    REGISTERED,
    SURVEYED,
    VERIFIED,
    Figure,
    call_figures,
    case_figures,
    rating_figures,
)
from analytics.methods import chosen
from analytics.suppression import suppress
from analytics.tallies import CaseCounts, RatingCounts
from analytics.verification import Calls
from feedback_service.domain.ratings import Sample

Key = TypeVar("Key", bound=Hashable)

# The figure that counts all records of its family, the family, and whether the total may hold
# records that no row of a table shows.
FAMILIES = (
    ("satisfaction", SURVEYED, False),
    ("resolved", REGISTERED, True),
    ("verified", VERIFIED, False),
)


class Tier(StrEnum):
    ABOVE = "above"
    NOT_SEPARABLE = "not separable"
    BELOW = "below"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Standard:
    """The fixed value an indicator is held against, in its unit."""

    indicator: str
    value: float
    version: str


@dataclass(frozen=True)
class Scorecard:
    """Figures by indicator.  `hidden` names those left out of a public table because they could
    tell of single persons; `simulated` says that invented records are among those counted; `sample`
    is the class of ratings whose figures these are."""

    institution: str
    period: str
    figures: Mapping[str, Figure]
    simulated: bool
    hidden: frozenset[str] = frozenset()
    sample: Sample = Sample.OPEN


@dataclass(frozen=True)
class Cell:
    """The tallies of one row of a table: a county, a service, a channel.

    `ratings` are those of citizens drawn by the sampler; `open` and `assisted` ones are other
    classes, never added to them.  `cases` are complaints, `requests` those for information.
    """

    ratings: RatingCounts = field(default_factory=RatingCounts)
    open: RatingCounts = field(default_factory=RatingCounts)
    assisted: RatingCounts = field(default_factory=RatingCounts)
    cases: CaseCounts = field(default_factory=CaseCounts)
    requests: CaseCounts = field(default_factory=CaseCounts)
    calls: Calls = field(default_factory=Calls)

    def __add__(self, other: "Cell") -> "Cell":
        return Cell(
            self.ratings + other.ratings,
            self.open + other.open,
            self.assisted + other.assisted,
            self.cases + other.cases,
            self.requests + other.requests,
            self.calls + other.calls,
        )

    def votes(self, sample: Sample) -> RatingCounts:
        """The ratings of one class."""
        return {
            Sample.VERIFIED: self.ratings, Sample.OPEN: self.open, Sample.ASSISTED: self.assisted
        }[sample]  # fmt: skip

    @property
    def simulated(self) -> bool:
        """Whether invented records are among those counted."""
        parts = (self.ratings, self.open, self.assisted, self.cases, self.requests)
        return any(part.simulated for part in parts)


def card(
    institution: str, period: str, cell: Cell, sample: Sample = Sample.OPEN, deff: float = 1.0
) -> Scorecard:
    """All figures of the tallies, the survey's those of one class of ratings; `deff` is the design
    effect of what citizens answered."""
    figures = rating_figures(cell.votes(sample), deff) | case_figures(cell.cases, deff)
    figures |= call_figures(cell.calls)
    return Scorecard(institution, period, figures, cell.simulated, sample=sample)


def standards(version: str | None = None) -> dict[str, Standard]:
    """The standards of that version, or those in use, by indicator.  Raises UnknownMethod."""
    choice = chosen("standards", version)
    return {
        name: Standard(name, float(value), choice["version"])
        for name, value in choice["values"].items()
    }


def tier(figure: Figure, standard: Standard) -> Tier:
    """On which side of the standard the whole interval lies, if on one."""
    if not figure.shown or figure.low is None or figure.high is None:
        return Tier.NOT_MEASURED
    if figure.low >= standard.value:
        return Tier.ABOVE
    return Tier.BELOW if figure.high <= standard.value else Tier.NOT_SEPARABLE


def public_table(
    institution: str,
    period: str,
    cells: Mapping[Key, Cell],
    total_shown: bool,
    sample: Sample = Sample.OPEN,
    deff: float = 1.0,
) -> dict[Key, Scorecard]:
    """One scorecard for each key, without the figures that must not be shown beside the others.

    A key hidden for all complete ratings (or all due cases) is hidden for every figure of them,
    since denominator and exclusions of any one add up to that count; each figure then hides more
    where its own sample is small.  Case tables are read as if confidential cases were in the total.
    """
    cards = {key: card(institution, period, cell, sample, deff) for key, cell in cells.items()}
    hidden: dict[Key, set[str]] = {key: set() for key in cards}
    for base, family, withheld in FAMILIES:
        for name in family:
            for counted in (base, name):
                counts = {key: card.figures[counted].n for key, card in cards.items()}
                for key in suppress(counts, total_shown, withheld=withheld):
                    hidden[key].add(name)
    return {key: _without(card, frozenset(hidden[key])) for key, card in cards.items()}


def _without(card: Scorecard, names: frozenset[str]) -> Scorecard:
    figures = {name: figure for name, figure in card.figures.items() if name not in names}
    return replace(card, figures=figures, hidden=names)
