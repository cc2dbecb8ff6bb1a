"""Where would a case go?  And what changed between two versions of a charter?"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from feedback_service import registry
from feedback_service.models import Role
from feedback_service.registry import shapes
from feedback_service.registry.standing import table_of
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.admin.fields import KINDS, SETS, options
from feedback_service.web.desk.frame import (
    Choice,
    institution_name,
    language,
    offices,
    pages,
    rules_all,
    runtime,
)
from feedback_service.web.texts import say

ASKED = ("service", "service_point", "county")


@dataclass(frozen=True)
class Answer:
    """The desk a case would reach; `missing`: no rule placed it, it goes to the last resort."""

    desk: str
    institution: str | None
    missing: bool


@pages.get("/admin/where")
@open_to(Role.ADMINISTRATOR)
def where_to() -> ResponseReturnValue:
    if not rules_all(viewer()):
        abort(404)
    rt, lang = runtime(), language()
    asked = {name: request.args.get(name, "").strip() for name in ASKED}
    with rt.transaction() as db:
        lists = {name: options(db, name, lang) or [] for name in ASKED}
    answer = _answer(asked, lists, lang) if asked["service"] else None
    return render_template("desk/admin/where.html", asked=asked, lists=lists, answer=answer)


@pages.get("/admin/charters/<service>/compare")
@open_to(Role.ADMINISTRATOR)
def compare_charters(service: str) -> ResponseReturnValue:
    if not rules_all(viewer()):
        abort(404)
    with runtime().transaction() as db:
        lines = table_of(db, shapes.CHARTERS).lines
    versions = {
        int(line.cells["version"]): line.cells for line in lines if line.cells["service"] == service
    }
    numbers = sorted(versions)
    if not numbers:
        abort(404)
    first = request.args.get("first", numbers[-2] if len(numbers) > 1 else numbers[-1], type=int)
    second = request.args.get("second", numbers[-1], type=int)
    if first not in versions or second not in versions:
        abort(404)
    names = [*KINDS["charters"].fields[1:], "effective_to"]
    return render_template(
        "desk/admin/charters.html", service=service, numbers=numbers, first=first, second=second,
        lines=[
            (name, _words(versions[first], name), _words(versions[second], name)) for name in names
        ],
    )  # fmt: skip


def _words(cells: Mapping[str, str], name: str) -> str:
    """A cell as the page says it: members of closed sets in the reader's language."""
    return say(language(), f"set.{name}.{cells[name]}") if name in SETS else cells[name]


def _answer(asked: Mapping[str, str], lists: Mapping[str, list[Choice]], lang: str) -> Answer:
    for name, value in asked.items():
        if value and value not in {choice.key for choice in lists[name]}:
            abort(404)
    rt = runtime()
    county = int(asked["county"]) if asked["county"] else None
    found = registry.route(rt, asked["service"], asked["service_point"] or None, county, rt.now())
    with rt.transaction() as db:
        desk = offices(db)[found.unit_id]
    return Answer(desk.name[lang], institution_name(found.institution_id, lang), found.missing)
