"""Several cases with one cause: suggestions to confirm, and one incident answered for all in it."""

import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from feedback_service import incidents as room
from feedback_service import registry
from feedback_service.domain.cases import Action
from feedback_service.incidents import (
    AlreadyFixed,
    Answered,
    CannotGather,
    NoSuchIncident,
    NoWords,
    Why,
    Words,
    WordsTooLong,
)
from feedback_service.models import Role
from feedback_service.staff import Viewer
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import Choice, language, pages, read_id, runtime
from feedback_service.web.desk.incident_shapes import (
    Reader,
    fix_of,
    incident_line,
    member_line,
    report_of,
    suggestion,
    title_of,
)

SEE = (Role.OFFICER, Role.SUPERVISOR, Role.PERFORMANCE, Role.AUDITOR)
DO = (Role.OFFICER, Role.SUPERVISOR)
LONGEST_SENDING = 40


_REFUSED: Mapping[Why, str] = {
    Why.TOO_FEW: "gather_too_few",
    Why.NO_SUCH_CASE: "gather_no_such_case",
    Why.OTHER_OFFICE: "gather_other_office",
    Why.MENDED: "gather_mended",
    Why.ITSELF: "gather_itself",
}
"""What the page says, by why cases cannot be gathered."""


@dataclass(frozen=True)
class Returned:
    """A page that comes back: what was typed, what is wrong with it, what was done."""

    opened: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    answered: Answered | None = None


@pages.get("/incidents")
@open_to(*SEE)
def incidents() -> ResponseReturnValue:
    rt, who = runtime(), viewer()
    with rt.transaction() as db:
        reader = _reader(db, who)
        listed = room.listed(db, who, rt.now())
        alike = room.suggested(db, who) if who.has(*DO) else []
    return render_template(
        "desk/incidents.html",
        incidents=[incident_line(each, reader.lang) for each in listed],
        suggestions=[suggestion(group, reader) for group in alike],
    )


@pages.post("/incidents")
@open_to(*DO)
def gather() -> ResponseReturnValue:
    """Say of cases that were offered together which are one, or that none is."""
    rt, who, what = runtime(), viewer(), request.form.get("what")
    offered, ticked = request.form.getlist("offered"), request.form.getlist("case")
    if what not in ("join", "apart"):
        abort(404)
    try:
        if what == "apart":
            room.not_alike(rt, who, offered)
            flash("not_alike", "done")
            return redirect(url_for("desk.incidents"), 303)
        others = [each for each in offered if each not in ticked]
        joined = room.gather(rt, who, ticked, read_id(request.form.get("into", "")), others)
    except CannotGather as error:
        flash(_REFUSED[error.why], "problem")
        return redirect(url_for("desk.incidents"), 303)
    except NoSuchIncident:
        abort(404)
    flash("gathered", "done")
    return redirect(url_for("desk.incident", incident_id=joined), 303)


@pages.get("/incidents/<uuid:incident_id>")
@open_to(*SEE)
def incident(incident_id: uuid.UUID) -> ResponseReturnValue:
    return _page(incident_id, Returned())


@pages.post("/incidents/<uuid:incident_id>/<what>")
@open_to(*DO)
def change_incident(incident_id: uuid.UUID, what: str) -> ResponseReturnValue:
    """Do what a form asks for; an answer to all comes back as a report on the page."""
    if what not in _DOES:
        abort(404)
    try:
        answered = _DOES[what](incident_id)
    except NoSuchIncident:
        abort(404)
    except NoWords as error:
        return _page(incident_id, _sent_back(what, error)), 422
    except AlreadyFixed:
        flash("already_fixed", "problem")
        return redirect(url_for("desk.incident", incident_id=incident_id), 303)
    except CannotGather as error:
        flash(_REFUSED[error.why], "problem")
        return redirect(url_for("desk.incident", incident_id=incident_id), 303)
    if answered is not None:
        return _page(incident_id, Returned(answered=answered))
    return redirect(_after(incident_id), 303)


@pages.app_template_global()
def looks_like(reference: str) -> Markup:
    """The box beside a case: its incident, or how many others look like it."""
    who, lang = viewer(), language()
    if not who.has(*SEE):
        return Markup()
    with runtime().transaction() as db:
        found = room.beside(db, who, reference)
    there = found.incident
    return Markup(
        render_template(
            "desk/_looks_like.html",
            title=title_of(there, lang) if there else None,
            href=url_for("desk.incident", incident_id=there.id) if there else None,
            citizens=found.citizens,
            similar=found.similar if who.has(*DO) else 0,
        )
    )


