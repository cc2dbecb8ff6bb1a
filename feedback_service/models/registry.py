"""Who is responsible for what, where, and what was promised: read from CSV, never typed in code."""

import uuid
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base


class County(Base):
    __tablename__ = "counties"
    code: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    headquarters: Mapped[str]
    aliases: Mapped[list[str]]


class Institution(Base):
    __tablename__ = "institutions"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    short_en: Mapped[str]
    short_sw: Mapped[str]
    acronym: Mapped[str]
    type: Mapped[str]
    sector: Mapped[str]
    county_code: Mapped[int | None] = mapped_column(sa.ForeignKey("counties.code"))
    reporting_line: Mapped[str]
    aliases: Mapped[list[str]]
    external_escalation: Mapped[str]
    ended_on: Mapped[date | None]


class Unit(Base):
    """A desk of an institution that can hold cases; `kind` is redress, integrity or central.

    From `ended_on` nothing is sent to it any more; what it did stays its own.
    """

    __tablename__ = "units"
    id: Mapped[str] = mapped_column(primary_key=True)
    institution_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"), index=True)
    name_en: Mapped[str]
    name_sw: Mapped[str]
    kind: Mapped[str]
    ended_on: Mapped[date | None]


class ServicePoint(Base):
    """A place where services are given, a Huduma Centre say; `host_id` runs the place."""

    __tablename__ = "service_points"
    id: Mapped[str] = mapped_column(primary_key=True)
    name_en: Mapped[str]
    short: Mapped[str]
    county_code: Mapped[int] = mapped_column(sa.ForeignKey("counties.code"))
    host_id: Mapped[str] = mapped_column(sa.ForeignKey("institutions.id"))
    location: Mapped[str]
    opens: Mapped[time]
    closes: Mapped[time]
    status: Mapped[str]


class Sector(Base):
    __tablename__ = "sectors"
    key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    short_en: Mapped[str]
    short_sw: Mapped[str]


class Service(Base):
    """`institution_id` is empty for county services: the citizen's county decides."""

    __tablename__ = "services"
    id: Mapped[str] = mapped_column(primary_key=True)
    poster_code: Mapped[str] = mapped_column(unique=True)
    institution_id: Mapped[str | None] = mapped_column(sa.ForeignKey("institutions.id"))
    owner: Mapped[str]
    sector: Mapped[str] = mapped_column(sa.ForeignKey("sectors.key"))
    name_en: Mapped[str]
    name_sw: Mapped[str]
    short_en: Mapped[str]
    short_sw: Mapped[str]
    aliases: Mapped[list[str]]
    where_en: Mapped[str]
    where_sw: Mapped[str]
    ended_on: Mapped[date | None]


class Charter(Base):
    """One version of what a service promises; closed versions stay: old cases keep their clock."""

    __tablename__ = "charters"
    service_id: Mapped[str] = mapped_column(sa.ForeignKey("services.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    requirements_en: Mapped[str]
    requirements_sw: Mapped[str]
    cost_kes: Mapped[int | None]
    cost_note_en: Mapped[str]
    cost_note_sw: Mapped[str]
    promise_amount: Mapped[int]
    promise_unit: Mapped[str]
    acknowledge_working_days: Mapped[int]
    resolve_working_days: Mapped[int]
    source: Mapped[str]


class Poster(Base):
    """A code printed on a wall: a service, a place, or a service at a place."""

    __tablename__ = "posters"
    code: Mapped[str] = mapped_column(primary_key=True)
    service_id: Mapped[str | None] = mapped_column(sa.ForeignKey("services.id"))
    service_point_id: Mapped[str | None] = mapped_column(sa.ForeignKey("service_points.id"))


class Offering(Base):
    __tablename__ = "offerings"
    service_point_id: Mapped[str] = mapped_column(
        sa.ForeignKey("service_points.id"), primary_key=True
    )
    service_id: Mapped[str] = mapped_column(sa.ForeignKey("services.id"), primary_key=True)
    offered: Mapped[bool]


class Responsibility(Base):
    """A cell of the register; an empty place or county (`""`, 0) means any."""

    __tablename__ = "responsibilities"
    service_id: Mapped[str] = mapped_column(sa.ForeignKey("services.id"), primary_key=True)
    service_point_id: Mapped[str] = mapped_column(primary_key=True, default="")
    county_code: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=0)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    unit_id: Mapped[str] = mapped_column(sa.ForeignKey("units.id"))
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]


class RoutingMiss(Base):
    """How often a cell of the register was missing: what the registry's keepers must fill in."""

    __tablename__ = "routing_misses"
    service_id: Mapped[str] = mapped_column(primary_key=True)
    service_point_id: Mapped[str] = mapped_column(primary_key=True, default="")
    county_code: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=0)
    times: Mapped[int]
    last_at: Mapped[datetime]


class Holiday(Base):
    """A gazetted day the maintained library may lack; no county means the whole country.

    `entered_at` and `entered_by_id` are of a day that people entered; `ended_at` of one taken back;
    `settled_at` says since when the dates of earlier cases reckon with it as it stands.
    """

    __tablename__ = "holidays"
    day: Mapped[date] = mapped_column(primary_key=True)
    county_code: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=0)
    name: Mapped[str]
    source: Mapped[str]
    entered_at: Mapped[datetime | None]
    entered_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]


class RegistryState(Base):
    """One row: what was loaded last, so that a process knows when its copy is old."""

    __tablename__ = "registry_state"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    digest: Mapped[str]
    loaded_at: Mapped[datetime]


class RegistryEdit(Base):
    """Something of the reference data that was changed at the desk: a load leaves it as it is.

    `subject` is what the change was about, all its versions with it: a service's charters, a cell,
    a ladder, or one institution, unit, service.
    """

    __tablename__ = "registry_edits"
    table: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("staff.id"))
