"""The records of one institution and quarter as a pack holds them: facts without persons, under
pseudonyms of that pack; what was done to each case, checked against its chain; the leaves."""

import hmac
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.coverage import Coverage
from analytics.evidence import history, merkle
from analytics.evidence.figures import (
    Before,
    Facts,
    Stated,
    Suspected,
    has_verdict,
    methods_in_use,
)
from analytics.evidence.making import padded
from analytics.evidence.rows import Row
from analytics.scorecards import NOTHING, Beside
from analytics.tallies import CaseFact, Cohort, RatingFact, day_of
from feedback_service.domain.cases import Action, Lane
from feedback_service.domain.periods import Period
from feedback_service.domain.ratings import Sample
from feedback_service.models import Case, CaseEvent, Flag
from feedback_service.runtime import Runtime
from feedback_service.scoring import calls, flags, signs
from feedback_service.scoring.counting import Frame, costs, ratings
from feedback_service.scoring.counting.facts import case_fact
from feedback_service.scoring.frozen import histories

AT_ONCE = 2_000
"""Cases whose histories are read together."""
VERDICT = "verdict"


@dataclass(frozen=True)
class Question:
    """Whose records: of an institution ("" for those of none), real or invented; `secret` makes
    pseudonyms and salts of this period, `sample` is the class its card shows."""

    period: Period
    cohort: Cohort
    institution: str
    simulated: bool
    sample: Sample
    secret: bytes
    known: Beside = NOTHING
    frame: Coverage | None = None


@dataclass(frozen=True)
class Gathered:
    """All of it; `events` can be read once, while the session is open."""

    stated: Stated
    facts: Facts
    events: Iterator[history.Event]
    leaves: Sequence[bytes]


def gather(rt: Runtime, session: Session, asked: Question) -> Gathered:
    """Read one institution.  Raises chain.BrokenChain, on reading the events, for a case whose
    history is not as it was sealed."""
    votes, cases = _votes(session, asked), _cases(session, asked)
    paid = costs.of_cases(session, [case.id for case in cases])
    reopened = _reopened(session, asked)
    doubts = _doubts(rt, session, asked, reopened)
    facts = Facts(
        [Row(row_id(asked, key), fact, doubts.of(key)) for key, fact in votes],
        [
            Row(row_id(asked, case.id), fact_of(case, reopened, paid), doubts.of(case.id))
            for case in cases
        ],
    )
    leaves, padding = padded(asked.secret, asked.institution, _leaves(asked, votes, cases))
    heard = calls.made(session, asked.period, asked.cohort.as_of, asked.institution)
    stated = Stated(
        asked.institution, asked.period.label, asked.cohort, asked.sample,
        beside=_known(asked), methods=methods_in_use(),
        suspected=doubts.suspected, before=doubts.before,
        elsewhere=doubts.apart({row.id for row in facts.cases}), answers=len(leaves) - padding,
        padding=padding, frame=asked.frame, simulated=asked.simulated,
    )  # fmt: skip
    if not asked.simulated and asked.institution in heard:
        stated = replace(stated, calls=heard[asked.institution])
    return Gathered(stated, facts, _events(session, asked, cases), leaves)


def _known(asked: Question) -> Beside:
    """What the published card was made with; the day at least, where there was none."""
    return replace(asked.known, today=day_of(asked.cohort.as_of))


def rating_leaf(secret: bytes, rating_id: uuid.UUID, sample: Sample) -> bytes:
    return merkle.leaf_hash(secret, str(rating_id), f"rating:{sample}")


def verdict_leaf(secret: bytes, case_id: uuid.UUID) -> bytes:
    return merkle.leaf_hash(secret, str(case_id), VERDICT)


def row_id(asked: Question, record: uuid.UUID) -> str:
    """A name for a record that says nothing outside the packs of one period and institution."""
    named = f"{asked.institution}:{record}".encode()
    return hmac.digest(asked.secret, b"row:" + named, "sha256")[:10].hex()


def fact_of(
    case: Case, reopened: Collection[uuid.UUID] = (), paid: costs.Costs = costs.NONE
) -> CaseFact:
    """What figures need of a case; of one that is not open to everyone no place and no service."""
    fact = case_fact(case, paid, reopened)
    if case.lane is Lane.OPEN:
        return fact
    return replace(fact, service=None, service_point=None, county=None, channel="", language="")


def _votes(session: Session, asked: Question) -> list[tuple[uuid.UUID, RatingFact]]:
    frame = Frame(asked.period, asked.cohort.as_of, asked.institution or None)
    votes = ratings.votes(frame, None, "id", "service_id", "channel", "language").subquery()
    of = votes.c.institution_id
    found = sa.select(votes).where(
        votes.c.simulated == asked.simulated,
        of == asked.institution if asked.institution else of.is_(None),
    )
    return [
        (
            row.id,
            RatingFact(
                row.service_id, asked.institution, row.service_point_id,
                None if row.county_code is None else str(row.county_code), row.channel,
                row.language, row.score, row.on_time, row.paid_more, row.courteous, row.complete,
                row.simulated, Sample(row.sample), day_of(row.given_at), row.paid_extra_kes,
                row.had_problem, row.reported_problem,
            ),
        )
        for row in session.execute(found.execution_options(yield_per=10_000))
    ]  # fmt: skip


