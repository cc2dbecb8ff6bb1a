"""Every new case compared with its institution's recent ones, once, after triage.

What looks alike is a suggestion for a person.  One rule joins by itself, and the pages say so:
very alike, the same service, the same place and the same day.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from analytics import similarity
from analytics.similarity import SUGGESTED, SURE, Report
from feedback_service import audit
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import CaseStatus, Lane
from feedback_service.incidents import members
from feedback_service.models import Case, Incident, Likeness
from feedback_service.runtime import Runtime

BELL = "likenesses"
WINDOW = timedelta(days=14)
"""How far apart two reports of one cause may come."""
MOST_COMPARED = 1_000
"""Recent cases of the institution that a new one is compared with, the newest first."""
MOST_ALIKE = 10
BATCH = 16

Other = sa.Row[uuid.UUID, str, str | None, str | None, int | None, datetime]
"""What is read of a case to compare it: id, words, service, place, county, when it came."""


def uncompared(session: Session, rt: Runtime) -> bool:
    """Whether any recent case still waits to be compared."""
    return session.scalar(_waiting(rt).with_only_columns(Case.id).limit(1)) is not None


def drain(rt: Runtime) -> int:
    """Compare every case that waits; returns how many."""
    return rt.work_off(BELL, lambda: _batch(rt))


def _batch(rt: Runtime) -> int:
    """A few cases in one transaction, each institution's recent ones read once for all of them."""
    with rt.transaction() as session:
        cases = session.scalars(
            _waiting(rt).order_by(Case.received_at).limit(BATCH).with_for_update(skip_locked=True)
        ).all()
        recent: dict[str, Sequence[Other]] = {}
        for case in cases:
            case.compared_at = rt.now()
            if case.institution_id not in recent:
                recent[case.institution_id] = _recent(rt, session, case.institution_id)
            alike = _alike(case, recent[case.institution_id])
            _keep(rt, session, case, alike)
            _join_by_rule(rt, session, case, alike)
    return len(cases)


def _waiting(rt: Runtime) -> sa.Select[Case]:
    return sa.select(Case).where(
        Case.compared_at.is_(None),
        Case.lane == Lane.OPEN,
        Case.triaged_at.is_not(None),
        Case.received_at > rt.now() - WINDOW,
    )


def _recent(rt: Runtime, session: Session, institution_id: str) -> Sequence[Other]:
    """What a new case of the institution may look like."""
    return session.execute(
        sa.select(
            Case.id, Case.text, Case.service_id, Case.service_point_id, Case.county_code,
            Case.received_at,
        )
        .where(
            Case.institution_id == institution_id,
            Case.lane == Lane.OPEN,
            Case.status != CaseStatus.CLOSED,
            Case.triaged_at.is_not(None),
            Case.received_at > rt.now() - 2 * WINDOW,
        )
        .order_by(Case.received_at.desc())
        .limit(MOST_COMPARED)
    ).all()  # fmt: skip


def _alike(case: Case, recent: Sequence[Other]) -> list[tuple[Other, float]]:
    """The recent cases that look like this one, most alike first."""
    others = [
        other
        for other in recent
        if other.id != case.id and abs(other.received_at - case.received_at) <= WINDOW
    ]
    scores = similarity.likenesses(_report(case), [_report(other) for other in others])
    found = [pair for pair in zip(others, scores, strict=True) if pair[1] >= SUGGESTED]
    return sorted(found, key=lambda pair: -pair[1])[:MOST_ALIKE]


def _report(case: Case | Other) -> Report:
    return Report(case.text, case.service_id, case.service_point_id, case.county_code)


def _keep(rt: Runtime, session: Session, case: Case, alike: Sequence[tuple[Other, float]]) -> None:
    rows = []
    for other, score in alike:
        first, second = sorted((case.id, other.id))
        rows.append({"case_id": first, "other_id": second, "score": score, "at": rt.now()})
    if rows:
        session.execute(insert(Likeness).values(rows).on_conflict_do_nothing())


def _join_by_rule(
    rt: Runtime, session: Session, case: Case, alike: Sequence[tuple[Other, float]]
) -> None:
    """With the most alike of those on the same errand, unless a person said that they differ."""
    sure = [other for other, score in alike if score >= SURE and _one_errand(case, other)]
    if not sure or members.incident_of(session, case.id):
        return  # two incidents are merged by a person
    first, second = sorted((case.id, sure[0].id))
    pair = session.get_one(Likeness, (first, second), populate_existing=True)
    if pair.decided is not False:
        _join(rt, session, case, sure[0].id)


def _one_errand(case: Case, other: Other) -> bool:
    """The same service at the same place on the same day."""
    place = case.service_id is not None and case.service_point_id is not None
    same = (case.service_id, case.service_point_id) == (other.service_id, other.service_point_id)
    days = {at.astimezone(NAIROBI).date() for at in (case.received_at, other.received_at)}
    return place and same and len(days) == 1


def _join(rt: Runtime, session: Session, case: Case, other_id: uuid.UUID) -> None:
    """Into the other's incident, or a new one of both; never into a mended one."""
    its = members.incident_of(session, other_id)
    incident = session.get_one(Incident, its) if its else _new(rt, session, case)
    if incident.fixed_at is not None:
        return
    joined: Sequence[uuid.UUID] = [case.id, other_id]
    members.join(session, incident, joined, rt.now(), None)
    data = {"cases": [str(each) for each in joined], "rule": "service, place, day, words"}
    audit.note(session, "incident.join", str(incident.id), rt.now(), data=data)


def _new(rt: Runtime, session: Session, case: Case) -> Incident:
    incident = Incident(
        title="", institution_id=case.institution_id, service_id=case.service_id,
        county_code=case.county_code, opened_at=rt.now(),
    )  # fmt: skip
    session.add(incident)
    session.flush()  # its cases' rows point at it
    return incident
