"""Incidents in the reader's words: what their two pages and the box on a case's page are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from feedback_service.domain.calendar import WorkingCalendar
from feedback_service.incidents import (
    ALREADY,
    NOT_YOURS,
    Answered,
    Group,
    IncidentFile,
    Member,
    Summary,
)
from feedback_service.models import Case, Incident, Role
from feedback_service.staff import Viewer
from feedback_service.web.desk.frame import NAMELESS, catalogue, institution_name
from feedback_service.web.desk.presenting import due_of
from feedback_service.web.desk.queue import first_words
from feedback_service.web.texts import day, say


@dataclass(frozen=True)
class CaseLine:
    """One case in a list of the pages; `joined`: by whom, or that the rule did."""

    reference: str
    href: str
    summary: str
    words_lang: str
    service_name: str
    place: str | None
    status: str
    due_words: str
    late: bool
    soon: bool
    received_at: datetime
    joined: str = ""


@dataclass(frozen=True)
class IncidentLine:
    """One incident in the list."""

    href: str
    title: str
    citizens: int
    cases: int
    open: int
    late: int
    first_at: datetime
    last_at: datetime
    fixed_at: datetime | None


@dataclass(frozen=True)
class Suggestion:
    """Cases that look alike, for a person to say yes or no; `percent` of the most alike two."""

    cases: Sequence[CaseLine]
    percent: int
    joins: str | None


@dataclass(frozen=True)
class Report:
    """What came of an answer to all: how many, and what was left with its reason."""

    done: int
    left: Sequence[tuple[str, str, str]]
    moved: int


@dataclass(frozen=True)
class Fix:
    """What was declared, by whom, and what its people said since."""

    en: str
    sw: str
    by: str | None
    better: int
    worse: int
    silent: int


@dataclass(frozen=True)
class Reader:
    """Who reads, in which language, at what time."""

    viewer: Viewer
    lang: str
    now: datetime
    calendar: WorkingCalendar

    @property
    def reads_words(self) -> bool:
        """An auditor reads citizens' words in the case alone, where the look is written down."""
        return not self.viewer.has(Role.AUDITOR)


def title_of(incident: Incident, lang: str) -> str:
    """Its title, or service, county and day until somebody names it."""
    known = catalogue()
    service = known.services.get(incident.service_id or "")
    county = known.counties.get(incident.county_code or 0)
    office = institution_name(incident.institution_id, lang) or incident.institution_id
    about = [service.short[lang] if service else office, county.name if county else ""]
    about.append(day(lang, incident.opened_at))
    return incident.title or ", ".join(part for part in about if part)


def incident_line(summary: Summary, lang: str) -> IncidentLine:
    incident = summary.incident
    return IncidentLine(
        url_for("desk.incident", incident_id=incident.id), title_of(incident, lang),
        summary.citizens, summary.cases, summary.open, summary.late, summary.first_at,
        summary.last_at, incident.fixed_at,
    )  # fmt: skip


def suggestion(group: Group, reader: Reader) -> Suggestion:
    joins = str(group.incident_id) if group.incident_id else None
    lines = [case_line(case, reader) for case in group.cases]
    return Suggestion(lines, _percent(group.score), joins)


def member_line(member: Member, reader: Reader) -> CaseLine:
    lang, at = reader.lang, member.score
    if not member.by_rule:
        joined = say(lang, "incident.joined_by", who=member.joined_by or NAMELESS)
    elif at is None:
        joined = say(lang, "incident.joined_by_rule")
    else:
        joined = say(lang, "incident.joined_by_rule_at", percent=_percent(at))
    return case_line(member.case, reader, joined)


def case_line(case: Case, reader: Reader, joined: str = "") -> CaseLine:
    lang, known = reader.lang, catalogue()
    service = known.services.get(case.service_id or "")
    place = known.places.get(case.service_point_id or "")
    answered = case.resolved_at or case.closed_at
    due = due_of(lang, case.status, case.due_at, answered, reader.now, reader.calendar)
    words = first_words(case.text) if reader.reads_words else NAMELESS
    return CaseLine(
        reference=case.reference,
        href=url_for("desk.case", reference=case.reference),
        summary=words or say(lang, "case.no_words"),
        words_lang=case.language if reader.reads_words else lang,
        service_name=service.short[lang] if service else say(lang, "case.no_service"),
        place=place.name if place else None,
        status=case.status,
        due_words=due.words,
        late=due.late,
        soon=due.soon,
        received_at=case.received_at,
        joined=joined,
    )


def fix_of(file: IncidentFile) -> Fix | None:
    votes, incident = file.votes, file.summary.incident
    if votes is None:
        return None
    return Fix(
        incident.fix_en, incident.fix_sw, file.fixed_by, votes.better, votes.worse, votes.silent
    )


def report_of(answered: Answered, lang: str) -> Report:
    """References with the address of their case and why each was left."""
    left = [
        (each.reference, url_for("desk.case", reference=each.reference), _why(each.why, lang))
        for each in answered.refused
    ]
    return Report(len(answered.done), left, answered.moved)


_WHY: Mapping[str, str] = {
    ALREADY: "incident.left_already",
    NOT_YOURS: "incident.left_not_yours",
}


def _why(why: str, lang: str) -> str:
    """The reason in the reader's language; a rule's own words are in English."""
    return say(lang, _WHY.get(why, "incident.left_rule"), rule=why)


def _percent(score: float) -> int:
    return round(score * 100)
