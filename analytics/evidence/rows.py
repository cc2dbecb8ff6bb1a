"""Facts as lines of a CSV file and back: a pseudonym that says nothing outside its pack, every
field of the fact under its name, and which suspicions the record is part of."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from analytics.evidence.plain import said

Fact = TypeVar("Fact")
ROW, FLAGS = "row", "flags"


class BadRow(ValueError):
    """A line of a file is not as it would be written."""


@dataclass(frozen=True)
class Row(Generic[Fact]):
    """One record of a pack; `flags` are the numbers of the suspicions it is part of."""

    id: str
    fact: Fact
    flags: tuple[int, ...] = ()


def written(kind: type[Any], rows: Iterable[Row[Any]]) -> bytes:
    """The file, its lines in the order of their pseudonyms."""
    names = [one.name for one in fields(kind)]
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow([ROW, *names, FLAGS])
    for row in sorted(rows, key=lambda row: row.id):
        cells = (_cell(getattr(row.fact, name)) for name in names)
        out.writerow([row.id, *cells, " ".join(map(str, row.flags))])
    return text.getvalue().encode()


def rows_of(kind: type[Fact], content: bytes, name: str) -> Iterator[Row[Fact]]:
    """The rows of a file called `name`.  A field it lacks has its default: it was written before
    there was one.  Raises BadRow naming the line."""
    lines = csv.reader(io.StringIO(content.decode(), newline=""))
    header = next(lines, [])
    whole: Any = kind
    readers = _readers(whole)
    unknown = set(header) - readers.keys() - {ROW, FLAGS}
    if unknown or not {ROW, FLAGS} <= set(header):
        raise BadRow(f"{name}, line 1: the columns are not those of a {kind.__name__}: {header}")
    columns = [(at, one, readers[one]) for at, one in enumerate(header) if one in readers]
    row_at, flags_at = header.index(ROW), header.index(FLAGS)
    for number, cells in enumerate(lines, 2):
        try:
            values = {one: reader(cells[at]) for at, one, reader in columns}
            flags = tuple(int(part) for part in cells[flags_at].split())
            yield Row(cells[row_at], kind(**values), flags)
        except (ValueError, IndexError, KeyError, TypeError) as error:
            raise BadRow(f"{name}, line {number}: {error}") from None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(said(value))


@cache
def _readers(kind: type[Any]) -> dict[str, Callable[[str], Any]]:
    hints = get_type_hints(kind)
    return {one.name: _reader(hints[one.name]) for one in fields(kind)}


def _reader(hint: Any) -> Callable[[str], Any]:
    if get_origin(hint) in (Union, UnionType):
        inner = _reader(next(one for one in get_args(hint) if one is not type(None)))
        return lambda text: inner(text) if text else None
    if hint is bool:
        return _yes_or_no
    if hint is datetime:
        return datetime.fromisoformat
    if hint is date:
        return date.fromisoformat
    if isinstance(hint, type) and issubclass(hint, Enum | int | float):
        return hint
    return str


def _yes_or_no(text: str) -> bool:
    return {"yes": True, "no": False}[text]
