"""Which desk answers: the most exact cell of the responsibility register, or central triage.

A missing cell is counted, so that the register's keepers see what to fill in.
"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import Lane
from feedback_service.models import RoutingMiss, Unit
from feedback_service.registry.desks import Cell, Desk, Desks, desks
from feedback_service.runtime import Runtime

EVERY_INSTITUTION = "*"
"""In INTEGRITY_DESKS: whichever institution is accused."""


class NoCentralTriage(Exception):
    """The desk of last resort is missing: load the registry (`feedback load`)."""


@dataclass(frozen=True)
class Route:
    """The unit that answers, the institution it belongs to, and who hosts the place.

    `central_id` holds what is not cleared yet; `missing` says that no cell placed the case.
    """

    unit_id: str
    institution_id: str
    host_id: str | None
    missing: bool
    central_id: str = ""

    def holder_id(self, lane: Lane) -> str:
        """Who holds the case first: central triage while it is not cleared."""
        return self.central_id if lane is Lane.HELD and self.central_id else self.unit_id


def route(
    rt: Runtime, service_id: str | None, place_id: str | None, county: int | None, now: datetime
) -> Route:
    """Route by service, place and county; without a cell, or to an ended desk, central triage."""
    known = desks(rt)
    of_place, host = known.places.get(place_id or "", (None, None))
    county = county or of_place
    central = _central(known)
    cell = _cell(known, service_id or "", place_id or "", county or 0, _day(now))
    unit = known.units[cell.unit_id] if cell else central
    if cell and not unit.ended:
        return Route(unit.id, unit.institution_id, host, missing=False, central_id=central.id)
    return Route(central.id, central.institution_id, host, missing=True, central_id=central.id)


def count_miss(
    rt: Runtime, session: Session, service_id: str, place_id: str | None, county: int | None
) -> None:
    """A cell of the register was missing for a case that has just been opened."""
    of_place, _ = desks(rt).places.get(place_id or "", (None, None))
    row = {
        "service_id": service_id, "service_point_id": place_id or "",
        "county_code": county or of_place or 0, "times": 1, "last_at": rt.now(),
    }  # fmt: skip
    session.execute(
        insert(RoutingMiss)
        .values(row)
        .on_conflict_do_update(
            index_elements=["service_id", "service_point_id", "county_code"],
            set_={"times": RoutingMiss.times + 1, "last_at": row["last_at"]},
        )
    )


def owner_of(rt: Runtime, service_id: str, county: int | None) -> str | None:
    """The institution that owns a service: its own, or the county's government."""
    known = desks(rt)
    if service_id not in known.owners:
        return None
    return known.owners[service_id] or known.governments.get(county or 0)


def redress_unit(rt: Runtime, institution_id: str) -> Desk | None:
    """The desk of an institution that takes what no cell places more exactly."""
    units = (
        unit
        for unit in desks(rt).units.values()
        if unit.institution_id == institution_id
        and unit.kind in ("redress", "central")
        and not unit.ended
    )
    return min(units, key=lambda unit: (unit.id != f"{institution_id}-R", unit.id), default=None)


def central_unit(session: Session) -> Unit:
    """The desk of last resort, as the database has it."""
    found = session.scalars(sa.select(Unit).where(Unit.kind == "central")).first()
    if found is None:
        raise _no_central()
    return found


def integrity_unit(rt: Runtime, accused_id: str | None) -> Desk:
    """Where bribery and abuse are heard, past the accused; see `integrity_units`."""
    return integrity_units(rt, accused_id)[0]


def integrity_units(rt: Runtime, accused_id: str | None) -> tuple[Desk, ...]:
    """Desks that may hear what accuses an institution, in the order to ask them.

    What INTEGRITY_DESKS names for it or for all, be it its own integrity office; then EACC, then
    the Ombudsman, neither about itself; in the end central triage.
    """
    known, chosen = desks(rt), rt.settings.integrity_desks
    named = (known.units.get(chosen.get(key or "", "")) for key in (accused_id, EVERY_INSTITUTION))
    others = (
        unit
        for body in ("EACC", "CAJ")
        if body != accused_id
        for unit in known.units.values()
        if unit.institution_id == body
    )
    found = (
        unit for unit in (*named, *others) if unit and unit.kind == "integrity" and not unit.ended
    )
    return tuple(dict.fromkeys((*found, _central(known))))


def _central(known: Desks) -> Desk:
    found = next((unit for unit in known.units.values() if unit.kind == "central"), None)
    if found is None:
        raise _no_central()
    return found


def _no_central() -> NoCentralTriage:
    return NoCentralTriage("no unit of kind 'central': run `feedback load`")


def _cell(known: Desks, service_id: str, place_id: str, county: int, on: date) -> Cell | None:
    """The place tells more than the county, and either more than the service alone."""
    for place, of in ((place_id, county), (place_id, 0), ("", county), ("", 0)):
        for cell in known.cells.get((service_id, place, of), ()):
            if cell.holds(on):
                return cell
    return None


def _day(now: datetime) -> date:
    return now.astimezone(NAIROBI).date()
