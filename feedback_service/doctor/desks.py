"""Whether cases have somewhere to go: the registry, and people at desks that must not be empty."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from feedback_service.doctor.finding import Finding, count, fail, ok, some, warn
from feedback_service.domain.cases import OPEN
from feedback_service.models import (
    Case,
    Institution,
    RegistryState,
    Role,
    RoutingMiss,
    Service,
    Staff,
    Unit,
)
from feedback_service.redress.sight import DESK
from feedback_service.registry.routing import EVERY_INSTITUTION
from feedback_service.runtime import Runtime

FIRST_LOGINS = "%.example"
"""The end of the addresses that `feedback run` makes accounts for; no such host can exist."""


def checks(rt: Runtime, session: Session) -> Iterator[Finding]:
    state = session.get(RegistryState, 1)
    if state is None:
        yield fail("No registry: no service, no desk, no charter", "feedback load")
        return
    bodies = session.scalar(sa.select(sa.func.count()).select_from(Institution)) or 0
    services = session.scalar(sa.select(sa.func.count()).select_from(Service)) or 0
    yield ok(
        f"Registry: {count(bodies, 'institution')}, {count(services, 'service')}, "
        f"version {state.version}"
    )
    yield from _last_resort(session)
    yield from _integrity(session)
    yield from _chosen_desks(rt, session)
    yield from _supervisors(session)
    yield from _empty_desks(session)
    yield from _missing_cells(session)
    yield from _first_logins(session)


def _last_resort(session: Session) -> Iterator[Finding]:
    unit = session.scalars(sa.select(Unit).where(Unit.kind == "central")).first()
    if unit is None:
        yield fail("No desk of last resort (a unit of kind 'central')", "Add it to units.csv")
        return
    staffed = sa.select(sa.func.count()).where(
        Staff.institution_id == unit.institution_id, Staff.role.in_(DESK), _enabled()
    )
    people = session.scalar(staffed) or 0
    if people:
        yield ok(f"Central triage: {count(people, 'person', 'people')}")
        return
    yield fail(
        "Nobody works at central triage, where every case goes that has no other desk",
        f"feedback user add EMAIL --role officer --institution {unit.institution_id}",
    )


def _integrity(session: Session) -> Iterator[Finding]:
    staffed = sa.select(Staff.institution_id).where(Staff.role == Role.INTEGRITY, _enabled())
    empty = session.scalars(
        sa.select(Unit)
        .where(Unit.kind == "integrity", Unit.institution_id.not_in(staffed))
        .order_by(Unit.id)
    ).all()
    for unit in empty:
        yield warn(
            f"Nobody reads confidential reports at {unit.institution_id}",
            f"feedback user add EMAIL --role integrity --institution {unit.institution_id}",
        )
    if not empty:
        yield ok("Every integrity desk is staffed")


def _chosen_desks(rt: Runtime, session: Session) -> Iterator[Finding]:
    """INTEGRITY_DESKS names institutions and units by their ids; a slip in one is silent."""
    chosen = rt.settings.integrity_desks
    able = set(
        session.scalars(sa.select(Unit.id).where(Unit.kind == "integrity", Unit.ended_on.is_(None)))
    )
    bodies = set(session.scalars(sa.select(Institution.id)))
    lost = {f"{body}={unit}" for body, unit in chosen.items() if unit not in able}
    lost |= {f"{body}={unit}" for body, unit in chosen.items()
             if body != EVERY_INSTITUTION and body not in bodies}  # fmt: skip
    if lost:
        yield warn(
            f"INTEGRITY_DESKS names what is not there: {', '.join(sorted(lost))}",
            "Name an institution, or *, and a unit of kind integrity, as `feedback load` knows "
            "them; until then EACC or the Ombudsman reads what accuses that body",
        )


def _supervisors(session: Session) -> Iterator[Finding]:
    boss = aliased(Staff)
    led = sa.exists().where(
        boss.institution_id == Staff.institution_id,
        boss.role == Role.SUPERVISOR,
        boss.disabled_at.is_(None),
    )
    alone = session.execute(
        sa.select(Staff.institution_id, sa.func.count())
        .where(Staff.role == Role.OFFICER, _enabled(), Staff.supervisor_id.is_(None), ~led)
        .group_by(Staff.institution_id)
        .order_by(Staff.institution_id)
    ).all()
    if not alone:
        yield ok("Every officer has a supervisor")
        return
    people = sum(number for _, number in alone)
    names = [str(institution) for institution, _ in alone]
    yield warn(
        f"{count(people, 'officer has', 'officers have')} no supervisor ({some(names)}): "
        "central triage stands in",
        f"feedback user add EMAIL --role supervisor --institution {names[0]}",
    )


def _empty_desks(session: Session) -> Iterator[Finding]:
    """Open cases of institutions where nobody has an account."""
    manned = sa.select(Staff.institution_id).where(
        Staff.role.in_((*DESK, Role.INTEGRITY)), Staff.institution_id.is_not(None), _enabled()
    )
    stuck = session.execute(
        sa.select(Unit.institution_id, sa.func.count())
        .join(Case, Case.unit_id == Unit.id)
        .where(Case.status.in_(OPEN), Case.simulated.is_(False))
        .where(Unit.institution_id.not_in(manned))
        .group_by(Unit.institution_id)
        .order_by(sa.func.count().desc())
    ).all()
    if not stuck:
        yield ok("No open case waits where nobody works")
        return
    cases, names = sum(number for _, number in stuck), [name for name, _ in stuck]
    yield warn(
        f"{count(cases, 'open case waits', 'open cases wait')} where nobody has an account "
        f"({some(names)})",
        f"feedback user add EMAIL --role officer --institution {names[0]}",
    )


def _missing_cells(session: Session) -> Iterator[Finding]:
    misses = session.scalars(sa.select(RoutingMiss).order_by(RoutingMiss.times.desc())).all()
    if not misses:
        yield ok("The responsibility register has answered every question")
        return
    times = sum(miss.times for miss in misses)
    names = [_cell(miss) for miss in misses]
    yield warn(
        f"The register lacks {count(len(misses), 'cell')}, asked for "
        f"{count(times, 'time')}: {some(names, 3)}",
        "Add the rows to responsibilities.csv, then feedback load",
    )


def _cell(miss: RoutingMiss) -> str:
    place = miss.service_point_id or (f"county {miss.county_code}" if miss.county_code else "any")
    return f"{miss.service_id} at {place}"


def _first_logins(session: Session) -> Iterator[Finding]:
    left = session.scalars(
        sa.select(Staff.email).where(Staff.email.like(FIRST_LOGINS), _enabled())
    ).all()
    if left:
        yield warn(
            f"{count(len(left), 'first login')} for trying still open: {some(sorted(left), 2)}",
            "Before real citizens come: feedback user disable EMAIL, for each",
        )


def _enabled() -> sa.ColumnElement[bool]:
    return Staff.disabled_at.is_(None)
