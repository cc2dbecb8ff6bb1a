"""Puts the registry's CSV files into the tables: all of them or, with one bad row, nothing.

Loading the same files again changes nothing; a row that left the files stays, because cases and
ratings may point to it, and simply is not offered any more where a date or a flag says so.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback_service.models import (
    Base,
    Charter,
    County,
    Holiday,
    Institution,
    Offering,
    Poster,
    RegistryState,
    Responsibility,
    Rung,
    Sector,
    Service,
    ServicePoint,
    Unit,
)
from feedback_service.registry import files
from feedback_service.runtime import Runtime

LOAD_LOCK = 4_210_020
ROWS_AT_ONCE = 1000


@dataclass(frozen=True)
class Loaded:
    """What a load did: rows by table; `changed` is False when the same files were there already."""

    changed: bool
    version: int
    rows: Mapping[str, int]


def load(rt: Runtime, directory: Path = files.DATA) -> Loaded:
    """Load a directory of CSV files; raises files.BadRows with every problem, and loads nothing."""
    digest = files.digest(directory)
    with rt.transaction() as session:
        session.execute(sa.text("select pg_advisory_xact_lock(:key)"), {"key": LOAD_LOCK})
        state = session.get(RegistryState, 1)
        if state and state.digest == digest:
            return Loaded(False, state.version, {})
        registry = files.read(directory)
        counts = {
            model.__tablename__: _put(session, model, map(shape, rows))
            for model, shape, rows in _tables(registry)
        }
        version = _note(session, state, digest, rt.now())
    rt.kept.clear()
    return Loaded(True, version, counts)


Shape = Callable[[Any], dict[str, Any]]


def _tables(registry: files.Registry) -> list[tuple[type[Base], Shape, Iterable[Any]]]:
    """In the order in which rows may point at each other."""
    return [
        (County, _renamed({}, "source"), registry.counties),
        (Institution, _renamed({"county": "county_code"}, "source", "confidence"),
         registry.institutions),
        (Unit, _renamed({"institution": "institution_id"}), registry.units),
        (ServicePoint, _renamed({"county": "county_code", "host": "host_id"}, "source"),
         registry.service_points),
        (Sector, _renamed({}), registry.sectors),
        (Service, _renamed({"institution": "institution_id"}, "source"), registry.services),
        (Charter, _renamed({"service": "service_id"}, "confidence"), registry.charters),
        (Poster, _renamed({"service": "service_id", "service_point": "service_point_id"}),
         registry.posters),
        (Offering, _renamed({"service": "service_id", "service_point": "service_point_id"}),
         registry.offerings),
        (Responsibility, _responsibility, registry.responsibilities),
        (Holiday, _holiday, registry.holidays),
        (Rung, _rung, registry.rungs),
    ]  # fmt: skip


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


def _put(session: Session, model: type[Base], rows: Iterable[dict[str, Any]]) -> int:
    values = list(rows)
    table = model.__table__
    keys = [column.name for column in table.primary_key]
    for start in range(0, len(values), ROWS_AT_ONCE):
        statement = insert(table).values(values[start : start + ROWS_AT_ONCE])  # type: ignore[arg-type]
        # What the files do not say, such as that a day was taken back, stays as it is.
        said = [name for name in values[0] if name not in keys]
        others = {name: statement.excluded[name] for name in said}
        if others:
            statement = statement.on_conflict_do_update(index_elements=keys, set_=others)
        session.execute(statement)
    return len(values)


def _note(session: Session, state: RegistryState | None, digest: str, now: datetime) -> int:
    if state is None:
        state = RegistryState(id=1, version=0, digest="", loaded_at=now)
        session.add(state)
    state.version, state.digest, state.loaded_at = state.version + 1, digest, now
    return state.version
