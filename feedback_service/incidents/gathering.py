"""Gathering and splitting by people: who may act on a case may say what it belongs to.

Rows are added and ended, and an incident that was merged can be taken out again as it was.
"""

import uuid
from collections.abc import Sequence
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import audit
from feedback_service.domain.cases import Lane
from feedback_service.domain.references import read_reference
from feedback_service.incidents import members
from feedback_service.models import Case, Incident, IncidentCase
from feedback_service.redress import Sight, may_see
from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer

LONGEST_TITLE = 120


class NoSuchIncident(LookupError):
    """No incident that this person may act on or see has that id."""


class Why(StrEnum):
    """Why cases cannot be gathered."""

    TOO_FEW = "too-few"  # fewer than two that the viewer may act on
    NO_SUCH_CASE = "no-such-case"
    OTHER_OFFICE = "other-office"  # they belong to different institutions
    MENDED = "mended"  # the incident has been declared fixed, and its people told
    ITSELF = "itself"


class CannotGather(ValueError):
    """These cases do not make an incident; `why` says what is wrong."""

    def __init__(self, why: Why) -> None:
        self.why = why
        super().__init__(f"cases: {why}. Choose open cases of one institution")


def gather(
    rt: Runtime, viewer: Viewer, references: Sequence[str],
    into: uuid.UUID | None = None, apart: Sequence[str] = (),
) -> uuid.UUID:  # fmt: skip
    """One incident of these cases, in `into` or where one of them is already; returns its id.

    apart: references that were offered with them and are not the same; nobody is asked again.
    """
    with rt.transaction() as session:
        cases = _cases(session, viewer, references)
        incident = _incident_for(rt, session, viewer, cases, into)
        if incident.institution_id != cases[0].institution_id:
            raise CannotGather(Why.OTHER_OFFICE)
        ids = [case.id for case in cases]
        members.join(session, incident, ids, rt.now(), viewer.staff_id)
        if apart:
            others = [case.id for case in _visible(session, viewer, apart)]
            members.decide(session, ids, rt.now(), viewer.staff_id, alike=False, others=others)
        _note(rt, session, viewer, "join", incident, cases=ids)
        return incident.id


def not_alike(rt: Runtime, viewer: Viewer, references: Sequence[str]) -> None:
    """These were offered as one and are not: none of the pairs is offered again."""
    with rt.transaction() as session:
        ids = [case.id for case in _cases(session, viewer, references)]
        members.decide(session, ids, rt.now(), viewer.staff_id, alike=False)


def split(rt: Runtime, viewer: Viewer, incident_id: uuid.UUID, references: Sequence[str]) -> int:
    """Take cases out as if they had never been in; returns how many went."""
    with rt.transaction() as session:
        incident = _mine(session, viewer, incident_id)
        ids = [case.id for case in _visible(session, viewer, references)]
        gone = members.leave(session, incident, ids, rt.now(), viewer.staff_id)
        left = _member_ids(session, incident)
        members.decide(session, gone, rt.now(), viewer.staff_id, alike=False, others=left)
        _note(rt, session, viewer, "split", incident, cases=gone)
        return len(gone)


def merge(rt: Runtime, viewer: Viewer, incident_id: uuid.UUID, into_id: uuid.UUID) -> None:
    """All cases of one incident go over to the other; `separate` takes them back."""
    if incident_id == into_id:
        raise CannotGather(Why.ITSELF)
    with rt.transaction() as session:
        _lock(session, incident_id, into_id)
        _merge(rt, session, viewer, _mine(session, viewer, incident_id), into_id)


def separate(rt: Runtime, viewer: Viewer, incident_id: uuid.UUID) -> None:
    """Undo the merging of this incident: its rows stand again as they stood before.

    A case that has been split from the other incident since stays out.
    """
    with rt.transaction() as session:
        incident = session.get(Incident, incident_id, with_for_update=True)
        if incident is None or incident.merged_into_id is None:
            raise NoSuchIncident(f"incident {incident_id} is merged into none")
        into = _mine(session, viewer, incident.merged_into_id)
        moved = sa.select(IncidentCase).where(
            IncidentCase.incident_id == incident.id, IncidentCase.split_at == incident.merged_at
        )
        rows = session.scalars(moved).all()
        back = _still_there(session, into, incident, [row.case_id for row in rows])
        members.leave(session, into, back, rt.now(), viewer.staff_id)
        for row in rows:
            if row.case_id in back:
                row.split_at = row.split_by_id = None
        incident.merged_into_id = incident.merged_by_id = incident.merged_at = None
        _note(rt, session, viewer, "separate", incident, cases=back, into=into.id)


def rename(rt: Runtime, viewer: Viewer, incident_id: uuid.UUID, title: str) -> None:
    with rt.transaction() as session:
        incident = _mine(session, viewer, incident_id)
        incident.title = " ".join(title.split())[:LONGEST_TITLE]
        _note(rt, session, viewer, "rename", incident)


def _incident_for(
    rt: Runtime, session: Session, viewer: Viewer, cases: Sequence[Case], into: uuid.UUID | None
) -> Incident:
    """The one asked for, the one they are in, or a new one; several they are in become one."""
    theirs = _incidents_of(session, [case.id for case in cases])
    wanted = [into] if into else []
    there = wanted + [each for each in theirs if each != into]
    if not there:
        return _new(rt, session, viewer, cases)
    _lock(session, *there)
    for other in there[1:]:
        _merge(rt, session, viewer, _mine(session, viewer, other), there[0])
    incident = _mine(session, viewer, there[0])
    if incident.fixed_at is not None:
        raise CannotGather(Why.MENDED)
    return incident


