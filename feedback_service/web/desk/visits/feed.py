"""What an institution's feed brought, how whole its frame is, a file looked through and taken.

Counts only: nobody reads a number here, and nothing that was fed is changed or taken back.
"""

import secrets
from dataclasses import dataclass
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from analytics.coverage import Coverage
from feedback_service import scoring, visits
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import NotAPeriod, Period
from feedback_service.identity import KeyRing
from feedback_service.models import Role
from feedback_service.visits import Answer, BadFile, Batch, Fault, Feeder, Record, Way, Wrong
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import (
    Choice,
    catalogue,
    choices,
    institution_name,
    language,
    pages,
    runs_all,
    runtime,
)
from feedback_service.web.periods import in_address, read_period
from feedback_service.web.texts import say

FEEDERS = (Role.SUPERVISOR, Role.PERFORMANCE)
CONFIRMERS = (Role.ANALYST, Role.OVERSIGHT)
READERS = (*FEEDERS, Role.ANALYST, Role.OVERSIGHT, Role.AUDITOR)
KEPT_FOR = 1800
"""Seconds between looking a file through and taking it."""
_FAULTS = {
    Fault.UNREADABLE: "error.visits_unreadable",
    Fault.COLUMNS: "error.visits_columns",
    Fault.EMPTY: "error.visits_empty",
}
MOST_SHOWN = 50
"""Refusals shown of one file."""


@dataclass(frozen=True)
class Line:
    """One institution's frame in the list of all."""

    key: str
    name: str
    href: str
    frame: Coverage


@pages.get("/visits")
@open_to(*READERS)
def visit_feed() -> ResponseReturnValue:
    institution = _institution()
    return _page(institution) if institution else _everyone()


@pages.post("/visits")
@open_to(*FEEDERS)
def look_visits_through() -> ResponseReturnValue:
    """Show what taking the file would refuse; nothing is taken yet."""
    institution = _own()
    given = request.files.get("visits")
    content = given.stream.read() if given else b""
    try:
        rows = visits.all_rows(visits.decoded(content))
    except BadFile as error:
        fault = say(language(), _FAULTS[error.fault], value=error.value)
        return _page(institution, fault=fault), 422
    refused = visits.look_through(runtime(), _feeder(institution), rows)
    token = _keep(content) if len(refused) < len(rows) else ""
    return _page(institution, refused=refused, rows=len(rows), token=token), 422 if refused else 200


@pages.post("/visits/<token>")
@open_to(*FEEDERS)
def take_visits(token: str) -> ResponseReturnValue:
    """Take the file that was looked through; sent twice, the rows of the second are repeated."""
    institution, content = _own(), _kept(token)
    if content is None:
        flash("visits_gone", "problem")
        return redirect(url_for("desk.visit_feed"), 303)
    batch = Batch(Way.DESK, visits.digest(content), viewer().staff_id)
    rows = visits.all_rows(visits.decoded(content))
    visits.load(runtime(), _feeder(institution), batch, rows)
    flash("visits_taken", "done")
    return redirect(url_for("desk.visit_feed"), 303)


@pages.post("/visits/declare")
@open_to(*FEEDERS)
def declare_visits() -> ResponseReturnValue:
    institution, rt = _own(), runtime()
    said = {name: request.form.get(name, "").strip() for name in ("kind", "count", "evidence")}
    place = request.form.get("place") or None
    try:
        with rt.transaction() as db:
            visits.declare(
                rt, db, institution, period_here(), place=place, by_id=viewer().staff_id, **said
            )
    except Wrong as error:
        return _page(institution, wrong=error.field), 422
    flash("visits_declared", "done")
    return redirect(url_for("desk.visit_feed", period=in_address(period_here())), 303)


@pages.post("/visits/declared/<uuid:count_id>")
@open_to(*CONFIRMERS)
def confirm_declared(count_id: UUID) -> ResponseReturnValue:
    """A lower count stands from now on; only who runs the scorecards says so."""
    if not runs_all(viewer()):
        abort(404)
    rt = runtime()
    try:
        with rt.transaction() as db:
            row = visits.confirm(rt, db, viewer(), count_id)
            institution, period = row.institution_id, Period.parse(row.period)
    except visits.NotToConfirm:
        abort(404)
    flash("visits_confirmed", "done")
    back = url_for("desk.visit_feed", institution=institution, period=in_address(period))
    return redirect(back, 303)


