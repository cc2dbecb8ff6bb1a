"""A scoring sheet as CSV: read whole, with every problem named at once, and written whole."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from pathlib import Path

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?")
_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Problem:
    """One thing wrong: `row` is the line of the file (1 is the header), 0 the sheet as a whole."""

    row: int
    field: str
    value: str
    remedy: str

    def __str__(self) -> str:
        where = f"row {self.row}, " if self.row else ""
        return f"{where}{self.field}: {self.value!r}: {self.remedy}"


class BadSheet(ValueError):
    """The sheet cannot be scored; `problems` holds all that is wrong, `str` one a line."""

    def __init__(self, problems: Iterable[Problem], source: str = "") -> None:
        self.problems = tuple(problems)
        self.source = source
        before = f"{source}: " if source else ""
        super().__init__("\n".join(f"{before}{problem}" for problem in self.problems))


@dataclass(frozen=True)
class Table:
    """The rows of a CSV file as text, each with its line number, the names of its columns, and
    what is wrong with the shape of the rows left out."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    problems: tuple[Problem, ...] = ()

    def text_with(self, added: Sequence[Mapping[str, str]]) -> str:
        """The same rows as CSV text with `added` cells, one mapping a row; equal names replace."""
        names = dict.fromkeys([*self.columns, *(added[0] if added else ())])
        out = io.StringIO()
        writer = csv.DictWriter(out, list(names), lineterminator="\n")
        writer.writeheader()
        for (_, row), more in zip(self.rows, added, strict=True):
            writer.writerow({**row, **more})
        return out.getvalue()


def read_table(path: Path, required: Sequence[str]) -> Table:
    """The CSV file at `path` (UTF-8, a header, commas), blank lines left out.

    A row with too few or too many cells becomes a problem of the table, so that it is named
    together with the others.  Raises BadSheet when nothing can be read: no header, a column
    missing or named twice, no rows, not UTF-8 text, not CSV.  OSError passes.
    """
    try:
        return _parsed(path.read_text(encoding="utf-8-sig"), required)
    except UnicodeDecodeError:
        unreadable = Problem(0, "file", path.name, "not UTF-8 text; save it as CSV UTF-8")
    except csv.Error as error:
        unreadable = Problem(0, "file", path.name, f"not CSV ({error}); save it as CSV UTF-8")
    except BadSheet as bad:
        raise BadSheet(bad.problems, path.name) from None
    raise BadSheet([unreadable], path.name)


def number(row: int, field: str, text: str) -> Decimal | Problem:
    """`text` as a plain decimal number, or what is wrong with it."""
    if _NUMBER.fullmatch(text.strip()):
        return Decimal(text.strip())
    remedy = "write a plain number such as 85.5, without commas, signs or words"
    return Problem(row, field, text, remedy)


def rounded(value: Fraction, places: int) -> Decimal:
    """`value` half-up to `places` decimals: exact, however many decimals it has."""
    scaled = value * 10**places
    whole = (abs(scaled) * 2 + 1) // 2
    return Decimal(int(whole) if scaled >= 0 else -int(whole)).scaleb(-places, _WIDE)


def _parsed(text: str, required: Sequence[str]) -> Table:
    reader = csv.reader(io.StringIO(text, newline=""))
    lines = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    columns = tuple(cell.strip() for cell in lines[0][1]) if lines else ()
    problems = _header_problems(columns, required)
    if not lines[1:]:
        problems.append(Problem(2, "rows", "", "write at least one row under the header"))
    if problems:
        raise BadSheet(problems)
    remedy = f"{len(columns)} cells are needed; quote a cell that holds a comma"
    wrong = [
        Problem(line, "cells", str(len(cells)), remedy)
        for line, cells in lines[1:]
        if len(cells) != len(columns)
    ]
    whole = [(line, cells) for line, cells in lines[1:] if len(cells) == len(columns)]
    rows = tuple((line, dict(zip(columns, cells, strict=True))) for line, cells in whole)
    return Table(columns, rows, tuple(wrong))


def _header_problems(columns: Sequence[str], required: Sequence[str]) -> list[Problem]:
    missing = [
        Problem(1, name, ",".join(columns), f"add the column {name}")
        for name in required
        if name not in columns
    ]
    twice = sorted({name for name in columns if columns.count(name) > 1})
    return missing + [Problem(1, name, name, "name each column once") for name in twice]
