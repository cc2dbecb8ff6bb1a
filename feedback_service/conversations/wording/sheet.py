"""All wording as one sheet for an editor: written out as CSV, read back, checked row by row.

`write()` gives the sheet, `read(text)` what an editor changed in it, or every mistake at once.  An
empty cell, or one that says again what we ship, takes a change back: its text is "".
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from feedback_service.conversations.wording import names, phrases, shipped
from feedback_service.conversations.wording.rooms import filled, place, room
from feedback_service.domain import gsm7

COLUMNS = ("key", "where", "budget", "english", "kiswahili", "note")
CELLS = {"english": "en", "kiswahili": "sw"}
LARGEST = 512 * 1024
"""Characters of a sheet that are read: ten times what all wording takes."""


@dataclass(frozen=True)
class Edit:
    """A changed text; "" takes the change back to what we ship."""

    key: str
    language: str
    text: str


@dataclass(frozen=True)
class Problem:
    """What is wrong with one cell and what to do; `row` counts from 1, the heading's row."""

    row: int
    key: str
    field: str
    value: str
    remedy: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.field} of {self.key!r}: {self.value!r}. {self.remedy}"


class BadSheet(ValueError):
    """Nothing of the sheet is taken; `problems` holds every one of its mistakes."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


def write() -> str:
    """The wording in force as CSV, one row a key, in the order in which we ship it."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    english, swahili = phrases("en"), phrases("sw")
    for key in shipped("en"):
        table.writerow([key, place(key), room(key), english[key], swahili[key], note(key)])
    return out.getvalue()


def read(text: str) -> list[Edit]:
    """What the sheet changes of what is in force; raises BadSheet and takes nothing."""
    text = text.removeprefix("\ufeff")
    if len(text) > LARGEST:
        raise BadSheet((Problem(1, "", "sheet", f"{len(text)} characters", _TOO_MUCH),))
    heading = text.partition("\n")[0]
    separator = ";" if heading.count(";") > heading.count(",") else ","
    table = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    missing = [name for name in ("key", *CELLS) if name not in (table.fieldnames or ())]
    if missing:
        lacks = Problem(1, "", "heading", heading.strip()[:80], f"Add the column {missing[0]}")
        raise BadSheet((lacks,))
    try:
        rows: list[tuple[int, Row]] = list(enumerate(table, start=2))
    except csv.Error as error:
        raise BadSheet((Problem(1, "", "sheet", str(error), "Save it as CSV again"),)) from None
    problems = tuple(_problems(rows))
    if problems:
        raise BadSheet(problems)
    return [edit for _, row in rows for edit in _edits(row)]


def problem_of(key: str, language: str, text: str) -> tuple[str, str] | None:
    """What is wrong with a text in that place (the value, the remedy), or None."""
    for check in (_places, _letters, _length, _kept):
        found = check(key, language, text)
        if found:
            return found
    return None


def note(key: str) -> str:
    """What an editor must know: the values that are filled in."""
    found = sorted(names(shipped("en")[key]))
    return "filled in: " + ", ".join(f"{{{name}}}" for name in found) if found else ""


def clean(text: str) -> str:
    """A cell as it is kept: plain quotes and dashes, one kind of line break, no loose ends."""
    return gsm7.smart(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


Row = Mapping[str, str | None]


def _problems(rows: list[tuple[int, Row]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, row in rows:
        key = (row["key"] or "").strip()
        if key not in shipped("en"):
            yield Problem(number, key, "key", key, "Use a key of the sheet we write; add none")
            continue
        if key in seen:
            yield Problem(number, key, "key", key, "Keep one row for each key")
        seen.add(key)
        for field, language in CELLS.items():
            text = clean(row[field] or "")
            wrong = problem_of(key, language, text) if text else None
            if wrong:
                yield Problem(number, key, field, *wrong)


def _edits(row: Row) -> Iterator[Edit]:
    key = (row["key"] or "").strip()
    for field, language in CELLS.items():
        text = clean(row[field] or "")
        ours, now = shipped(language)[key], phrases(language)[key]
        if (text or ours) != now:
            yield Edit(key, language, "" if text == ours else text)


def _places(key: str, language: str, text: str) -> tuple[str, str] | None:
    wanted = names(shipped(language)[key])
    keep = ", ".join(f"{{{name}}}" for name in sorted(wanted)) or "no braces"
    try:
        found = names(text)
    except ValueError as error:
        return str(error), f"Write exactly {keep}"
    if found != wanted:
        told = ", ".join(f"{{{name}}}" for name in sorted(found)) or "no braces"
        return told, f"Write exactly {keep}"
    return None


def _letters(key: str, language: str, text: str) -> tuple[str, str] | None:
    strange = sorted({letter for letter in text if gsm7.septets(letter) is None})
    if strange:
        return " ".join(strange), "Use plain letters: every phone must show them, at one price"
    if text[0] in "=+-@" or "  " in text or re.search(r"^(98|00)\b", text, re.MULTILINE):
        return text[:20], "No double spaces, no 98 or 00 at a line's start, no =, +, - or @ first"
    return None


def _length(key: str, language: str, text: str) -> tuple[str, str] | None:
    taken, most = gsm7.septets(filled(text)) or 0, room(key)
    if taken > most:
        return f"{taken} characters with the longest values", f"Take {taken - most} away"
    return None


def _kept(key: str, language: str, text: str) -> tuple[str, str] | None:
    """Numbers and words that citizens key back are understood only as they are."""
    ours = shipped(language)[key]
    if key in ("days", "months"):
        wanted = len(ours.split())
        return None if len(text.split()) == wanted else (text, f"Write {wanted} words")
    lost = [word for word in re.findall(_KEYED, ours) if word not in re.findall(_KEYED, text)]
    return (text[:40], f"Keep {', '.join(dict.fromkeys(lost))}") if lost else None


_KEYED = re.compile(
    r"\b(?:\d+|STOP|START|HELP|YES|NO|ACHA|ANZA|MSAADA|NDIYO|HAPANA|ENGLISH|KISWAHILI)\b"
)
_TOO_MUCH = "Give the sheet that we write, with its texts changed and nothing added"
