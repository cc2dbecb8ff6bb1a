"""A file of visits: CSV with a header, its columns named as the fields of the feed."""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import IO

from feedback_service.visits.reading import NEEDED

_EXTRA = "more cells than columns"


class Fault(StrEnum):
    """Why nothing of a file can be read."""

    UNREADABLE = "not CSV text ({value}): save it as CSV UTF-8"
    COLUMNS = "columns {value} are missing: name each field of a visit"
    EMPTY = "no row stands under the header{value}: write one for each visit"


class BadFile(ValueError):
    """The file as a whole cannot be read; `value` is what stands there."""

    def __init__(self, fault: Fault, value: str) -> None:
        super().__init__(fault.value.format(value=value))
        self.fault, self.value = fault, value


def rows(file: IO[str]) -> Iterator[Mapping[str, str]]:
    """The rows of an open text file, one by one, empty cells left out.  Raises BadFile."""
    try:
        reader = csv.DictReader(file, restkey=_EXTRA, restval="")
        missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
        if missing:
            raise BadFile(Fault.COLUMNS, ", ".join(missing))
        reader.fieldnames = [name.strip() for name in reader.fieldnames or ()]
        yield from ({k: v for k, v in row.items() if v not in ("", None)} for row in reader)
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadFile(Fault.UNREADABLE, type(error).__name__) from None


def decoded(content: bytes) -> str:
    """The text of an uploaded file.  Raises BadFile."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile(Fault.UNREADABLE, type(error).__name__) from None


def all_rows(text: str) -> list[Mapping[str, str]]:
    """All rows of a small file.  Raises BadFile, also when there is none."""
    found = list(rows(io.StringIO(text, newline="")))
    if not found:
        raise BadFile(Fault.EMPTY, "")
    return found


def digest(content: bytes) -> str:
    """By what a file is known again: the first 16 digits of its SHA-256."""
    return hashlib.sha256(content).hexdigest()[:16]
