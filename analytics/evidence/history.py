"""What was done to the cases of a pack, a line for each event: redacted, and chained anew over what
is left, so that one edited, dropped or added line breaks it without the service's database.

`sealed` is the hash of the whole event in the service's own chain: whoever has the register can
hold each line against it.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from typing import Any

from analytics.evidence.plain import said
from feedback_service.domain.chain import GENESIS, JSON

COLUMNS = ("row", "number", "action", "actor", "at", "data", "sealed", "hash")
HEADS = ("row", "events", "sealed", "hash")
KEPT = frozenset({
    "kind", "level", "outcome", "prompted", "proposed", "rung", "service", "unit", "from", "to",
    "channel", "until", "handling", "reached",
})  # fmt: skip
"""What of an event's data says what was done and names nobody; all else is left out by name."""


class BrokenHistory(ValueError):
    """The events are not those that were frozen; the message names file and line."""


@dataclass(frozen=True)
class Event:
    """One event of the case of that pseudonym, its data redacted already."""

    row: str
    number: int
    action: str
    actor: str
    at: datetime
    data: Mapping[str, JSON]
    sealed: str


def redacted(data: Mapping[str, JSON], shut: bool) -> dict[str, JSON]:
    """What of an event's data goes into a pack; of a case that is not open to everyone (`shut`)
    nothing does."""
    if shut:
        return {}
    kept = {name: value for name, value in data.items() if name in KEPT}
    left_out = tuple(sorted(name for name in data if name not in KEPT))
    return {**kept, "left_out": left_out} if left_out else kept


def written(events: Iterable[Event]) -> tuple[bytes, bytes]:
    """The files of events and of chain heads.  Events come in the order of rows and numbers."""
    lines, heads = io.StringIO(), io.StringIO()
    out, tops = _writer(lines, COLUMNS), _writer(heads, HEADS)
    for row, group in groupby(events, key=lambda event: event.row):
        previous, last, many = GENESIS, "", 0
        for event in group:
            cells = _cells(event)
            previous, last, many = _next(previous, cells), event.sealed, many + 1
            out.writerow([*cells, previous])
        tops.writerow([row, many, last, previous])
    return lines.getvalue().encode(), heads.getvalue().encode()


def checked(events: bytes, heads: bytes) -> Iterator[list[str]]:
    """The lines of events.csv as they are found to be right.  Raises BrokenHistory at the first
    that is not, or where a case has fewer or more than its head says."""
    tops = {cells[0]: cells[1:] for cells in _lines(heads, HEADS, "heads.csv")}
    number, previous = 0, GENESIS
    row, last = "", ""
    for at, cells in enumerate(_lines(events, COLUMNS, "events.csv"), 2):
        if cells[0] != row:
            _end(tops, row, number, last, previous)
            row, number, previous = cells[0], 0, GENESIS
        number += 1
        previous, last = _next(previous, cells[:-1]), cells[-2]
        if cells[1] != str(number) or cells[-1] != previous:
            raise BrokenHistory(
                f"events.csv, line {at}: event {cells[1]} of case {row} is not as it was sealed"
            )
        yield cells
    _end(tops, row, number, last, previous)
    if tops:
        raise BrokenHistory(f"heads.csv: case {min(tops)} has no events in events.csv")


def _end(tops: dict[str, list[str]], row: str, number: int, last: str, previous: str) -> None:
    if row and tops.pop(row, None) != [str(number), last, previous]:
        raise BrokenHistory(
            f"events.csv: the history of case {row} does not end as heads.csv says it ended"
        )


def _lines(content: bytes, columns: tuple[str, ...], name: str) -> Iterator[list[str]]:
    found = csv.reader(io.StringIO(content.decode(), newline=""))
    if tuple(next(found, ())) != columns:
        raise BrokenHistory(f"{name}, line 1: the columns are not {', '.join(columns)}")
    for at, cells in enumerate(found, 2):
        if len(cells) != len(columns):
            raise BrokenHistory(f"{name}, line {at}: {len(cells)} cells, not {len(columns)}")
        yield cells


def _writer(text: io.StringIO, columns: tuple[str, ...]) -> Any:
    out = csv.writer(text, lineterminator="\n")
    out.writerow(columns)
    return out


def _cells(event: Event) -> list[str]:
    data = json.dumps(said(event.data), sort_keys=True, separators=(",", ":"))
    return [
        event.row, str(event.number), event.action, event.actor, str(said(event.at)), data,
        event.sealed,
    ]  # fmt: skip


def _next(previous: str, cells: list[str]) -> str:
    """SHA-256 of the hash before and of the line's cells, joined by characters no cell has."""
    return sha256("\x1f".join([previous, *cells]).encode()).hexdigest()
