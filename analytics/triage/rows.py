"""Labelled messages as values, read from the corpus's CSV files and checked label by label."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from analytics.triage.labels import CATEGORY, INTENT, LANG, SECTOR, Intent
from analytics.triage.normalise import normalise

CORPUS = Path(__file__).parent / "corpus"


class Source(StrEnum):
    """Where a labelled message comes from. All of them train; only the team's judge."""

    TEAM = "team"  # written for this product by its own seven writers
    STAFF = "staff"  # a citizen's message that a desk labelled
    PUBLIC = "public"  # somebody else's published set
    SYNTHETIC = "synthetic"  # written one by one by a language model playing many voices


class BadRow(ValueError):
    """A labelled row says something the labelling guide does not know."""

    def __init__(self, where: str, field: str, value: str, remedy: str) -> None:
        super().__init__(f"{where}: {field}={value!r}: {remedy}")


@dataclass(frozen=True)
class Row:
    """One labelled message; the columns of `corpus/LABELS.md`, in their order.

    `author` is the split key: a writer's messages are never on both sides of a test.
    Desk corrections use `desk:<officer key>`. `source`: only `team` ever judges a model.
    """

    id: str
    text: str
    category: str
    alt_category: str
    intent: str
    urgent: bool
    sector: str
    institution: str
    lang: str
    county: str
    author: str
    source: str = Source.TEAM.value

    @property
    def judges(self) -> bool:
        """May this row stand in a headline figure, a temperature or a threshold?"""
        return self.source == Source.TEAM


def read_corpus(folder: Path = CORPUS) -> list[Row]:
    """Every row of every `*.csv` in the folder, files in name order. Raises `BadRow`."""
    return [row for path in sorted(folder.glob("*.csv")) for row in read_rows(path)]


def read_rows(path: Path) -> list[Row]:
    """The rows of one file. Raises `BadRow` with file, line, field and remedy."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        wanted = [field.name for field in fields(Row)]
        missing = [name for name in wanted if name not in (reader.fieldnames or ())]
        if missing:
            raise BadRow(path.name, "header", ",".join(missing), "add the missing columns")
        return [_row(record, f"{path.name}:{reader.line_num}") for record in reader]


def without_repeats(rows: Iterable[Row]) -> list[Row]:
    """Each normalised text once; the last row wins, so a correction beats what only trains.

    What judges never leaves by a copy, which anybody may send and label; a synthetic row takes
    nobody's place.
    """
    kept: dict[str, Row] = {}
    for row in rows:
        text = normalise(row.text)
        if text not in kept or _takes_place(row, kept[text]):
            kept[text] = row
    return list(kept.values())


def data_hash(rows: Sequence[Row]) -> str:
    """SHA-256 over every field of every row in order: the same data, the same hash."""
    digest = sha256()
    for row in rows:
        digest.update("\x1f".join(str(value) for value in astuple(row)).encode() + b"\x1e")
    return digest.hexdigest()


def check(row: Row, where: str) -> None:
    """Raises `BadRow` when a label is outside its set or a complaint has no category."""
    for field, value, known in _closed(row):
        if value not in known:
            raise BadRow(where, field, value, f"use one of {', '.join(known)}")
    if not row.text.strip():
        raise BadRow(where, "text", row.text, "a message needs words")


def _takes_place(row: Row, before: Row) -> bool:
    return row.judges or not (before.judges or row.source == Source.SYNTHETIC)


def _row(record: dict[str, str], where: str) -> Row:
    if record["urgent"] not in ("true", "false"):
        raise BadRow(where, "urgent", record["urgent"], "write true or false")
    row = Row(**{**record, "urgent": record["urgent"] == "true"})  # type: ignore[arg-type]
    check(row, where)
    return row


def _closed(row: Row) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield "intent", row.intent, INTENT.labels
    yield "sector", row.sector, SECTOR.labels
    yield "lang", row.lang, LANG.labels
    yield "source", row.source, tuple(map(str, Source))
    complaint = row.intent == Intent.COMPLAINT
    yield "category", row.category, CATEGORY.labels if complaint else ("", *CATEGORY.labels)
    yield "alt_category", row.alt_category, ("", *CATEGORY.labels)
