"""The rows of the reference files: a field is a column of that name, beside the rule that reads it.

A blank optional cell is None; `effective_to` is the last day in force.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, get_type_hints

from feedback_service.domain.charter import PromiseUnit
from feedback_service.domain.escalation import OMBUDSMAN_LEVEL
from feedback_service.registry import cells
from feedback_service.registry.cells import Reader

COUNTIES, LADDERS, SECTORS, UNITS = "counties.csv", "ladders.csv", "sectors.csv", "units.csv"
INSTITUTIONS, SERVICES, CHARTERS = "institutions.csv", "services.csv", "charters.csv"
SERVICE_POINTS, POSTERS, OFFERINGS = "service_points.csv", "posters.csv", "offerings.csv"
RESPONSIBILITIES, HOLIDAYS = "responsibilities.csv", "holidays_extra.csv"

MENU_LINE, OFFICE, NAME, PLACE, PAPERS, NOTE = 20, 22, 60, 100, 200, 60
"""Septets that fit: a menu line, an office in an SMS, a name, where to go, requirements, a note."""


class InstitutionType(StrEnum):
    MINISTRY = "ministry"
    STATE_DEPARTMENT = "state department"
    DEPARTMENT = "department"
    NATIONAL_SERVICE = "national service"
    STATE_CORPORATION = "state corporation"
    PUBLIC_UNIVERSITY = "public university"
    NATIONAL_FUND = "national fund"
    COMMISSION = "constitutional commission"
    INDEPENDENT_OFFICE = "independent office"
    STATUTORY_BODY = "statutory body"
    JUDICIARY = "judiciary"
    PARLIAMENT = "parliament"
    COUNTY_GOVERNMENT = "county government"
    COUNTY_CORPORATION = "county corporation"
    OWNER = "owner"  # of the citizens' scorecard
    CENTRAL = "central"  # the desk of last resort


class ReportingLine(StrEnum):
    """Through whom performance is reported (Integrated Performance Management Policy, ch. 5)."""

    DIRECT = "direct"
    ISC = "isc"  # Inspectorate of State Corporations
    TSC = "tsc"
    COG = "cog"  # the unit at the Council of Governors
    JUDICIARY = "judiciary"
    PARLIAMENT = "parliament"
    INDEPENDENT = "independent"
    NONE = "none"


class UnitKind(StrEnum):
    REDRESS = "redress"
    INTEGRITY = "integrity"
    CENTRAL = "central"


class PointStatus(StrEnum):
    OPEN = "open"
    PLANNED = "planned"


class Owner(StrEnum):
    NATIONAL = "national"
    COUNTY = "county"


class Confidence(StrEnum):
    CERTAIN = "certain"
    LIKELY = "likely"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Column:
    """How a cell is read, and the file in whose first column its value must stand."""

    read: Reader
    refers: str = ""


def columns(row: type[Any]) -> dict[str, Column]:
    """The columns of a row's file, by name, in order."""
    hints = get_type_hints(row, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items()}


_ORGAN = r"[A-Z0-9][A-Z0-9-]{1,23}"
_SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
HOLDERS = ("officer", "supervisor", "head", "chair", "delivery")  # or another body's id
_HOLDER = "|".join((*HOLDERS, _ORGAN))

_sector = cells.key(r"[a-z_]{2,32}", "civil_registration")
_county = cells.whole(1, 47, remedy="Write the county's code, 1 to 47.")
_any_county = cells.whole(1, 47, remedy="Write 1 to 47, or nothing.", blank=True)
_any_point = cells.key(_ORGAN, "NKC-001", blank=True)
_cost = cells.whole(
    0, 9_999_999, "KES", "Write 0 for free or leave blank and fill cost_note_en.", blank=True
)

Menu = Annotated[str, Column(cells.shown(MENU_LINE))]
Office = Annotated[str, Column(cells.shown(OFFICE))]
Name = Annotated[str, Column(cells.shown(NAME))]
Place = Annotated[str, Column(cells.shown(PLACE))]
Papers = Annotated[str, Column(cells.shown(PAPERS))]
Note = Annotated[str, Column(cells.shown(NOTE, blank=True))]
Remark = Annotated[str, Column(cells.remark)]
Aliases = Annotated[tuple[str, ...], Column(cells.aliases)]
Source = Annotated[str, Column(cells.text("where it comes from, or illustrative"))]
Certainty = Annotated[Confidence, Column(cells.one_of(Confidence))]
Clock = Annotated[dt.time, Column(cells.clock)]
Day = Annotated[dt.date, Column(cells.day)]
LastDay = Annotated[dt.date | None, Column(cells.last_day)]
Version = Annotated[int, Column(cells.whole(1, 999))]
OfCounty = Annotated[int, Column(_county, COUNTIES)]
AnyCounty = Annotated[int | None, Column(_any_county, COUNTIES)]
OfSector = Annotated[str, Column(_sector, SECTORS)]
OfInstitution = Annotated[str, Column(cells.key(_ORGAN, "KRA"), INSTITUTIONS)]
OfService = Annotated[str, Column(cells.key(_SLUG, "kra-pin"), SERVICES)]
OfPoint = Annotated[str, Column(cells.key(_ORGAN, "NKC-001"), SERVICE_POINTS)]
AnyPoint = Annotated[str | None, Column(_any_point, SERVICE_POINTS)]


@dataclass(frozen=True)
class County:
    code: Annotated[int, Column(_county)]
    name: Name
    headquarters: Annotated[str, Column(cells.text("the town"))]
    aliases: Aliases
    source: Source


