"""Who answers at each rung of an institution: its ladder, and the people who stand on it by name.

An administrator of one institution names its own people; one of the whole service anybody's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback_service import registry
from feedback_service.models import Role, RungHolder
from feedback_service.redress import holders
from feedback_service.redress.holders import KEYS, BadHolder, Person
from feedback_service.registry import Ladder
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import (
    Choice,
    catalogue,
    institution_name,
    language,
    pages,
    runtime,
)
from feedback_service.web.texts import say


@dataclass(frozen=True)
class Step:
    """One rung as the page shows it: who answers, and after how many working days past due."""

    level: int
    name: str
    days: int
    who: tuple[str, ...]


@dataclass(frozen=True)
class Returned:
    """A form that came back."""

    key: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@pages.get("/ladder")
@open_to(Role.ADMINISTRATOR)
def ladder() -> ResponseReturnValue:
    return _page(_asked(request.args.get("institution", "")), Returned())


@pages.post("/ladder")
@open_to(Role.ADMINISTRATOR)
def name_holder() -> ResponseReturnValue:
    rt, chosen = runtime(), _asked(request.form.get("institution", ""))
    key = request.form.get("key", "")
    if key not in KEYS:
        abort(404)
    typed = {name: request.form.get(name, "").strip()[:120] for name in ("name", "title", "mail")}
    try:
        with rt.transaction() as db:
            holders.name_holder(rt, db, viewer(), chosen, key, Person(**typed))
    except BadHolder as error:
        wrong = {error.field: "required" if error.field == "name" else "not_an_email"}
        return _page(chosen, Returned(key, typed, wrong)), 422
    flash("saved", "done")
    return redirect(url_for("desk.ladder", institution=chosen), 303)


def _asked(wanted: str) -> str:
    """The institution chosen; an administrator of one has no other."""
    who = viewer()
    chosen = wanted or who.institution_id or "CENTRAL"
    if chosen not in catalogue().offices or who.institution_id not in (None, chosen):
        abort(404)
    return chosen


def _page(chosen: str, returned: Returned) -> str:
    rt, lang, who = runtime(), language(), viewer()
    steps = registry.ladder_of(rt, chosen)
    with rt.transaction() as db:
        named = {held.key: held for held in holders.holders_of(db, chosen)}
    known = sorted(catalogue().offices.items(), key=lambda office: office[1][lang])
    return render_template(
        "desk/ladder.html",
        chosen=chosen,
        institution=institution_name(chosen, lang),
        institutions=[Choice(key, names[lang]) for key, names in known]
        if who.institution_id is None
        else [],
        steps=[_step(steps, rung.level, lang, named) for rung in steps.rungs],
        places=[Choice(key, say(lang, f"holder.{key}")) for key in KEYS],
        named=named,
        returned=returned,
    )


def _step(steps: Ladder, level: int, lang: str, named: Mapping[str, RungHolder]) -> Step:
    rung = next(rung for rung in steps.rungs if rung.level == level)
    name = steps.names[level][lang] if level in steps.names else say(lang, f"level.{level}")
    who = tuple(_called(word, lang, named) for word in steps.holders[level])
    return Step(level, name, rung.overdue_working_days, who)


def _called(word: str, lang: str, named: Mapping[str, RungHolder]) -> str:
    """A word of the ladder with the person's name, or the body that it names."""
    if word in named:
        return f"{say(lang, f'holder.{word}')}: {named[word].name}"
    if word in catalogue().offices:
        return institution_name(word, lang) or word
    missing = word in KEYS
    return say(lang, f"holder.{word}") + (f" ({say(lang, 'ladder.nobody')})" if missing else "")
