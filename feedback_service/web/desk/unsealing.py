"""Seeing a citizen's number: the box on a case, the page of those who decide, the page that shows.

Showing is a form that is sent, never an address that is opened: nothing is looked at by accident.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from feedback_service.models import Role
from feedback_service.privacy import askings, unsealing
from feedback_service.privacy.askings import Asking, Reason
from feedback_service.privacy.unsealing import NoSuchUnsealing, NothingSealed, WordsMissing
from feedback_service.redress import NoSuchCase, Sight, desk_reading
from feedback_service.staff import Viewer
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk import case_actions
from feedback_service.web.desk.frame import (
    at_central,
    choices,
    institution_name,
    language,
    pages,
    runtime,
)

LONGEST = 1000


@dataclass(frozen=True)
class Returned:
    """A form that came back: of which asking, what was typed, what is wrong."""

    id: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@pages.post("/cases/<reference>/number")
@open_to(*unsealing.ASKERS)
def ask_number(reference: str) -> ResponseReturnValue:
    """Ask to see the number behind a case that the viewer may act on."""
    rt, who = runtime(), case_actions.own_roles(viewer())
    reason, words = request.form.get("reason", ""), request.form.get("words", "")[:LONGEST]
    try:
        with rt.transaction() as db:
            case = desk_reading.find(db, who, reference, lock=True)
            if not Sight(who).may_act(case):
                abort(404)
            unsealing.ask(rt, db, who, case, Reason(reason), words)
    except NoSuchCase:
        abort(404)
    except (WordsMissing, ValueError) as error:
        gone = isinstance(error, NothingSealed)
        flash("unsealing_nothing" if gone else "unsealing_words", "problem")
    else:
        flash("unsealing_asked", "done")
    return redirect(url_for("desk.case", reference=reference) + "#number", 303)


@pages.get("/unsealings")
@open_to(*unsealing.DECIDERS)
def unsealings() -> ResponseReturnValue:
    return _page(Returned())


@pages.post("/unsealings/<uuid:unsealing_id>")
@open_to(*unsealing.DECIDERS)
def decide_unsealing(unsealing_id: uuid.UUID) -> ResponseReturnValue:
    """Agree or refuse, once."""
    rt, what = runtime(), request.form.get("what")
    if not decides(viewer()) or what not in ("granted", "refused"):
        abort(404)
    words = request.form.get("words", "").strip()[:LONGEST]
    try:
        with rt.transaction() as db:
            unsealing.decide(rt, db, viewer(), unsealing_id, words, granted=what == "granted")
    except NoSuchUnsealing:
        flash("unsealing_gone", "problem")
    except WordsMissing:
        back = Returned(str(unsealing_id), {"words": words}, {"words": "why_missing"})
        return _page(back), 422
    else:
        flash("unsealing_granted" if what == "granted" else "unsealing_refused", "done")
    return redirect(url_for("desk.unsealings"), 303)


@pages.post("/unsealings/<uuid:unsealing_id>/number")
@open_to(*unsealing.ASKERS)
def see_number(unsealing_id: uuid.UUID) -> ResponseReturnValue:
    """The number and the whole words; each showing is a look of its own."""
    rt = runtime()
    try:
        with rt.transaction() as db:
            opened = unsealing.look(rt, db, case_actions.own_roles(viewer()), unsealing_id)
    except NoSuchUnsealing:
        abort(404)
    back = url_for("desk.case", reference=opened.reference)
    return render_template("desk/number.html", opened=opened, case_href=back)


@pages.app_context_processor
def _beside() -> dict[str, object]:
    return {"number_of": number_of}


def number_of(reference: str, may_ask: bool, was_asked: bool) -> Markup:
    """The box beside a case: what was asked of the number, and the form to ask.

    was_asked: its history tells of an asking; else none is looked for.
    """
    rt, who, found = runtime(), viewer(), list[Asking]()
    if was_asked:
        with rt.transaction() as db:
            found = askings.of_case(db, who, reference, rt.now())
    mine = [one for one in found if one.mine]
    live = [one for one in mine if one.granted and one.until and one.until > rt.now()]
    waits = any(one.granted is None for one in mine)
    box = render_template(
        "desk/_number.html",
        askings=[(one, _state(one)) for one in found],
        reasons=choices("unsealing", tuple(Reason), language()),
        ask_href=url_for("desk.ask_number", reference=reference)
        if may_ask and who.has(*unsealing.ASKERS) and not (live or waits)
        else None,
        see_href=url_for("desk.see_number", unsealing_id=live[0].id) if live else None,
        see_until=live[0].until if live else None,
    )
    return Markup(box)


def decides(who: Viewer) -> bool:
    """Whether askings may wait for this viewer's decision."""
    return who.has(Role.AUDITOR, Role.INTEGRITY) or at_central(who)


def _state(one: Asking) -> str:
    if one.granted is None:
        return "waits"
    return "granted" if one.granted else "refused"


def _page(back: Returned) -> str:
    rt, who = runtime(), viewer()
    if not decides(who):
        abort(404)
    with rt.transaction() as db:
        asked = askings.waiting(db, who, rt.now())
    named = {one.id: institution_name(one.asker_institution, language()) for one in asked}
    return render_template("desk/unsealings.html", asked=asked, named=named, back=back)