def _page(
    institution: str, *, fault: str = "", refused: list[Answer] | None = None, rows: int = 0,
    token: str = "", wrong: str = "",
) -> str:  # fmt: skip
    rt, lang, period = runtime(), language(), period_here()
    with rt.transaction() as db:
        frame = scoring.frames(db, period, rt.now(), institution).get(
            institution, Coverage(institution, period.label)
        )
        places = scoring.places(db, period, rt.now(), institution, simulated=frame.simulated)
        days = visits.lately(db, institution, rt.now())
        batches = visits.batches(db, institution)
        said = visits.declared(db, institution, period)
    whole = say(lang, "visits.whole")
    return render_template(
        "desk/visits.html",
        institution=institution,
        name=institution_name(institution, lang),
        own=institution == viewer().institution_id and viewer().has(*FEEDERS),
        confirms=viewer().has(*CONFIRMERS)
        and runs_all(viewer())
        and institution != viewer().institution_id,
        period=period,
        period_key=in_address(period),
        periods=periods_here(),
        frame=frame,
        days=days,
        places=[(_place(key), one) for key, one in places.items() if key or one.serials],
        batches=batches,
        said=[(_place(one.place) if one.place else whole, one) for one in said],
        fault=fault,
        rows=rows,
        token=token,
        refused=refused,
        most=MOST_SHOWN,
        wrong=wrong,
        kinds=choices("visits_record", tuple(Record), lang),
        place_choices=_places(),
    )


def _everyone() -> str:
    """All institutions, for those who answer for none of them."""
    period = period_here()
    lines = frames_here(period)
    return render_template(
        "desk/visits_all.html", lines=lines, period=period, periods=periods_here(),
        period_key=in_address(period), silent=len(catalogue().offices) - len(lines),
        plants=runs_all(viewer()) and viewer().has(Role.ANALYST, Role.OVERSIGHT),
    )  # fmt: skip


def period_here() -> Period:
    given = request.values.get("period", "")
    try:
        period = read_period(given) if given else None
    except NotAPeriod:
        abort(404)
    return period or Period.containing(runtime().now().astimezone(NAIROBI).date())


def periods_here() -> list[Choice]:
    quarter = Period.containing(runtime().now().astimezone(NAIROBI).date())
    found = []
    for _ in range(5):
        found.append(Choice(in_address(quarter), quarter.label))
        quarter = quarter.previous()
    return found


def frames_here(period: Period) -> list[Line]:
    """Every institution that fed or declared, the least whole frames first."""
    rt, lang = runtime(), language()
    with rt.transaction() as db:
        found = scoring.frames(db, period, rt.now())
    lines = [
        Line(
            key, institution_name(key, lang) or key,
            url_for("desk.visit_feed", institution=key, period=in_address(period)), frame,
        )
        for key, frame in found.items()
    ]  # fmt: skip
    return sorted(lines, key=lambda one: (one.frame.measured, one.frame.coverage or 0.0, one.name))


def _institution() -> str | None:
    """Whose feed is read: the reader's own; of those who answer for all, the one asked for."""
    who, asked = viewer(), request.args.get("institution") or None
    if asked is not None and asked not in catalogue().offices:
        abort(404)
    if who.has(Role.ANALYST, Role.OVERSIGHT, Role.AUDITOR):
        return asked or (who.institution_id if who.has(*FEEDERS) else None)
    if asked not in (None, who.institution_id):
        abort(404)
    return who.institution_id or abort(404)


def _own() -> str:
    return viewer().institution_id or abort(404)


def _feeder(institution: str) -> Feeder:
    return Feeder("desk", institution)


def _place(key: str) -> str:
    place = catalogue().places.get(key)
    return place.name if place else say(language(), "visits.no_place")


def _places() -> list[Choice]:
    found = (Choice(place.id, place.name) for place in catalogue().places.values())
    return sorted(found, key=lambda choice: choice.name)


def _keep(content: bytes) -> str:
    """Sealed, for this reader alone, and gone after half an hour."""
    rt, token = runtime(), secrets.token_hex(16)
    sealed = KeyRing(rt.settings.phone_keys).seal_bytes(content, _name(token).encode())
    rt.redis.set(_name(token), sealed, ex=KEPT_FOR)
    return token


def _kept(token: str) -> bytes | None:
    rt = runtime()
    sealed = rt.redis.get(_name(token))
    if not isinstance(sealed, bytes):
        return None
    return KeyRing(rt.settings.phone_keys).unseal_bytes(sealed, _name(token).encode())


def _name(token: str) -> str:
    return f"visits:{viewer().staff_id.hex}:{token[:32]}"
