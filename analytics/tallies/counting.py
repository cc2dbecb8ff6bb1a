"""Facts counted one by one into tallies.  A GROUP BY elsewhere fills the same names; tests hold the
two to the same numbers."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from typing import TypeVar

from analytics.tallies.counts import SUMS, CaseCounts, Histogram, RatingCounts
from analytics.tallies.facts import CaseFact, Cohort, RatingFact, day_of
from feedback_service.domain.cases import Lane, Outcome

Key = TypeVar("Key", bound=Hashable)


def count_ratings(facts: Iterable[RatingFact]) -> RatingCounts:
    """The tally of all of them; they are of one class (`RatingFact.sample`)."""
    clusters: dict[Hashable, Counter[str]] = defaultdict(Counter)
    for fact in facts:
        place = fact.institution, fact.county, fact.service_point, fact.day
        votes = clusters[place]
        for name, number in _of_rating(fact).items():
            votes[name] += number
    whole: Counter[str] = Counter()
    squares: Counter[str] = Counter()
    for found in clusters.values():
        whole.update(found)
        squares.update(_sums(RatingCounts.read(found)))
    return RatingCounts.read(whole | {"clusters": dict(squares)})


def count_cases(facts: Iterable[CaseFact], cohort: Cohort) -> CaseCounts:
    """The tally of those in the cohort, the confidential among them; they are of one kind
    (`CaseFact.kind`)."""
    found: Counter[str] = Counter()
    waited: dict[str, Counter[str]] = defaultdict(Counter)
    for fact in facts:
        if not cohort.holds(fact):
            continue
        names = _of_case(fact, cohort)
        for name in names:
            found[name] += 1
        if not _NOT_JUDGED.intersection(names):
            found["messages_cost"] += fact.messages_cost or 0
            histogram, value = _waited(fact)
            waited[histogram][value] += 1
    return CaseCounts.read(found | {name: dict(many) for name, many in waited.items()})


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


# --- Ratings ------------------------------------------------------------------------------------


def _of_rating(fact: RatingFact) -> dict[str, int]:
    names = [_problem(fact), "simulated" if fact.simulated else ""]
    if not fact.complete:
        return dict.fromkeys(filter(None, [*names, "incomplete"]), 1)
    names += [
        f"score_{fact.score}",
        {True: "on_time", False: "late", None: ""}[fact.on_time],
        {True: "paid_more", False: "cost_kept", None: ""}[fact.paid_more],
        {True: "courteous", False: "discourteous", None: ""}[fact.courteous],
    ]
    found = dict.fromkeys(filter(None, names), 1)
    if fact.paid_extra_kes is not None:
        found |= {"paid_extra_said": 1, "paid_extra_kes": fact.paid_extra_kes}
    return found


def _problem(fact: RatingFact) -> str:
    if not fact.had_problem:
        return "problem_unasked" if fact.had_problem is None else "no_problem"
    said = {True: "problem_reported", False: "problem_unreported", None: "problem_unsaid"}
    return said[fact.reported_problem]


def _sums(counts: RatingCounts) -> Histogram:
    """What the votes of one place and day add to a design effect."""
    sums: dict[str, int] = {}
    for question, (n, total) in answers(counts).items():
        if n:
            values = (1, n * n, n * total, total * total)
            sums |= {f"{question}_{of}": v for of, v in zip(SUMS, values, strict=True) if v}
    return sums


def answers(counts: RatingCounts) -> dict[str, tuple[int, int]]:
    """Of each of QUESTIONS how many answered, and the total: of the scores, or of those who count
    towards the figure's share."""
    c = counts
    problems = c.no_problem + c.problem_reported + c.problem_unreported
    return {
        "score": (sum(c.scores), sum(score * many for score, many in enumerate(c.scores, 1))),
        "on_time": (c.on_time + c.late, c.on_time),
        "cost": (c.cost_kept + c.paid_more, c.cost_kept),
        "courtesy": (c.courteous + c.discourteous, c.courteous),
        "problem": (problems, c.problem_unreported),
    }


# --- Cases --------------------------------------------------------------------------------------


_NOT_JUDGED = frozenset({"not_yet_due", "withdrawn_before_due"})


def _of_case(fact: CaseFact, cohort: Cohort) -> list[str]:
    marks = ["confidential"] if fact.lane is Lane.CONFIDENTIAL else []
    marks += ["simulated"] if fact.simulated else []
    if fact.cohort_at > cohort.as_of:
        return ["not_yet_due", *marks]
    if _withdrawn_before_due(fact):
        return ["withdrawn_before_due", *marks]
    return [_acknowledgement(fact), _resolution(fact), _verdict(fact), *_besides(fact), *marks]


def _withdrawn_before_due(fact: CaseFact) -> bool:
    """A case withdrawn after its date was late first, and stays so."""
    return _withdrawn(fact) and fact.closed_at is not None and fact.closed_at <= fact.due_at


def _withdrawn(fact: CaseFact) -> bool:
    return fact.outcome is Outcome.WITHDRAWN and fact.resolved_at is None


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
    unspoken: dict[Outcome | None, str] = {
        Outcome.UNREACHED: "unreached",
        Outcome.CLOSED_UNCONFIRMED: "silent",
    }
    if fact.outcome in spoken:
        return spoken[fact.outcome]
    if fact.resolved_at is None:
        return "nothing_to_confirm"
    return unspoken.get(fact.outcome, "awaiting")


def _besides(fact: CaseFact) -> list[str]:
    names = ["reopened"] if fact.reopened else []
    if fact.reopened and fact.resolved_at is None:
        names.append("reopened_unresolved")
    if fact.messages_cost is None:
        names += ["unpriced", *(["unpriced_confirmed"] if _verdict(fact) == "confirmed" else [])]
    if fact.urgent:
        kept = fact.resolved_at is not None and fact.resolved_at <= fact.due_at
        names.append("urgent_in_time" if kept else "urgent_late")
    return names


def _waited(fact: CaseFact) -> tuple[str, str]:
    """The histogram a due case is in, and its value there."""
    if fact.resolved_at is not None:
        return "days", _days(fact, fact.resolved_at)
    if _withdrawn(fact) and fact.closed_at is not None:
        return "gone", _days(fact, fact.closed_at)
    return "waiting", str(fact.since.toordinal())


def _days(fact: CaseFact, until: datetime) -> str:
    return str(max(0, (day_of(until) - fact.since).days))
