"""Desks, cells and charters as filing needs them: one copy a process, renewed with the catalogue.

A case is filed without asking the database for what only a load of the registry changes.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.models import (
    Charter,
    Institution,
    Responsibility,
    Service,
    ServicePoint,
    Unit,
)
from feedback_service.registry.reading import renewed
from feedback_service.registry.shapes import InstitutionType
from feedback_service.runtime import Runtime

_KEPT = "desks"


@dataclass(frozen=True, slots=True)
class Desk:
    """A unit that can hold cases; `kind` is redress, integrity or central.

    short_en, short_sw: what citizens call its institution.  Nothing is sent to one that ended.
    """

    id: str
    institution_id: str
    kind: str
    short_en: str
    short_sw: str
    ended: bool = False

    def named(self, language: str) -> str:
        return self.short_sw if language == "sw" else self.short_en


@dataclass(frozen=True, slots=True)
class Cell:
    """One version of a cell of the register, and the days on which it holds."""

    version: int
    unit_id: str
    begins: date
    ends: date | None

    def holds(self, on: date) -> bool:
        return self.begins <= on and (self.ends is None or on <= self.ends)


@dataclass(frozen=True, slots=True)
class Desks:
    """What decides who answers a case.

    cells: (service, place or "", county or 0) -> its versions, the newest first.  places: id ->
    county and host.  owners: service -> institution, None where the county decides.  governments:
    county -> institution.  charters: service -> its versions, the newest first.
    """

    units: Mapping[str, Desk]
    cells: Mapping[tuple[str, str, int], tuple[Cell, ...]]
    places: Mapping[str, tuple[int, str]]
    owners: Mapping[str, str | None]
    governments: Mapping[int, str]
    charters: Mapping[str, tuple[Charter, ...]]


def desks(rt: Runtime) -> Desks:
    """The copy of this process, at most ten seconds behind a load."""
    return renewed(rt, _KEPT, lambda: _read(rt))


def desk(rt: Runtime, unit_id: str) -> Desk:
    """One desk; one that is newer than the copy renews it.  Raises KeyError for no desk's id."""
    if unit_id not in desks(rt).units:
        rt.kept.pop(_KEPT, None)
    return desks(rt).units[unit_id]


def charter_at(rt: Runtime, service_id: str, when: date) -> Charter | None:
    """The charter version in force on a day; the row belongs to no session, and is only read."""
    versions = desks(rt).charters.get(service_id, ())
    return next((each for each in versions if _in_force(each, when)), None)


def _in_force(charter: Charter, on: date) -> bool:
    ends = charter.effective_to
    return charter.effective_from <= on and (ends is None or on <= ends)


def _read(rt: Runtime) -> Desks:
    with rt.transaction() as session:
        return _as_loaded(session)


def _as_loaded(session: Session) -> Desks:
    units = session.execute(
        sa.select(
            Unit.id,
            Unit.institution_id,
            Unit.kind,
            Institution.short_en,
            Institution.short_sw,
            Unit.ended_on.is_not(None),
        )
        .join(Institution, Institution.id == Unit.institution_id)
        .order_by(Unit.id)
    )
    places = session.execute(
        sa.select(ServicePoint.id, ServicePoint.county_code, ServicePoint.host_id)
    )
    governments = sa.select(Institution.county_code, Institution.id).where(
        Institution.type == InstitutionType.COUNTY_GOVERNMENT, Institution.county_code.is_not(None)
    )
    return Desks(
        {row.id: Desk(*row) for row in units},
        _cells(session),
        {row.id: (row.county_code, row.host_id) for row in places},
        dict(session.execute(sa.select(Service.id, Service.institution_id)).all()),
        {county: each for county, each in session.execute(governments) if county},
        _charters(session),
    )


def _cells(session: Session) -> Mapping[tuple[str, str, int], tuple[Cell, ...]]:
    found: dict[tuple[str, str, int], list[Cell]] = defaultdict(list)
    rows = sa.select(
        Responsibility.service_id, Responsibility.service_point_id, Responsibility.county_code,
        Responsibility.version, Responsibility.unit_id, Responsibility.effective_from,
        Responsibility.effective_to,
    ).order_by(Responsibility.version.desc())  # fmt: skip
    for service, place, county, version, unit, begins, ends in session.execute(rows):
        found[service, place, county].append(Cell(version, unit, begins, ends))
    return {where: tuple(cells) for where, cells in found.items()}


def _charters(session: Session) -> Mapping[str, tuple[Charter, ...]]:
    found: dict[str, list[Charter]] = defaultdict(list)
    for charter in session.scalars(sa.select(Charter).order_by(Charter.version.desc())):
        session.expunge(charter)
        found[charter.service_id].append(charter)
    return {service: tuple(versions) for service, versions in found.items()}
