"""The days and names of a ladder's rungs: kept as a new version of the whole ladder."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service.models import Role
from feedback_service.registry import shapes, versions
from feedback_service.registry.editing import BadEdit
from feedback_service.registry.standing import Cells, table_of
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.admin.fields import KINDS, errors_of
from feedback_service.web.desk.frame import pages, rules_all, runtime

FIELDS = ("name_en", "name_sw", "holder", "overdue_working_days")


@pages.get("/admin/ladders")
@open_to(Role.ADMINISTRATOR)
def ladder_days() -> ResponseReturnValue:
    return _page({}, {})


@pages.post("/admin/ladders/<ladder>")
@open_to(Role.ADMINISTRATOR)
def keep_ladder(ladder: str) -> ResponseReturnValue:
    if not rules_all(viewer()):
        abort(404)
    rt = runtime()
    typed = {name: request.form.get(name, "").strip()[:80] for name in request.form}
    with rt.transaction() as db:
        stood = _ladders(db).get(ladder) or abort(404)
        rungs = [
            {**rung, **{name: typed.get(f"{name}-{rung['level']}", "") for name in FIELDS}}
            for rung in stood
        ]
        try:
            versions.begin_ladder(db, rungs, rt.now(), viewer().staff_id)
        except BadEdit as error:
            wrong = errors_of(KINDS["units"], error.problems)
            key = next(iter(wrong.values()))
            return _page({ladder: rungs}, {ladder: key}), 422
    rt.kept.pop("catalogue", None)
    flash("registry_kept", "done")
    return redirect(url_for("desk.ladder_days"), 303)


def _ladders(db: Session) -> dict[str, list[Cells]]:
    """The newest version of each ladder, its lowest rung first."""
    found: dict[str, list[Cells]] = {}
    for line in table_of(db, shapes.LADDERS).lines:
        rungs = found.setdefault(line.cells["ladder"], [])
        if rungs and int(rungs[0]["version"]) < int(line.cells["version"]):
            rungs.clear()
        rungs.append(line.cells)
    return found


def _page(typed: dict[str, list[Cells]], errors: dict[str, str]) -> str:
    if not rules_all(viewer()):
        abort(404)
    with runtime().transaction() as db:
        ladders = _ladders(db)
    return render_template(
        "desk/admin/ladders.html", ladders=ladders | typed, errors=errors, fields=FIELDS
    )
