"""What no single cell can show: duplicates, unknown references, overlapping versions, broken rules.

A file that could not be read is left out, so that one missing file is not told a thousand times.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from feedback_service.registry import shapes
from feedback_service.registry.cells import Problem
from feedback_service.registry.shapes import (
    Column,
    InstitutionType,
    Owner,
    ReportingLine,
    UnitKind,
)


@dataclass(frozen=True)
class Line:
    """A row of a file: its line number, its cells as text, the fields already told to be wrong.

    `row` is its value, or None when a cell is wrong.
    """

    number: int
    cells: dict[str, str]
    wrong: frozenset[str]
    row: Any


@dataclass(frozen=True)
class Table:
    """A file's lines in order, or None when the file could not be read."""

    columns: dict[str, Column]
    read: tuple[Line, ...] | None

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.read or ()


@dataclass(frozen=True)
class Rule:
    """A rule between the cells of one row; `broken` is asked of whole rows only."""

    file: str
    field: str
    broken: Callable[[Any], bool]
    wrong: str
    remedy: str


_IN_A_COUNTY = (InstitutionType.COUNTY_GOVERNMENT, InstitutionType.COUNTY_CORPORATION)
_ENDS_FIRST = ("ends before it begins", "Write a day on or after effective_from, or nothing.")


def _ended_early(row: Any) -> bool:
    return row.effective_to is not None and row.effective_to < row.effective_from


RULES = (
    Rule(
        shapes.INSTITUTIONS, "county",
        lambda row: (row.type in _IN_A_COUNTY) != (row.county is not None),
        "does not go with the type", "Name the county of a county body, and of no other.",
    ),
    Rule(
        shapes.SERVICES, "institution",
        lambda row: (row.owner is Owner.NATIONAL) != (row.institution is not None),
        "does not go with the owner", "Name it for a national service, leave a county one blank.",
    ),
    Rule(
        shapes.SERVICE_POINTS, "closes",
        lambda row: row.closes <= row.opens,
        "is not after the opening time", "Write the hours of one day, such as 08:00 and 17:00.",
    ),
    Rule(
        shapes.CHARTERS, "cost_kes",
        lambda row: row.cost_kes is None and not (row.cost_note_en or row.cost_note_sw),
        "is blank and no note says why", "Write 0 for free or fill cost_note_en and cost_note_sw.",
    ),
    Rule(
        shapes.CHARTERS, "cost_note_sw",
        lambda row: bool(row.cost_note_en) != bool(row.cost_note_sw),
        "is in one language only", "Fill cost_note_en and cost_note_sw, or neither.",
    ),
    Rule(shapes.CHARTERS, "effective_to", _ended_early, *_ENDS_FIRST),
    Rule(shapes.RESPONSIBILITIES, "effective_to", _ended_early, *_ENDS_FIRST),
    Rule(
        shapes.POSTERS, "service",
        lambda row: row.service is None and row.service_point is None,
        "is blank, and so is the place", "Name a service, a place, or both.",
    ),
    Rule(
        shapes.POSTERS, "code",
        lambda row: (len(row.code) == 5) != bool(row.service and row.service_point),
        "has the wrong number of digits", "Use 5 for a service at a place, 4 for one of them.",
    ),
)  # fmt: skip

UNIQUE = {
    shapes.COUNTIES: (("code",), ("name",)),
    shapes.INSTITUTIONS: (("id",),),
    shapes.UNITS: (("id",),),
    shapes.SERVICE_POINTS: (("id",),),
    shapes.SECTORS: (("key",), ("position",)),
    shapes.SERVICES: (("id",), ("poster_code",)),
    shapes.CHARTERS: (("service", "version"),),
    shapes.POSTERS: (("code",),),
    shapes.OFFERINGS: (("service_point", "service"),),
    shapes.RESPONSIBILITIES: (("service", "service_point", "county", "version"),),
    shapes.HOLIDAYS: (("date", "county"),),
    shapes.LADDERS: (("ladder", "version", "level"), ("ladder", "version", "key")),
}
"""The columns that together may come once in a file."""

VERSIONED = {
    shapes.CHARTERS: ("service",),
    shapes.RESPONSIBILITIES: ("service", "service_point", "county"),
}
"""The columns that name what has one version in force on any day."""


