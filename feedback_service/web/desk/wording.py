"""All wording that citizens read, both languages side by side: for editors, out and in as CSV."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service import registry
from feedback_service.conversations import wording as citizens
from feedback_service.conversations.wording import rooms, sheet
from feedback_service.domain import gsm7
from feedback_service.models import Role
from feedback_service.registry import phrases
from feedback_service.registry.phrases import Change
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import Choice, choices, language, pages, runtime, serves_all

EDITORS = (Role.TRANSLATOR, Role.ADMINISTRATOR)
COMMAND_LINE = "-"
"""Who changed what no account changed."""


@dataclass(frozen=True)
class Side:
    """One wording in one language; `length` in GSM-7 septets with the longest values.

    `shipped` is what we ship, None unless it differs; then `by` and `at` tell who changed it.
    """

    text: str
    length: int
    room: int
    shipped: str | None = None
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Line:
    key: str
    where: str
    note: str
    en: Side
    sw: Side

    @property
    def changed(self) -> bool:
        return self.en.shipped is not None or self.sw.shipped is not None


@dataclass(frozen=True)
class Filters:
    q: str
    where: str
    changed: bool


@pages.get("/wording")
@open_to(*EDITORS)
def wording() -> ResponseReturnValue:
    _for_all_only()
    _say_the_newest()
    if request.args.get("as") == "csv":
        return _csv()
    return _page(())


@pages.post("/wording")
@open_to(*EDITORS)
def change_wording() -> ResponseReturnValue:
    """Take in a sheet: all of it, or nothing and every mistake told."""
    _for_all_only()
    _say_the_newest()
    rt = runtime()
    try:
        edits = sheet.read(_given().decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _page((sheet.Problem(1, "", "sheet", "UTF-8", sheet.Wrong.SHEET),)), 422
    except sheet.BadSheet as error:
        return _page(error.problems), 422
    with rt.transaction() as db:
        number = phrases.change(db, edits, viewer().staff_id, rt.now())
    flash("wording_changed" if number else "wording_same", "done" if number else "note")
    return redirect(url_for("desk.wording", changed="1" if number else None), 303)


def _for_all_only() -> None:
    """Citizens of every institution read these words: no single one's administrator has them."""
    if not serves_all(viewer()):
        abort(404)


def _given() -> bytes:
    """The sheet that was sent; empty without one."""
    given = request.files.get("sheet")
    if given is None:
        return b""
    with given.stream as stream:
        return bytes(stream.read())


def _say_the_newest() -> None:
    """An editor sees what was changed a moment ago, by whichever process."""
    rt = runtime()
    rt.kept.pop("wording-looked", None)
    registry.renew_wording(rt)


def _page(problems: tuple[sheet.Problem, ...]) -> str:
    filters = Filters(
        request.args.get("q", "").strip()[:80],
        request.args.get("where", ""),
        request.args.get("changed") == "1",
    )
    with runtime().transaction() as db:
        lines = _lines(db)
    return render_template(
        "desk/wording.html",
        lines=[line for line in lines if _fits(line, filters)],
        differ=sum(line.changed for line in lines),
        filters=filters,
        wheres=_wheres(),
        problems=problems,
        csv_href=f"{url_for('desk.wording')}?as=csv",
    )


def _wheres() -> list[Choice]:
    return choices("wording_where", tuple(rooms.Place), language())


def _lines(db: Session) -> list[Line]:
    changes = phrases.changes(db)
    return [
        Line(
            key, rooms.place(key), sheet.note(key),
            _side(key, "en", changes), _side(key, "sw", changes),
        )
        for key in citizens.shipped("en")
    ]  # fmt: skip


def _side(key: str, lang: str, changes: dict[tuple[str, str], Change]) -> Side:
    ours, text = citizens.shipped(lang)[key], citizens.phrases(lang)[key]
    length, room = gsm7.septets(rooms.filled(text)) or 0, rooms.room(key, lang)
    change = changes.get((key, lang))
    if text == ours or change is None:
        return Side(text, length, room)
    return Side(text, length, room, ours, change.by or COMMAND_LINE, change.at)


def _fits(line: Line, filters: Filters) -> bool:
    if filters.changed and not line.changed:
        return False
    if filters.where and filters.where != line.where:
        return False
    sought = filters.q.lower()
    said = (line.key, line.en.text, line.sw.text)
    return not sought or any(sought in text.lower() for text in said)


def _csv() -> Response:
    return Response(
        # The mark in front makes spreadsheets read it as UTF-8.
        "\ufeff" + sheet.write(),
        mimetype="text/csv; charset=utf-8",
        headers={"Content-Disposition": "attachment; filename=wording.csv"},
    )
