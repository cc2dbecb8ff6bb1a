"""One case as its desk reads it: the citizen's words, what was promised, both clocks, custody,
history with the fate of every message.  Facts only; the pages put them into words.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from feedback_service import outbox
from feedback_service.conversations.wording.kinds import FROM_CALLERS
from feedback_service.domain.calendar import WorkingCalendar
from feedback_service.domain.cases import Action, Lane
from feedback_service.domain.clocks import Moment
from feedback_service.domain.references import read_reference
from feedback_service.models import (
    CannedReply,
    Case,
    CaseEvent,
    Charter,
    Citizen,
    Message,
    Role,
    Staff,
    Stop,
    Suggestion,
    Unit,
)
from feedback_service.notices.shut import may_hear
from feedback_service.redress import canned, history, queue
from feedback_service.redress.reading import NoSuchCase
from feedback_service.redress.sight import DESK, may_see
from feedback_service.redress.timing import Clocks, Stretch, calendar_of, clocks_of, stretches_of
from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer

_OTHER = aliased(Suggestion)  # made once: an alias costs more than the question


@dataclass(frozen=True)
class Line:
    """One event and the message that told the citizen of it, if one was due."""

    event: CaseEvent
    staff_name: str | None
    message: Message | None


@dataclass(frozen=True)
class CaseFile:
    """All that is known of a case.  `stopped_at`: since when no message may go to the citizen.

    `reach`: by "sms" and "whatsapp", whether a message can reach them there.
    """

    case: Case
    unit: Unit
    holder_name: str | None
    citizen: Citizen | None
    reach: Mapping[str, bool]
    citizen_language: str
    lines: Sequence[Line]
    other_messages: Sequence[Message]
    stopped_at: datetime | None
    suggestion: Suggestion | None
    charter: Charter | None
    calendar: WorkingCalendar
    clocks: Clocks
    custody: Sequence[Stretch]
    colleagues: Mapping[uuid.UUID, str]
    next_reference: str | None
    replies: Sequence[CannedReply]

    @property
    def reachable(self) -> bool:
        """Whether a message written now would leave."""
        known = self.citizen is not None and self.citizen.retired_at is None
        return known and not self.case.quiet and not self.stopped_at


@dataclass(frozen=True)
class _Head:
    case: Case
    unit: Unit
    citizen: Citizen | None
    holder_name: str | None
    wrote: bool
    stopped: Sequence[str] | None
    stopped_at: datetime | None
    suggestion: Suggestion | None
    charter: Charter | None


def find(session: Session, viewer: Viewer, reference: str, *, lock: bool = False) -> Case:
    """A case the viewer may see; raises NoSuchCase for every other, whether it exists or not."""
    wanted = sa.select(Case).where(
        Case.reference == (read_reference(reference) or ""), may_see(viewer)
    )
    if lock:
        wanted = wanted.with_for_update(of=Case)
    case = session.scalars(wanted).one_or_none()
    if case is None:
        raise NoSuchCase("no case that you may see has that reference")
    return case


def open_file(rt: Runtime, session: Session, viewer: Viewer, reference: str) -> CaseFile:
    """The whole file of a case the viewer may see, in six statements; raises NoSuchCase."""
    head = _head(session, viewer, reference)
    case, unit, citizen = head.case, head.unit, head.citizen
    messages = _messages(session, case)
    lines = _lines(session, case, messages)
    told = {line.message.id for line in lines if line.message}
    moments = [_moment(line) for line in lines]
    calendar = calendar_of(rt, session, case, moments)
    return CaseFile(
        case=case,
        unit=unit,
        holder_name=head.holder_name,
        citizen=citizen,
        reach=outbox.reach(citizen, head.wrote, head.stopped) if citizen else {},
        citizen_language=(citizen.language if citizen else None) or case.language,
        lines=lines,
        other_messages=[m for m in messages.values() if m.id not in told],
        stopped_at=head.stopped_at,
        suggestion=head.suggestion,
        charter=head.charter,
        calendar=calendar,
        clocks=clocks_of(case, moments, calendar, rt.now()),
        custody=stretches_of(moments, calendar, case.closed_at or rt.now()),
        colleagues=colleagues(session, viewer, case),
        next_reference=queue.following(session, viewer, case),
        replies=canned.in_use(session, unit.institution_id),
    )


def colleagues(session: Session, viewer: Viewer, case: Case) -> dict[uuid.UUID, str]:
    """Whom the viewer may hand the case to: people of their institution who may act on it."""
    return people_of(session, viewer, case.lane, may_hear(case.id))


def people_of(
    session: Session, viewer: Viewer, lane: Lane, *where: sa.ColumnElement[bool]
) -> dict[uuid.UUID, str]:
    """Those of the viewer's institution who act on cases of a lane, by name."""
    roles = (Role.INTEGRITY,) if lane is Lane.CONFIDENTIAL else DESK
    found = (
        sa.select(Staff.id, Staff.name)
        .where(
            Staff.institution_id == viewer.institution_id,
            Staff.disabled_at.is_(None),
            Staff.role.in_(roles),
            *where,
        )
        .order_by(Staff.name)
    )
    return dict(session.execute(found).all())