def cross_checks(tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Every problem between cells, rows and files, in no particular order."""
    for name, table in tables.items():
        yield from _references(name, table, tables)
        for keys in UNIQUE[name]:
            yield from _duplicates(name, table, keys)
    for rule in RULES:
        yield from _broken(rule, tables[rule.file])
    for name, keys in VERSIONED.items():
        yield from _overlaps(name, tables[name], keys)
    yield from _codes_used_twice(tables)
    yield from _posters_against_offerings(tables)
    yield from _desks(tables)
    yield from _ladders(tables)


def _references(name: str, table: Table, tables: Mapping[str, Table]) -> Iterator[Problem]:
    for field, column in table.columns.items():
        target = tables.get(column.refers)
        if target is None or target.read is None:
            continue
        first = next(iter(target.columns))
        known = {line.cells.get(first) for line in target.lines}
        wrong, remedy = f"is in no row of {column.refers}", "Correct it, or add it there."
        for line in table.lines:
            value = line.cells.get(field)
            if value and value not in known and field not in line.wrong:
                yield Problem(name, line.number, field, value, wrong, remedy)


def _duplicates(name: str, table: Table, keys: tuple[str, ...]) -> Iterator[Problem]:
    first: dict[tuple[str | None, ...], int] = {}
    for line in table.lines:
        found = tuple(line.cells.get(key) for key in keys)
        if line.wrong.intersection(keys):
            continue
        if found in first:
            wrong = f"is already in row {first[found]}"
            shown = " ".join(cell for cell in found if cell)
            yield Problem(name, line.number, keys[0], shown, wrong, "Keep one of the two rows.")
        first.setdefault(found, line.number)


def _broken(rule: Rule, table: Table) -> Iterator[Problem]:
    for line in table.lines:
        if line.row is not None and rule.broken(line.row):
            value = line.cells[rule.field]
            yield Problem(rule.file, line.number, rule.field, value, rule.wrong, rule.remedy)


def _overlaps(name: str, table: Table, keys: tuple[str, ...]) -> Iterator[Problem]:
    cells: dict[tuple[object, ...], list[Line]] = defaultdict(list)
    for line in table.lines:
        if line.row is not None:
            cells[tuple(getattr(line.row, key) for key in keys)].append(line)
    for lines in cells.values():
        lines.sort(key=lambda line: (line.row.effective_from, line.row.version))
        for before, after in pairwise(lines):
            if (before.row.effective_to or dt.date.max) >= after.row.effective_from:
                wrong = f"overlaps version {before.row.version} in row {before.number}"
                remedy = f"Let row {before.number} end the day before."
                value = after.cells["effective_from"]
                yield Problem(name, after.number, "effective_from", value, wrong, remedy)


def _codes_used_twice(tables: Mapping[str, Table]) -> Iterator[Problem]:
    services = {
        line.cells.get("poster_code"): line.number for line in tables[shapes.SERVICES].lines
    }
    for line in tables[shapes.POSTERS].lines:
        code = line.cells.get("code", "")
        if code and code in services:
            wrong = f"is already the poster_code of {shapes.SERVICES} row {services[code]}"
            yield Problem(shapes.POSTERS, line.number, "code", code, wrong, "Choose a free code.")


def _posters_against_offerings(tables: Mapping[str, Table]) -> Iterator[Problem]:
    refused = {
        (line.row.service_point, line.row.service): line.number
        for line in tables[shapes.OFFERINGS].lines
        if line.row is not None and not line.row.offered
    }
    for line in tables[shapes.POSTERS].lines:
        pair = (line.cells.get("service_point"), line.cells.get("service"))
        if row := refused.get(pair):
            wrong = f"is not offered there, says {shapes.OFFERINGS} row {row}"
            remedy = "Remove the poster or correct the offering."
            yield Problem(shapes.POSTERS, line.number, "service", pair[1] or "", wrong, remedy)


def _desks(tables: Mapping[str, Table]) -> Iterator[Problem]:
    """One central desk exactly, and a desk for complaints in every other institution."""
    units = tables[shapes.UNITS]
    if units.read is None:
        return
    yield from _central(units.lines)
    hearing = {
        line.cells.get("institution")
        for line in units.lines
        if "kind" in line.wrong or line.cells["kind"] != UnitKind.INTEGRITY
    }
    for line in tables[shapes.INSTITUTIONS].lines:
        name = line.cells.get("id", "")
        if "id" not in line.wrong and name not in hearing:
            wrong, remedy = "has no desk for complaints", f"Add a redress unit to {shapes.UNITS}."
            yield Problem(shapes.INSTITUTIONS, line.number, "id", name, wrong, remedy)


def _central(units: tuple[Line, ...]) -> Iterator[Problem]:
    central = [line for line in units if line.cells.get("kind") == UnitKind.CENTRAL]
    if not central and not any("kind" in line.wrong for line in units):
        remedy = "Add one unit of kind central: the desk of last resort."
        yield Problem(shapes.UNITS, 0, "kind", "", "central is missing", remedy)
    for line in central[1:]:
        wrong = f"is already the kind of row {central[0].number}"
        yield Problem(shapes.UNITS, line.number, "kind", "central", wrong, "Keep one central unit.")


def _ladders(tables: Mapping[str, Table]) -> Iterator[Problem]:
    """Ladders without a gap, and exactly one for each reporting line."""
    file = shapes.LADDERS
    led: dict[str, int] = {}
    for lines in _newest(tables[file]):
        yield from _rungs(file, lines, tables[shapes.INSTITUTIONS])
        for way in lines[0].row.lines:
            if way in led:
                wrong = f"leads to the ladder of row {led[way]} already"
                yield Problem(file, lines[0].number, "lines", way, wrong, "Name it in one ladder.")
            led.setdefault(way, lines[0].number)
    for way in ReportingLine if tables[file].read is not None else ():
        if way not in led:
            yield Problem(file, 0, "lines", way, "leads to no ladder", "Add it to one.")


def _newest(table: Table) -> list[list[Line]]:
    """The rungs of each ladder's newest version, the lowest first."""
    found: dict[str, dict[int, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in sorted(
        (line for line in table.lines if line.row is not None), key=lambda line: line.row.level
    ):
        found[line.row.ladder][line.row.version].append(line)
    return [versions[max(versions)] for versions in found.values()]


def _rungs(file: str, lines: list[Line], institutions: Table) -> Iterator[Problem]:
    known = {line.cells.get("id") for line in institutions.lines} | set(shapes.HOLDERS)
    days, ways = 0, lines[0].row.lines
    for level, line in enumerate(lines):
        row = line.row
        wrong = {
            "level": row.level != level and "leaves a rung out",
            "overdue_working_days": row.overdue_working_days < days
            and "is less than on the rung below",
            "lines": row.lines != ways and "is not what the ladder's first rung says",
            "holder": institutions.read is not None
            and not known.issuperset(row.holder)
            and f"is neither of {', '.join(shapes.HOLDERS)} nor in {shapes.INSTITUTIONS}",
        }
        days = row.overdue_working_days
        for field, told in wrong.items():
            if told:
                value = line.cells[field]
                yield Problem(file, line.number, field, value, told, "Correct it.")
