"""What tests of incidents share: people who complain of one thing, and officers of the office."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from feedback_service import incidents, staff
from feedback_service.models import (
    Case,
    CaseEvent,
    IncidentCase,
    Likeness,
    Message,
    Role,
    Staff,
)
from feedback_service.staff import Viewer
from tests.desk_world import DeskWorld

OUTAGE = (
    "The ID system is down at GPO since morning",
    "System ya ID iko down GPO tangu asubuhi",
    "ID system haifanyi kazi GPO tangu asubuhi",
)


def phone(number: int) -> str:
    return f"+2547120000{number:02d}"


def outage(world: DeskWorld, count: int = 3, first: int = 10, **more: Any) -> list[Case]:
    """So many people complain of one outage at one place."""
    more = {"place_id": "NRC-001", "county": 47} | more
    return [
        world.case(OUTAGE[n % len(OUTAGE)], phone=phone(first + n), **more) for n in range(count)
    ]


def officer(
    world: DeskWorld, role: Role = Role.OFFICER, at: str | None = "NRB", **more: Any
) -> Viewer:
    """Who looks and acts, as the pages know them."""
    person = world.staff(role, at, **more)
    with world.rt.transaction() as session:
        found = staff.viewer_of(session, person.token, world.rt.now())
    assert found
    return found


def references(cases: list[Case]) -> list[str]:
    return [case.reference for case in cases]


def dump(rt: Any, *models: Any) -> str:
    """Every row and column of these tables, as text: the same rows give the same text."""
    with rt.transaction() as session:
        tables = [model.__table__ for model in models]
        rows = {
            table.name: [
                dict(row._mapping)
                for row in session.execute(sa.select(table).order_by(*table.primary_key.columns))
            ]
            for table in tables
        }
    return json.dumps(rows, default=str, sort_keys=True, indent=0)


def cases_and_events(rt: Any) -> str:
    return dump(rt, Case, CaseEvent, Message)


def messages(rt: Any, wording: str) -> list[Message]:
    wanted = sa.select(Message).where(Message.wording == wording).order_by(Message.created_at)
    with rt.transaction() as session:
        return list(session.scalars(wanted))


def now_of(rt: Any, case: Case) -> Case:
    with rt.transaction() as session:
        found: Case = session.get_one(Case, case.id)
        return found


def named(rt: Any, viewer: Viewer) -> Staff:
    with rt.transaction() as session:
        found: Staff = session.get_one(Staff, viewer.staff_id)
        return found


def likenesses(rt: Any) -> list[Likeness]:
    with rt.transaction() as session:
        return list(session.scalars(sa.select(Likeness).order_by(Likeness.score.desc())))


def members(rt: Any, incident_id: Any) -> set[Any]:
    wanted = sa.select(IncidentCase.case_id).where(
        IncidentCase.incident_id == incident_id, IncidentCase.split_at.is_(None)
    )
    with rt.transaction() as session:
        return set(session.scalars(wanted))


def affected(rt: Any, viewer: Any, incident_id: Any) -> int:
    with rt.transaction() as session:
        return incidents.open_incident(session, viewer, incident_id, rt.now()).summary.citizens


def suggestions(rt: Any, viewer: Any) -> list[Any]:
    with rt.transaction() as session:
        return incidents.suggested(session, viewer)