def _head(session: Session, viewer: Viewer, reference: str) -> _Head:
    """Everything of which there is one, in one statement; raises NoSuchCase."""
    found = (
        sa.select(
            Case, Unit, Citizen, Staff.name, *outbox.reach_facts(), _stopped_at(), Suggestion,
            Charter,
        )
        .join(Unit, Unit.id == Case.unit_id)
        .outerjoin(Citizen, Citizen.id == Case.citizen_id)
        .outerjoin(Staff, Staff.id == Case.assigned_to_id)
        .outerjoin(Suggestion, _newest_suggestion())
        .outerjoin(
            Charter,
            sa.and_(
                Charter.service_id == Case.service_id, Charter.version == Case.charter_version
            ),
        )
        .where(Case.reference == (read_reference(reference) or ""), may_see(viewer))
    )  # fmt: skip
    row = session.execute(found).one_or_none()
    if row is None:
        raise NoSuchCase("no case that you may see has that reference")
    return _Head(*row)


def _stopped_at() -> sa.ScalarSelect[datetime]:
    """Since when the citizen hears nothing on the channel where we would write about the case."""
    channel = sa.case(outbox.REPLY_CHANNEL, value=Case.channel, else_=Case.channel)
    found = sa.select(Stop.at).where(Stop.citizen_id == Case.citizen_id, Stop.channel == channel)
    return found.correlate(Case).scalar_subquery()


def _newest_suggestion() -> sa.ColumnElement[bool]:
    """What the newest model said."""
    newest = (
        sa.select(_OTHER.model_version)
        .where(_OTHER.case_id == Case.id)
        .order_by(_OTHER.at.desc())
        .limit(1)
    )
    return sa.and_(
        Suggestion.case_id == Case.id,
        Suggestion.model_version == newest.correlate(Case).scalar_subquery(),
    )


def _messages(session: Session, case: Case) -> dict[str, Message]:
    """By key; what is between the citizen and a caller from outside is not for a desk."""
    found = sa.select(Message).where(
        Message.case_id == case.id, Message.wording.not_in(FROM_CALLERS)
    )
    return {message.key: message for message in session.scalars(found.order_by(Message.created_at))}


def _lines(session: Session, case: Case, messages: Mapping[str, Message]) -> list[Line]:
    found = (
        sa.select(CaseEvent, Staff.name)
        .outerjoin(Staff, Staff.id == CaseEvent.staff_id)
        .where(CaseEvent.case_id == case.id)
        .order_by(CaseEvent.number)
    )
    return [
        Line(event, name, messages.get(history.message_key(case, event.number)))
        for event, name in session.execute(found)
    ]


def _moment(line: Line) -> Moment:
    """The event as clocks look at it; a question counts from its message's delivery."""
    event, message = line.event, line.message
    if event.action is not Action.ASK:
        return Moment(event.action, event.at, event.data)
    delivered = message.delivered_at if message else None
    return Moment(event.action, event.at, {**event.data, "delivered_at": delivered})
