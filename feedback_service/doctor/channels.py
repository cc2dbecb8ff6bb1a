"""Whether messages can go their way: alarms, templates, prices, budgets, who is told."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import watch
from feedback_service.conversations import wording
from feedback_service.conversations.wording import templates
from feedback_service.doctor.finding import Finding, count, fail, ok, some, warn
from feedback_service.models import Budget, Heard
from feedback_service.registry import phrases
from feedback_service.runtime import Runtime
from feedback_service.settings import Settings
from feedback_service.watch import Kind

SMS, WHATSAPP = "africastalking-sms", "twilio-whatsapp"
EXAMPLE_CODE = Settings.at_short_code
STOPPED = {Kind.SILENT_IN, Kind.NOTHING_DELIVERED, Kind.OUTBOX_STUCK}
"""Alarms that mean that citizens are not heard or not answered."""
PATIENCE = timedelta(days=1)
"""Longer than this, a message set aside for a person waits for nobody."""


def checks(rt: Runtime, session: Session) -> Iterator[Finding]:
    yield from _alarms(session)
    yield from _mail(rt.settings)
    yield from _short_code(rt)
    yield from _templates(rt)
    yield from _prices(rt)
    yield _budgets(session)
    yield from _edited(session)
    yield from _set_aside(session, rt.now())


def _alarms(session: Session) -> Iterator[Finding]:
    alarms = watch.open_alarms(session)
    for alarm in alarms:
        say = fail if alarm.kind in STOPPED else warn
        yield say(f"Alarm: {watch.words(alarm)}", "See /desk/channels for what to do")
    if not alarms:
        yield ok("No channel raises an alarm")


def _mail(settings: Settings) -> Iterator[Finding]:
    if settings.operator_mail and settings.smtp_url:
        yield ok(
            f"Alarms are mailed to {count(len(settings.operator_mail), 'address', 'addresses')}"
        )
    elif settings.operator_mail:
        yield warn(
            "OPERATOR_MAIL is set and no mail can leave",
            "Set SMTP_URL and MAIL_FROM: smtps://user:password@mail.example.go.ke",
        )
    else:
        yield warn(
            "Nobody is mailed when a channel falls silent",
            "Set OPERATOR_MAIL=ops@example.go.ke, SMTP_URL and MAIL_FROM",
        )


def _short_code(rt: Runtime) -> Iterator[Finding]:
    """Messages name it to citizens: an invented one would lead their answers to a stranger."""
    way = rt.ways.get(SMS)
    if way is None or not way.configured(rt.settings.raw):
        return
    if rt.settings.at_short_code == EXAMPLE_CODE:
        yield fail(
            f"AT_SHORT_CODE is {EXAMPLE_CODE}, the example, while messages really leave",
            "Set AT_SHORT_CODE to the short code that Africa's Talking gave you",
        )
    else:
        yield ok(f"Citizens are told to write to {rt.settings.at_short_code}")


def _templates(rt: Runtime) -> Iterator[Finding]:
    """Those that messages need 24 hours after the citizen's last words."""
    way = rt.ways.get(WHATSAPP)
    if way is None or not way.configured(rt.settings.raw):
        return
    needed = [
        templates.name(key, language) for key in templates.UNASKED for language in wording.LANGUAGES
    ]
    missing = [name for name in needed if name not in rt.settings.twilio_templates]
    if not missing:
        yield ok(f"WhatsApp: {count(len(needed), 'approved template')}")
        return
    yield warn(
        f"WhatsApp lacks {count(len(missing), 'template')} ({some(missing, 3)}): those messages "
        "leave by SMS once 24 hours have passed",
        "feedback wording templates; submit them at Twilio; put their Content SIDs into "
        "TWILIO_TEMPLATES",
    )


def _prices(rt: Runtime) -> Iterator[Finding]:
    """Twilio tells no price when it takes a message, and seldom one later, in dollars."""
    speaking = [
        name
        for name, way in rt.ways.items()
        if name.startswith("twilio-") and way.configured(rt.settings.raw)
    ]
    dear = [name for name in speaking if name not in rt.settings.message_prices]
    if dear:
        yield warn(
            f"What messages by {some(dear)} cost is not counted, so no budget is ever used up",
            "Set MESSAGE_PRICES, and KES_PER_USD for what is told in dollars",
        )


def _budgets(session: Session) -> Finding:
    number = session.scalar(sa.select(sa.func.count()).select_from(Budget)) or 0
    if number:
        return ok(f"Budgets for messages: {count(number, 'institution')}")
    return warn(
        "No institution has a budget for its messages", "feedback budget set INSTITUTION KES"
    )


def _edited(session: Session) -> Iterator[Finding]:
    texts = phrases.texts(phrases.changes(session))
    unfit = [f"{key}.{language}" for key, language in wording.unsuited(texts)]
    if unfit:
        yield warn(
            f"{count(len(unfit), 'edited wording')} of another release not said: {some(unfit)}",
            "feedback wording export, change them, feedback wording import",
        )


def _set_aside(session: Session, now: datetime) -> Iterator[Finding]:
    waits = sa.select(sa.func.count()).where(
        Heard.became == "set-aside", Heard.settled_at.is_(None), Heard.at < now - PATIENCE
    )
    if number := session.scalar(waits):
        yield warn(
            f"{count(number, 'message')} set aside for a person for more than a day",
            "Central triage decides on them at /desk/set-aside",
        )
