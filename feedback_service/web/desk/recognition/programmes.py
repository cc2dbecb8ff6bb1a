"""Programmes of the budget on services: said one by one or by a file, and taken out as one."""

from dataclasses import dataclass

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service.models import Role
from feedback_service.recognition import programmes as room
from feedback_service.recognition.programmes import COLUMNS, NotAProgramme, Said
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import Choice, institution_name, language, pages, runtime
from feedback_service.web.desk.recognition.files import as_csv

WRITERS = (Role.PERFORMANCE, Role.ANALYST)


@dataclass(frozen=True)
class Line:
    service: str
    name: str
    owner: str | None
    code: str
    programme: str


@pages.get("/programmes")
@open_to(*WRITERS)
def programmes() -> ResponseReturnValue:
    with runtime().transaction() as db:
        lines = _lines(db)
    if request.args.get("as") == "csv":
        return _csv(lines)
    return _page(lines)


@pages.post("/programmes")
@open_to(*WRITERS)
def say_programmes() -> ResponseReturnValue:
    """One service's programme, or a file of many: all of its lines or none."""
    rt, form = runtime(), request.form
    try:
        sent = request.files.get("file")
        if sent and sent.filename:
            said = list(room.read(_decoded(sent.read())))
        else:
            said = [Said(*(form.get(name, "").strip() for name in COLUMNS))]
        with rt.transaction() as db:
            room.say(rt, db, viewer(), said)
    except NotAProgramme as error:
        with rt.transaction() as db:
            return _page(_lines(db), error), 422
    flash("programme_kept", "done")
    return redirect(url_for("desk.programmes"), 303)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotAProgramme("header", "no UTF-8", 1) from error


def _lines(db: Session) -> list[Line]:
    lang, said = language(), room.named(db)
    return [
        Line(
            key, service.name_sw if lang == "sw" else service.name_en,
            institution_name(service.institution_id, lang),
            said[key].code if key in said else "", said[key].name if key in said else "",
        )
        for key, service in room.mine(db, viewer()).items()
    ]  # fmt: skip


def _page(lines: list[Line], error: NotAProgramme | None = None) -> str:
    return render_template(
        "desk/programmes.html", lines=lines, error=error, said=request.form,
        services=[Choice(one.service, one.name) for one in lines],
        csv_href=f"{url_for('desk.programmes')}?as=csv",
    )  # fmt: skip


def _csv(lines: list[Line]) -> Response:
    """What a file to bring back looks like."""
    rows = ((one.service, one.code, one.programme) for one in lines)
    return as_csv("programmes.csv", COLUMNS, rows)
