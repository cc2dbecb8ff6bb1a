"""You said, we did: an office declares what caused an incident mended, and everybody who complained
of it hears it once, in their language, and is asked whether it is better.

Open cases are answered with it, and their question comes as after every answer; who had an answer
before is asked apart, at least a day later.  The verdict goes to the citizen's own case.
"""

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import audit, identity, outbox
from feedback_service.domain.cases import OPEN, VERDICT_AFTER, Action, may_change_mind
from feedback_service.domain.closing import some_hour
from feedback_service.domain.references import spoken
from feedback_service.incidents import members
from feedback_service.incidents.answering import (
    Answered,
    Words,
    act_on_all,
    checked,
    citizens_language,
)
from feedback_service.incidents.gathering import NoSuchIncident
from feedback_service.models import (
    Case,
    CaseEvent,
    Citizen,
    Incident,
    IncidentCase,
    Institution,
    Message,
)
from feedback_service.redress import Sight, may_see
from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer

FIX = "fix"
"""The name of the sending under which a declared fix answers the open cases."""
TOLD_WITHIN = timedelta(days=2)
"""How long the clock looks after a declared fix whose people were not all told."""


class AlreadyFixed(ValueError):
    """The incident was declared fixed before: its people heard of it, and hear it once."""


def declare_fix(rt: Runtime, viewer: Viewer, incident_id: uuid.UUID, words: Words) -> Answered:
    """Write the fix down, answer the open cases with it, tell everybody once.

    Returns which cases were answered.  Raises NoSuchIncident, AlreadyFixed, NoWords.
    """
    words = checked(words)
    with rt.transaction() as session:
        incident = session.get(Incident, incident_id, with_for_update=True)
        if incident is None or not _may(session, viewer, incident_id):
            raise NoSuchIncident(f"no incident {incident_id} that you may act on")
        if incident.fixed_at is not None:
            raise AlreadyFixed(f"incident {incident_id} was declared fixed at {incident.fixed_at}")
        incident.fix_en, incident.fix_sw = words.en, words.sw
        incident.fixed_by_id, incident.fixed_at = viewer.staff_id, rt.now()
        audit.note(
            session, "incident.fix", str(incident_id), rt.now(), viewer.staff_id,
            {"en": incident.fix_en, "sw": incident.fix_sw},
        )  # fmt: skip
    report = act_on_all(rt, viewer, incident_id, Action.RESOLVE, words, FIX, inline=True)
    _tell_all(rt, incident_id)
    return report


def tell_the_rest(rt: Runtime) -> int:
    """Whoever a declared fix has not reached yet, because a process died or their case was gathered
    later, is told now; returns how many were."""
    with rt.transaction() as session:
        lately = sa.select(Incident.id).where(Incident.fixed_at > rt.now() - TOLD_WITHIN)
        incident_ids = session.scalars(lately).all()
    return sum(_tell_all(rt, incident_id) for incident_id in incident_ids)


def _may(session: Session, viewer: Viewer, incident_id: uuid.UUID) -> bool:
    who = members.acting(viewer)
    inside = sa.select(Case).join(IncidentCase, members.now_in(incident_id)).where(may_see(who))
    return any(Sight(who).may_act(case) for case in session.scalars(inside))


def _tell_all(rt: Runtime, incident_id: uuid.UUID) -> int:
    """A transaction for each citizen: whoever was told stays told."""
    told = 0
    for case_ids in _untold(rt, incident_id):
        with rt.transaction() as session:
            _tell(rt, session, session.get_one(Incident, incident_id), case_ids)
            told += 1
    return told


def _untold(rt: Runtime, incident_id: uuid.UUID) -> list[Sequence[uuid.UUID]]:
    """The cases of each citizen who complained before the fix and has not heard of it."""
    heard = sa.exists().where(
        Message.key == sa.func.concat(f"{_key(incident_id)}:", sa.cast(Case.citizen_id, sa.Text))
    )
    mine = (
        sa.select(Case.citizen_id, Case.id)
        .join(IncidentCase, members.now_in(incident_id))
        .join(Incident, Incident.id == IncidentCase.incident_id)
        .where(
            Case.citizen_id.is_not(None),
            Case.quiet.is_(False),
            Case.received_at < Incident.fixed_at,
            sa.not_(heard),
        )
        .order_by(Case.citizen_id, Case.received_at.desc(), Case.id)
    )
    with rt.transaction() as session:
        rows = session.execute(mine).all()
    return [[case_id for _, case_id in own] for _, own in groupby(rows, lambda row: row[0])]


def _tell(rt: Runtime, session: Session, incident: Incident, case_ids: Sequence[uuid.UUID]) -> None:
    """One message about one of the citizen's cases: an answered one, which a verdict can close."""
    case = _told_about(incident, [session.get_one(Case, case_id) for case_id in case_ids])
    citizen = session.get_one(Citizen, case.citizen_id)
    if not identity.is_current(citizen, rt.now()):
        return  # the number may be somebody else's by now
    language = citizens_language(session, case)
    words = Words(incident.fix_en, incident.fix_sw)
    office = session.get_one(Institution, incident.institution_id)
    values = {
        "reference": spoken(case.reference),
        "office": office.short_sw if language == "sw" else office.short_en,
        "answer": words.said(language),
    }
    key = f"{_key(incident.id)}:{citizen.id}"
    say = outbox.Wording("sms-fixed", key, values)
    outbox.post(session, citizen, case.channel, language, say, rt.now(), case.id)
    if _is_asked_apart(session, incident, case, rt.now()):
        say = outbox.Wording("sms-better", f"{key}:better", values, wait=_until_asked(rt))
        outbox.post(session, citizen, case.channel, language, say, rt.now(), case.id)


def _told_about(incident: Incident, cases: Sequence[Case]) -> Case:
    """Of a citizen's cases the one to name: still with the office that mended it, and answered."""
    theirs = [each for each in cases if each.institution_id == incident.institution_id] or cases
    return next((each for each in theirs if each.status not in OPEN), theirs[0])


def _is_asked_apart(session: Session, incident: Incident, case: Case, now: datetime) -> bool:
    """Whether no question follows by itself: this office answered the case before the fix."""
    if case.status in OPEN or case.institution_id != incident.institution_id:
        return False
    if case.closed_at and not may_change_mind(case.closed_at, now):
        return False
    by_fix = CaseEvent.source == f"incident:{incident.id}:{FIX}:{case.id}"
    return session.scalar(sa.select(CaseEvent.number).where(by_fix)) is None


def _until_asked(rt: Runtime) -> timedelta:
    """At least a day, to a random minute of survey hours: what is praised has lasted a day."""
    hour = some_hour(rt.now() + VERDICT_AFTER, rt.settings.survey_hours, secrets.randbelow)
    return hour - rt.now()


def _key(incident_id: uuid.UUID) -> str:
    return f"incident:{incident_id}:fix"
