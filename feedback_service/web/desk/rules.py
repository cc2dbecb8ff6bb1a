"""Who takes which new cases of a desk: the page where supervisors keep the rules and try them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service.models import AssignmentRule, Case, Category, Role, Unit
from feedback_service.redress import rules as kept
from feedback_service.redress.rules import BadRule, NoSuchRule, Preview, Wanted
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import (
    NAMELESS,
    Choice,
    catalogue,
    choices,
    institution_name,
    language,
    pages,
    runtime,
)
from feedback_service.web.desk.queue import first_words
from feedback_service.web.texts import say

KEEPERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Line:
    """A rule in words; `n`: how many of the last cases it would have given."""

    key: str
    words: str
    person: str
    n: int
    first: bool
    sooner_href: str
    end_href: str


@dataclass(frozen=True)
class Tried:
    """One of the last cases and who would have got it."""

    reference: str
    href: str
    summary: str
    person: str


@dataclass(frozen=True)
class Returned:
    form: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@pages.get("/rules")
@open_to(*KEEPERS)
def rules() -> ResponseReturnValue:
    return _page(Returned())


@pages.post("/rules")
@open_to(*KEEPERS)
def add_rule() -> ResponseReturnValue:
    rt = runtime()
    typed = {name: request.form.get(name, "").strip() for name in Wanted.__annotations__}
    desk = request.form.get("desk", "")
    try:
        with rt.transaction() as db:
            kept.add(rt, db, viewer(), desk, Wanted(**typed))
    except NoSuchRule:
        abort(404)
    except BadRule as error:
        said = {name: _SAID[wrong] for name, wrong in error.errors.items()}
        return _page(Returned({**typed, "desk": desk}, said)), 422
    flash("rule_kept", "done")
    return redirect(url_for("desk.rules", desk=desk), 303)


@pages.post("/rules/<uuid:rule_id>/<what>")
@open_to(*KEEPERS)
def change_rule(rule_id: uuid.UUID, what: str) -> ResponseReturnValue:
    """Put a rule before the one above it, or end it."""
    change = {"sooner": kept.sooner, "end": kept.end}.get(what)
    if change is None:
        abort(404)
    rt = runtime()
    with rt.transaction() as db:
        try:
            desk = change(rt, db, viewer(), rule_id).unit_id
        except NoSuchRule:
            abort(404)
    flash("rule_kept", "done")
    return redirect(url_for("desk.rules", desk=desk), 303)


def _page(returned: Returned) -> str:
    rt, who, lang, known = runtime(), viewer(), language(), catalogue()
    with rt.transaction() as db:
        desks = kept.desks_of(db, who)
        if not desks:
            abort(404)
        asked = returned.form.get("desk") or request.args.get("desk", "")
        desk = next((unit for unit in desks if unit.id == asked), _own(desks, who.unit_id))
        people = kept.people_at(db, desk)
        preview = kept.preview(rt, db, who, desk.id)
        lines = _lines(db, desk, people, preview, lang)
    return render_template(
        "desk/rules.html",
        desks=[Choice(unit.id, _desk_name(unit, lang)) for unit in desks],
        desk=Choice(desk.id, _desk_name(desk, lang)),
        rules=lines,
        tried=preview.tried,
        left=preview.left,
        takers=sorted(
            ((people.get(key, NAMELESS), n) for key, n in preview.by_person.items()),
            key=lambda one: (-one[1], one[0]),
        ),
        shown=[_tried(case, people.get(given.person) if given else None, lang)
               for case, given in preview.shown],
        services=[Choice(key, one.short[lang]) for key, one in known.services.items()],
        places=[Choice(one.id, one.name) for one in known.places.values()],
        counties=[Choice(str(key), one.name) for key, one in known.counties.items()],
        categories=choices("category", tuple(Category), lang),
        languages=choices("language", kept.LANGUAGES, lang),
        people=[Choice(str(key), name) for key, name in people.items()],
        form=returned.form,
        errors=returned.errors,
    )  # fmt: skip


def _own(desks: Sequence[Unit], unit_id: str | None) -> Unit:
    return next((unit for unit in desks if unit.id == unit_id), desks[0])


def _desk_name(unit: Unit, lang: str) -> str:
    name = unit.name_sw if lang == "sw" else unit.name_en
    return f"{institution_name(unit.institution_id, lang)}: {name}"


def _lines(
    db: Session, desk: Unit, people: Mapping[uuid.UUID, str], preview: Preview, lang: str
) -> list[Line]:
    return [
        Line(
            str(row.id), _words(row, lang), _taker(row, people, lang),
            preview.by_rule.get(row.id, 0), number == 0,
            url_for("desk.change_rule", rule_id=row.id, what="sooner"),
            url_for("desk.change_rule", rule_id=row.id, what="end"),
        )
        for number, row in enumerate(kept.in_force(db, desk.id))
    ]  # fmt: skip


def _words(row: AssignmentRule, lang: str) -> str:
    """What a case must be, in words; "every case" where nothing is asked."""
    known = catalogue()
    service = known.services.get(row.service_id or "")
    place = known.places.get(row.service_point_id or "")
    county = known.counties.get(row.county_code or 0)
    said = [
        service.short[lang] if service else row.service_id,
        place.name if place else row.service_point_id,
        county.name if county else None,
        say(lang, f"category.{row.category}") if row.category else None,
        say(lang, f"language.{row.language}") if row.language else None,
    ]
    return ", ".join(words for words in said if words) or say(lang, "rules.every")


def _taker(row: AssignmentRule, people: Mapping[uuid.UUID, str], lang: str) -> str:
    if row.staff_id is None:
        return say(lang, "rules.least")
    return people.get(row.staff_id) or say(lang, "rules.gone")


def _tried(case: Case, person: str | None, lang: str) -> Tried:
    return Tried(
        case.reference, url_for("desk.case", reference=case.reference), first_words(case.text),
        person or say(lang, "queue.not_assigned"),
    )  # fmt: skip


_SAID = {"unknown": "rule_unknown", "too_many": "rule_too_many"}
"""The key of error.* that says what is wrong with a rule."""
