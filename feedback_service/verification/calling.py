"""Working the drawn cases: one at a time to one person outside the institution, who sees the number
for the length of a call; what the citizen says is kept for the figure and changes no case.

Who says "not solved" is sent the question, so that their own key press opens the case again.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from analytics import verification
from feedback_service import identity, outbox
from feedback_service.domain.cases import CaseStatus, Lane
from feedback_service.domain.references import spoken
from feedback_service.identity import KeyRing
from feedback_service.models import CallBack, CallResult, Case, Citizen, Draw, Look, Staff
from feedback_service.redress.sight import not_shut
from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer
from feedback_service.verification.hours import call_hours

HELD_FOR = timedelta(minutes=30)
"""How long a case and its number are before one caller."""
REST = timedelta(days=7)
"""Between two calls to one person, whatever they are about."""
LOOKED = "called"
"""What the look is called that the citizen hears of who asks who looked."""


class NotYours(Exception):
    """The case is not on the caller's line any more: take the next one."""


@dataclass(frozen=True)
class Call:
    """One case on a caller's line.  `number` is in E.164; no word of the citizen is shown."""

    draw_id: uuid.UUID
    case_id: uuid.UUID
    reference: str
    institution_id: str
    service_id: str | None
    language: str
    received_at: datetime
    answered_at: datetime | None
    attempts: int
    number: str
    held_until: datetime


@dataclass(frozen=True)
class Progress:
    """Of the calls the viewer may make: drawn, still to make, ready now; results so far."""

    drawn: int
    waiting: int
    ready: int
    results: Mapping[str, int]


def next_call(rt: Runtime, who: Viewer) -> Call | None:
    """Put the next case on the caller's line and write the look down; None when there is none now.

    The one they hold already, if they do.
    """
    with rt.transaction() as session:
        if mine := held(rt, session, who):
            return mine
        if not call_hours(rt, session).now(rt.now()):
            return None
        first = _ready(rt, who).limit(1).with_for_update(of=CallBack, skip_locked=True)
        row = session.scalars(first).one_or_none()
        if row is None:
            return None
        row.called_by_id, row.held_until = who.staff_id, rt.now() + HELD_FOR
        session.add(Look(staff_id=who.staff_id, case_id=row.case_id, what=LOOKED, at=rt.now()))
        return _call(rt, session, row)


def held(rt: Runtime, session: Session, who: Viewer) -> Call | None:
    """What is on the caller's line, while it is."""
    row = session.scalars(_on_the_line(rt, who).limit(1)).one_or_none()
    return _call(rt, session, row) if row else None


def record(rt: Runtime, who: Viewer, case_id: uuid.UUID, result: CallResult) -> bool:
    """Keep what came of the call; whether it was the last for this case.  Raises NotYours.

    Nobody answered: again on another day, at another hour, until the attempts are used up.
    """
    with rt.transaction() as session:
        found = (
            _on_the_line(rt, who).where(CallBack.case_id == case_id).with_for_update(of=CallBack)
        )
        row = session.scalars(found).one_or_none()
        if row is None:
            raise NotYours("the case is not on your line any more: take the next one")
        row.attempts, row.called_at, row.held_until = row.attempts + 1, rt.now(), None
        if result is CallResult.NO_ANSWER and row.attempts < verification.method().attempts:
            hours = call_hours(rt, session)
            row.next_at = hours.after_today(rt.now(), row.attempts)
            return False
        row.result = result
        if result is CallResult.NOT_SOLVED:
            _offer(rt, session, row)
        return True


def progress(rt: Runtime, session: Session, who: Viewer) -> Progress:
    is_open = CallBack.result.is_(None)
    mine = _may_call(who)
    counted = sa.select(CallBack.result, sa.func.count()).join(Draw).join(Case, _OF)
    results = {
        result.value: many
        for result, many in session.execute(counted.where(*mine).group_by(CallBack.result))
        if result
    }
    waiting = session.scalar(
        sa.select(sa.func.count()).select_from(CallBack).join(Draw).join(Case, _OF)
        .where(is_open, *mine)
    )  # fmt: skip
    ready = session.scalar(sa.select(sa.func.count()).select_from(_ready(rt, who).subquery()))
    made = sum(results.values())
    return Progress(made + (waiting or 0), waiting or 0, ready or 0, results)


