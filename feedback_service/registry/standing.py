"""The registry as it stands in the database, in the form of its files, so that one set of checks
holds for what is loaded and for what is typed at a desk.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.models import Base
from feedback_service.registry.cells import Problem, Wrong
from feedback_service.registry.checks import UNIQUE, Line, Table
from feedback_service.registry.files import ROWS
from feedback_service.registry.loading import TABLES
from feedback_service.registry.shapes import Column, columns

Cells = dict[str, str]

_NOT_KEPT = {"source": "desk", "confidence": "certain"}
"""What files say and no table keeps, where it is not in the table."""
_FROM = {
    "county": "county_code", "institution": "institution_id", "host": "host_id",
    "service": "service_id", "service_point": "service_point_id", "unit": "unit_id", "date": "day",
}  # fmt: skip


def tables_of(session: Session) -> dict[str, Table]:
    """Every file as the database would write it."""
    return {file: table_of(session, file) for file in TABLES}


def table_of(session: Session, file: str) -> Table:
    """One file as the database would write it, in the order of its key."""
    model, _ = TABLES[file]
    rows = session.scalars(sa.select(model).order_by(*sa.inspect(model).primary_key))
    lines = (line_of(file, number, cells_of(file, row)) for number, row in enumerate(rows, 2))
    return Table(_columns(file), tuple(lines))


def cells_of(file: str, row: Base) -> Cells:
    """A row of a table as the cells of its file."""
    return {name: _text(name, row) for name in _columns(file)}


def line_of(file: str, number: int, cells: Cells) -> Line:
    """A line read as a load reads it; the row is None where a cell is wrong."""
    values, wrong = read(file, number, cells)
    row = None if wrong else ROWS[file](**values)
    return Line(number, cells, frozenset(each.field for each in wrong), row)


def read(file: str, number: int, cells: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """The values of a line's cells, and what is wrong with them."""
    values: dict[str, Any] = {}
    wrong: list[Problem] = []
    for name, column in _columns(file).items():
        try:
            values[name] = column.read(cells[name])
        except Wrong as error:
            wrong.append(Problem(file, number, name, cells[name], error.wrong, error.remedy))
    return values, wrong


def with_lines(tables: Mapping[str, Table], new: Iterable[tuple[str, Cells]]) -> dict[str, Table]:
    """The tables with lines put in the place of those of the same key, or added at the end."""
    after = dict(tables)
    for file, cells in new:
        table, keys = after[file], UNIQUE[file][0]
        same = [line for line in table.lines if all(line.cells[k] == cells[k] for k in keys)]
        number = (
            same[0].number if same else max((line.number for line in table.lines), default=1) + 1
        )
        line = line_of(file, number, cells)
        kept = tuple(line if each.number == number else each for each in table.lines)
        after[file] = Table(table.columns, kept if same else (*kept, line))
    return after


@cache
def _columns(file: str) -> dict[str, Column]:
    return columns(ROWS[file])


def _text(name: str, row: Base) -> str:
    column = _FROM.get(name, name)
    if not hasattr(row, column):
        return _NOT_KEPT[name]
    value = getattr(row, column)
    if value is None or (column == "county_code" and value == 0):
        return ""
    if isinstance(value, list):
        return "|".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:%H:%M}" if isinstance(value, dt.time) else str(value)
