"""Sheets of Huduma Mashinani at the desk: empty ones to take along, full ones looked through and
then filed; the file itself is kept nowhere, what was read of it sealed for half an hour.
"""

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import date

import sqlalchemy as sa
from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import Lane
from feedback_service.identity import KeyRing
from feedback_service.intake import mashinani
from feedback_service.intake.mashinani import NotASheet, Problem, Row, Sheet
from feedback_service.models import Case
from feedback_service.redress.sight import not_shut
from feedback_service.reports import paper_sheet
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import HELPERS, catalogue, language, pages, runtime
from feedback_service.web.desk.queue import first_words
from feedback_service.web.texts import say

KEPT_FOR = 1800
"""Seconds between looking a sheet through and filing it."""


@dataclass(frozen=True)
class Line:
    """One row before it is filed; `words` are masked, `phone` says only whether there is one."""

    row: int
    received_on: date
    service: str
    words: str
    phone: bool


@dataclass(frozen=True)
class Wrong:
    """One mistake in words: where, what stands there, what to do."""

    line: int
    field: str
    value: str
    remedy: str


@dataclass(frozen=True)
class Done:
    """A row that was filed, with its slip."""

    row: int
    reference: str
    href: str
    has_phone: bool


@pages.get("/sheets")
@open_to(*HELPERS)
def sheets() -> ResponseReturnValue:
    return _page()


@pages.get("/sheets/empty.csv")
@open_to(*HELPERS)
def empty_sheet() -> ResponseReturnValue:
    """A sheet nobody else has, for a computer without a network."""
    name = mashinani.new_id()
    # The mark in front tells spreadsheets that it is UTF-8.
    return _download("\ufeff" + mashinani.template(name), "text/csv", f"mashinani-{name}.csv")


@pages.get("/sheets/paper.pdf")
@open_to(*HELPERS)
def paper() -> ResponseReturnValue:
    """The same on paper, in both languages."""
    name = mashinani.new_id()
    made = paper_sheet.as_pdf(name, runtime().settings.at_ussd_code)
    return _download(made, "application/pdf", f"mashinani-{name}.pdf")


@pages.post("/sheets")
@open_to(*HELPERS)
def look_through() -> ResponseReturnValue:
    """Show what would be filed and what is wrong; nothing is filed yet."""
    given = request.files.get("sheet")
    try:
        read = _read(mashinani.decoded(given.stream.read() if given else b""))
    except NotASheet as error:
        return _page(fault=say(language(), f"error.{error.key}", value=error.value)), 422
    token = _keep(read.new) if read.new else ""
    return _page(read, token=token), 422 if read.problems else 200


@pages.post("/sheets/<token>")
@open_to(*HELPERS)
def file_sheet(token: str) -> ResponseReturnValue:
    """File the rows that were shown; sent twice it is done once."""
    rows = _kept(token)
    if rows is None:
        flash("sheet_gone", "problem")
        return redirect(url_for("desk.sheets"), 303)
    mashinani.file(runtime(), rows, catalogue(), viewer().staff_id)
    flash("sheet_filed", "done")
    return redirect(url_for("desk.sheet", name=rows[0].sheet), 303)


@pages.get("/sheets/<name>")
@open_to(*HELPERS)
def sheet(name: str) -> ResponseReturnValue:
    """The rows of a sheet that the reader filed, each with its slip."""
    with runtime().transaction() as db:
        found = db.scalars(
            sa.select(Case).where(
                Case.source.startswith(f"desk:mashinani:{name}:", autoescape=True),
                Case.registered_by_id == viewer().staff_id,
                Case.lane != Lane.CONFIDENTIAL,
                not_shut(viewer()),
            )
        ).all()
    if not found:
        abort(404)
    done = sorted((_done(case) for case in found), key=lambda one: one.row)
    return render_template("desk/sheet.html", name=name, rows=done)


def _page(read: Sheet | None = None, *, token: str = "", fault: str = "") -> str:
    lang = language()
    return render_template(
        "desk/sheets.html",
        lines=[_line(row, lang) for row in read.new] if read else [],
        before=len(read.filed) if read else 0,
        wrong=[_wrong(one, lang) for one in read.problems] if read else [],
        token=token,
        fault=fault,
        read=read is not None,
    )


def _read(text: str) -> Sheet:
    rt = runtime()
    today = rt.now().astimezone(NAIROBI).date()
    with rt.transaction() as db:
        read = mashinani.read(db, text, catalogue(), today)
        return mashinani.without_own_phones(rt, db, read, catalogue(), viewer().staff_id)


def _keep(rows: tuple[Row, ...]) -> str:
    """Sealed, for this reader alone, and gone after half an hour."""
    rt, token = runtime(), secrets.token_hex(16)
    content = json.dumps([asdict(row) for row in rows]).encode()
    sealed = KeyRing(rt.settings.phone_keys).seal_bytes(content, _name(token).encode())
    rt.redis.set(_name(token), sealed, ex=KEPT_FOR)
    return token


def _kept(token: str) -> list[Row] | None:
    rt = runtime()
    sealed = rt.redis.get(_name(token))
    if not isinstance(sealed, bytes):
        return None
    content = KeyRing(rt.settings.phone_keys).unseal_bytes(sealed, _name(token).encode())
    return [Row(**row) for row in json.loads(content)]


def _name(token: str) -> str:
    return f"sheet:{viewer().staff_id.hex}:{token[:32]}"


def _line(row: Row, lang: str) -> Line:
    service = catalogue().services.get(row.typed["service"])
    return Line(
        row.number,
        date.fromisoformat(row.typed["received_on"]),
        service.name[lang] if service else say(lang, "case.no_service"),
        first_words(row.typed["words"]),
        bool(row.typed["phone"]),
    )


def _wrong(one: Problem, lang: str) -> Wrong:
    value = say(lang, "sheets.hidden") if one.field in mashinani.SECRET else one.value
    return Wrong(one.line, one.field, value, say(lang, f"error.{one.key}"))


def _done(case: Case) -> Done:
    return Done(
        int(case.source.rpartition(":")[2]),
        case.reference,
        url_for("desk.slip", reference=case.reference),
        case.citizen_id is not None and not case.quiet,
    )


def _download(content: str | bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=kind, headers=headers)
