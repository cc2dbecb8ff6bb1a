"""The page of one case: every look at it is written down, every answer goes through redress."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service import redress, triage
from feedback_service.domain.cases import ActionNotAllowed, Lane
from feedback_service.domain.information import TooLateToHandOn
from feedback_service.models import Case, Citizen, Look, Role, Unit
from feedback_service.redress import NoSuchCase, conflicts, desk_reading, history, moved
from feedback_service.redress.acting import WordsMissing
from feedback_service.staff import Viewer
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk import attachments, canned, case_actions, case_page, presence
from feedback_service.web.desk.case_actions import FORMS, NotFilled
from feedback_service.web.desk.case_page import Reader
from feedback_service.web.desk.case_shapes import Entry
from feedback_service.web.desk.frame import READERS, language, offices, pages, runtime
from feedback_service.web.desk.ombudsman import file_href

ACTING = (Role.OFFICER, Role.SUPERVISOR, Role.INTEGRITY)


class ChangedMeanwhile(Exception):
    """Somebody acted on the case after this form was opened."""


@dataclass(frozen=True)
class SentBack:
    """A form that could not be done: which, what was typed, what is wrong with it.

    `since`: how many events its reader had seen, when others were added meanwhile.
    """

    opened: str
    form: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    since: int | None = None


@pages.get("/cases/<reference>")
@open_to(*READERS)
def case(reference: str) -> ResponseReturnValue:
    return _page(reference)


@pages.post("/cases/<reference>/<name>")
@open_to(*ACTING)
def act(reference: str, name: str) -> ResponseReturnValue:
    """Do what a form asks; on 409 the page comes back with what was typed."""
    if name not in FORMS:
        abort(404)
    form, typed = FORMS[name], _typed(name)
    try:
        canned.check_filled(name, typed)
        _do(reference, name, typed)
    except NoSuchCase:
        abort(404)
    except (NotFilled, ActionNotAllowed, ChangedMeanwhile) as error:
        opened = "transfer" if name == "clear" else name
        late = isinstance(error, ChangedMeanwhile)
        since = request.form.get("seen", 0, type=int) if late else None
        return _page(reference, SentBack(opened, typed, _errors(error, name), since)), 409
    presence.left(reference)
    flash(form.flash, "done")
    return redirect(_after(reference), 303)


def _page(reference: str, back: SentBack | None = None) -> str:
    rt, who = runtime(), viewer()
    with rt.transaction() as db:
        try:
            file = desk_reading.open_file(rt, db, who, reference)
        except NoSuchCase:
            abort(404)
        db.add(Look(staff_id=who.staff_id, case_id=file.case.id, what="opened", at=rt.now()))
        reader = Reader(who, language(), rt.now(), offices(db))
        things = attachments.listed(db, file.case, reader.lang)
        moves = moved.of_case(db, file.case)
    following, watches = file.next_reference, who.has(Role.AUDITOR)
    told = case_page.context(file, reader)
    if back is None and (picked := canned.chosen(told["replies"], request.args.get("reply", ""))):
        back = SentBack(*picked)
    sent: dict[str, Any] = {"form": back.form, "errors": back.errors} if back else {}
    return render_template(
        "desk/case.html",
        **told,
        **sent,
        things=things,
        moves=[(move, moved.reasons(move.because)) for move in moves],
        opened=back.opened if back else None,
        changed=_changed(told["timeline"], back),
        queue_href=url_for("desk.queue"),
        next_href=url_for("desk.case", reference=following) if following else None,
        looks_href=url_for("desk.looks", reference=file.case.reference) if watches else None,
        file_href=file_href(file.case, who),
        file_mb=rt.settings.media_limit_mb,
    )


def _changed(timeline: Sequence[Entry], back: SentBack | None) -> list[Entry]:
    """What was added since the form that came back was opened, oldest first."""
    if back is None or back.since is None:
        return []
    return [entry for entry in reversed(timeline) if entry.number > back.since]


def _typed(name: str) -> dict[str, str]:
    return {key: request.form.get(key, "").strip() for key in FORMS[name].fields}


def _do(reference: str, name: str, typed: Mapping[str, str]) -> None:
    """One transaction that holds the case's row from the look at it to the act."""
    rt, who = runtime(), viewer()
    with rt.transaction() as db:
        case = desk_reading.find(db, case_actions.own_roles(who), reference, lock=True)
        unit = db.get_one(Unit, case.unit_id)
        _check_open(case, unit, who, name)
        seen = request.form.get("seen", 0, type=int)
        source = case_actions.source_of(case, who, name, seen, typed)
        if history.done_before(db, source):
            return
        done = [event.action for event in history.events(db, case)]
        if seen != len(done):
            raise ChangedMeanwhile
        if name == "transfer" and not case_actions.may_move(case, done):
            abort(404)
        asked = case_actions.act_of(name, typed, _citizens(db, case), _choices(db, who, case, unit))
        what = replace(
            asked, actor=case_actions.actor_of(who, unit), staff_id=who.staff_id, source=source
        )
        redress.act_within(rt, db, case, what)
        conflicts.see_to(rt, db, case)  # it may have come to a desk whose people it names
        triage.learn(db, case, what, rt.now())


def _check_open(case: Case, unit: Unit, who: Viewer, name: str) -> None:
    """Forms that are not for this viewer do not exist; those that come too late are sent back."""
    if not redress.Sight(case_actions.own_roles(who)).may_act(case):
        abort(404)
    clears = case_actions.may(case, unit, who, FORMS["clear"].action)
    if (name == "clear" and not clears) or (name == "transfer" and case.lane is Lane.HELD):
        abort(404)


def _choices(db: Session, who: Viewer, case: Case, unit: Unit) -> dict[str, list[str]]:
    places = case_actions.destinations(case, unit, offices(db))
    people = desk_reading.colleagues(db, who, case)
    return {"to": [office.unit_id for office in places], "officer": [str(key) for key in people]}


def _citizens(db: Session, case: Case) -> str:
    citizen = db.get(Citizen, case.citizen_id) if case.citizen_id else None
    return (citizen.language if citizen else None) or case.language


def _errors(error: Exception, name: str) -> Mapping[str, str]:
    """What is wrong, by field: keys of error.* where there is one, else the rule's own words."""
    first = next(iter(reversed(FORMS[name].fields)), name)
    if isinstance(error, NotFilled):
        return error.errors
    if isinstance(error, ChangedMeanwhile):
        return {first: "changed_meanwhile"}
    if isinstance(error, TooLateToHandOn):
        return {first: "hand_on_late"}
    if isinstance(error, WordsMissing):
        return {first: "too_long" if "shorten" in str(error) else "too_short"}
    return {first: str(error)}


def _after(reference: str) -> str:
    """Back to the case, or to the queue when it has left the reader's sight."""
    with runtime().transaction() as db:
        try:
            desk_reading.find(db, viewer(), reference)
        except NoSuchCase:
            return url_for("desk.queue")
    return url_for("desk.case", reference=reference)
