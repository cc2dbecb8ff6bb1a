"""The audit as a file, and the check of such a file, which needs nothing but the file.

JSON lines or CSV; the last line carries the chain's head.  Whoever noted a head elsewhere finds by
it that lines were cut off the end, which a chain alone cannot show.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from feedback_service.audit.chained import CHAIN, as_link, lines
from feedback_service.domain import chain

COLUMNS = ("number", "at", "by", "what", "data", "previous", "hash")
"""`by` is the id of an account, or `command`; `data` has the `subject` and old and new values."""
HEAD = "head"


class BadCopy(ValueError):
    """The file is no copy of an audit; the message names line, what is wrong and the remedy."""


@dataclass(frozen=True)
class Copy:
    """A file that holds together: how many lines, and the hash of the last."""

    lines: int
    head: str


def as_json_lines(session: Session) -> Iterator[str]:
    """Every line as one of JSON, and one more with their number and the head."""
    head, number = chain.GENESIS, 0
    for row in _rows(session):
        head, number = row["hash"], row["number"]
        yield json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n"
    yield json.dumps({HEAD: head, "lines": number}) + "\n"


def as_csv(session: Session) -> Iterator[str]:
    """The same as a table; the last row is `head`, the number of lines, and the head."""
    head, number = chain.GENESIS, 0
    yield _line(COLUMNS)
    for row in _rows(session):
        head, number = row["hash"], row["number"]
        data = json.dumps(row["data"], ensure_ascii=False, sort_keys=True)
        yield _line(data if name == "data" else row[name] for name in COLUMNS)
    yield _line((HEAD, "", "", number, "", "", head))


def check_copy(text: Iterable[str]) -> Copy:
    """Raises BadCopy for a file that is no copy, chain.BrokenChain for one that was changed."""
    rows, count, head = [], 0, None
    for number, row in enumerate(_read(text), start=1):
        if head is not None:
            raise BadCopy(f"line {number}: stands after the head. Take the file as it was exported")
        if HEAD in row:
            count, head = int(row["lines"]), str(row[HEAD])
        else:
            rows.append(_link(number, row))
    if head is None:
        raise BadCopy("the last line has no head: the end is missing. Export it again")
    if count != len(rows):
        raise BadCopy(f"{len(rows)} lines, {count} were exported. Export it again")
    chain.verify(CHAIN, rows, head)
    return Copy(len(rows), head)


def _rows(session: Session) -> Iterator[dict[str, Any]]:
    for line in lines(session):
        link = as_link(line)
        at = link.at.astimezone(UTC).isoformat(timespec="microseconds")
        yield {
            "number": link.number, "at": at, "by": link.actor, "what": link.action,
            "data": dict(link.data), "previous": link.previous, "hash": link.hash,
        }  # fmt: skip


def _line(cells: Iterable[object]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(list(cells))
    return written.getvalue()


def _read(text: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Rows of either form: a copy in JSON begins with a brace."""
    found = [line for line in text if line.strip()]
    if found and not found[0].startswith("{"):
        yield from _read_csv(found)
        return
    for number, line in enumerate(found, start=1):
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise BadCopy(f"line {number}: no JSON ({error.msg}). Export it again") from None
        yield row


def _read_csv(found: list[str]) -> Iterator[dict[str, Any]]:
    rows = csv.reader(found)
    if tuple(next(rows)) != COLUMNS:
        raise BadCopy(f"line 1: the columns are not {', '.join(COLUMNS)}. Export it again")
    for cells in rows:
        if cells[0] == HEAD:
            yield {HEAD: cells[-1], "lines": cells[3]}
            continue
        row: dict[str, Any] = dict(zip(COLUMNS, cells, strict=True))
        yield {**row, "number": int(row["number"]), "data": json.loads(row["data"])}


def _link(number: int, row: dict[str, Any]) -> chain.Link:
    try:
        at = datetime.fromisoformat(row["at"])
        return chain.Link(
            row["number"], row["what"], row["by"], at, row["data"], row["previous"], row["hash"]
        )
    except (KeyError, TypeError, ValueError):
        raise BadCopy(f"line {number}: a field is missing or broken. Export it again") from None
