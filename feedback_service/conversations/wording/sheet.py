"""All wording as one sheet for an editor: written out as CSV, read back, checked row by row.

`write()` gives the sheet, `read(text)` what an editor changed in it, or every mistake at once.  An
empty cell, or one that says again what we ship, takes a change back: its text is "".
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from feedback_service.conversations.wording import names, phrases, shipped
from feedback_service.conversations.wording.rooms import filled, place, room
from feedback_service.domain import gsm7

COLUMNS = ("key", "where", "budget", "english", "kiswahili", "note")
CELLS = {"english": "en", "kiswahili": "sw"}
LARGEST = 400_000
"""Characters of a sheet that are read: ten times what all wording takes."""


@dataclass(frozen=True)
class Edit:
    """A changed text; "" takes the change back to what we ship."""

    key: str
    language: str
    text: str


class Wrong(StrEnum):
    """What can be wrong with a cell, or with the sheet as a whole."""

    KEY = "key"
    TWICE = "twice"
    PLACES = "places"
    LETTERS = "letters"
    STARTS = "starts"
    LENGTH = "length"
    KEPT = "kept"
    WORDS = "words"
    COLUMN = "column"
    SHEET = "sheet"


REMEDIES: Mapping[Wrong, str] = {
    Wrong.KEY: "Use a key of the sheet we write; add none",
    Wrong.TWICE: "Keep one row for each key",
    Wrong.PLACES: "Write exactly {what}",
    Wrong.LETTERS: "Use plain letters: every phone must show them, at one price",
    Wrong.STARTS: "No double spaces, no 98 or 00 at a line's start, no =, +, - or @ first",
    Wrong.LENGTH: "Shorten it by {what}",
    Wrong.KEPT: "Keep {what}: citizens key it back",
    Wrong.WORDS: "Write {what} words",
    Wrong.COLUMN: "Add the column {what}",
    Wrong.SHEET: "Give the sheet that we write as CSV, its texts changed and nothing added",
}


@dataclass(frozen=True)
class Problem:
    """What is wrong with one cell and what to do; `row` counts from 1, the heading's row."""

    row: int
    key: str
    field: str
    value: str
    wrong: Wrong
    what: str = ""

    @property
    def remedy(self) -> str:
        return REMEDIES[self.wrong].format(what=self.what)

    def __str__(self) -> str:
        return f"row {self.row}, {self.field} of {self.key!r}: {self.value!r}. {self.remedy}"


class BadSheet(ValueError):
    """Nothing of the sheet is taken; `problems` holds every one of its mistakes."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


Row = Mapping[str, str | None]
Found = tuple[Wrong, str, str]
"""The kind of mistake, the value that shows it, and what is wanted instead."""


def write() -> str:
    """The wording in force as CSV, one row a key, in the order in which we ship it."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    english, swahili = phrases("en"), phrases("sw")
    for key in shipped("en"):
        table.writerow([key, place(key), _rooms(key), english[key], swahili[key], _told(key)])
    return out.getvalue()


def read(text: str) -> list[Edit]:
    """What the sheet changes of what is in force; raises BadSheet and takes nothing."""
    text = text.removeprefix("\ufeff")
    if len(text) > LARGEST:
        raise BadSheet((Problem(1, "", "sheet", f"{len(text)} characters", Wrong.SHEET),))
    heading = text.partition("\n")[0]
    separator = ";" if heading.count(";") > heading.count(",") else ","
    table = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    missing = [name for name in ("key", *CELLS) if name not in (table.fieldnames or ())]
    if missing:
        found = heading.strip()[:80]
        raise BadSheet((Problem(1, "", "heading", found, Wrong.COLUMN, missing[0]),))
    try:
        rows: list[tuple[int, Row]] = list(enumerate(table, start=2))
    except csv.Error as error:
        raise BadSheet((Problem(1, "", "sheet", str(error), Wrong.SHEET),)) from None
    problems = tuple(_problems(rows))
    if problems:
        raise BadSheet(problems)
    return [edit for _, row in rows for edit in _edits(row)]


def problem_of(key: str, language: str, text: str) -> Found | None:
    """What is wrong with a text in that place, the value that shows it, and what is wanted."""
    for check in (_places, _letters, _length, _kept):
        found = check(key, language, text)
        if found:
            return found
    return None


def note(key: str) -> str:
    """What an editor must know: the values that are filled in; blank where there are none."""
    found = names(shipped("en")[key])
    return _braces(found) if found else ""


def _rooms(key: str) -> str:
    """`160`, or `122 / 119` where the languages differ, English first."""
    return " / ".join(dict.fromkeys(str(room(key, language)) for language in CELLS.values()))


def _told(key: str) -> str:
    found = note(key)
    return f"filled in: {found}" if found else ""


def clean(text: str) -> str:
    """A cell as it is kept: plain quotes and dashes, one kind of line break, no loose ends."""
    return gsm7.smart(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _problems(rows: list[tuple[int, Row]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, row in rows:
        key = (row["key"] or "").strip()
        if key not in shipped("en"):
            yield Problem(number, key, "key", key, Wrong.KEY)
            continue
        if key in seen:
            yield Problem(number, key, "key", key, Wrong.TWICE)
        seen.add(key)
        for field, language in CELLS.items():
            text = clean(row[field] or "")
            wrong = problem_of(key, language, text) if text else None
            if wrong:
                kind, value, what = wrong
                yield Problem(number, key, field, value, kind, what)


def _edits(row: Row) -> Iterator[Edit]:
    key = (row["key"] or "").strip()
    for field, language in CELLS.items():
        text = clean(row[field] or "")
        ours, now = shipped(language)[key], phrases(language)[key]
        if (text or ours) != now:
            yield Edit(key, language, "" if text == ours else text)


def _places(key: str, language: str, text: str) -> Found | None:
    wanted = names(shipped(language)[key])
    try:
        found = names(text)
    except ValueError as error:
        return Wrong.PLACES, str(error), _braces(wanted)
    return None if found == wanted else (Wrong.PLACES, _braces(found), _braces(wanted))


def _letters(key: str, language: str, text: str) -> Found | None:
    strange = sorted({letter for letter in text if gsm7.septets(letter) is None})
    if strange:
        return Wrong.LETTERS, " ".join(strange), ""
    if text[0] in "=+-@" or "  " in text or re.search(r"^(98|00)\b", text, re.MULTILINE):
        return Wrong.STARTS, text[:20], ""
    return None


def _length(key: str, language: str, text: str) -> Found | None:
    taken, most = gsm7.septets(filled(text)) or 0, room(key, language)
    if taken <= most:
        return None
    return Wrong.LENGTH, f"{taken} characters with the longest values", str(taken - most)


def _kept(key: str, language: str, text: str) -> Found | None:
    """Numbers and words that citizens key back are understood only as they are."""
    ours = shipped(language)[key]
    if key in ("days", "months"):
        wanted = len(ours.split())
        same = len(text.split()) == wanted
        return None if same else (Wrong.WORDS, text, str(wanted))
    lost = [word for word in _KEYED.findall(ours) if word not in _KEYED.findall(text)]
    return (Wrong.KEPT, text[:40], ", ".join(dict.fromkeys(lost))) if lost else None


def _braces(found: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(found)) or "no braces"


_KEYED = re.compile(
    r"\b(?:\d+|STOP|START|HELP|YES|NO|ACHA|ANZA|MSAADA|NDIYO|HAPANA|ENGLISH|KISWAHILI)\b"
)
