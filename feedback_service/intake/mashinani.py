"""Sheets of Huduma Mashinani: complaints written on paper or in a table where there is no network,
filed later, each row once: its sheet and row are its name for ever.
"""

import csv
import io
import re
import secrets
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.conversations.catalogue import Catalogue
from feedback_service.intake import assisted, assisted_form
from feedback_service.intake.assisted import Filed
from feedback_service.intake.assisted_form import MASHINANI
from feedback_service.models import Case, Category
from feedback_service.runtime import Runtime

COLUMNS = (
    "sheet", "row", "received_on", "words", "language", "phone", "service", "county", "place",
    "category", "named",
)  # fmt: skip
ROWS, MOST_ROWS = 30, 500
SECRET = frozenset({"phone", "words", "named"})
"""Fields whose value no message repeats."""
_SHEET = re.compile(r"[A-Z0-9]{4,12}")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read for another


class NotASheet(ValueError):
    """Nothing can be read: `key` says why, as a key of error.*, and `value` what is missing."""

    def __init__(self, key: str, value: str = "") -> None:
        super().__init__(f"sheet: {key} {value}")
        self.key, self.value = key, value


@dataclass(frozen=True)
class Problem:
    """One mistake: the line of the file (1 is the header), field and value, a key of error.*."""

    line: int
    field: str
    value: str
    key: str


@dataclass(frozen=True)
class Row:
    """One row that is right; `source` is its name for ever."""

    line: int
    sheet: str
    number: int
    source: str
    typed: Mapping[str, str]


@dataclass(frozen=True)
class Sheet:
    """What a file holds: rows to file, rows that were filed before, and every mistake."""

    new: tuple[Row, ...]
    filed: tuple[Row, ...]
    problems: tuple[Problem, ...]


def new_id() -> str:
    """The name of an empty sheet: eight letters nobody reads for others."""
    return "".join(secrets.choice(_LETTERS) for _ in range(8))


def template(sheet: str, rows: int = ROWS) -> str:
    """An empty sheet as CSV, its rows named already."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    empty = [""] * (len(COLUMNS) - 2)
    writer.writerows([sheet, number, *empty] for number in range(1, rows + 1))
    return text.getvalue()


def decoded(content: bytes) -> str:
    """The text of a file as spreadsheets save it: UTF-8, or Windows' western letters."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read(session: Session, text: str, known: Catalogue, today: date) -> Sheet:
    """Read a sheet whole.  Rows without words, phone and day were never used.  Raises NotASheet."""
    rows, problems, seen = [], list[Problem](), set[str]()
    for line, cells in _lines(text):
        typed, wrong = _typed(cells, known), list[Problem]()
        for field, key in _mistakes(typed, cells, known, today).items():
            value = "" if field in SECRET else cells.get(field, "")
            wrong.append(Problem(line, field, value, key))
        number = _number(cells["row"])
        source = f"desk:{MASHINANI}:{cells['sheet'].upper()}:{number}"
        if not wrong and source in seen:
            wrong.append(Problem(line, "row", cells["row"], "row_twice"))
        if wrong:
            problems += wrong
            continue
        seen.add(source)
        rows.append(Row(line, cells["sheet"].upper(), number, source, typed))
    there = _filed_before(session, rows)
    other = [row for row in rows if not _is_same(row, there.get(row.source))]
    problems += [Problem(row.line, "row", str(row.number), "row_other") for row in other]
    return Sheet(
        tuple(row for row in rows if row.source not in there),
        tuple(row for row in rows if row.source in there and row not in other),
        tuple(problems),
    )


def without_own_phones(
    rt: Runtime, session: Session, sheet: Sheet, known: Catalogue, staff_id: uuid.UUID
) -> Sheet:
    """The sheet without rows that give a telephone of the helper's own office as the citizen's."""
    own = [row for row in sheet.new if _is_own(rt, session, filed(row, known), staff_id)]
    wrong = tuple(Problem(row.line, "phone", "", "staff_phone") for row in own)
    kept = tuple(row for row in sheet.new if row not in own)
    return Sheet(kept, sheet.filed, (*sheet.problems, *wrong))


def file(
    rt: Runtime, rows: Iterable[Row], known: Catalogue, staff_id: uuid.UUID | None,
    told: Callable[[Row, Case], None] | None = None,
) -> int:  # fmt: skip
    """File the rows, each in a transaction of its own; filed again they change nothing."""
    done = 0
    for row in rows:
        case = assisted.file(rt, filed(row, known), staff_id)
        done += 1
        if told:
            told(row, case)
    return done


def filed(row: Row, known: Catalogue) -> Filed:
    return assisted_form.read(row.typed, known, row.source)


