"""The figures of a pack made again from its facts, by the functions that made them and under the
method versions they were made with; the same facts give the same bytes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from analytics.coverage import Coverage
from analytics.evidence.rows import Row
from analytics.indicators import DEFINITIONS, Figure, cost_without_prices
from analytics.integrity import (
    Finding,
    Handled,
    Move,
    Reading,
    Review,
    Suspects,
    Suspicion,
    readings,
)
from analytics.methods import UnknownMethod, pinned, versions_in_use
from analytics.scorecards import NOTHING, Beside, Cell, card
from analytics.tallies import CaseFact, Cohort, RatingFact, count_cases, count_ratings, day_of
from analytics.verification import Calls
from feedback_service.domain.cases import CaseKind, Lane, Outcome
from feedback_service.domain.ratings import Sample

Fact = TypeVar("Fact", RatingFact, CaseFact)
Older = Mapping[tuple[str, str], Callable[[Cell, Sample], Figure]]
"""What made an indicator under a version that is no longer in use, by id and version."""
NONE_OLDER: Older = {
    ("cost_per_confirmed", "1"): lambda cell, _: cost_without_prices(cell.cases),
}
"""What a newer version replaces moves here: everything that was ever frozen can be made again."""
INDICATOR = "indicator:"
DIMENSIONS = ("county", "service", "service_point", "channel", "language")
"""What a scorecard is divided by; each is a field of both kinds of facts."""
_CLASS = {Sample.VERIFIED: "ratings", Sample.OPEN: "open", Sample.ASSISTED: "assisted"}
_KIND = {CaseKind.COMPLAINT: "cases", CaseKind.INFORMATION: "requests"}


@dataclass(frozen=True)
class Suspected:
    """A flag as it stood at the freeze; its records are the rows that carry its number."""

    number: int
    finding: Finding
    review: Review


@dataclass(frozen=True)
class Before:
    """What a suspect act changed in a case: its first date, and who had it first."""

    due_at: datetime
    institution: str


@dataclass(frozen=True)
class Stated:
    """What a pack says and no fact of it proves: cohort, what the calls heard, what a card needs
    beside its tallies (the same as on the published one), the frame that says which class of
    ratings it shows, the methods in use.  Of a year `quarters` are those whose packs it is made of.

    `elsewhere`: suspect cases that another institution holds now, which are in no file of facts; a
    finding's own records are theirs.  `answers` of citizens are leaves
    of the tree, `padding` leaves stand for none.
    """

    institution: str
    period: str
    cohort: Cohort
    sample: Sample = Sample.OPEN
    calls: Calls = field(default_factory=Calls)
    beside: Beside = NOTHING
    methods: Mapping[str, str] = field(default_factory=dict)
    suspected: Sequence[Suspected] = ()
    before: Mapping[str, Before] = field(default_factory=dict)
    elsewhere: Mapping[str, CaseFact] = field(default_factory=dict)
    answers: int = 0
    padding: int = 0
    frame: Coverage | None = None
    simulated: bool = False
    quarters: Sequence[str] = ()


@dataclass(frozen=True)
class Counted:
    """What was counted of one institution, up to the day `today`; `by` dimension and value."""

    today: date
    whole: Cell
    by: Mapping[str, Mapping[str, Cell]]


@dataclass(frozen=True)
class Doubts:
    """Suspect records by their pseudonyms, cases with as much of their history as undoing an act
    asks for, and what is suspected of them."""

    ratings: Mapping[str, RatingFact]
    cases: Mapping[str, tuple[CaseFact, Handled]]
    suspicions: Sequence[Suspicion]


@dataclass(frozen=True)
class Facts:
    """The records of one institution and period; each vote once."""

    ratings: Sequence[Row[RatingFact]]
    cases: Sequence[Row[CaseFact]]


def figures(stated: Stated, facts: Facts, older: Older = NONE_OLDER) -> dict[str, object]:
    """What figures.json says: tallies, the figures of each class of ratings, divided as published,
    and with and without what is suspect.

    Methods of the pack's versions are used, and of an indicator that counts otherwise today the
    function in `older`.  Raises UnknownMethod for a version that nobody has.
    """
    with pinned(stated.methods):
        found = counted(stated, facts)
        doubts = doubts_of(stated, facts)
        return told(stated, found, older) | {
            "readings": told_three_ways(stated, doubts, found.whole)
        }


def told(stated: Stated, found: "Counted", older: Older = NONE_OLDER) -> dict[str, object]:
    """The figures of these tallies, by the methods that are pinned."""
    alone = replace(stated, beside=Beside(today=stated.beside.today))
    frame = stated.frame
    if frame is not None and frame.simulated != found.whole.simulated:
        frame = None  # Invented visits say nothing of real ratings.
    return {
        "institution": stated.institution,
        "period": stated.period,
        "sample": class_shown(frame),
        "frame": _framed(frame),
        "tallies": found.whole,
        "classes": _classes(stated, found.whole, older),
        "by": {
            dimension: {value: _classes(alone, cell, older) for value, cell in table.items()}
            for dimension, table in found.by.items()
        },
    }


def counted(stated: Stated, facts: Facts) -> "Counted":
    """The tallies of all facts, and divided; only cases of the open lane are divided."""
    return Counted(
        day_of(stated.cohort.as_of),
        whole(stated, facts),
        {
            dimension: dict(sorted(_cells(stated, facts, dimension).items()))
            for dimension in DIMENSIONS
        },
    )


def class_shown(frame: Coverage | None) -> Sample:
    """The class of ratings that a card shows: the drawn one where its frame is measured."""
    return Sample.VERIFIED if frame is not None and frame.measured else Sample.OPEN


def methods_in_use() -> dict[str, str]:
    """The version of every method and of every indicator's definition, as packs state them."""
    indicators = {f"{INDICATOR}{one.id}": one.version for one in DEFINITIONS.values()}
    return versions_in_use() | indicators


