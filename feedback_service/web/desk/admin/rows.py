"""Institutions, desks, services, charters, rules of who answers: listed, changed, begun, ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from feedback_service.models import Base, Role
from feedback_service.registry import ending, shapes, versions
from feedback_service.registry.checks import Line
from feedback_service.registry.editing import BadEdit, Edit, keep
from feedback_service.registry.ending import ENDED, StillNeeded
from feedback_service.registry.loading import SUBJECTS
from feedback_service.registry.standing import Cells, table_of
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.admin.fields import KINDS, SETS, Kind, errors_of, fields_of
from feedback_service.web.desk.frame import (
    institution_name,
    language,
    pages,
    rules_all,
    runtime,
)
from feedback_service.web.texts import say

MOST = 200
NEW = "new"

STILL = {
    "accounts": "still_accounts",
    "cases": "still_cases",
    "institution_ended": "still_institution_ended",
    "central": "still_central",
    "last_desk": "still_last_desk",
    "rules": "still_rules",
    "services": "still_services",
}
"""Why something cannot end or move yet, as keys of flash.* and error.*."""


@dataclass(frozen=True)
class Entry:
    """A line of a list: its key, what it says, its version in force."""

    href: str
    name: str
    facts: tuple[str, ...]
    ended: bool


@pages.get("/admin/registry")
@open_to(Role.ADMINISTRATOR)
def registry_rooms() -> ResponseReturnValue:
    _for_all_only()
    with runtime().transaction() as db:
        counts = {name: _count(db, name) for name in KINDS}
    return render_template("desk/admin/registry.html", counts=counts)


@pages.get("/admin/registry/<table>")
@open_to(Role.ADMINISTRATOR)
def rows(table: str) -> ResponseReturnValue:
    kind, words = _kind(table), request.args.get("q", "").strip()[:80]
    with runtime().transaction() as db:
        lines = _newest(kind, table_of(db, kind.file).lines)
        ended = _ended(db, table)
    found = [
        _entry(table, kind, line, ended)
        for line in lines
        if words.casefold() in " ".join(line.cells.values()).casefold()
    ]
    return render_template(
        "desk/admin/rows.html", table=table, entries=found[:MOST], more=len(found) > MOST, q=words,
        new_href=url_for("desk.row", table=table, key=NEW),
    )  # fmt: skip


@pages.get("/admin/registry/<table>/<key>")
@open_to(Role.ADMINISTRATOR)
def row(table: str, key: str) -> ResponseReturnValue:
    kind = _kind(table)
    with runtime().transaction() as db:
        return _page(db, table, kind, key, {}, {})


@pages.post("/admin/registry/<table>/<key>")
@open_to(Role.ADMINISTRATOR)
def keep_row(table: str, key: str) -> ResponseReturnValue:
    kind, rt = _kind(table), runtime()
    typed = {name: request.form.get(name, "").strip()[:2000] for name in kind.fields}
    errors: dict[str, str] = {}
    with rt.transaction() as db:
        stood = _cells(kind, key, db)
        cells = {**kind.fixed, **stood, **typed}
        cells |= {name: stood[name] for name in kind.key if stood}
        try:
            _keep(db, table, kind, cells, new=not stood)
        except BadEdit as error:
            errors = errors_of(kind, error.problems)
        except StillNeeded as error:
            errors = {"institution": STILL[error.key]}
        if errors:
            return _page(db, table, kind, key, typed, errors), 422
    rt.kept.pop("catalogue", None)
    flash("registry_kept", "done")
    return redirect(url_for("desk.row", table=table, key=_address(kind, cells)), 303)


@pages.post("/admin/registry/<table>/<key>/<what>")
@open_to(Role.ADMINISTRATOR)
def end_row(table: str, key: str, what: str) -> ResponseReturnValue:
    """End it, or let it go on again; a rule only ends."""
    kind, rt, by_id = _kind(table), runtime(), viewer().staff_id
    if what not in ("end", "resume") or (table not in ENDED and table != "responsibilities"):
        abort(404)
    try:
        with rt.transaction() as db:
            if table == "responsibilities":
                versions.stop_rule(db, _cells(kind, key, db) or abort(404), rt.now(), by_id)
            else:
                change = ending.end if what == "end" else ending.resume
                change(db, table, key, rt.now(), by_id)
    except NoResultFound:
        abort(404)
    except StillNeeded as error:
        flash(STILL[error.key], "problem")
    else:
        rt.kept.pop("catalogue", None)
        flash("registry_kept", "done")
    return redirect(url_for("desk.row", table=table, key=key), 303)


def _keep(db: Session, table: str, kind: Kind, cells: Cells, *, new: bool) -> None:
    now, by_id = runtime().now(), viewer().staff_id
    if kind.versioned:
        versions.begin(db, kind.file, cells, now, by_id)
    elif table == "units":
        ending.keep_unit(db, cells, now, by_id, new=new)
    elif new and table == "institutions":
        desk = Edit(shapes.UNITS, _first_desk(cells), new)
        keep(db, [Edit(kind.file, cells, new), desk], now, by_id)
    else:
        keep(db, [Edit(kind.file, cells, new)], now, by_id)


def _first_desk(cells: Mapping[str, str]) -> Cells:
    """No institution is without a desk for complaints: its first is made with it."""
    return {
        "id": f"{cells['id']}-R", "institution": cells["id"],
        "name_en": f"{cells['short_en']}: complaints desk",
        "name_sw": f"{cells['short_sw']}: dawati la malalamiko", "kind": shapes.UnitKind.REDRESS,
    }  # fmt: skip


def _for_all_only() -> None:
    if not rules_all(viewer()):
        abort(404)


def _kind(table: str) -> Kind:
    _for_all_only()
    if table not in KINDS:
        abort(404)
    return KINDS[table]


def _newest(kind: Kind, lines: tuple[Line, ...]) -> list[Line]:
    """The last version of each row, in the order of the table."""
    found: dict[tuple[str, ...], Line] = {}
    for line in lines:
        found[tuple(line.cells[name] for name in kind.key)] = line
    return list(found.values())


def _count(db: Session, table: str) -> int:
    """How many rows, all versions of one being one."""
    columns = Base.metadata.tables[table].c
    keys = [columns[name] for name in SUBJECTS.get(table, ("id",))]
    return (
        db.scalar(sa.select(sa.func.count()).select_from(sa.select(*keys).distinct().subquery()))
        or 0
    )


def _cells(kind: Kind, key: str, db: Session) -> Cells:
    """The newest row of that key; nothing for a new one.  A key that names nothing is 404."""
    if key == NEW:
        return {}
    for line in _newest(kind, table_of(db, kind.file).lines):
        if _address(kind, line.cells) == key:
            return line.cells
    abort(404)


def _address(kind: Kind, cells: Mapping[str, str]) -> str:
    return "|".join(cells[name] for name in kind.key)


def _ended(db: Session, table: str) -> set[str]:
    if table not in ENDED:
        return set()
    columns = Base.metadata.tables[table].c
    return set(db.scalars(sa.select(columns.id).where(columns.ended_on.is_not(None))))


def _entry(table: str, kind: Kind, line: Line, ended: set[str]) -> Entry:
    cells = line.cells
    name = cells.get("name_sw" if language() == "sw" else "name_en") or cells.get("name", "")
    address = _address(kind, cells)
    facts = [_words(each, cells[each]) for each in _LISTED if cells.get(each)]
    if kind.versioned:
        facts += [f"v{cells['version']}", cells["effective_from"], cells["effective_to"]]
    return Entry(
        url_for("desk.row", table=table, key=address), name or _spoken(address),
        (address, *filter(None, facts)) if name else tuple(filter(None, facts)), address in ended,
    )  # fmt: skip


def _spoken(address: str) -> str:
    return " · ".join(filter(None, address.split("|")))


def _words(name: str, cell: str) -> str:
    lang = language()
    if name in SETS:
        return say(lang, f"set.{name}.{cell.replace(' ', '_')}")
    return institution_name(cell, lang) or cell if name == "institution" else cell


_LISTED = ("institution", "unit", "type", "kind", "poster_code", "county", "reporting_line")


def _page(
    db: Session, table: str, kind: Kind, key: str, typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> str:  # fmt: skip
    stood, lang = _cells(kind, key, db), language()
    if not stood and not typed:
        asked = {name: request.args.get(name, "")[:80] for name in kind.fields}
        typed = {name: value for name, value in asked.items() if value}
    older = _older(db, kind, stood) if kind.versioned and stood else []
    shown: dict[str, Any] = {**stood, **typed}
    if kind.versioned and not typed:
        shown["effective_from"] = ""
    return render_template(
        "desk/admin/row.html",
        table=table,
        key=key,
        new=not stood,
        name=stood.get("name_en") or stood.get("name") or _spoken(key),
        fields=fields_of(db, kind, shown, errors, lang, new=not stood),
        errors=errors,
        versioned=kind.versioned,
        older=older,
        can_end=bool(stood) and (table in ENDED or table == "responsibilities"),
        ended=key in _ended(db, table),
    )


def _older(db: Session, kind: Kind, stood: Cells) -> list[Cells]:
    """Every version of the row, the newest first."""
    lines = table_of(db, kind.file).lines
    same = [line.cells for line in lines if _address(kind, line.cells) == _address(kind, stood)]
    return sorted(same, key=lambda cells: int(cells["version"]), reverse=True)
