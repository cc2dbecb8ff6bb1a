"""Puts the registry's CSV files into the tables: all of them or, with one bad row, nothing.

Loading the same files again changes nothing; a row that left the files stays, because cases and
ratings may point to it, and simply is not offered any more where a date or a flag says so.  What
the desk has changed stays as it is there, with all its versions; the load says how much that was.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session
from sqlalchemy.types import UserDefinedType

from feedback_service import audit
from feedback_service.models import (
    Base,
    Charter,
    County,
    Holiday,
    Institution,
    Offering,
    Poster,
    RegistryEdit,
    RegistryState,
    Responsibility,
    Rung,
    Sector,
    Service,
    ServicePoint,
    Unit,
)
from feedback_service.registry import files, shapes
from feedback_service.runtime import Runtime

LOAD_LOCK = 4_210_020


@dataclass(frozen=True)
class Loaded:
    """What a load did: rows by table; `changed` is False when the same files were there already.

    kept: by table, rows of the files that were left out because the desk has changed them.
    """

    changed: bool
    version: int
    rows: Mapping[str, int]
    kept: Mapping[str, int] = field(default_factory=dict)


def load(rt: Runtime, directory: Path = files.DATA) -> Loaded:
    """Load a directory of CSV files; raises files.BadRows with every problem, and loads nothing."""
    digest = files.digest(directory)
    with rt.transaction() as session:
        session.execute(sa.text("select pg_advisory_xact_lock(:key)"), {"key": LOAD_LOCK})
        state = session.get(RegistryState, 1)
        if state and state.digest == digest:
            return Loaded(False, state.version, {})
        registry, edited = files.read(directory), _edited(session)
        counts, kept = dict[str, int](), dict[str, int]()
        for (model, shape), rows in zip(TABLES.values(), _rows(registry), strict=True):
            name = model.__tablename__
            values = [shape(row) for row in rows]
            ours = [row for row in values if (name, subject_of(name, row)) not in edited]
            counts[name] = put(session, model, ours)
            if len(ours) < len(values):
                kept[name] = len(values) - len(ours)
        version = _note(session, state, digest, rt.now())
        said = {"files": digest, "kept": kept}
        audit.note(session, "registry.load", f"version {version}", rt.now(), data=said)
    rt.kept.clear()
    return Loaded(True, version, counts, kept)


def _rows(registry: files.Registry) -> list[tuple[Any, ...]]:
    """The rows of each file, in the order of the fields."""
    return [getattr(registry, each.name) for each in fields(registry)]


def subject_of(table: str, row: Mapping[str, Any]) -> str:
    """What a row is about: all versions of a service's charters, of a cell, of a ladder are one."""
    names = SUBJECTS.get(table) or [c.name for c in Base.metadata.tables[table].primary_key]
    return "|".join(str(row[name]) for name in names)


SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "charters": ("service_id",),
    "responsibilities": ("service_id", "service_point_id", "county_code"),
    "rungs": ("ladder",),
}
"""The columns that name it where the key has a version besides."""


def _edited(session: Session) -> set[tuple[str, str]]:
    found = session.execute(sa.select(RegistryEdit.table, RegistryEdit.subject))
    return {(table, subject) for table, subject in found}


Shape = Callable[[Any], dict[str, Any]]


def _renamed(names: Mapping[str, str], *dropped: str) -> Shape:
    def shape(row: Any) -> dict[str, Any]:
        return {
            names.get(name, name): list(value) if isinstance(value, tuple) else value
            for name, value in asdict(row).items()
            if name not in dropped
        }

    return shape


def _responsibility(row: files.Responsibility) -> dict[str, Any]:
    return {
        "service_id": row.service, "service_point_id": row.service_point or "",
        "county_code": row.county or 0, "version": row.version, "unit_id": row.unit,
        "effective_from": row.effective_from, "effective_to": row.effective_to,
    }  # fmt: skip


def _holiday(row: files.Holiday) -> dict[str, Any]:
    return {"day": row.date, "county_code": row.county or 0, "name": row.name, "source": row.source}


def _rung(row: files.RungRow) -> dict[str, Any]:
    return asdict(row) | {"holder": "|".join(row.holder), "lines": list(row.lines)}


TABLES: Mapping[str, tuple[type[Base], Shape]] = {
    shapes.COUNTIES: (County, _renamed({}, "source")),
    shapes.INSTITUTIONS: (
        Institution, _renamed({"county": "county_code"}, "source", "confidence"),
    ),
    shapes.UNITS: (Unit, _renamed({"institution": "institution_id"})),
    shapes.SERVICE_POINTS: (
        ServicePoint, _renamed({"county": "county_code", "host": "host_id"}, "source"),
    ),
    shapes.SECTORS: (Sector, _renamed({})),
    shapes.SERVICES: (Service, _renamed({"institution": "institution_id"}, "source")),
    shapes.CHARTERS: (Charter, _renamed({"service": "service_id"}, "confidence")),
    shapes.POSTERS: (
        Poster, _renamed({"service": "service_id", "service_point": "service_point_id"}),
    ),
    shapes.OFFERINGS: (
        Offering, _renamed({"service": "service_id", "service_point": "service_point_id"}),
    ),
    shapes.RESPONSIBILITIES: (Responsibility, _responsibility),
    shapes.HOLIDAYS: (Holiday, _holiday),
    shapes.LADDERS: (Rung, _rung),
}  # fmt: skip
"""The table of each file and a row's columns in it, in the order in which rows may point at each
other: that of `Registry`'s fields."""


def put(session: Session, model: type[Base], values: Sequence[dict[str, Any]]) -> int:
    """Add rows, or set what they say of the rows that are there; how many.

    All rows are one parameter: a place for each value of each takes longer to write down than the
    database takes to store them.
    """
    if not values:
        return 0
    table, said = model.__table__, list(values[0])
    rows = sa.literal(json.dumps(values, default=str), sa.Text)  # a date as ISO 8601
    given = sa.func.jsonb_populate_recordset(
        sa.cast(None, _RowOf(model.__tablename__)), sa.cast(rows, JSONB)
    ).table_valued(*said, name="given")
    statement = insert(table).from_select(  # type: ignore[arg-type]
        said, sa.select(*(given.c[name] for name in said)), include_defaults=False
    )
    keys = [column.name for column in table.primary_key]
    # What the files do not say, such as that a day was taken back, stays as it is.
    others = {name: statement.excluded[name] for name in said if name not in keys}
    if others:
        statement = statement.on_conflict_do_update(index_elements=keys, set_=others)
    session.execute(statement)
    return len(values)


class _RowOf(UserDefinedType[Any]):
    """The type that a table is: what names its columns and their types to the database."""

    cache_ok = True

    def __init__(self, table: str) -> None:
        self.table = table

    def get_col_spec(self, **_: Any) -> str:
        return self.table


def _note(session: Session, state: RegistryState | None, digest: str, now: datetime) -> int:
    if state is None:
        state = RegistryState(id=1, version=0, digest="", loaded_at=now)
        session.add(state)
    state.version, state.digest, state.loaded_at = state.version + 1, digest, now
    return state.version
