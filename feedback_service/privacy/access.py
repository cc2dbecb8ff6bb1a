"""Everything that is kept of a person, as plain values; and the link that opens it once.

The link stands in a message, and messages are read by whoever holds the phone later: so it asks for
a code, sent to the number at that moment, good for a quarter of an hour and five tries.  A phone
may be shared: quiet cases, and what was said in them, are in none of it.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import audit, identity, outbox
from feedback_service.domain import chain
from feedback_service.domain.cases import Actor
from feedback_service.domain.references import spoken
from feedback_service.identity import KeyRing
from feedback_service.models import (
    Alias,
    Attachment,
    Case,
    CaseEvent,
    Citizen,
    Heard,
    Look,
    Message,
    Rating,
    Staff,
    Stop,
    SubjectRequest,
    Visit,
)
from feedback_service.runtime import Runtime

OPEN_FOR = timedelta(days=7)
CODE_FOR = timedelta(minutes=15)
MOST_CODES, MOST_TRIES = 5, 5
CODE = "sms-mydata-code"
FORM = "huduma-subject-access/1"


class NoSuchLink(LookupError):
    """Never made, opened already, or too old."""


class WrongCode(ValueError):
    """code: not the one that was sent, or too late. Ask for another."""


def make_link(rt: Runtime, asked: SubjectRequest) -> str:
    """A new address for a request; only a hash of it is kept, so the table opens nothing."""
    token = secrets.token_urlsafe(12)
    asked.result = {**asked.result, "link": _hashed(token), "codes": 0}
    return f"{rt.settings.public_url}/mydata/{token}"


def send_code(rt: Runtime, token: str) -> bool:
    """Send a code to the person's phone; False when enough were sent.  Raises NoSuchLink."""
    with rt.transaction() as session:
        asked, citizen = _of_link(rt, session, token)
        if asked.result["codes"] >= MOST_CODES:
            return False
        code, number = f"{secrets.randbelow(900_000) + 100_000}", asked.result["codes"] + 1
        until = (rt.now() + CODE_FOR).isoformat()
        asked.result = {
            **asked.result, "codes": number, "tries": 0, "code": _keyed(rt, token, code),
            "until": until,
        }  # fmt: skip
        say = outbox.Wording(
            CODE, f"subject:{asked.id}:code:{number}", {"code": code}, answers=True
        )
        language, channel = citizen.language or "sw", asked.channel
        outbox.post(session, citizen, channel, language, say, rt.now())
        return True


def open_link(rt: Runtime, token: str, code: str) -> dict[str, Any]:
    """Everything, once; raises NoSuchLink, WrongCode."""
    with rt.transaction() as session:
        asked, citizen = _of_link(rt, session, token)
        if right := _is_right(rt, asked.result, token, code):
            spent = {key: each for key, each in asked.result.items() if key not in ("link", "code")}
            asked.result = {**spent, "opened_at": rt.now().isoformat()}
            audit.note(session, "subject.opened", str(asked.id), rt.now())
            found = everything(rt, session, citizen)
        else:
            asked.result = {**asked.result, "tries": asked.result.get("tries", 0) + 1}
    if not right:
        raise WrongCode("code: not the one that was sent, or too late. Ask for another")
    return found


def check_link(rt: Runtime, token: str) -> None:
    """Raises NoSuchLink."""
    with rt.transaction() as session:
        _of_link(rt, session, token)


def counts(session: Session, citizen: Citizen) -> dict[str, int]:
    """How much is kept of each kind, for a message."""
    return {
        name: session.scalar(
            sa.select(sa.func.count())
            .select_from(table)
            .where(table.citizen_id == citizen.id, *_is_told(table))
        )
        or 0
        for name, table in (("cases", Case), ("ratings", Rating), ("messages", Heard))
    }


def everything(rt: Runtime, session: Session, citizen: Citizen) -> dict[str, Any]:
    """All that is kept of a person but quiet cases, in the order of time; no name of staff, but
    their offices."""

    def mine(table: Any, order: Any) -> Iterator[Any]:
        kept = sa.select(table).where(table.citizen_id == citizen.id, *_is_told(table))
        yield from session.scalars(kept.order_by(order))

    return {
        "form": FORM,
        "made_at": _at(rt.now()),
        "you": _you(rt, citizen, mine(Alias, Alias.created_at), mine(Stop, Stop.at)),
        "cases": [_case(session, case) for case in list(mine(Case, Case.received_at))],
        "ratings": [_rating(one) for one in mine(Rating, Rating.given_at)],
        "visits": [_visit(one) for one in mine(Visit, Visit.at)],
        "you_wrote": [
            {"at": _at(one.at), "channel": one.channel, "text": one.text}
            for one in mine(Heard, Heard.at)
        ],
        "we_wrote": [
            {"at": _at(one.created_at), "channel": one.channel, "text": one.text,
             "state": one.state.value}
            for one in mine(Message, Message.created_at)
            if one.wording != CODE
        ],
        "files": [
            {"at": _at(one.created_at), "kind": one.content_type or one.told_type,
             "bytes": one.size, "state": one.state.value}
            for one in mine(Attachment, Attachment.created_at)
        ],
        "requests": [
            {"at": _at(one.asked_at), "kind": one.kind.value, "done_at": _at(one.done_at)}
            for one in mine(SubjectRequest, SubjectRequest.asked_at)
        ],
    }  # fmt: skip


