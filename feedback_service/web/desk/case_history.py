"""A case's history in words: what happened, who did it, and what became of each message."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from feedback_service.domain.cases import Action, Actor
from feedback_service.domain.references import spoken
from feedback_service.models import CaseEvent, Message
from feedback_service.redress.desk_reading import CaseFile, Line
from feedback_service.redress.masking import masked_words
from feedback_service.redress.telling import NOTICES
from feedback_service.web.desk.case_shapes import Entry, Told
from feedback_service.web.desk.frame import NAMELESS, Office, channel_key
from feedback_service.web.texts import day, say

KINDS = {Action.RECEIVE: "received", Action.ANSWER: "add"}
PRIVATE = frozenset({Action.NOTE, Action.ASSIGN, Action.TRANSFER, Action.REOPEN, Action.RECLASSIFY})
"""What the citizen is never shown the words of."""


def timeline(file: CaseFile, lang: str, offices: Mapping[str, Office]) -> list[Entry]:
    """Events and messages of their own, newest first."""
    entries = [_event(file, line, lang, offices) for line in file.lines]
    entries += [_message(message, lang) for message in file.other_messages]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def categorises(event: CaseEvent) -> bool:
    return event.action is Action.NOTE and "category" in event.data


def hurries(event: CaseEvent) -> bool:
    """Whether a person said that the case is urgent, or is not."""
    return event.action is Action.NOTE and "urgent" in event.data


def intends(event: CaseEvent) -> bool:
    """Whether a person said that the case is no complaint, but something else."""
    return event.action is Action.NOTE and "intent" in event.data


def _event(file: CaseFile, line: Line, lang: str, offices: Mapping[str, Office]) -> Entry:
    event = line.event
    return Entry(
        at=event.at,
        who=_who(line, lang),
        kind=_kind(event),
        what=_changed_kind(event, lang) or _what(file, event, lang, offices),
        text=masked_words(str(event.data.get("text", ""))) if not _says_itself(event) else "",
        level=int(event.data.get("level", 0)) if event.action is Action.ESCALATE else 0,
        private=event.action in PRIVATE,
        message=_told(file, line, lang),
        number=event.number,
    )


def _message(message: Message, lang: str) -> Entry:
    told = Told(channel_key(message.channel), message.state, say(lang, "case.citizen"))
    return Entry(
        message.created_at, say(lang, "product.name"), "message", None,
        masked_words(message.text), 0, False, told,
    )  # fmt: skip


def _says_itself(event: CaseEvent) -> bool:
    return categorises(event) or hurries(event) or intends(event)


def _kind(event: CaseEvent) -> str:
    return "categorise" if categorises(event) else KINDS.get(event.action, event.action)


def _changed_kind(event: CaseEvent, lang: str) -> str | None:
    if event.action is not Action.RECLASSIFY:
        return None
    proposed = bool(event.data.get("proposed"))
    handling = say(lang, f"handling.{event.data['handling']}")
    return say(lang, "case.kind_proposed" if proposed else "case.kind_changed", handling=handling)


def _what(file: CaseFile, event: CaseEvent, lang: str, offices: Mapping[str, Office]) -> str | None:
    """The event named with what it chose; None where its plain name says all."""
    label = say(lang, f"event.{_kind(event)}")
    if event.action in (Action.TRANSFER, Action.CLEAR):
        return label + _moved(event, lang, offices)
    if event.data.get("file"):
        return say(lang, "case.file_put")
    if event.action is Action.ASSIGN:
        names = {str(key): name for key, name in file.colleagues.items()}
        if event.data.get("rule"):
            label = say(lang, "case.assigned_by_rule")
        return f"{label}: {names.get(str(event.data.get('to')), NAMELESS)}"
    if step := event.data.get("unsealing"):
        return say(lang, f"unsealing.event_{step}")
    if words := _labelled(event, label, lang):
        return words
    why = _why(event, lang)
    return f"{label}{why}" if why else None


def _labelled(event: CaseEvent, label: str, lang: str) -> str | None:
    """What a person said the case is; None for an event that says no such thing."""
    if intends(event):
        intent = say(lang, f"intent.{event.data['intent']}")
        return say(lang, "case.intent_said", intent=intent)
    if hurries(event):
        return say(lang, "case.urgent_set" if event.data["urgent"] else "case.urgent_unset")
    if categorises(event):
        return f"{label}: {say(lang, 'category.' + str(event.data['category']))}"
    return None


def _moved(event: CaseEvent, lang: str, offices: Mapping[str, Office]) -> str:
    """Where a case went, and from where: ": NRB desk → DIS desk"."""
    known = [offices.get(str(event.data.get(end))) for end in ("from", "holder")]
    names = " → ".join(office.name[lang] for office in known if office)
    return f": {names}" if names else ""


def _why(event: CaseEvent, lang: str) -> str:
    """What an event keeps of its reason, or of the case that it goes on with."""
    data = event.data
    for kept, words in (("next", "case.went_on"), ("previous", "case.goes_on")):
        if reference := data.get(kept):
            return f": {say(lang, words, reference=spoken(str(reference)))}"
    if event.action is Action.RECEIVE:
        return _brought(data, lang)
    if data.get("prompted"):
        return f", {say(lang, 'case.prompted')}"
    if ground := data.get("ground"):
        return f": {say(lang, 'reject_ground.' + str(ground))}"
    if because := str(data.get("because", "")).replace("-", "_"):
        return f": {say(lang, 'because.' + because)}"
    return ""


def _brought(data: Mapping[str, Any], lang: str) -> str:
    """Who sent the case, and that it was entered after the day it came."""
    words = []
    if sent := data.get("referred"):
        number = sent["reference"] or NAMELESS
        words.append(say(lang, "case.referred", by=sent["by"], number=number))
    if entered := data.get("entered_on"):
        words.append(say(lang, "case.entered_late", day=day(lang, date.fromisoformat(entered))))
    return "".join(f", {one}" for one in words)


def _who(line: Line, lang: str) -> str:
    if line.staff_name:
        return line.staff_name
    if line.event.actor is Actor.CITIZEN:
        return say(lang, "case.citizen")
    if line.event.data.get("rule"):
        return say(lang, "product.name")
    return say(lang, f"actor.{line.event.actor}")


def _told(file: CaseFile, line: Line, lang: str) -> Told | None:
    """What became of the event's message; a citizen who said stop cannot be reached."""
    to = say(lang, "case.citizen")
    if line.message:
        return Told(channel_key(line.message.channel), line.message.state, to)
    owed = NOTICES[line.event.action] and line.event.actor is not Actor.CITIZEN
    if owed and _stopped_before(file, line.event.at):
        return Told("sms", "stopped", to)
    return None


def _stopped_before(file: CaseFile, at: datetime) -> bool:
    return file.stopped_at is not None and file.stopped_at <= at
