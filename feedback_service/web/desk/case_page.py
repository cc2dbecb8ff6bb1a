"""The file of a case in the reader's words: what the page of a case is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from feedback_service import identity
from feedback_service.conversations.wording import kes, phrase, promised
from feedback_service.domain import escalation
from feedback_service.domain.cases import OPEN, Action, CaseStatus, Lane, Outcome
from feedback_service.domain.clocks import CITIZEN, MAX_PAUSE_DAYS
from feedback_service.domain.information import Handling
from feedback_service.domain.references import spoken
from feedback_service.models import Category
from feedback_service.redress.desk_reading import CaseFile
from feedback_service.redress.masking import masked_words
from feedback_service.staff import Viewer
from feedback_service.web.desk import canned, case_actions, case_history, case_kinds
from feedback_service.web.desk.advice import advice
from feedback_service.web.desk.case_shapes import (
    BothClocks,
    CaseHead,
    CitizenClock,
    Dispute,
    Group,
    Held,
    OfficeClock,
    PausesLeft,
    Previews,
    Promised,
)
from feedback_service.web.desk.frame import (
    NAMELESS,
    Choice,
    Office,
    catalogue,
    channel_key,
    choices,
    institution_name,
)
from feedback_service.web.desk.presenting import due_of, span
from feedback_service.web.desk.queue import first_words
from feedback_service.web.texts import say


@dataclass(frozen=True)
class Reader:
    """Who reads the page, in which language, at what time, with the desks by id."""

    viewer: Viewer
    lang: str
    now: datetime
    offices: Mapping[str, Office]


def context(file: CaseFile, reader: Reader) -> dict[str, Any]:
    """Everything the template of a case asks for but what was typed into its forms."""
    lang = reader.lang
    grounds = choices("reject_ground", case_actions.REJECT_GROUNDS, lang)
    reasons = choices("not_ours", case_actions.NOT_OURS_REASONS, lang)
    return {
        "case": _head(file, reader),
        "clocks": _clocks(file, reader),
        "charter": _charter(file, lang),
        "number_asked": any("unsealing" in line.event.data for line in file.lines),
        "answers": [],
        "timeline": case_history.timeline(file, reader.lang, reader.offices),
        "triage": advice(file, lang),
        "categories": choices("category", tuple(Category), lang),
        "intents": choices("intent", case_actions.NO_COMPLAINT, lang),
        "actions": case_actions.addresses(file, reader.viewer),
        "previews": _previews(file),
        "replies": canned.offers(file),
        "offices": _groups(file, reader),
        "not_ours_reasons": reasons,
        "reject_reasons": grounds,
        "colleagues": [Choice(str(key), name) for key, name in file.colleagues.items()],
        "pauses": PausesLeft(file.clocks.pauses_left, MAX_PAUSE_DAYS),
        "dispute": _dispute(file, lang),
        "custody": _custody(file, reader),
        "handlings": choices("handling", tuple(Handling), lang),
        "proposal": case_kinds.proposal(file, lang),
        "custody_words": span(_whole(file)),
    }


def _head(file: CaseFile, reader: Reader) -> CaseHead:
    case, lang, known = file.case, reader.lang, catalogue()
    service = known.services.get(case.service_id or "")
    place = known.places.get(case.service_point_id or "")
    county = known.counties.get(case.county_code or 0)
    answered = case.resolved_at or case.closed_at
    due = due_of(
        lang, case.status, case.due_at, answered, reader.now, file.calendar, case.received_at
    )
    return CaseHead(
        reference=case.reference,
        kind=case.kind,
        status=case.status,
        outcome=case.outcome.replace("-", "_") if case.outcome else None,
        level=case.level,
        words=masked_words(case.text) or say(lang, "case.no_words"),
        words_lang=case.language,
        summary=first_words(case.text),
        service_name=service.short[lang] if service else say(lang, "case.no_service"),
        owner_name=institution_name(case.institution_id, lang) or "",
        host_name=institution_name(case.host_id, lang),
        unit_name=reader.offices[file.unit.id].name[lang],
        place=place.name if place else None,
        county_name=county.name if county else None,
        category_name=say(lang, f"category.{case.category}") if case.category else None,
        channel=channel_key(case.channel, case.source),
        received_at=case.received_at,
        holder_name=file.holder_name,
        urgent=case.urgent,
        disputed=case.outcome is Outcome.DISPUTED and case.status in OPEN,
        quiet=case.quiet,
        confidential=case.lane is not Lane.OPEN,
        anonymous=False,
        late=due.late,
        soon=due.soon,
        due_at=case.due_at,
        due_words=due.words,
        citizen_lang=file.citizen_language,
        reachable=case.citizen_id is not None,
        citizen_words=_citizen_words(file, lang),
        seen=len(file.lines),
    )


def _citizen_words(file: CaseFile, lang: str) -> str:
    """How the citizen can be reached, never why not: that is theirs."""
    if file.citizen is None:
        return say(lang, "case.no_phone")
    if file.reach["sms"]:
        key = "case.sealed"
    elif not file.reach["whatsapp"]:
        key = "case.unreachable"
    else:
        hidden = file.citizen.kind == identity.WHATSAPP
        key = "case.whatsapp_only" if hidden else "case.no_sms"
    return say(lang, key, language=say(lang, f"language.{file.citizen_language}"))


def _clocks(file: CaseFile, reader: Reader) -> BothClocks:
    read, case = file.clocks, file.case
    ended = reader.now if case.status in OPEN else case.resolved_at or reader.now
    return BothClocks(
        OfficeClock(
            used_days=read.used_days,
            allowed_days=read.allowed_days,
            due_at=case.due_at,
            fraction=read.office_fraction,
            late=ended > case.due_at,
            paused=read.paused is not None,
            paused_until=read.paused.ended_at if read.paused else None,
            rule=case_kinds.rule(file, reader.lang),
            before_at=case_kinds.before(file),
        ),
        CitizenClock(read.citizen_days, case.received_at, read.citizen_fraction),
    )


def _charter(file: CaseFile, lang: str) -> Promised | None:
    charter, service = file.charter, catalogue().services.get(file.case.service_id or "")
    if charter is None:
        return None
    papers = charter.requirements_sw if lang == "sw" else charter.requirements_en
    note = charter.cost_note_sw if lang == "sw" else charter.cost_note_en
    cost = kes(charter.cost_kes, lang)
    return Promised(
        papers=papers,
        cost=f"{cost}, {note}" if note else cost,
        time=promised(charter.promise_amount, charter.promise_unit, lang),
        where=service.where[lang] if service else "",
    )


def _previews(file: CaseFile) -> Previews:
    """The messages as the citizen would read them, with dots where the words will be."""
    if not file.reachable:
        return Previews("", "")
    lang = file.citizen_language
    values = {
        "reference": spoken(file.case.reference),
        "office": institution_name(file.unit.institution_id, lang) or "",
        "answer": "…",
    }
    return Previews(phrase("sms-answered", lang, **values), phrase("sms-asked", lang, **values))


def _groups(file: CaseFile, reader: Reader) -> list[Group]:
    """Where the case can be sent, by institution; the desk that would answer comes first."""
    found: dict[str, list[Choice]] = {}
    for office in case_actions.destinations(file.case, file.unit, reader.offices):
        choice = Choice(office.unit_id, office.name[reader.lang])
        found.setdefault(office.institution_id, []).append(choice)
    groups = [
        Group(institution_name(institution, reader.lang) or institution, units)
        for institution, units in found.items()
    ]
    return sorted(groups, key=lambda group: group.name)


def _dispute(file: CaseFile, lang: str) -> Dispute | None:
    said = [line.event for line in file.lines if line.event.action is Action.DISPUTE]
    if not said or file.case.status not in OPEN:
        return None
    once_more = escalation.after_dispute(file.case.level, file.case.disputes + 1)
    higher = once_more > file.case.level
    return Dispute(
        at=said[-1].at,
        words=masked_words(str(said[-1].data.get("text", ""))),
        n=file.case.disputes,
        next_name=say(lang, f"level.{once_more}") if higher else None,
    )


def _custody(file: CaseFile, reader: Reader) -> list[Held]:
    whole, lang = _whole(file) or timedelta(seconds=1), reader.lang
    closed = file.case.status is CaseStatus.CLOSED
    held = []
    for number, stretch in enumerate(file.custody, start=1):
        office, last = reader.offices.get(stretch.holder), number == len(file.custody)
        citizen = stretch.holder == CITIZEN
        who = say(lang, "case.citizen") if citizen else office.name[lang] if office else NAMELESS
        place = institution_name(office.institution_id, lang) if office else ""
        held.append(
            Held(
                who, place or "", stretch.level, stretch.from_at,
                None if last and not closed else stretch.to_at, span(stretch.working),
                stretch.working / whole,
            )
        )  # fmt: skip
    return held


def _whole(file: CaseFile) -> timedelta:
    return sum((stretch.working for stretch in file.custody), timedelta(0))
