"""For operators: how each channel does, what it costs, which messages need a person, alarms on top.

Never a number, a name or a message's words; whoever reads cases reads them elsewhere.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from feedback_service import outbox, watch
from feedback_service.domain.calendar import NAIROBI
from feedback_service.models import Alarm, Message, MessageState, Role
from feedback_service.outbox import costs
from feedback_service.outbox.operating import NotInTrouble, troubles
from feedback_service.outbox.remedies import REMEDIES, UNKNOWN
from feedback_service.runtime import Runtime
from feedback_service.watch.figures import standings
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import (
    institution_name,
    language,
    pages,
    runtime,
    serves_all,
)
from feedback_service.web.texts import say

STATES = tuple(MessageState)
SHOWN = 100


@dataclass(frozen=True)
class Raised:
    words: str
    since: datetime
    todo: str


@dataclass(frozen=True)
class Spending:
    """One institution's month; amounts in KES, None where there is nothing to divide by."""

    name: str
    messages: int
    kes: Decimal
    estimated_kes: Decimal
    unpriced: int
    budget_kes: Decimal | None
    percent: int | None
    per_case: Decimal | None
    per_resolution: Decimal | None


@dataclass(frozen=True)
class Waiting:
    """A message that needs a person; `reason` is the company's own, its numbers blotted out."""

    at: datetime
    channel: str
    wording: str
    state: str
    tries: int
    cause: str
    reason: str
    again_href: str | None
    taken_href: str | None


@pages.get("/channels")
@open_to(Role.ADMINISTRATOR, Role.AUDITOR)
def channels() -> ResponseReturnValue:
    rt, lang = runtime(), language()
    if not serves_all(viewer()):
        abort(404)
    with rt.transaction() as db:
        alarms = [_alarm(alarm, lang) for alarm in watch.open_alarms(db)]
        found = standings(rt, db)
        waiting = [_waiting(one) for one in troubles(db, rt.now(), SHOWN + 1)]
        spending = _spending(db, rt.now(), lang)
    return render_template(
        "desk/channels.html",
        alarms=alarms,
        channels=found,
        names={one.channel: _channel(one.channel) for one in found},
        states=STATES,
        spending=spending,
        waiting=waiting[:SHOWN],
        more=len(waiting) > SHOWN,
        at=rt.now(),
        month=rt.now(),
    )


@pages.post("/channels/<uuid:message_id>/again")
@open_to(Role.ADMINISTRATOR)
def send_again(message_id: uuid.UUID) -> ResponseReturnValue:
    """Send once more what failed, or what a person found never to have left."""
    return _settled(outbox.send_again, message_id, "again")


@pages.post("/channels/<uuid:message_id>/taken")
@open_to(Role.ADMINISTRATOR)
def was_taken(message_id: uuid.UUID) -> ResponseReturnValue:
    """Leave it: a person found in the company's log that it had left."""
    return _settled(outbox.was_taken, message_id, "was_taken")


def _settled(
    settle: Callable[[Runtime, uuid.UUID, uuid.UUID], None], message_id: uuid.UUID, done: str
) -> ResponseReturnValue:
    if not serves_all(viewer()):
        abort(404)
    try:
        settle(runtime(), message_id, viewer().staff_id)
    except NoResultFound:
        abort(404)
    except NotInTrouble:
        flash("not_again", "problem")
    else:
        flash(done, "done")
    return redirect(url_for("desk.channels") + "#waiting", 303)


def _alarm(alarm: Alarm, lang: str) -> Raised:
    facts = {name: int(value) for name, value in watch.facts_of(alarm).items()}
    values = {"subject": _channel(alarm.subject), **facts}
    kind = alarm.kind.replace("-", "_")
    return Raised(
        say(lang, f"alarm.{kind}", **values), alarm.raised_at, say(lang, f"alarm_todo.{kind}")
    )


def _channel(subject: str) -> str:
    """A channel or a company as its provider writes it."""
    names = {"africastalking": "Africa's Talking", "twilio": "Twilio"}
    company, _, kind = subject.partition("-")
    kinds = {"ussd": "USSD", "sms": "SMS", "whatsapp": "WhatsApp"}
    return " ".join(part for part in (names.get(company, company), kinds.get(kind, kind)) if part)


def _spending(db: Session, now: datetime, lang: str) -> list[Spending]:
    month = now.astimezone(NAIROBI).date()
    cases, solved = costs.per_case(db, month), costs.per_resolution(db, month)
    return [
        Spending(
            institution_name(one.institution_id, lang) or say(lang, "channels.nobody"),
            one.messages, one.kes, one.estimated_kes, one.unpriced, one.budget_kes,
            None if one.share is None else round(100 * one.share),
            cases.get(one.institution_id or ""), solved.get(one.institution_id or ""),
        )
        for one in costs.spent(db, month)
    ]  # fmt: skip


def _waiting(message: Message) -> Waiting:
    unknown = message.state is MessageState.UNKNOWN
    cause = UNKNOWN if unknown or message.cause not in REMEDIES else message.cause
    may = viewer().has(Role.ADMINISTRATOR)
    return Waiting(
        at=message.created_at,
        channel=message.channel,
        wording=message.wording,
        state=message.state,
        tries=message.attempts,
        cause=cause.replace("-", "_"),
        reason=_NUMBERS.sub("…", message.failure)[:160],
        again_href=url_for("desk.send_again", message_id=message.id) if may else None,
        taken_href=url_for("desk.was_taken", message_id=message.id) if may and unknown else None,
    )


_NUMBERS = re.compile(r"\+?\d(?:[\s-]?\d){5,}")
"""A company's reason may repeat the telephone number it could not reach."""
