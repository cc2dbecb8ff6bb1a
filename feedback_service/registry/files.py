"""Reads the registry's CSV files, or raises `BadRows` with every problem of every file at once.

The files are described in `data/README.md`; nothing here knows the database.
"""

import csv
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from feedback_service.registry import shapes
from feedback_service.registry.cells import Problem, Wrong
from feedback_service.registry.checks import Line, Table, cross_checks
from feedback_service.registry.shapes import (
    CharterRow,
    Column,
    County,
    Holiday,
    Institution,
    Offering,
    Poster,
    Registry,
    Responsibility,
    RungRow,
    Sector,
    Service,
    ServicePoint,
    Unit,
    columns,
)

__all__ = [
    "DATA",
    "ROWS",
    "BadRows",
    "CharterRow",
    "County",
    "Holiday",
    "Institution",
    "Offering",
    "Poster",
    "Problem",
    "Registry",
    "Responsibility",
    "RungRow",
    "Sector",
    "Service",
    "ServicePoint",
    "Unit",
    "digest",
    "read",
]

DATA = Path(__file__).parent / "data"
"""The reference data that comes with the service."""

ROWS: dict[str, type[Any]] = {
    shapes.COUNTIES: County,
    shapes.INSTITUTIONS: Institution,
    shapes.UNITS: Unit,
    shapes.SERVICE_POINTS: ServicePoint,
    shapes.SECTORS: Sector,
    shapes.SERVICES: Service,
    shapes.CHARTERS: CharterRow,
    shapes.POSTERS: Poster,
    shapes.OFFERINGS: Offering,
    shapes.RESPONSIBILITIES: Responsibility,
    shapes.HOLIDAYS: Holiday,
    shapes.LADDERS: RungRow,
}
"""Which row each file holds, in the order of `Registry`'s fields."""


class BadRows(ValueError):
    """The files cannot be loaded; `problems` names every file, row, field, value and remedy."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def read(directory: Path) -> Registry:
    """The files of a directory as values; raises `BadRows`, and then gives nothing."""
    problems: list[Problem] = []
    tables = {name: _table(directory / name, row, problems) for name, row in ROWS.items()}
    problems.extend(cross_checks(tables))
    if problems:
        order = list(ROWS)
        problems.sort(key=lambda problem: (order.index(problem.file), problem.row))
        raise BadRows(tuple(problems))
    return Registry(*(tuple(line.row for line in tables[name].lines) for name in ROWS))


def digest(directory: Path) -> str:
    """SHA-256, in hexadecimal, over the files' names and bytes; a missing file counts as empty."""
    total = hashlib.sha256()
    for name in ROWS:
        path = directory / name
        content = path.read_bytes() if path.is_file() else b""
        total.update(f"{name}\n{len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()


@dataclass(frozen=True)
class _Form:
    """What a file must look like."""

    file: str
    row: type[Any]
    columns: dict[str, Column]


def _table(path: Path, row: type[Any], problems: list[Problem]) -> Table:
    form = _Form(path.name, row, columns(row))
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            records = list(_records(csv.reader(stream, strict=True)))
    except OSError:
        problems.append(_whole(path, "is missing or cannot be opened", "Put it in the directory."))
    except UnicodeDecodeError:
        problems.append(_whole(path, "is not UTF-8 text", "Save it as CSV in UTF-8."))
    except csv.Error as error:
        problems.append(_whole(path, f"is not CSV ({error})", "Close every quote; save it again."))
    else:
        header = records[0][1] if records else []
        bad = list(_bad_header(form, header))
        problems.extend(bad)
        if not bad:
            return Table(form.columns, tuple(_lines(form, header, records[1:], problems)))
    return Table(form.columns, None)


def _records(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line it begins on; blank lines are skipped."""
    begins = 1
    for record in reader:
        if any(cell.strip() for cell in record):
            yield begins, [cell.strip() for cell in record]
        begins = reader.line_num + 1


def _bad_header(form: _Form, header: list[str]) -> Iterator[Problem]:
    for name in form.columns:
        if name not in header:
            remedy = "Add it to the first line; README.md says what it holds."
            yield Problem(form.file, 1, name, "", "is a missing column", remedy)
    for name in dict.fromkeys(header):
        if name not in form.columns:
            yield Problem(form.file, 1, name, "", "is an unknown column", "Correct or remove it.")
        elif header.count(name) > 1:
            yield Problem(form.file, 1, name, "", "is a column that comes twice", "Keep one.")


def _lines(
    form: _Form,
    header: list[str],
    records: Iterable[tuple[int, list[str]]],
    problems: list[Problem],
) -> Iterator[Line]:
    for number, record in records:
        cells = dict(zip(header, record, strict=False))
        if len(record) != len(header):
            told = f"has {len(record)} cells where the header has {len(header)}"
            remedy = "Put quotes around a cell that holds a comma."
            problems.append(Problem(form.file, number, "", "", told, remedy))
            yield Line(number, cells, frozenset(header), None)
            continue
        wrong, values = _values(form, number, cells)
        problems.extend(wrong)
        fields = frozenset(problem.field for problem in wrong)
        yield Line(number, cells, fields, None if wrong else form.row(**values))


def _values(
    form: _Form, number: int, cells: dict[str, str]
) -> tuple[list[Problem], dict[str, object]]:
    wrong: list[Problem] = []
    values: dict[str, object] = {}
    for name, column in form.columns.items():
        try:
            values[name] = column.read(cells[name])
        except Wrong as error:
            wrong.append(Problem(form.file, number, name, cells[name], error.wrong, error.remedy))
    return wrong, values


def _whole(path: Path, wrong: str, remedy: str) -> Problem:
    return Problem(path.name, 0, "", "", wrong, remedy)