_OF = Case.id == CallBack.case_id


def _may_call(who: Viewer) -> tuple[sa.ColumnElement[bool], ...]:
    """No case of the caller's own institution, drawn for it, held, hosted or filed by it; none that
    names the caller; none that became confidential or quiet since."""
    conditions = [not_shut(who), Case.lane == Lane.OPEN, Case.quiet.is_(False)]
    if own := who.institution_id:
        helpers = sa.select(Staff.id).where(Staff.institution_id == own)
        filed = sa.and_(Case.registered_by_id.is_not(None), Case.registered_by_id.in_(helpers))
        hosted = Case.host_id.is_not_distinct_from(own)
        conditions += [Draw.institution_id != own, Case.institution_id != own,
                       sa.not_(hosted), sa.not_(filed)]  # fmt: skip
    return tuple(conditions)


def _ready(rt: Runtime, who: Viewer) -> sa.Select[CallBack]:
    """What may be called now, in the order of the lots."""
    now = rt.now()
    other, of_other = aliased(CallBack), aliased(Case)
    rests = (
        sa.select(other.case_id)
        .join(of_other, of_other.id == other.case_id)
        .where(
            of_other.citizen_id == Case.citizen_id,
            other.case_id != CallBack.case_id,
            sa.or_(other.called_at > now - REST, other.held_until > now),
        )
    )
    return (
        sa.select(CallBack)
        .join(Draw, Draw.id == CallBack.draw_id)
        .join(Case, _OF)
        .join(Citizen, Citizen.id == Case.citizen_id)
        .where(
            CallBack.result.is_(None),
            CallBack.next_at <= now,
            sa.or_(CallBack.held_until.is_(None), CallBack.held_until <= now),
            sa.not_(rests.exists()),
            identity.current(now),
            *_may_call(who),
        )
        .order_by(Draw.closed_before, CallBack.position, Draw.institution_id)
    )


def _on_the_line(rt: Runtime, who: Viewer) -> sa.Select[CallBack]:
    return (
        sa.select(CallBack)
        .join(Draw, Draw.id == CallBack.draw_id)
        .join(Case, _OF)
        .join(Citizen, Citizen.id == Case.citizen_id)
        .where(
            CallBack.called_by_id == who.staff_id,
            CallBack.held_until > rt.now(),
            CallBack.result.is_(None),
            identity.current(rt.now()),
            *_may_call(who),
        )
    )


def _call(rt: Runtime, session: Session, row: CallBack) -> Call:
    case = session.get_one(Case, row.case_id)
    citizen = session.get_one(Citizen, case.citizen_id)
    ring = KeyRing(rt.settings.phone_keys)
    assert row.held_until is not None  # a call is on somebody's line
    return Call(
        row.draw_id, case.id, case.reference, case.institution_id, case.service_id,
        citizen.language or case.language, case.received_at, case.resolved_at, row.attempts,
        ring.unseal(citizen.sealed, citizen.lookup), row.held_until,
    )  # fmt: skip


def _offer(rt: Runtime, session: Session, row: CallBack) -> None:
    """The question by message: what was said on the phone to a stranger opens nothing by itself."""
    case = session.get_one(Case, row.case_id)
    citizen = session.get_one(Citizen, case.citizen_id)
    if case.status is not CaseStatus.CLOSED:
        return
    say = outbox.Wording(
        "sms-called", f"called:{row.draw_id}:{case.id}", {"reference": spoken(case.reference)}
    )
    language = citizen.language or case.language
    outbox.post(session, citizen, case.channel, language, say, rt.now(), case.id)