def _page(incident_id: uuid.UUID, returned: Returned) -> str:
    rt, who = runtime(), viewer()
    with rt.transaction() as db:
        reader = _reader(db, who)
        try:
            file = room.open_incident(db, who, incident_id, rt.now())
        except NoSuchIncident:
            abort(404)
        others = room.listed(db, who, rt.now()) if who.has(*DO) else []
    lang, summary = reader.lang, file.summary
    return render_template(
        "desk/incident.html",
        incident=incident_line(summary, lang),
        named=summary.incident.title,
        cases=[member_line(member, reader) for member in file.members],
        fix=fix_of(file),
        actions=_actions(incident_id) if who.has(*DO) else {},
        merged=[
            (title_of(each, lang), _address(each.id, "separate")) for each in file.merged
        ],
        others=[
            Choice(str(each.incident.id), title_of(each.incident, lang))
            for each in others
            if each.incident.id != incident_id
            and each.incident.institution_id == summary.incident.institution_id
            and each.incident.fixed_at is None
        ],
        sending=secrets.token_hex(8),
        report=report_of(returned.answered, lang) if returned.answered else None,
        opened=returned.opened,
        form=returned.form,
        errors=returned.errors,
    )  # fmt: skip


def _reader(db: Session, who: Viewer) -> Reader:
    rt = runtime()
    return Reader(who, language(), rt.now(), registry.calendar(rt, db))


def _actions(incident_id: uuid.UUID) -> dict[str, str]:
    return {what: _address(incident_id, what) for what in _DOES}


def _address(incident_id: uuid.UUID, what: str) -> str:
    return url_for("desk.change_incident", incident_id=incident_id, what=what)


def _words() -> Words:
    return Words(request.form.get("en", "").strip(), request.form.get("sw", "").strip())


def _acknowledge(incident_id: uuid.UUID) -> Answered:
    sending = _sending("acknowledge")
    return room.act_on_all(
        runtime(), viewer(), incident_id, Action.ACKNOWLEDGE, Words(), sending
    )  # fmt: skip


def _resolve(incident_id: uuid.UUID) -> Answered:
    words = room.checked(_words())
    return room.act_on_all(
        runtime(), viewer(), incident_id, Action.RESOLVE, words, _sending("resolve")
    )  # fmt: skip


def _declare(incident_id: uuid.UUID) -> Answered:
    return room.declare_fix(runtime(), viewer(), incident_id, _words())


def _split(incident_id: uuid.UUID) -> None:
    gone = room.split(runtime(), viewer(), incident_id, request.form.getlist("case"))
    flash("split" if gone else "nothing_ticked", "done" if gone else "problem")


def _add(incident_id: uuid.UUID) -> None:
    reference = request.form.get("reference", "").strip()
    room.gather(runtime(), viewer(), [reference], incident_id)
    flash("gathered", "done")


def _merge(incident_id: uuid.UUID) -> None:
    into = read_id(request.form.get("into", ""))
    if into is None:
        raise NoSuchIncident("no incident was chosen")
    room.merge(runtime(), viewer(), into, incident_id)
    flash("merged", "done")


def _separate(incident_id: uuid.UUID) -> None:
    room.separate(runtime(), viewer(), incident_id)
    flash("separated", "done")


def _rename(incident_id: uuid.UUID) -> None:
    room.rename(runtime(), viewer(), incident_id, request.form.get("title", ""))
    flash("saved", "done")


_DOES: Mapping[str, Callable[[uuid.UUID], Answered | None]] = {
    "acknowledge": _acknowledge, "resolve": _resolve, "fix": _declare, "split": _split,
    "add": _add, "merge": _merge, "separate": _separate, "rename": _rename,
}  # fmt: skip


def _sending(what: str) -> str:
    return f"{what}:{request.form.get('sending', '')[:LONGEST_SENDING]}"


def _sent_back(what: str, error: NoWords) -> Returned:
    wrong = "too_long" if isinstance(error, WordsTooLong) else "too_short"
    typed = {name: request.form.get(name, "") for name in ("en", "sw")}
    return Returned(what, typed, {"en": wrong})


def _after(incident_id: uuid.UUID) -> str:
    """Back to the incident, or to the list when nothing of it is left to this reader."""
    rt = runtime()
    with rt.transaction() as db:
        try:
            room.open_incident(db, viewer(), incident_id, rt.now())
        except NoSuchIncident:
            return url_for("desk.incidents")
    return url_for("desk.incident", incident_id=incident_id)
