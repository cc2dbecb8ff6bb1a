"""The file of a case for the Ombudsman: what happened, both clocks, who held it, what was sent.

One source for JSON and paper.  Words are masked for every reader but the Ombudsman, to whom the
citizen has brought the case, and yet the chain can be verified: what is sealed of words is a
digest.  The number of the citizen is in no file.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import registry
from feedback_service.conversations.wording.kinds import FROM_CALLERS
from feedback_service.domain import chain
from feedback_service.domain.escalation import OMBUDSMAN_LEVEL
from feedback_service.domain.references import read_reference, spoken
from feedback_service.models import (
    Case,
    CaseEvent,
    Institution,
    Look,
    Message,
    Notice,
    Role,
    Service,
    Staff,
    Unit,
)
from feedback_service.redress import history, timing
from feedback_service.redress.ladder import OMBUDSMAN
from feedback_service.redress.masking import masked_words
from feedback_service.redress.reading import NoSuchCase
from feedback_service.redress.sight import may_see, not_shut
from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer

FORM = "huduma-case-file/1"
LOOKED = "file"
MAY_HAVE = (Role.SUPERVISOR, Role.INTEGRITY, Role.AUDITOR, Role.OVERSIGHT)
"""Who may have the file: of a case they see; the Ombudsman's people of what climbed to them."""
Shown = Callable[[str], str]
_HOW = (
    "hash = SHA-256 of the canonical JSON of case_id, number, action, actor, at, data, previous, "
    "where data is the event's `sealed`: keys sorted, no spaces, ASCII; the first previous is 64 "
    "zeros; words are sealed as a digest with a salt, so that they can be masked or taken out; "
    "`masked`: of an event from before salts, whose hash is taken as it stands"
)


def of_case(rt: Runtime, session: Session, viewer: Viewer, reference: str) -> dict[str, Any]:
    """The whole file as plain values; raises NoSuchCase for whoever may not have it.

    The reading of it is written down, as every opening of a case is.
    """
    wanted = Case.reference == (read_reference(reference) or "")
    case = session.scalars(sa.select(Case).where(wanted, _may_have(viewer))).one_or_none()
    if case is None:
        raise NoSuchCase("no case of which you may have the file has that reference")
    session.add(Look(staff_id=viewer.staff_id, case_id=case.id, what=LOOKED, at=rt.now()))
    return _file(rt, session, case, _whole if _reads_whole(viewer, case) else masked_words)


def _whole(words: str) -> str:
    return words


def _reads_whole(viewer: Viewer, case: Case) -> bool:
    """Whether the citizen has brought the case to the reader, who is the Ombudsman."""
    return viewer.institution_id == OMBUDSMAN and case.level == OMBUDSMAN_LEVEL


def _may_have(viewer: Viewer) -> sa.ColumnElement[bool]:
    if viewer.institution_id == OMBUDSMAN and viewer.has(Role.OVERSIGHT, Role.INTEGRITY):
        climbed = sa.and_(Case.level == OMBUDSMAN_LEVEL, not_shut(viewer))
        return sa.or_(climbed, may_see(viewer))
    return may_see(viewer)


def _file(rt: Runtime, session: Session, case: Case, shown: Shown) -> dict[str, Any]:
    """`shown`: a citizen's words as the reader may read them."""
    events = history.events(session, case)
    unit = session.get_one(Unit, case.unit_id)
    service = session.get(Service, case.service_id) if case.service_id else None
    return {
        "form": FORM,
        "made_at": _at(rt.now()),
        "case": {
            "id": str(case.id), "reference": spoken(case.reference), "kind": case.kind.value,
            "received_at": _at(case.received_at), "channel": case.channel,
            "language": case.language, "text": shown(case.text),
            "service": service.name_en if service else None,
            "institution": session.get_one(Institution, case.institution_id).name,
            "office": unit.name_en, "county": case.county_code,
            "category": case.category.value if case.category else None,
            "ombudsmans_category": _ombudsmans(case),
            "status": case.status.value, "level": case.level, "disputes": case.disputes,
            "outcome": case.outcome.value if case.outcome else None,
        },
        "clocks": _clocks(rt, session, case),
        "custody": _custody(rt, session, case),
        "events": [_event(event, shown) for event in events],
        "chain": _chain(case, events),
        "messages": _messages(session, case, shown),
        "told": _told(session, case),
        "staff": _names(session, events),
    }  # fmt: skip