@dataclass(frozen=True)
class Institution:
    """`county` is set for county governments and corporations only."""

    id: Annotated[str, Column(cells.key(_ORGAN, "KRA or CG-047"))]
    name: Annotated[str, Column(cells.shown(160))]
    short_en: Office
    short_sw: Office
    acronym: Remark
    type: Annotated[InstitutionType, Column(cells.one_of(InstitutionType))]
    sector: OfSector
    county: AnyCounty
    reporting_line: Annotated[ReportingLine, Column(cells.one_of(ReportingLine))]
    aliases: Aliases
    external_escalation: Remark
    source: Source
    confidence: Certainty


@dataclass(frozen=True)
class Unit:
    id: Annotated[str, Column(cells.key(_ORGAN, "KRA-R"))]
    institution: OfInstitution
    name_en: Name
    name_sw: Name
    kind: Annotated[UnitKind, Column(cells.one_of(UnitKind))]


@dataclass(frozen=True)
class ServicePoint:
    """A place where services are given; `host` is the institution that runs it."""

    id: Annotated[str, Column(cells.key(_ORGAN, "NKC-001"))]
    name_en: Name
    short: Menu
    county: OfCounty
    host: OfInstitution
    location: Place
    opens: Clock
    closes: Clock
    status: Annotated[PointStatus, Column(cells.one_of(PointStatus))]
    source: Source


@dataclass(frozen=True)
class Sector:
    key: Annotated[str, Column(_sector)]
    position: Annotated[int, Column(cells.whole(1, 99))]
    short_en: Menu
    short_sw: Menu


@dataclass(frozen=True)
class Service:
    """`institution` is None for county services: the citizen's county decides."""

    id: Annotated[str, Column(cells.key(_SLUG, "birth-certificate"))]
    poster_code: Annotated[str, Column(cells.key("[1-9][0-9]{3}", "1004, four digits"))]
    institution: Annotated[str | None, Column(cells.key(_ORGAN, "KRA", blank=True), INSTITUTIONS)]
    owner: Annotated[Owner, Column(cells.one_of(Owner))]
    sector: OfSector
    name_en: Name
    name_sw: Name
    short_en: Menu
    short_sw: Menu
    aliases: Aliases
    where_en: Place
    where_sw: Place
    source: Source


@dataclass(frozen=True)
class CharterRow:
    """One version of a promise; `cost_kes` 0 is free, None varies and `cost_note_*` says how."""

    service: OfService
    version: Version
    effective_from: Day
    effective_to: LastDay
    requirements_en: Papers
    requirements_sw: Papers
    cost_kes: Annotated[int | None, Column(_cost)]
    cost_note_en: Note
    cost_note_sw: Note
    promise_amount: Annotated[int, Column(cells.whole(0, 1000, "minutes, hours or days"))]
    promise_unit: Annotated[PromiseUnit, Column(cells.one_of(PromiseUnit))]
    acknowledge_working_days: Annotated[int, Column(cells.whole(1, 30, "working days"))]
    resolve_working_days: Annotated[int, Column(cells.whole(1, 250, "working days"))]
    source: Source
    confidence: Certainty


@dataclass(frozen=True)
class Poster:
    """A code on a wall: 5 digits for a service at a place, 4 for one of them alone."""

    code: Annotated[str, Column(cells.key("[1-9][0-9]{3,4}", "20001 or 5001"))]
    service: Annotated[str | None, Column(cells.key(_SLUG, "kra-pin", blank=True), SERVICES)]
    service_point: AnyPoint


@dataclass(frozen=True)
class Offering:
    service_point: OfPoint
    service: OfService
    offered: Annotated[bool, Column(cells.yes_no)]


@dataclass(frozen=True)
class Responsibility:
    """A cell of the register: who answers for a service; a None place or county means any."""

    service: OfService
    service_point: AnyPoint
    county: AnyCounty
    unit: Annotated[str, Column(cells.key(_ORGAN, "KRA-R"), UNITS)]
    version: Version
    effective_from: Day
    effective_to: LastDay


@dataclass(frozen=True)
class Holiday:
    """A gazetted day the holiday library lacks; no county means the whole country."""

    date: Day
    name: Name
    county: AnyCounty
    source: Source


@dataclass(frozen=True)
class RungRow:
    """One rung of a ladder; `holder` are words for people of the institution, or other bodies."""

    ladder: Annotated[str, Column(cells.key(r"[a-z_]{2,32}", "state_corporation"))]
    version: Version
    level: Annotated[int, Column(cells.whole(0, OMBUDSMAN_LEVEL - 1))]
    key: Annotated[str, Column(cells.key(r"[a-z_]{2,32}", "accounting_officer"))]
    holder: Annotated[tuple[str, ...], Column(cells.several(_HOLDER, "head|delivery or ISC"))]
    overdue_working_days: Annotated[int, Column(cells.whole(0, 250, "working days"))]
    name_en: Office
    name_sw: Office
    lines: Annotated[tuple[str, ...], Column(cells.several("|".join(ReportingLine), "direct|none"))]


@dataclass(frozen=True)
class Registry:
    """Everything the files say, in file order, after every check has passed."""

    counties: tuple[County, ...]
    institutions: tuple[Institution, ...]
    units: tuple[Unit, ...]
    service_points: tuple[ServicePoint, ...]
    sectors: tuple[Sector, ...]
    services: tuple[Service, ...]
    charters: tuple[CharterRow, ...]
    posters: tuple[Poster, ...]
    offerings: tuple[Offering, ...]
    responsibilities: tuple[Responsibility, ...]
    holidays: tuple[Holiday, ...]
    rungs: tuple[RungRow, ...]
