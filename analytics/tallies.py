"""Ratings and cases as facts, and as tallies that can be added: counted here one by one, or by a
GROUP BY elsewhere that fills the same names.  Figures are made from tallies only."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Self, TypeVar

from feedback_service.domain.cases import Lane, Outcome

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class RatingFact:
    """What the figures need of one rating; None where a charter question has no answer.

    One vote per person, service and day is the caller's to see to: a fact knows no person.
    """

    service: str
    institution: str
    service_point: str | None
    county: str | None
    channel: str
    language: str
    score: int
    on_time: bool | None = None
    paid_more: bool | None = None
    courteous: bool | None = None
    complete: bool = True
    simulated: bool = False


@dataclass(frozen=True)
class CaseFact:
    """What the figures need of one case, as known when the cohort is judged.

    `due_at` is the moment it was first due; `resolved_at` that of the resolution, or the rejection
    with reasons, that stands: None while the case is open or open again.
    """

    institution: str
    service: str | None
    service_point: str | None
    county: str | None
    channel: str
    language: str
    received_at: datetime
    due_at: datetime
    acknowledge_due_at: datetime | None = None
    acknowledged_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    lane: Lane = Lane.OPEN
    simulated: bool = False


@dataclass(frozen=True)
class Cohort:
    """Cases first due from `start` until before `end`; those due after `as_of` wait."""

    start: datetime
    end: datetime
    as_of: datetime

    def holds(self, case: CaseFact) -> bool:
        return self.start <= case.due_at < self.end


@dataclass(frozen=True)
class _Tally:
    """Whole numbers under names, added name by name."""

    def __add__(self, other: Self) -> Self:
        names = [field.name for field in fields(self)]
        return type(self)(**{name: getattr(self, name) + getattr(other, name) for name in names})


@dataclass(frozen=True)
class RatingCounts(_Tally):
    """All but the last two count complete ratings only (rule contract-1)."""

    score_1: int = 0
    score_2: int = 0
    score_3: int = 0
    score_4: int = 0
    score_5: int = 0
    on_time: int = 0
    late: int = 0
    cost_kept: int = 0
    paid_more: int = 0
    courteous: int = 0
    discourteous: int = 0
    incomplete: int = 0
    simulated: int = 0

    @property
    def scores(self) -> tuple[int, ...]:
        """How many gave each score from 1 to 5."""
        return (self.score_1, self.score_2, self.score_3, self.score_4, self.score_5)


@dataclass(frozen=True)
class CaseCounts(_Tally):
    """Of one cohort.  A case is in `not_yet_due`, in `withdrawn_before_due`, or in exactly one of
    each block: (acknowledged_in_time, acknowledged_late, no_acknowledgement_due),
    (resolved_in_time, resolved_late, unresolved) and (confirmed ... withdrawn)."""

    acknowledged_in_time: int = 0
    acknowledged_late: int = 0
    no_acknowledgement_due: int = 0
    resolved_in_time: int = 0
    resolved_late: int = 0
    unresolved: int = 0
    confirmed: int = 0
    disputed: int = 0
    silent: int = 0
    nothing_to_confirm: int = 0
    not_upheld: int = 0
    withdrawn: int = 0
    not_yet_due: int = 0
    withdrawn_before_due: int = 0
    confidential: int = 0
    simulated: int = 0


def count_ratings(facts: Iterable[RatingFact]) -> RatingCounts:
    """The tally of all of them."""
    return sum((_one_rating(fact) for fact in facts), RatingCounts())


def count_cases(facts: Iterable[CaseFact], cohort: Cohort) -> CaseCounts:
    """The tally of those in the cohort, the confidential among them."""
    return sum((_one_case(fact, cohort) for fact in facts if cohort.holds(fact)), CaseCounts())


def rating_cells(
    facts: Iterable[RatingFact], key: Callable[[RatingFact], Key]
) -> dict[Key, RatingCounts]:
    """One tally for each value of `key`."""
    groups: dict[Key, list[RatingFact]] = defaultdict(list)
    for fact in facts:
        groups[key(fact)].append(fact)
    return {value: count_ratings(group) for value, group in groups.items()}


def case_cells(
    facts: Iterable[CaseFact], cohort: Cohort, key: Callable[[CaseFact], Key]
) -> dict[Key, CaseCounts]:
    """One tally for each value of `key`, without confidential cases: in a small cell the accused
    would know of them.  They count in totals (`count_cases`) only."""
    groups: dict[Key, list[CaseFact]] = defaultdict(list)
    for fact in facts:
        if cohort.holds(fact) and fact.lane is not Lane.CONFIDENTIAL:
            groups[key(fact)].append(fact)
    return {value: count_cases(group, cohort) for value, group in groups.items()}


def _one_rating(fact: RatingFact) -> RatingCounts:
    if not fact.complete:
        return RatingCounts(incomplete=1, simulated=int(fact.simulated))
    return RatingCounts(
        **{f"score_{score}": int(fact.score == score) for score in range(1, 6)},
        on_time=int(fact.on_time is True),
        late=int(fact.on_time is False),
        cost_kept=int(fact.paid_more is False),
        paid_more=int(fact.paid_more is True),
        courteous=int(fact.courteous is True),
        discourteous=int(fact.courteous is False),
        simulated=int(fact.simulated),
    )


def _one_case(fact: CaseFact, cohort: Cohort) -> CaseCounts:
    names = [_acknowledgement(fact), _resolution(fact), _verdict(fact)]
    if fact.due_at > cohort.as_of:
        names = ["not_yet_due"]
    elif _withdrawn_before_due(fact):
        names = ["withdrawn_before_due"]
    confidential = int(fact.lane is Lane.CONFIDENTIAL)
    marks = {"confidential": confidential, "simulated": int(fact.simulated)}
    return CaseCounts(**dict.fromkeys(names, 1), **marks)


def _withdrawn_before_due(fact: CaseFact) -> bool:
    """A case withdrawn after its date was late first, and stays so."""
    withdrawn = fact.outcome is Outcome.WITHDRAWN and fact.resolved_at is None
    return withdrawn and fact.closed_at is not None and fact.closed_at <= fact.due_at


def _acknowledgement(fact: CaseFact) -> str:
    if fact.acknowledge_due_at is None:
        return "no_acknowledgement_due"
    at = fact.acknowledged_at
    kept = at is not None and at <= fact.acknowledge_due_at
    return "acknowledged_in_time" if kept else "acknowledged_late"


def _resolution(fact: CaseFact) -> str:
    if fact.resolved_at is None:
        return "unresolved"
    return "resolved_in_time" if fact.resolved_at <= fact.due_at else "resolved_late"


def _verdict(fact: CaseFact) -> str:
    spoken = {
        Outcome.CONFIRMED: "confirmed",
        Outcome.DISPUTED: "disputed",
        Outcome.NOT_UPHELD: "not_upheld",
        Outcome.WITHDRAWN: "withdrawn",
    }
    silent = "nothing_to_confirm" if fact.resolved_at is None else "silent"
    return spoken.get(fact.outcome, silent) if fact.outcome else silent
