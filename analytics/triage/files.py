"""Classifies a CSV file line by line: the incoming columns stay, twelve are added.

The labels are those of `corpus/LABELS.md`; the file may be larger than memory.
"""

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TextIO

from analytics.triage.gazetteer import Gazetteer
from analytics.triage.model import Model
from analytics.triage.suggestion import Suggestion

COLUMNS = (
    "intent",
    "category",
    "category_confidence",
    "alt_category",
    "urgent",
    "urgent_probability",
    "sector",
    "institution",
    "county",
    "lang",
    "abstained",
    "model_version",
)
CHUNK = 500
PROGRESS_EVERY = 1_000

Record = dict[str, str]


class BadFile(ValueError):
    """The file cannot be classified as it is."""

    def __init__(self, path: Path, problem: str, remedy: str) -> None:
        super().__init__(f"{path.name}: {problem}: {remedy}")


def classify_file(
    model: Model,
    gazetteer: Gazetteer,
    path_in: Path,
    path_out: Path,
    labels: Mapping[str, str] | None = None,
    progress: TextIO | None = None,
) -> int:
    """Writes `path_out` and returns the number of messages.

    `labels`: gazetteer id to the label written, for institutions and counties; `{county}` in a
    label stands for the county found, and the label is dropped when there is none. An incoming
    column named like one of ours is kept as `given_<name>`. The result appears whole or not at all.
    `progress` (standard error if not given) hears of every 1,000 messages. Raises `BadFile`.
    """
    if path_in.resolve() == path_out.resolve():
        raise BadFile(path_in, "input and output are one file", "name another output")
    part = path_out.with_name(path_out.name + ".part")
    try:
        with (
            _faults_named(path_in),
            path_in.open(encoding="utf-8-sig", newline="") as source,
            part.open("w", encoding="utf-8", newline="") as target,
        ):
            reader = _reader(source, path_in)
            writer = csv.DictWriter(target, [*(reader.fieldnames or ()), *COLUMNS])
            writer.writeheader()
            done = 0
            for chunk in _chunks(reader, path_in):
                writer.writerows(_classified(model, gazetteer, labels or {}, chunk))
                before, done = done, done + len(chunk)
                if done // PROGRESS_EVERY > before // PROGRESS_EVERY:
                    (progress or sys.stderr).write(f"{done:,} messages\n")
        part.replace(path_out)
    finally:
        part.unlink(missing_ok=True)
    return done


@contextmanager
def _faults_named(path: Path) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as fault:
        raise BadFile(path, f"not UTF-8 ({fault.reason})", "save it as CSV UTF-8") from fault
    except csv.Error as fault:
        raise BadFile(path, f"not CSV ({fault})", "check quotes and cell lengths") from fault


def _reader(source: TextIO, path: Path) -> "csv.DictReader[str]":
    reader = csv.DictReader(source, restval="")
    header = list(reader.fieldnames or ())
    if header.count("text") != 1:
        found = ", ".join(header[:20]) or "none"
        raise BadFile(path, f"one column `text` is needed, found: {found}", "name the column text")
    reader.fieldnames = [f"given_{name}" if name in COLUMNS else name for name in header]
    return reader


def _chunks(reader: "csv.DictReader[str]", path: Path) -> Iterator[list[Record]]:
    while chunk := list(islice(reader, CHUNK)):
        if any(None in record for record in chunk):
            raise BadFile(
                path,
                f"a line before {reader.line_num} has more cells than the header",
                "quote the cells that contain commas",
            )
        yield chunk


def _classified(
    model: Model, gazetteer: Gazetteer, labels: Mapping[str, str], chunk: Sequence[Record]
) -> Iterator[Record]:
    texts = [record["text"] for record in chunk]
    suggestions = model.predict(texts, explain=False)
    for record, text, suggestion in zip(chunk, texts, suggestions, strict=True):
        found = gazetteer.find(text, suggestion.sector)
        county = labels.get(found.county, found.county)
        label = labels.get(found.institution, found.institution)
        named = "" if "{county}" in label and not county else label.replace("{county}", county)
        yield record | _cells(suggestion.placed(named, county))


def _cells(suggestion: Suggestion) -> Record:
    return {name: _cell(getattr(suggestion, name)) for name in COLUMNS}


def _cell(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.4f}" if isinstance(value, float) else value
