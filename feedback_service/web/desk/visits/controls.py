"""Control visits: noted by the scorecards' owner, and how many of them the feeds brought.

For everybody else the page does not exist, and neither does any control.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback_service import scoring, visits
from feedback_service.models import Role
from feedback_service.visits import Wrong
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import (
    Choice,
    catalogue,
    institution_name,
    language,
    pages,
    runs_all,
    runtime,
)
from feedback_service.web.desk.visits.feed import Line, frames_here, period_here, periods_here

PLANTERS = (Role.ANALYST, Role.OVERSIGHT)
_ERRORS = {
    "service": "control_service", "service_point": "control_service_point",
    "county": "control_county", "at": "control_at", "phone": "control_phone",
}  # fmt: skip
"""What may be wrong with each field, in a key of the texts."""


@dataclass(frozen=True)
class Control:
    """One control visit as its owner reads it; its number is shown to nobody."""

    name: str
    service: str
    place: str | None
    visited_at: datetime
    fed: bool
    note: str


@pages.get("/visits/controls")
@open_to(*PLANTERS)
def controls() -> ResponseReturnValue:
    _owners_only()
    return _page()


@pages.post("/visits/controls")
@open_to(*PLANTERS)
def plant_control() -> ResponseReturnValue:
    _owners_only()
    rt, form = runtime(), request.form
    said = {name: form.get(name, "").strip() for name in _ERRORS}
    try:
        with rt.transaction() as db:
            visits.plant(rt, db, viewer(), said, form.get("note", "").strip()[:200])
    except Wrong as error:
        return _page({error.field: _ERRORS[error.field]}), 422
    flash("control_planted", "done")
    return redirect(url_for("desk.controls"), 303)


def _page(errors: dict[str, str] | None = None) -> str:
    rt, lang, known = runtime(), language(), catalogue()
    with rt.transaction() as db:
        found = visits.planted(db)
    places = (Choice(place.id, place.name) for place in known.places.values())
    services = (Choice(card.id, card.name[lang]) for card in known.given)
    period = period_here()
    lines: list[Line] = [line for line in frames_here(period) if line.frame.planted]
    return render_template(
        "desk/controls.html", errors=errors or {}, said=request.form, lines=lines,
        found=[_control(one, lang) for one in found],
        services=sorted(services, key=lambda choice: choice.name),
        places=sorted(places, key=lambda choice: choice.name),
        counties=[Choice(str(code), county.name) for code, county in known.counties.items()],
        period=period, periods=periods_here(), over=scoring.is_over(period, rt.now()),
    )  # fmt: skip


def _control(one: visits.Planted, lang: str) -> Control:
    known = catalogue()
    place = known.places.get(one.place or "")
    return Control(
        institution_name(one.institution, lang) or one.institution,
        known.services[one.service].name[lang], place.name if place else None, one.visited_at,
        one.fed, one.note,
    )  # fmt: skip


def _owners_only() -> None:
    if not runs_all(viewer()):
        abort(404)
