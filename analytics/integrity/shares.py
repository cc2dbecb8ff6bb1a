"""Offices that do something far more often than honest offices do: one table of what is asked."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.integrity.chance import at_least
from analytics.integrity.facts import Finding, Handled, Quarter, Records
from analytics.integrity.parameters import Parameters, Question
from feedback_service.domain.cases import CaseKind, Outcome

Test = Callable[[Handled, Question, Quarter], bool]


@dataclass(frozen=True)
class Asked:
    """`hits` of those `among`; `blamed` are the suspect records, the hits where it says nothing.

    `by_origin`: the office that had the case first is the one asked about.
    """

    among: Test
    hits: Test
    blamed: Test | None = None
    by_origin: bool = False


def _every(case: Handled, asked: Question, quarter: Quarter) -> bool:
    return True


def _answered(case: Handled, asked: Question, quarter: Quarter) -> bool:
    return case.answered_at is not None and quarter.start <= case.answered_at < quarter.end


def _complained(case: Handled, asked: Question, quarter: Quarter) -> bool:
    return case.first_kind is CaseKind.COMPLAINT


def _answered_reachable(case: Handled, asked: Question, quarter: Quarter) -> bool:
    return case.reachable and _answered(case, asked, quarter)


def _at_the_end(case: Handled, asked: Question, quarter: Quarter) -> bool:
    """Unless the citizen says that it was solved: then it was, whatever the day."""
    at = case.answered_at
    last = quarter.end - timedelta(days=asked.days)
    return at is not None and last <= at < quarter.end and case.outcome is not Outcome.CONFIRMED


def _without_contact(case: Handled, asked: Question, quarter: Quarter) -> bool:
    return not case.contacted and case.outcome is not Outcome.CONFIRMED


def _relabelled(case: Handled, asked: Question, quarter: Quarter) -> bool:
    return case.kind is CaseKind.INFORMATION


def _paused(case: Handled, asked: Question, quarter: Quarter) -> bool:
    return any(_worn(case, at) >= asked.part for at in case.questions)


def _passed_on(case: Handled, asked: Question, quarter: Quarter) -> bool:
    """To another institution, whether it kept the case or sent it back."""
    after = [*(move.institution for move in case.moves[1:]), case.institution]
    return any(
        move.institution == case.origin.institution != holder and _worn(case, move.at) >= asked.part
        for move, holder in zip(case.moves, after, strict=False)
    )


def _unlike(case: Handled, asked: Question, quarter: Quarter) -> bool:
    return case.incident is not None and (case.likeness or 0.0) < asked.likeness


def _rejected(case: Handled, asked: Question, quarter: Quarter) -> bool:
    return case.rejected


def _talked_out(case: Handled, asked: Question, quarter: Quarter) -> bool:
    return case.prompted


def _withdrawn(case: Handled, asked: Question, quarter: Quarter) -> bool:
    return case.outcome is Outcome.WITHDRAWN


def _spoken(case: Handled, asked: Question, quarter: Quarter) -> bool:
    return case.reopened or case.outcome is Outcome.CONFIRMED


def _contradicted(case: Handled, asked: Question, quarter: Quarter) -> bool:
    return case.reopened


def _taken_on_trust(case: Handled, asked: Question, quarter: Quarter) -> bool:
    return _answered(case, asked, quarter) and case.outcome is not Outcome.CONFIRMED


QUESTIONS: Mapping[str, Asked] = {
    "quarter-end": Asked(_answered, _at_the_end),
    "no-contact": Asked(_answered_reachable, _without_contact),
    "relabelled": Asked(_complained, _relabelled),
    "paused": Asked(_every, _paused),
    "paused-late": Asked(_every, _paused),
    "transferred": Asked(_every, _passed_on, by_origin=True),
    "transferred-late": Asked(_every, _passed_on, by_origin=True),
    "merged": Asked(_every, _unlike),
    "rejected": Asked(_answered, _rejected),
    "withdrawn": Asked(_every, _withdrawn),
    "withdrawn-prompted": Asked(_every, _talked_out),
    "not-believed": Asked(_spoken, _contradicted, blamed=_taken_on_trust),
}
"""What each question of `signals.json` asks."""


@dataclass(frozen=True)
class Count:
    """One office's answer to one question: `hits` of `of`, and the records to suspect."""

    question: str
    institution: str
    unit: str
    hits: int
    of: int
    suspects: tuple[str, ...]


def unusual_shares(records: Records, given: Parameters) -> list[Finding]:
    """Every office's answer to every question that no honest office is likely to give."""
    return judge(counts(records, given), given, records.accepted)


def counts(records: Records, given: Parameters) -> list[Count]:
    """What is counted; counts of several institutions may be judged together."""
    offices = {origin: _by_office(records.cases, by_origin=origin) for origin in (False, True)}
    return [
        _counted(name, question, office, cases, records.quarter)
        for name, question in given.questions.items()
        for office, cases in offices[QUESTIONS[name].by_origin].items()
    ]


def judge(
    counted: Sequence[Count], given: Parameters, accepted: Mapping[tuple[str, str], float]
) -> list[Finding]:
    """The counts that honest offices hardly ever show, each office against all the others."""
    hits: Counter[str] = Counter()
    of: Counter[str] = Counter()
    for count in counted:
        hits[count.question] += count.hits
        of[count.question] += count.of
    found = []
    for count in counted:
        name, question = count.question, given.questions[count.question]
        usual = _usual(question, hits[name] - count.hits, of[name] - count.of, given)
        # What a reviewer found to be this desk's way of working is usual for it.
        usual = min(0.99, max(usual, accepted.get((name, count.unit), 0.0)))
        if count.hits < question.least:
            continue
        chance = at_least(count.hits, count.of, usual, question.spread)
        if chance < question.chance:
            found.append(_finding(count, question, usual, chance))
    return found


def _finding(count: Count, question: Question, usual: float, chance: float) -> Finding:
    detail = {"hits": count.hits, "of": count.of, "usual": round(usual, 4), "chance": chance}
    subject = f"{count.question}:{count.unit}"
    return Finding(question.signal, count.institution, count.unit, subject, count.suspects, detail)


def _counted(
    name: str, question: Question, office: tuple[str, str], cases: Sequence[Handled],
    quarter: Quarter,
) -> Count:  # fmt: skip
    asked = QUESTIONS[name]
    among = [case for case in cases if asked.among(case, question, quarter)]
    hits = [case for case in among if asked.hits(case, question, quarter)]
    suspects = hits
    if asked.blamed:
        suspects = [case for case in cases if asked.blamed(case, question, quarter)]
    return Count(name, *office, len(hits), len(among), tuple(case.id for case in suspects))


def _usual(question: Question, hits: int, of: int, given: Parameters) -> float:
    """The share of the other offices, held to the published one by the weight given to it."""
    seen = (hits + question.usual * given.peers_weigh) / (of + given.peers_weigh)
    return min(max(seen, question.usual), question.usual * given.no_more_than)


def _by_office(
    cases: Iterable[Handled], *, by_origin: bool
) -> dict[tuple[str, str], list[Handled]]:
    found: dict[tuple[str, str], list[Handled]] = defaultdict(list)
    for case in cases:
        holder = case.origin if by_origin else case
        found[holder.institution, holder.unit].append(case)
    return found


def _worn(case: Handled, at: datetime) -> float:
    """How much of the promised time had gone at that moment."""
    whole = case.first_due_at - case.received_at
    return (at - case.received_at) / whole if whole > timedelta(0) else 1.0