def whole(stated: Stated, facts: Facts) -> Cell:
    """All that was counted."""
    parts = [row.fact for row in facts.ratings], [row.fact for row in facts.cases]
    return _cell(*parts, stated.cohort) + Cell(calls=stated.calls)


def answers(facts: Facts, cohort: Cohort) -> int:
    """How many answers of citizens are counted: votes, and verdicts on cases that were due."""
    return len(facts.ratings) + sum(has_verdict(row.fact, cohort) for row in facts.cases)


def has_verdict(fact: CaseFact, cohort: Cohort) -> bool:
    """Whether the citizen's own word on this case is counted in the cohort."""
    spoken = fact.outcome in (Outcome.CONFIRMED, Outcome.DISPUTED)
    return spoken and cohort.holds(fact) and fact.cohort_at <= cohort.as_of


def _cell(ratings: Iterable[RatingFact], cases: Iterable[CaseFact], cohort: Cohort) -> Cell:
    votes, handled = list(ratings), list(cases)
    counted = {
        name: count_ratings(fact for fact in votes if fact.sample is sample)
        for sample, name in _CLASS.items()
    }
    judged = {
        name: count_cases((fact for fact in handled if fact.kind is kind), cohort)
        for kind, name in _KIND.items()
    }
    tallies: dict[str, Any] = {**counted, **judged}
    return Cell(**tallies)


def _classes(stated: Stated, cell: Cell, older: Older) -> dict[str, dict[str, Figure]]:
    return {
        sample.value: {
            name: _as_then(stated, figure, cell, sample, older)
            for name, figure in card(
                stated.institution, stated.period, cell, sample, beside=stated.beside
            ).figures.items()
            if INDICATOR + name in stated.methods
        }
        for sample in Sample
    }


def _as_then(stated: Stated, now: Figure, cell: Cell, sample: Sample, older: Older) -> Figure:
    version = stated.methods[INDICATOR + now.indicator]
    if version == now.version:
        return now
    try:
        return older[now.indicator, version](cell, sample)
    except KeyError:
        raise UnknownMethod(
            f"indicator {now.indicator}: version {version} is not known here, only {now.version}"
        ) from None


def _framed(frame: Coverage | None) -> dict[str, object]:
    """What a card says of the frame, made from its counts."""
    if frame is None:
        return {}
    return {
        "coverage": frame.coverage,
        "controls_found": frame.found_share,
        "measured": frame.measured,
        "why_not": frame.why_not,
    }


def _cells(stated: Stated, facts: Facts, dimension: str) -> dict[str, Cell]:
    votes = _grouped([row.fact for row in facts.ratings], lambda f: getattr(f, dimension))
    open_ones = [row.fact for row in facts.cases if row.fact.lane is Lane.OPEN]
    cases = _grouped(open_ones, lambda fact: getattr(fact, dimension))
    return {
        value: _cell(votes.get(value, ()), cases.get(value, ()), stated.cohort)
        for value in votes.keys() | cases.keys()
    }


def _grouped(found: Iterable[Fact], key: Callable[[Fact], str | None]) -> dict[str, list[Fact]]:
    groups: dict[str, list[Fact]] = {}
    for fact in found:
        groups.setdefault(key(fact) or "", []).append(fact)
    return groups


def doubts_of(stated: Stated, facts: Facts) -> Doubts:
    """The suspect records among the facts and beside them."""
    votes = {row.id: row.fact for row in facts.ratings if row.flags}
    cases = {row.id: row.fact for row in facts.cases if row.flags} | dict(stated.elsewhere)
    return Doubts(
        votes,
        {key: (fact, _handled(stated, key, fact)) for key, fact in cases.items()},
        [Suspicion(_with_records(one, facts), one.review) for one in stated.suspected],
    )


def told_three_ways(stated: Stated, doubts: Doubts, cell: Cell) -> dict[str, Reading]:
    """Each figure with and without what is suspect; nothing where nothing was."""
    if not doubts.suspicions:
        return {}
    suspects = Suspects(
        stated.institution, stated.cohort, ratings=doubts.ratings, cases=doubts.cases
    )
    return readings(cell, suspects, doubts.suspicions)


def _with_records(one: Suspected, facts: Facts) -> Finding:
    marked = [row.id for row in facts.ratings if one.number in row.flags]
    marked += [row.id for row in facts.cases if one.number in row.flags]
    return replace(one.finding, records=(*marked, *one.finding.records))


def _handled(stated: Stated, key: str, fact: CaseFact) -> Handled:
    """As much of a case's history as undoing a suspect act asks for."""
    before = stated.before[key]
    return Handled(
        id=key, institution=fact.institution, unit="", category="",
        received_at=fact.received_at, first_due_at=before.due_at, due_at=fact.due_at,
        kind=fact.kind, moves=(Move(fact.received_at, before.institution, ""),),
    )  # fmt: skip
