"""What the registry says, as far as inventing needs it: who serves where, under which promise."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.domain.calendar import NAIROBI
from feedback_service.models import (
    Charter,
    County,
    Institution,
    Offering,
    Responsibility,
    Role,
    Service,
    ServicePoint,
    Staff,
    Unit,
)

CROWDS = {47: 10, 1: 4, 42: 4, 32: 4, 22: 4, 12: 3, 37: 3, 27: 3, 3: 3, 16: 3, 11: 3}
"""How much more often something happens in a populous county than in a small one."""
BUSY = {
    "id-first": 8, "id-replacement": 5, "passport": 5, "birth-certificate": 6, "smart-dl": 4,
    "kra-pin": 4, "sha-registration": 5, "helb-loan": 3, "police-abstract": 4, "power-outage": 4,
    "huduma-centre": 5, "ecitizen-payment": 3, "hospital-outpatient": 8, "maternity": 3,
    "business-permit": 5, "water-fault": 5, "garbage": 4, "road-repair": 4,
}  # fmt: skip
"""Services used more than the rest."""
_OPEN_DAY = (20, 20, 20, 20, 20, 8, 4)
"""How much is said on each day of the week, Monday first."""


@dataclass(frozen=True)
class Offer:
    """A service, whose it is (None: the county's), where somebody answers, and at which places."""

    service: str
    institution: str | None
    counties: tuple[int, ...]
    places: tuple[tuple[str, int], ...]
    charters: tuple[tuple[int, date, date | None], ...]

    def charter_on(self, day: date) -> int | None:
        """The version of the promise in force on a day."""
        valid = [v for v, since, until in self.charters if since <= day <= (until or day)]
        return max(valid, default=None)


@dataclass(frozen=True)
class World:
    """The registry for inventing; `officers` are the first logins by institution."""

    services: Mapping[str, Offer]
    counties: tuple[int, ...]
    governments: Mapping[int, str]
    desks: tuple[str, ...]
    central: str
    officers: Mapping[str, uuid.UUID]

    def owner(self, offer: Offer, county: int) -> str | None:
        return offer.institution or self.governments.get(county)

    def county_for(self, rng: Random, offer: Offer) -> int:
        counties = offer.counties or self.counties
        return rng.choices(counties, [CROWDS.get(code, 1) for code in counties])[0]


class Season:
    """A stretch of time in which people write: in office hours mostly, on weekdays mostly."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.start, self.end = start, end
        first, last = (moment.astimezone(NAIROBI).date() for moment in (start, end))
        self._days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        self._shares = list(accumulate(_OPEN_DAY[day.weekday()] for day in self._days))

    def moment(self, rng: Random) -> datetime:
        while True:
            day = rng.choices(self._days, cum_weights=self._shares)[0]
            minutes = int(rng.triangular(7 * 60, 21 * 60, 11 * 60))
            at = datetime.combine(day, time(0), NAIROBI) + timedelta(
                minutes=minutes, seconds=rng.randrange(60)
            )
            if self.start <= at <= self.end:
                return at


def read_world(session: Session) -> World:
    """The registry as it is loaded now."""
    institutions = session.scalars(sa.select(Institution).order_by(Institution.id)).all()
    units = session.scalars(sa.select(Unit).order_by(Unit.id)).all()
    firsts = session.scalars(
        sa.select(Staff).where(Staff.email.like("%.example"), Staff.disabled_at.is_(None))
    )
    return World(
        services=_offers(session),
        counties=tuple(session.scalars(sa.select(County.code).order_by(County.code))),
        governments={
            i.county_code: i.id
            for i in institutions
            if i.type == "county government" and i.county_code
        },
        desks=tuple(unit.id for unit in units if unit.kind == "redress"),
        central=next((unit.id for unit in units if unit.kind == "central"), ""),
        officers={
            one.institution_id: one.id
            for one in firsts
            if one.institution_id and one.role in (Role.OFFICER, Role.SUPERVISOR)
        },
    )


def _offers(session: Session) -> dict[str, Offer]:
    where: dict[str, list[int]] = {}
    for cell in session.scalars(sa.select(Responsibility).order_by(Responsibility.county_code)):
        where.setdefault(cell.service_id, []).append(cell.county_code)
    places: dict[str, list[tuple[str, int]]] = {}
    offered = (
        sa.select(Offering.service_id, ServicePoint.id, ServicePoint.county_code)
        .join(ServicePoint, ServicePoint.id == Offering.service_point_id)
        .where(Offering.offered, ServicePoint.status == "open")
        .order_by(ServicePoint.id)
    )
    for service, place, county in session.execute(offered):
        places.setdefault(service, []).append((place, county))
    charters: dict[str, list[tuple[int, date, date | None]]] = {}
    for row in session.scalars(sa.select(Charter).order_by(Charter.version)):
        since = (row.version, row.effective_from, row.effective_to)
        charters.setdefault(row.service_id, []).append(since)
    return {
        service.id: Offer(
            service.id,
            service.institution_id,
            tuple(code for code in where.get(service.id, ()) if code),
            tuple(places.get(service.id, ())),
            tuple(charters.get(service.id, ())),
        )
        for service in session.scalars(sa.select(Service).order_by(Service.id))
        if service.id in where
    }
