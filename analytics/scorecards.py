"""The figures of one institution and period, its tiers against fixed standards (never a rank), and
what of a table of scorecards the public may see."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TypeVar

from analytics.cells import NOTHING, Beside, Cell
from analytics.coverage import Coverage
from analytics.indicators import (
    BESIDE_CASES,
    BESIDE_VISITS,
    DEFINITIONS,
    REDRESS,
    REGISTERED,
    REQUESTED,
    SURVEYED,
    VERIFIED,
    WAITS,
    Figure,
    call_figures,
    case_figures,
    designs_of,
    per_visit_figures,
    rating_figures,
    redress_figures,
    request_figures,
    visit_figures,
    wait_figures,
)
from analytics.methods import versions_in_use
from analytics.suppression import MINIMUM, suppress
from analytics.tallies import RatingCounts
from analytics.tiers import Standard, Tier, standards, tier, tiers
from feedback_service.domain.ratings import COMPLETE_ONLY, Sample

__all__ = [
    "ASKED",
    "FAMILIES",
    "NOTHING",
    "Beside",
    "Cell",
    "Scorecard",
    "Standard",
    "Tier",
    "asked_card",
    "card",
    "judged",
    "standards",
    "tier",
    "tiers",
    "too_small",
]

Key = TypeVar("Key", bound=Hashable)
ASKED = frozenset((*SURVEYED, *BESIDE_VISITS))
"""Figures of ratings: each class has its own."""
Family = tuple[str, Sequence[str], bool]

# The figure that counts all records of its family, the family, and whether the total may hold
# records that no row of a table shows.
FAMILIES: Sequence[Family] = (
    ("satisfaction", (*SURVEYED, *BESIDE_VISITS), False),
    ("resolved", (*REGISTERED, *REDRESS, *WAITS, *BESIDE_CASES), True),
    ("verified", VERIFIED, False),
    ("requests_answered", REQUESTED, True),
)


KEPT = 1_000
"""Cards kept for the next reader, of whose tallies few have changed: some 10 KB each."""


@dataclass(frozen=True)
class Scorecard:
    """Figures by indicator.  `hidden` names those left out of a public table because they could
    tell of single persons; `simulated` says that invented records are among those counted; `sample`
    is the class of ratings whose figures these are; `tiers` are those of a whole table.

    `frame` is how much of what should have been fed was fed, where that is known.  `beside` are the
    survey's figures of the other classes of ratings, which are never added to these.  `known` is
    what its figures were made with beside the tallies.
    """

    institution: str
    period: str
    figures: Mapping[str, Figure]
    simulated: bool
    hidden: frozenset[str] = frozenset()
    sample: Sample = Sample.OPEN
    tiers: Mapping[str, Tier] = field(default_factory=dict)
    frame: Coverage | None = None
    beside: Mapping[Sample, Mapping[str, Figure]] = field(default_factory=dict)
    known: Beside = NOTHING

    def tier(self, name: str) -> Tier | None:
        """Where the figure stands: as judged beside all others of its table, or alone where there
        is none; None of an indicator that is shown and never judged."""
        if name not in standards():
            return None
        if name not in self.figures or not self.measured(name):
            return Tier.NOT_MEASURED
        return self.tiers.get(name) or tier(self.figures[name], standards()[name])

    def measured(self, name: str) -> bool:
        """Whether a standard may be held against the figure: of what citizens were asked only where
        they were drawn from a frame that is whole enough (promise 16)."""
        return self.sample is Sample.VERIFIED or name not in ASKED


def card(
    institution: str,
    period: str,
    cell: Cell,
    sample: Sample = Sample.OPEN,
    deff: float = 1.0,
    beside: Beside = NOTHING,
) -> Scorecard:
    """All figures of the tallies, the survey's those of one class of ratings; `deff` is the design
    effect that is known of the whole sample.  The same tallies give the same card, made once."""
    return _card(institution, period, cell, sample, deff, beside, methods())


def asked_card(
    institution: str, period: str, cell: Cell, sample: Sample = Sample.OPEN
) -> Scorecard:
    """Only the figures of `ASKED`, of one class of ratings."""
    return _asked_card(institution, period, cell, sample, methods())


def asked_figures(votes: RatingCounts, deff: float = 1.0) -> dict[str, Figure]:
    """The figures of `ASKED`."""
    designs = designs_of(votes)
    return rating_figures(votes, deff, designs) | visit_figures(votes, deff, designs)


def methods() -> tuple[str, ...]:
    """The versions of all that makes tallies into cards: what is kept of others is of no use."""
    return (*(one.version for one in DEFINITIONS.values()), *versions_in_use().values())


def judged(cards: Mapping[Key, Scorecard]) -> dict[Key, Scorecard]:
    """The cards of all institutions with their tiers, judged together: so many figures are held
    against one standard that some would be off it by chance."""
    found: dict[Key, dict[str, Tier]] = {key: {} for key in cards}
    for name, standard in standards().items():
        figures = {
            key: one.figures[name]
            for key, one in cards.items()
            if name in one.figures and one.measured(name)
        }
        for key, side in tiers(figures, standard).items():
            found[key][name] = side
    return {key: replace(one, tiers=found[key]) for key, one in cards.items()}


def too_small(
    cards: Mapping[Key, Scorecard], family: Family, total_shown: bool
) -> Iterator[tuple[Key, str]]:
    """The keys and names of figures of a family that must not be shown beside the others.

    A key hidden for all complete ratings (or all due cases) is hidden for every figure of them,
    since denominator and exclusions of any one add up to that count; each figure then hides more
    where its own sample is small.  Case tables are read as if confidential cases were in the total.
    """
    base, names, withheld = family

    def hidden(counted: str) -> frozenset[Key]:
        counts = {
            key: 0 if left_over(card, counted) else card.figures[counted].n
            for key, card in cards.items()
        }
        return suppress(counts, total_shown, withheld=withheld)

    with_base = hidden(base)
    for name in names:
        for key in with_base | hidden(name):
            yield key, name


def left_over(card: Scorecard, name: str) -> bool:
    """Whether the figure's number beside the others of its card leaves a small one over: votes are
    complete or not, asked about problems or not, and give each answer or not; who paid more said
    how much or not."""
    excluded = card.figures[name].excluded
    if name == "hidden_problems":
        return 0 < card.figures["satisfaction"].excluded[COMPLETE_ONLY] < MINIMUM
    return any(0 < excluded.get(reason, 0) < MINIMUM for reason in _COMPLEMENTS.get(name, ()))


_COMPLEMENTS = {
    "charter_time_kept": ("not answered",),
    "cost_kept": ("not answered",),
    "courtesy": ("not answered",),
    "extra_paid": ("did not say how much", "not answered"),
    "urgent_in_time": ("not urgent",),
}
"""What the denominators of one card give back.  Of the register it is but the numerator of another
share, which is told: who was never answered, or is still waiting, is who was not `resolved`."""


@lru_cache(maxsize=KEPT)
def _card(
    institution: str,
    period: str,
    cell: Cell,
    sample: Sample,
    deff: float,
    beside: Beside,
    _methods: tuple[str, ...],
) -> Scorecard:
    votes, cases = cell.votes(sample), [quarter.cases for quarter in beside.before]
    figures = (
        asked_figures(votes, deff)
        | case_figures(cell.cases, deff, cases)
        | redress_figures(cell.cases, cases)
        | wait_figures(cell.cases, beside.today)
        | per_visit_figures(cell.cases, beside.visits)
        | request_figures(cell.requests, [quarter.requests for quarter in beside.before])
        | call_figures(cell.calls)
    )
    return Scorecard(institution, period, figures, cell.simulated, sample=sample, known=beside)


@lru_cache(maxsize=KEPT)
def _asked_card(
    institution: str, period: str, cell: Cell, sample: Sample, _methods: tuple[str, ...]
) -> Scorecard:
    figures = asked_figures(cell.votes(sample))
    return Scorecard(institution, period, figures, cell.simulated, sample=sample)
