"""Flags: raised once by the clock, reviewed by people outside the body within ten working days,
and what every figure reads with and without what is suspect."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from analytics.integrity import (
    Count,
    Finding,
    Reading,
    Records,
    Review,
    Signal,
    Suspects,
    Suspicion,
    counting,
    judging,
    parameters,
    readings,
)
from analytics.scorecards import Cell
from analytics.tallies import Cohort
from feedback_service import audit, registry
from feedback_service.domain.periods import Period
from feedback_service.models import Case, Flag, new_id
from feedback_service.runtime import Runtime, after_commit
from feedback_service.scoring import signs
from feedback_service.scoring.counting import Frame, Group, costs, tallies, votes_among
from feedback_service.scoring.counting.facts import case_fact
from feedback_service.scoring.frozen.apart import stands_apart

BELL = "flags"
"""The bell that has a worker look: a quarter's histories are too much for the clock's process."""
REVIEW_DAYS = 10
"""Working days in which somebody outside the body looks at a flag."""
FEWEST_WORDS = 10
"""Letters of a reason that says something."""


class NoSuchFlag(LookupError):
    """There is no such flag, or it is none of the viewer's."""


class NotReviewed(ValueError):
    """The review cannot be taken; `why` is the key of what is missing."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"review: {why}: decide once, with a reason, and not for one's own body")


@dataclass(frozen=True)
class Reviewed:
    """What a person outside the body found: the suspicion is right, or it is not, and why."""

    flag_id: uuid.UUID
    staff_id: uuid.UUID
    works_for: str | None
    stands: bool
    reason: str


def raise_flags(rt: Runtime) -> int:
    """Look at the last full quarter and raise what is new; returns how many flags that is.

    A flag that is there already is renewed while nobody has reviewed it: records come late.
    """
    rt.answered(BELL)
    period = Period.containing(rt.now()).previous()
    quarter, given = signs.quarter_of(period), parameters()
    counts: list[Count] = []
    found: list[Finding] = []
    with rt.transaction() as session:
        accepted = _accepted(session)
        for institution, simulated in signs.institutions(session, quarter):
            rated, of = signs.ratings(session, quarter, institution, simulated)
            records = Records(
                quarter, rated, signs.cases(rt, session, quarter, institution, simulated),
                staff={institution: signs.staff_of(session, institution)}, accepted=accepted,
            )  # fmt: skip
            part = counting(records, given)
            # What it passed on was read too, and is counted where it is now.
            counts += [one for one in part.counts if one.institution == institution]
            found += [_of_all(f, of) for f in part.findings if f.institution == institution]
            session.expunge_all()  # One institution's histories at a time stay in memory.
        found += judging(counts, given, accepted)
        return _keep(rt, session, period, found, given.version)


def look_soon(rt: Runtime) -> None:
    """Have a worker look; without Redis, at the next time the clock asks."""
    with rt.transaction() as session:
        after_commit(session, BELL)


def review(rt: Runtime, what: Reviewed) -> None:
    """Write down what was found.  Raises NoSuchFlag and NotReviewed."""
    with rt.transaction() as session:
        flag = session.get(Flag, what.flag_id, with_for_update=True)
        if flag is None:
            raise NoSuchFlag(str(what.flag_id))
        if not stands_apart(session, flag.institution_id, what.works_for):
            raise NotReviewed("own-body")
        if flag.reviewed_at is not None:
            raise NotReviewed("reviewed-already")
        if len(what.reason.strip()) < FEWEST_WORDS:
            raise NotReviewed("reason-missing")
        flag.stands, flag.reason = what.stands, what.reason.strip()
        flag.reviewed_at, flag.reviewed_by_id = rt.now(), what.staff_id
        audit.note(
            session, "flag.review", str(flag.id), rt.now(), what.staff_id,
            {"kind": flag.kind, "institution": flag.institution_id, "period": flag.period,
             "stands": what.stands, "reason": flag.reason},
        )  # fmt: skip


def figures(
    rt: Runtime, session: Session, institution: str, period: Period, flags: Sequence[Flag]
) -> dict[str, Reading]:
    """Every figure of a body and quarter three ways, by the flags given; whole, not for the public.

    Read as of now: a case due later waits, as on the scorecard.
    """
    frame, quarter = Frame(period, rt.now(), institution), signs.quarter_of(period)
    groups = tallies(session, frame)
    real = Group(institution, "", "", False)
    invented = real not in groups
    counted = groups.get(replace(real, simulated=invented), Cell())
    ids = [uuid.UUID(one) for flag in flags for one in flag.detail["records"]]
    chosen = sa.select(Case).where(Case.id.in_(ids), Case.simulated == invented)
    cases = session.scalars(chosen.order_by(Case.id)).all()
    histories = signs.handled(rt, session, [case.id for case in cases])
    paid = costs.of_cases(session, [case.id for case in cases])
    suspects = Suspects(
        institution,
        Cohort(quarter.start, quarter.end, rt.now()),
        ratings={
            key: vote
            for key, vote in votes_among(session, frame, ids).items()
            if vote.simulated == invented
        },
        cases={
            str(case.id): (case_fact(case, paid), told)
            for case, told in zip(cases, histories, strict=True)
        },
    )
    return readings(counted, suspects, [suspicion(flag) for flag in flags])


def suspicion(flag: Flag) -> Suspicion:
    """The flag as the readings take it."""
    found = Finding(
        Signal(flag.kind), flag.institution_id, flag.unit_id, flag.subject,
        tuple(flag.detail["records"]), flag.detail["figures"], flag.detail["favourable"],
    )  # fmt: skip
    if flag.stands is None:
        return Suspicion(found)
    return Suspicion(found, Review.UPHELD if flag.stands else Review.CLEARED)


def _of_all(finding: Finding, of: int) -> Finding:
    """Only the ratings that can be suspect were read: the share is of all."""
    if finding.unit is not None:
        return finding
    told = {name: value for name, value in finding.detail.items() if name in _TOLD}
    return replace(finding, detail=told | {"of": of})


_TOLD = ("hits", "phones", "mean", "fed", "counted", "missing")


def _keep(
    rt: Runtime, session: Session, period: Period, found: Iterable[Finding], version: str
) -> int:
    now = rt.now()
    due_at = registry.calendar(rt, session).add_days(now, REVIEW_DAYS)
    raised = 0
    for finding in found:
        row = _row(finding, period, version, now, due_at)
        kept = insert(Flag).values(row).on_conflict_do_nothing().returning(Flag.id)
        if session.scalar(kept) is not None:
            raised += 1
            continue
        session.execute(
            sa.update(Flag)
            .where(*(getattr(Flag, name) == row[name] for name in _KEY))
            .where(Flag.reviewed_at.is_(None))
            .values(detail=row["detail"], records=row["records"])
        )
    return raised


_KEY = ("institution_id", "period", "kind", "subject")


def _row(
    finding: Finding, period: Period, version: str, now: datetime, due_at: datetime
) -> Mapping[str, object]:
    return {
        "id": new_id(), "kind": finding.signal.value, "institution_id": finding.institution,
        "unit_id": finding.unit, "period": period.label, "subject": finding.subject,
        "detail": {
            "figures": dict(finding.detail), "records": list(finding.records),
            "favourable": finding.favourable, "parameters": version,
        },
        "records": len(finding.records), "raised_at": now, "due_at": due_at, "reason": "",
    }  # fmt: skip


def _accepted(session: Session) -> dict[tuple[str, str], float]:
    """What reviewers found to be usual for a desk: the shares of flags they did not uphold."""
    found: dict[tuple[str, str], float] = {}
    for flag in session.scalars(sa.select(Flag).where(Flag.stands.is_(False))):
        question, _, unit = flag.subject.partition(":")
        told = flag.detail["figures"]
        if flag.unit_id == unit and told.get("of"):
            share = told["hits"] / told["of"]
            found[question, unit] = max(share, found.get((question, unit), 0.0))
    return found