def _is_own(rt: Runtime, session: Session, one: Filed, staff_id: uuid.UUID) -> bool:
    return one.phone is not None and assisted.is_helpers(rt, session, one.phone, staff_id)


def _lines(text: str) -> list[tuple[int, dict[str, str]]]:
    """The used rows as cells by column, with their lines; a semicolon may part them as well."""
    head = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ","
    )
    try:
        lines = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise NotASheet("sheet_unreadable", str(error)) from None
    if not lines:
        raise NotASheet("sheet_empty")
    names = [cell.strip().lower() for cell in lines[0][1]]
    if missing := [name for name in COLUMNS if name not in names]:
        raise NotASheet("sheet_columns", ", ".join(missing))
    rows = [(n, dict(zip(names, [c.strip() for c in cells], strict=False))) for n, cells in
            lines[1:]]  # fmt: skip
    used = [
        (n, {name: row.get(name, "") for name in COLUMNS})
        for n, row in rows
        if any(row.get(name) for name in COLUMNS[2:])
    ]
    if not used:
        raise NotASheet("sheet_empty")
    if len(used) > MOST_ROWS:
        raise NotASheet("sheet_long", str(MOST_ROWS))
    return used


def _typed(cells: Mapping[str, str], known: Catalogue) -> dict[str, str]:
    """The row as the form would send it: names become ids, days become ISO days."""
    return {
        "came": MASHINANI,
        "received_on": _day(cells["received_on"]),
        "phone": _phone(cells["phone"]),
        "language": {"english": "en", "kiswahili": "sw"}.get(
            cells["language"].lower(), cells["language"].lower() or "sw"
        ),
        "service": _service(cells["service"], known),
        "institution": "",
        "county": _county(cells["county"], known),
        "place": _place(cells["place"], known),
        "category": _category(cells["category"]),
        "named": cells["named"],
        "referral": "",
        "words": cells["words"],
        "handling": "",
    }


def _mistakes(
    typed: Mapping[str, str], cells: Mapping[str, str], known: Catalogue, today: date
) -> dict[str, str]:
    found = assisted_form.mistakes(typed, known, today)
    # A form shows its lists; whoever fills a sheet must be told what to write.
    found = {f: _INSTEAD.get(f, key) if key == "choose_one" else key for f, key in found.items()}
    if not _SHEET.fullmatch(cells["sheet"].upper()):
        found["sheet"] = "sheet_name"
    if not _number(cells["row"]):
        found["row"] = "sheet_row"
    return found


_INSTEAD = {
    "service": "sheet_service",
    "county": "sheet_county",
    "place": "sheet_place",
    "category": "sheet_category",
    "language": "sheet_language",
}


def _number(text: str) -> int:
    """The number of a row; 0 for what is none."""
    number = int(text) if re.fullmatch(r"[0-9]{1,4}", text) else 0
    return number if number <= MOST_ROWS else 0


def _filed_before(session: Session, rows: Sequence[Row]) -> dict[str, str]:
    """The words of what was filed under these names."""
    sources = [row.source for row in rows]
    found = sa.select(Case.source, Case.text).where(Case.source.in_(sources))
    return dict(session.execute(found).all())


def _is_same(row: Row, before: str | None) -> bool:
    """Whether nothing else was filed under its name, as from a sheet that was copied; words that
    are not kept any more tell nothing."""
    return not before or before.casefold().split() == row.typed["words"].casefold().split()


def _day(text: str) -> str:
    """ISO, or a day as it is written in Kenya and as spreadsheets make of it: 3/2/2026."""
    for form in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y"):
        try:
            return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 - a bare day
        except ValueError:
            continue
    return text


def _phone(text: str) -> str:
    """A spreadsheet takes the zero before a number away."""
    digits = re.sub(r"[\s-]", "", text)
    return f"0{digits}" if re.fullmatch(r"[17][0-9]{8}", digits) else text


def _service(text: str, known: Catalogue) -> str:
    wanted = text.lower()
    for service in known.services.values():
        names = {service.id, service.code, *service.name.values(), *service.short.values()}
        if wanted and wanted in {name.lower() for name in names}:
            return service.id
    return text


def _county(text: str, known: Catalogue) -> str:
    found = known.find_counties(text) if text else []
    return str(found[0].code) if len(found) == 1 else text


def _place(text: str, known: Catalogue) -> str:
    for place in known.places.values():
        if text and text.lower() in {place.id.lower(), place.name.lower(), place.short.lower()}:
            return place.id
    return text


def _category(text: str) -> str:
    key = text.lower().replace(" ", "_")
    return key if key in tuple(Category) else text