def _is_told(table: Any) -> tuple[sa.ColumnElement[bool], ...]:
    """Of rows that belong to a case: that it is not a quiet one."""
    if table is Case:
        return (Case.quiet.is_(False),)
    if not hasattr(table, "case_id"):
        return ()
    quiet = sa.exists().where(Case.id == table.case_id, Case.quiet)
    return (sa.not_(quiet),)


def _you(
    rt: Runtime, citizen: Citizen, aliases: Iterator[Alias], stops: Iterator[Stop]
) -> dict[str, Any]:
    ring = KeyRing(rt.settings.phone_keys)
    return {
        "number": ring.unseal(citizen.sealed, citizen.lookup) if citizen.sealed else None,
        "also_known_as": [ring.unseal(one.sealed, one.lookup) for one in aliases],
        "language": citizen.language, "known_since": _at(citizen.created_at),
        "last_heard": _at(citizen.heard_at),
        "stopped": [{"channel": one.channel, "at": _at(one.at)} for one in stops],
    }  # fmt: skip


def _case(session: Session, case: Case) -> dict[str, Any]:
    events = session.scalars(
        sa.select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.number)
    )
    looked = sa.select(Look.at, Look.what, Staff.role, Staff.institution_id).join(
        Staff, Staff.id == Look.staff_id
    )
    looks = session.execute(looked.where(Look.case_id == case.id).order_by(Look.at))
    return {
        "reference": spoken(case.reference), "received_at": _at(case.received_at),
        "channel": case.channel, "text": case.text, "service": case.service_id,
        "institution": case.institution_id, "category": case.category, "status": case.status.value,
        "outcome": case.outcome.value if case.outcome else None, "level": case.level,
        "quiet": case.quiet, "due_at": _at(case.due_at), "answered_at": _at(case.resolved_at),
        "history": [
            {"at": _at(one.at), "what": one.action.value, "by": one.actor.value,
             "text": one.data.get(chain.WORDS) if _is_theirs(one) else None}
            for one in events
        ],
        "who_looked": [
            {"at": _at(at), "what": what, "role": role.value, "institution": institution}
            for at, what, role, institution in looks
        ],
    }  # fmt: skip


def _is_theirs(event: CaseEvent) -> bool:
    """Their own words and what was said to them; an office's notes to itself tell of others too."""
    return event.actor is Actor.CITIZEN or event.action.value in ("resolve", "reject", "ask")


def _visit(one: Visit) -> dict[str, Any]:
    """A visit that an office has told us of, with the number it was given."""
    return {
        "at": _at(one.at), "institution": one.institution_id, "service": one.service_id,
        "place": one.service_point_id, "ticket": one.serial, "told_at": _at(one.fed_at),
    }  # fmt: skip


def _rating(one: Rating) -> dict[str, Any]:
    return {
        "at": _at(one.given_at), "service": one.service_id, "place": one.service_point_id,
        "score": one.score, "on_time": one.on_time, "paid_more": one.paid_more,
        "paid_extra_kes": one.paid_extra_kes, "courteous": one.courteous,
    }  # fmt: skip


def _of_link(rt: Runtime, session: Session, token: str) -> tuple[SubjectRequest, Citizen]:
    """The request of a link that is still good, its row held, and the person."""
    found = session.scalars(
        sa.select(SubjectRequest)
        .where(SubjectRequest.result["link"].as_string() == _hashed(token))
        .with_for_update()
    ).one_or_none()
    citizen = session.get(Citizen, found.citizen_id) if found else None
    if found is None or citizen is None or rt.now() - found.asked_at > OPEN_FOR:
        raise NoSuchLink("never made, opened already, or too old. Send MYDATA for another")
    if not identity.is_current(citizen, rt.now()):
        raise NoSuchLink("the number has been given up")
    return found, citizen


def _is_right(rt: Runtime, result: Mapping[str, Any], token: str, code: str) -> bool:
    until = result.get("until")
    if until is None or rt.now() > datetime.fromisoformat(until):
        return False
    typed = _keyed(rt, token, "".join(code.split()))
    return result["tries"] < MOST_TRIES and hmac.compare_digest(result["code"], typed)


def _hashed(token: str) -> str:
    """A link has 96 bits: a plain hash cannot be tried through."""
    return hashlib.sha256(token.encode()).hexdigest()


def _keyed(rt: Runtime, token: str, code: str) -> str:
    """A code has 20 bits: without the key it could be."""
    return KeyRing(rt.settings.phone_keys).lookup(f"mydata:{token}:{code}").hex()


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


__all__ = [
    "NoSuchLink", "WrongCode", "check_link", "counts", "everything", "make_link", "open_link",
    "send_code",
]  # fmt: skip