def _ombudsmans(case: Case) -> dict[str, str] | None:
    """What the Ombudsman's own reports call a complaint of this category."""
    return asdict(registry.ombudsmans(case.category)) if case.category else None


def _clocks(rt: Runtime, session: Session, case: Case) -> dict[str, Any]:
    """The office's, which proven questions stop, and the citizen's, which nothing stops."""
    moments = history.moments(session, case)
    calendar = timing.calendar_of(rt, session, case, moments)
    stood = timing.clocks_of(case, moments, calendar, rt.now())
    return {
        "office": {
            "acknowledge_due_at": _at(case.acknowledge_due_at), "due_at": _at(case.due_at),
            "working_days_used": stood.used_days, "working_days_allowed": stood.allowed_days,
            "acknowledged_at": _at(case.acknowledged_at), "answered_at": _at(case.resolved_at),
        },
        "citizen": {"due_at": _at(stood.citizen_due_at), "days_waited": stood.citizen_days},
    }  # fmt: skip


def _custody(rt: Runtime, session: Session, case: Case) -> list[dict[str, Any]]:
    moments = history.moments(session, case)
    calendar = timing.calendar_of(rt, session, case, moments)
    found = timing.stretches_of(moments, calendar, rt.now())
    named = sa.select(Unit.id, Unit.name_en).where(Unit.id.in_([each.holder for each in found]))
    names = dict(session.execute(named).all())
    return [
        {
            "holder": names.get(each.holder, each.holder), "level": each.level,
            "from": _at(each.from_at), "to": _at(each.to_at),
            "working_minutes": int(each.working.total_seconds() // 60),
        }
        for each in found
    ]  # fmt: skip


def _event(event: CaseEvent, shown: Shown) -> dict[str, Any]:
    data = {key: each for key, each in event.data.items() if key != chain.SALT}
    sealed = chain.sealed_of(event.data)
    if chain.WORDS in data:
        whole, data[chain.WORDS] = data[chain.WORDS], shown(str(data[chain.WORDS]))
        if sealed[chain.WORDS] == whole != data[chain.WORDS]:  # sealed before there were salts
            sealed |= {chain.WORDS: data[chain.WORDS], "masked": True}
    return {
        "number": event.number, "action": event.action.value, "actor": event.actor.value,
        "at": event.at.isoformat(), "data": data, "sealed": sealed,
        "previous": event.previous, "hash": event.hash,
    }  # fmt: skip


def _chain(case: Case, events: Sequence[CaseEvent]) -> dict[str, Any]:
    """Whether the history in the register is the one that was sealed, event by event."""
    try:
        chain.verify(str(case.id), [history.as_link(event) for event in events])
    except chain.BrokenChain as broken:
        return {"whole": False, "broken_at": broken.number, "how": _HOW}
    return {"whole": True, "head": events[-1].hash, "events": len(events), "how": _HOW}


def _messages(session: Session, case: Case, shown: Shown) -> list[dict[str, Any]]:
    sent = sa.select(Message).where(
        Message.case_id == case.id, Message.wording.not_in(FROM_CALLERS)
    )
    return [
        {
            "at": _at(message.created_at), "channel": message.channel,
            "text": shown(message.text), "state": message.state.value,
            "delivered_at": _at(message.delivered_at), "failure": message.failure,
        }
        for message in session.scalars(sent.order_by(Message.created_at))
    ]  # fmt: skip


def _told(session: Session, case: Case) -> list[dict[str, Any]]:
    """Whom each rung's notice went to, by name and date."""
    rows = (
        sa.select(Notice, sa.func.coalesce(Staff.name, Notice.address))
        .outerjoin(Staff, Staff.id == Notice.staff_id)
        .where(Notice.case_id == case.id, Notice.kind.in_(("rose", "ombudsman", "soon")))
        .order_by(Notice.at, Notice.key)
    )
    return [
        {
            "at": _at(notice.at), "who": who, "rung": notice.data.get("rung", "supervisor"),
            "instead": bool(notice.data.get("instead")), "seen_at": _at(notice.seen_at),
            "mailed_at": _at(notice.mailed_at),
        }
        for notice, who in session.execute(rows)
    ]  # fmt: skip


def _names(session: Session, events: Iterable[CaseEvent]) -> dict[str, str]:
    acted = {event.staff_id for event in events if event.staff_id}
    found = sa.select(Staff.id, Staff.name).where(Staff.id.in_(acted))
    return {str(key): name for key, name in session.execute(found)}


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