def _new(rt: Runtime, session: Session, viewer: Viewer, cases: Sequence[Case]) -> Incident:
    if len(cases) < 2:
        raise CannotGather(Why.TOO_FEW)
    services, counties = {c.service_id for c in cases}, {c.county_code for c in cases}
    incident = Incident(
        title="", institution_id=cases[0].institution_id,
        service_id=services.pop() if len(services) == 1 else None,
        county_code=counties.pop() if len(counties) == 1 else None,
        opened_by_id=viewer.staff_id, opened_at=rt.now(),
    )  # fmt: skip
    session.add(incident)
    session.flush()  # its cases' rows point at it
    return incident


def _merge(
    rt: Runtime, session: Session, viewer: Viewer, incident: Incident, into_id: uuid.UUID
) -> None:
    into = _mine(session, viewer, into_id)
    if into.institution_id != incident.institution_id:
        raise CannotGather(Why.OTHER_OFFICE)
    if into.fixed_at is not None or incident.fixed_at is not None:
        raise CannotGather(Why.MENDED)
    ids, now = _member_ids(session, incident), rt.now()
    members.leave(session, incident, ids, now, viewer.staff_id)
    members.join(session, into, ids, now, viewer.staff_id)
    incident.merged_into_id, incident.merged_at = into.id, now
    incident.merged_by_id = viewer.staff_id
    _note(rt, session, viewer, "merge", incident, cases=ids, into=into.id)


def _still_there(
    session: Session, into: Incident, incident: Incident, ids: Sequence[uuid.UUID]
) -> list[uuid.UUID]:
    """Of the cases that were moved, those that have not left the other incident since."""
    return list(
        session.scalars(
            sa.select(IncidentCase.case_id).where(
                IncidentCase.incident_id == into.id,
                IncidentCase.case_id.in_(ids),
                IncidentCase.joined_at == incident.merged_at,
                IncidentCase.split_at.is_(None),
            )
        )
    )


def _lock(session: Session, *incident_ids: uuid.UUID) -> None:
    """In one order, so that two people who merge at once wait and do not block each other."""
    rows = sa.select(Incident.id).where(Incident.id.in_(incident_ids)).order_by(Incident.id)
    session.execute(rows.with_for_update())


def _mine(session: Session, viewer: Viewer, incident_id: uuid.UUID) -> Incident:
    """An incident with a case that the viewer may act on, its row held."""
    who = members.acting(viewer)
    incident = session.get(Incident, incident_id, with_for_update=True)
    cases = session.scalars(
        sa.select(Case).join(IncidentCase, members.now_in(incident_id)).where(may_see(who))
    )
    if incident is None or not any(Sight(who).may_act(case) for case in cases):
        raise NoSuchIncident(f"no incident {incident_id} that you may act on")
    return incident


def _cases(session: Session, viewer: Viewer, references: Sequence[str]) -> list[Case]:
    """All of them, open ones of one institution, each the viewer's to act on."""
    found = _visible(session, viewer, references)
    if not found or len(found) < len(set(references)):
        raise CannotGather(Why.NO_SUCH_CASE if references else Why.TOO_FEW)
    if len({case.institution_id for case in found}) > 1:
        raise CannotGather(Why.OTHER_OFFICE)
    return found


def _visible(session: Session, viewer: Viewer, references: Sequence[str]) -> list[Case]:
    wanted, who = {read_reference(each) or "" for each in references}, members.acting(viewer)
    found = sa.select(Case).where(Case.reference.in_(wanted), Case.lane == Lane.OPEN, may_see(who))
    cases = session.scalars(found.order_by(Case.received_at, Case.id))
    return [case for case in cases if Sight(who).may_act(case)]


def _member_ids(session: Session, incident: Incident) -> list[uuid.UUID]:
    """Every case in it now, also those that this viewer does not see."""
    return list(
        session.scalars(
            sa.select(IncidentCase.case_id)
            .where(IncidentCase.incident_id == incident.id, IncidentCase.split_at.is_(None))
            .order_by(IncidentCase.case_id)
        )
    )


def _incidents_of(session: Session, case_ids: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """The incidents these cases are in, the oldest first."""
    there = sa.select(IncidentCase.incident_id).where(
        IncidentCase.case_id.in_(case_ids), IncidentCase.split_at.is_(None)
    )
    found = sa.select(Incident.id).where(Incident.id.in_(there))
    return list(session.scalars(found.order_by(Incident.opened_at, Incident.id)))


def _note(
    rt: Runtime, session: Session, viewer: Viewer, what: str, incident: Incident,
    *, cases: Sequence[uuid.UUID] = (), into: uuid.UUID | None = None,
) -> None:  # fmt: skip
    data = {"cases": [str(each) for each in cases], "into": str(into) if into else None}
    audit.note(
        session, f"incident.{what}", str(incident.id), rt.now(), viewer.staff_id,
        data if what != "rename" else {"title": incident.title},
    )  # fmt: skip
