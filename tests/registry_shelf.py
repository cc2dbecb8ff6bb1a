"""The registry we come with, as a load leaves it, kept beside the tables of every test database.

Reading the files takes most of a second of two processes; copying their rows from this shelf takes
some milliseconds. It is filled once a run, in the template, by the same `registry.load` as ever.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

SHELF = "registry_shelf"
TABLES = tuple(
    """
    counties institutions units service_points sectors services charters posters offerings
    responsibilities holidays rungs registry_state
    """.split()  # noqa: SIM905 - a list of this length is read as a text
)
"""Every table into which a load puts rows, but for its line of the audit."""
AUDIT = "audit_lines"
REPLICA = "SET LOCAL session_replication_role = replica;"
"""Then no trigger looks whether rows point at each other: those of the shelf do so rightly."""


def fill(rt: Any) -> None:
    """Load the registry into the empty tables of a database, and move all its rows to the shelf."""
    from feedback_service import registry
    from feedback_service.models import Base

    registry.load(rt)
    with rt.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {SHELF}")
        for name in (*TABLES, AUDIT):
            connection.exec_driver_sql(f"CREATE TABLE {SHELF}.{name} AS TABLE {name}")
        connection.exec_driver_sql(f"{REPLICA} {_deletes()} DELETE FROM {AUDIT}")
        for name in Base.metadata.tables:
            left = connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one()
            assert left == 0, f"a load fills {name}: name it in TABLES"


def load(engine: sa.Engine) -> None:
    """What `registry.load` does to an empty service, its line of the audit included."""
    with engine.begin() as connection:
        connection.exec_driver_sql(REPLICA + _copies(*TABLES, AUDIT))


def put_back(engine: sa.Engine) -> None:
    """Have the registry stand in its tables as our files are, whatever stands there now.

    What it replaces may be pointed to by other rows: they must be gone before.
    """
    there = f"SELECT 1 FROM registry_state JOIN {SHELF}.registry_state USING (digest)"
    with engine.begin() as connection:
        if connection.exec_driver_sql(there).first():
            return
        connection.exec_driver_sql(REPLICA + _deletes() + _copies(*TABLES))


def lend(rt: Any) -> None:
    """Give a runtime what this process made of the registry before, as if it had served for long.

    Making it takes a tenth of a second and more; it is of one version of the registry, of one day
    and of one model's files, and whoever finds others makes it anew.
    """
    if not _LENT:
        from feedback_service.registry.desks import desks
        from feedback_service.triage import names, serving

        with rt.transaction() as session:
            names.gazetteer(rt, session)
        desks(rt)
        serving.model(rt)
        _LENT.update({key: rt.kept[key] for key in ("gazetteer", "desks", "model")})
        _LENT["catalogue"] = (LONG_AGO, *rt.kept["catalogue"][1:])
        _COST.append(rt.settings.call_cost)
        rt.kept.clear()
    rt.kept.update(_LENT)
    if rt.settings.call_cost != _COST[0]:
        del rt.kept["catalogue"]  # it says what a call costs


LONG_AGO = float("-inf")
"""When the database was last asked for the registry's version: the first to read it asks."""
_LENT: dict[str, Any] = {}
_COST: list[Any] = []


def _copies(*names: str) -> str:
    return "".join(f"INSERT INTO {name} SELECT * FROM {SHELF}.{name};" for name in names)


def _deletes() -> str:
    return "".join(f"DELETE FROM {name};" for name in TABLES)
