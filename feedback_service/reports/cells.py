"""Cells of CSV files that people open: no spreadsheet takes one for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

RISKY = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet computes."""


def harmless(cell: object) -> object:
    """The cell, with an apostrophe before it where it begins like a formula; None is empty."""
    if isinstance(cell, str) and cell.startswith(RISKY):
        return f"'{cell}"
    return "" if cell is None else cell


def as_csv(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """RFC 4180 with a header, every cell harmless."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue()