def _cases(session: Session, asked: Question) -> list[Case]:
    found = sa.select(Case).where(*_in_cohort(asked))
    return sorted(session.scalars(found), key=lambda case: row_id(asked, case.id))


def _in_cohort(asked: Question) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Case.institution_id == asked.institution,
        Case.simulated == asked.simulated,
        Case.first_due_at >= asked.cohort.start,
        Case.first_due_at < asked.cohort.end,
    )


def _reopened(session: Session, asked: Question) -> frozenset[uuid.UUID]:
    again = (
        sa.select(CaseEvent.case_id)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(*_in_cohort(asked), CaseEvent.action == Action.REOPEN)
    )
    return frozenset(session.scalars(again))


def _leaves(
    asked: Question, votes: Sequence[tuple[uuid.UUID, RatingFact]], cases: Sequence[Case]
) -> list[bytes]:
    given = [rating_leaf(asked.secret, key, fact.sample) for key, fact in votes]
    said = (case for case in cases if has_verdict(fact_of(case), asked.cohort))
    return given + [verdict_leaf(asked.secret, case.id) for case in said]


def _events(session: Session, asked: Question, cases: Sequence[Case]) -> Iterator[history.Event]:
    for first in range(0, len(cases), AT_ONCE):
        batch = cases[first : first + AT_ONCE]
        ids = [case.id for case in batch]
        told, spoken_of = histories.of_cases(session, ids), histories.spoken_of(session, ids)
        for case in batch:
            events = told.get(case.id, [])
            again = any(event.action is Action.REOPEN for event in events)
            fact = fact_of(case, {case.id} if again else ())
            histories.check(str(case.id), fact, events, spoken_of.get(case.id, 0))
            row, shut = row_id(asked, case.id), case.lane is not Lane.OPEN
            for event in events:
                yield history.Event(
                    row, event.number, event.action.value, event.actor.value, event.at,
                    history.redacted(event.data, shut), event.hash,
                )  # fmt: skip


@dataclass(frozen=True)
class _Doubts:
    """The flags of the quarter, by the records they name."""

    suspected: tuple[Suspected, ...]
    numbers: Mapping[str, tuple[int, ...]]
    before: Mapping[str, Before]
    suspects: Mapping[str, CaseFact]

    def of(self, record: uuid.UUID) -> tuple[int, ...]:
        return self.numbers.get(str(record), ())

    def apart(self, inside: Collection[str]) -> dict[str, CaseFact]:
        """The suspect cases that are not among the quarter's own."""
        return {key: fact for key, fact in self.suspects.items() if key not in inside}


def _doubts(
    rt: Runtime, session: Session, asked: Question, reopened: Collection[uuid.UUID]
) -> _Doubts:
    raised = sa.select(Flag).where(
        Flag.institution_id == asked.institution, Flag.period == asked.period.label
    )
    found = session.scalars(raised.order_by(Flag.kind, Flag.subject)).all()
    if not found:
        return _Doubts((), {}, {}, {})
    numbers: dict[str, list[int]] = {}
    for number, flag in enumerate(found, 1):
        for record in flag.detail["records"]:
            numbers.setdefault(record, []).append(number)
    suspects = sa.select(Case).where(
        Case.id.in_([uuid.UUID(one) for one in numbers]), Case.simulated == asked.simulated
    )
    cases = session.scalars(suspects.order_by(Case.id)).all()
    told = signs.handled(rt, session, [case.id for case in cases])
    paid = costs.of_cases(session, [case.id for case in cases])
    inside = {row_id(asked, case.id) for case in cases if _is_inside(case, asked)}
    return _Doubts(
        tuple(
            _suspected(asked, number, flag, cases, inside) for number, flag in enumerate(found, 1)
        ),
        {record: tuple(ones) for record, ones in numbers.items()},
        {
            row_id(asked, case.id): Before(one.first_due_at, one.origin.institution)
            for case, one in zip(cases, told, strict=True)
        },
        {row_id(asked, case.id): fact_of(case, reopened, paid) for case in cases},
    )


def _is_inside(case: Case, asked: Question) -> bool:
    return case.institution_id == asked.institution and asked.cohort.holds(fact_of(case))


def _suspected(
    asked: Question, number: int, flag: Flag, cases: Sequence[Case], inside: Collection[str]
) -> Suspected:
    """The flag; its finding names only the records that no file of facts marks."""
    suspicion = flags.suspicion(flag)
    named = {row_id(asked, case.id) for case in cases if str(case.id) in flag.detail["records"]}
    finding = replace(suspicion.finding, records=tuple(sorted(named - set(inside))))
    return Suspected(number, finding, suspicion.review)
