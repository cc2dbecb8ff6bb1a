"""Gazetted days: listed beside the library's, entered, taken back, out and in as CSV.

Who changes one hands in the session of a transaction; every change stands in the audit log and
makes every process read the calendar again.
"""

import csv
import io
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import audit
from feedback_service.domain.calendar import NAIROBI
from feedback_service.models import County, Holiday, Staff
from feedback_service.registry import days, shapes
from feedback_service.registry.cells import Wrong
from feedback_service.registry.phrases import newer

COLUMNS = tuple(field.name for field in fields(shapes.Holiday))
MOST_ROWS = 500


@dataclass(frozen=True)
class Day:
    """A holiday as people read it; `source` is None for one of the library's."""

    day: date
    name: str
    county: int
    source: str | None = None
    by: str | None = None
    entered_at: datetime | None = None
    ended_at: datetime | None = None


class Fault(StrEnum):
    """What is wrong with a sheet or a row of it; the page says it in the reader's language."""

    SHEET = "sheet"
    COLUMNS = "columns"
    CELLS = "cells"
    CELL = "cell"
    COUNTY = "county"
    YEAR = "year"
    KNOWN = "known"
    TWICE = "twice"


@dataclass(frozen=True)
class Problem:
    """`row` is the line in the file, the header is 1; `value` is what stands there."""

    row: int
    field: str
    value: str
    fault: Fault


class BadDays(ValueError):
    """Nothing was entered; `problems` names every row, field and value."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            "; ".join(f"row {p.row} {p.field}: {p.value!r} {p.fault}" for p in problems)
        )
        self.problems = tuple(problems)


class NoSuchDay(LookupError):
    """That day is not one of the gazetted ones in force."""


def listed(session: Session, year: int, now: datetime) -> list[Day]:
    """All holidays of a year, the library's and ours, those taken back too, by day."""
    found = (
        sa.select(Holiday, Staff.name)
        .outerjoin(Staff, Staff.id == Holiday.entered_by_id)
        .where(sa.extract("year", Holiday.day) == year)
    )
    ours = [
        Day(row.day, row.name, row.county_code, row.source, by, row.entered_at, row.ended_at)
        for row, by in session.execute(found)
    ]
    known = days.known_ahead(_year(now)).items()
    kept = [Day(day, name, 0) for day, name in known if day.year == year]
    return sorted([*kept, *ours], key=lambda one: (one.day, one.county))


def years(now: datetime) -> range:
    """Years that calendars know."""
    return range(_year(now) - days.YEARS_BACK, _year(now) + days.YEARS_AHEAD + 1)


def enter(
    session: Session, wanted: Iterable[shapes.Holiday], by_id: uuid.UUID | None, now: datetime
) -> int:
    """Enter days, those taken back anew; one that stands as it is written is left. How many."""
    entered = 0
    for one in wanted:
        key = (one.date, one.county or 0)
        row = session.get(Holiday, key)
        same = row is not None and (row.name, row.source) == (one.name, one.source)
        if row is not None and row.ended_at is None and same:
            continue
        if row is None:
            row = Holiday(day=key[0], county_code=key[1], name=one.name, source=one.source)
            session.add(row)
        if row.ended_at is not None:
            row.settled_at = None
        row.name, row.source, row.ended_at = one.name, one.source, None
        row.entered_at, row.entered_by_id = now, by_id
        said = {"name": one.name, "source": one.source}
        audit.note(session, "holiday.add", _subject(*key), now, by_id, said)
        entered += 1
    if entered:
        newer(session, now)
    return entered


def end(
    session: Session, day: date, county: int, by_id: uuid.UUID | None, now: datetime
) -> None:  # fmt: skip
    """Take a gazetted day back; raises NoSuchDay for one of the library's, or ended before."""
    row = session.get(Holiday, (day, county), with_for_update=True)
    if row is None or row.ended_at is not None:
        raise NoSuchDay(f"{_subject(day, county)} is no gazetted day in force: choose one listed")
    row.ended_at = now
    audit.note(session, "holiday.end", _subject(day, county), now, by_id, {"name": row.name})
    newer(session, now)


def write(session: Session) -> str:
    """The gazetted days in force as CSV, in the columns of holidays_extra.csv."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(COLUMNS)
    found = sa.select(Holiday).where(Holiday.ended_at.is_(None))
    for row in session.scalars(found.order_by(Holiday.day, Holiday.county_code)):
        sheet.writerow([row.day.isoformat(), row.name, row.county_code or "", row.source])
    return out.getvalue()


def read(session: Session, text: str, now: datetime) -> list[shapes.Holiday]:
    """The days of a sheet; raises BadDays with every problem."""
    header, records = _records(text)
    found: list[shapes.Holiday] = []
    problems: list[Problem] = []
    for number, record in enumerate(records, start=2):
        if len(record) != len(header):
            problems.append(Problem(number, "", str(len(record)), Fault.CELLS))
            continue
        row = check(session, dict(zip(header, record, strict=True)), now, number)
        if isinstance(row, list):
            problems += row
        elif any((one.date, one.county) == (row.date, row.county) for one in found):
            problems.append(Problem(number, "date", row.date.isoformat(), Fault.TWICE))
        else:
            found.append(row)
    if problems:
        raise BadDays(problems)
    return found


def check(
    session: Session, cells: dict[str, str], now: datetime, number: int = 0
) -> shapes.Holiday | list[Problem]:
    """The day that these cells name, by column, or what is wrong with them."""
    values: dict[str, object] = {}
    problems = []
    for name, column in shapes.columns(shapes.Holiday).items():
        cell = cells.get(name, "").strip()
        try:
            values[name] = column.read(cell)
        except Wrong:
            problems.append(Problem(number, name, cell, Fault.CELL))
    if problems:
        return problems
    row = shapes.Holiday(**values)  # type: ignore[arg-type]
    if row.date.year not in years(now):
        return [Problem(number, "date", row.date.isoformat(), Fault.YEAR)]
    if row.date in days.known_ahead(_year(now)):
        return [Problem(number, "date", row.date.isoformat(), Fault.KNOWN)]
    if row.county and session.get(County, row.county) is None:
        return [Problem(number, "county", str(row.county), Fault.COUNTY)]
    return row


def pending(session: Session) -> list[Holiday]:
    """Days that came or went and that the dates of earlier cases do not reckon with yet."""
    gone = sa.and_(Holiday.ended_at.is_not(None), Holiday.ended_at >= Holiday.settled_at)
    found = sa.select(Holiday).where(sa.or_(Holiday.settled_at.is_(None), gone))
    return list(session.scalars(found.order_by(Holiday.day, Holiday.county_code)))


def _records(text: str) -> tuple[list[str], list[list[str]]]:
    """The header's names and the rows below it that hold anything."""
    try:
        records = [row for row in csv.reader(io.StringIO(text), strict=True) if any(row)]
    except csv.Error as error:
        raise BadDays([Problem(0, "", str(error), Fault.SHEET)]) from None
    if not 0 < len(records) <= MOST_ROWS:
        raise BadDays([Problem(0, "", str(len(records)), Fault.SHEET)])
    header = [name.strip() for name in records[0]]
    if sorted(header) != sorted(COLUMNS):
        raise BadDays([Problem(1, "", ", ".join(header), Fault.COLUMNS)])
    return header, records[1:]


def _subject(day: date, county: int) -> str:
    return f"{day.isoformat()}/{county}"


def _year(now: datetime) -> int:
    return now.astimezone(NAIROBI).year
