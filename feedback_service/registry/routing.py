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
from feedback_service.models import (
    Institution,
    Responsibility,
    RoutingMiss,
    Service,
    ServicePoint,
    Unit,
)


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
    session: Session,
    service_id: str | None,
    place_id: str | None,
    county: int | None,
    now: datetime,
) -> Route:
    """Route by service, place and county; a missing cell goes to central triage and is counted."""
    place = session.get(ServicePoint, place_id) if place_id else None
    county = county or (place.county_code if place else None)
    host = place.host_id if place else None
    today = now.astimezone(NAIROBI).date()
    unit = _cell(session, service_id, place_id, county, today) if service_id else None
    central = central_unit(session)
    if unit:
        return Route(unit.id, unit.institution_id, host, missing=False, central_id=central.id)
    if service_id:
        _count_miss(session, service_id, place_id or "", county or 0, now)
    return Route(central.id, central.institution_id, host, missing=True, central_id=central.id)


def owner_of(session: Session, service_id: str, county: int | None) -> str | None:
    """The institution that owns a service: its own, or the county's government."""
    service = session.get(Service, service_id)
    if service is None:
        return None
    if service.institution_id:
        return service.institution_id
    if county is None:
        return None
    governments = sa.select(Institution.id).where(
        Institution.county_code == county, Institution.type == "county government"
    )
    return session.scalars(governments).first()


def redress_unit(session: Session, institution_id: str) -> Unit | None:
    """The desk of an institution that takes what no cell places more exactly."""
    units = (
        sa.select(Unit)
        .where(Unit.institution_id == institution_id, Unit.kind.in_(("redress", "central")))
        .order_by(Unit.id != f"{institution_id}-R", Unit.id)
    )
    return session.scalars(units).first()


def central_unit(session: Session) -> Unit:
    found = session.scalars(sa.select(Unit).where(Unit.kind == "central")).first()
    if found is None:
        raise NoCentralTriage("no unit of kind 'central': run `feedback load`")
    return found


def integrity_unit(session: Session, accused_id: str | None) -> Unit:
    """Where bribery and abuse are heard, past the accused: EACC, or the Ombudsman if it is EACC."""
    wanted = "CAJ" if accused_id == "EACC" else "EACC"
    units = sa.select(Unit).where(Unit.institution_id == wanted, Unit.kind == "integrity")
    return session.scalars(units).first() or central_unit(session)


def _cell(
    session: Session, service_id: str, place_id: str | None, county: int | None, on: date
) -> Unit | None:
    cells = (
        sa.select(Unit)
        .join(Responsibility, Responsibility.unit_id == Unit.id)
        .where(
            Responsibility.service_id == service_id,
            Responsibility.service_point_id.in_(("", place_id or "")),
            Responsibility.county_code.in_((0, county or 0)),
            Responsibility.effective_from <= on,
            sa.or_(Responsibility.effective_to.is_(None), Responsibility.effective_to >= on),
        )
        .order_by(
            Responsibility.service_point_id.desc(),
            Responsibility.county_code.desc(),
            Responsibility.version.desc(),
        )
    )
    return session.scalars(cells).first()


def _count_miss(
    session: Session, service_id: str, place_id: str, county: int, now: datetime
) -> None:
    row = {
        "service_id": service_id, "service_point_id": place_id, "county_code": county,
        "times": 1, "last_at": now,
    }  # fmt: skip
    session.execute(
        insert(RoutingMiss)
        .values(row)
        .on_conflict_do_update(
            index_elements=["service_id", "service_point_id", "county_code"],
            set_={"times": RoutingMiss.times + 1, "last_at": now},
        )
    )
