"""A table as text, a piece at a time: CSV (RFC 4180) and JSON lines (NDJSON)."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

from feedback_service.reports.open_data.shape import Resource, Row

AT_ONCE = 1_000


def csv_lines(resource: Resource, rows: Iterable[Row]) -> Iterator[tuple[str, int]]:
    """Pieces of the file and how many rows each holds; the first has the header as well."""
    source, text = iter(rows), io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([one.name for one in resource.fields])
    batch = list(islice(source, AT_ONCE))
    while True:
        writer.writerows(
            [value if value.__class__ in _AS_IT_IS else _cell(value) for value in row]
            for row in batch
        )
        yield text.getvalue(), len(batch)
        text.seek(0)
        text.truncate()
        if not (batch := list(islice(source, AT_ONCE))):
            return


def json_lines(resource: Resource, rows: Iterable[Row]) -> Iterator[str]:
    """An object for each row, each on a line of its own."""
    names = [one.name for one in resource.fields]
    source = iter(rows)
    while batch := list(islice(source, AT_ONCE)):
        told = (dict(zip(names, map(_plain, row), strict=True)) for row in batch)
        yield "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in told)


_AS_IT_IS = frozenset((str, int, float, date, type(None)))
"""What the writer writes as it should be: nothing for None, a day in ISO 8601."""


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else value


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
