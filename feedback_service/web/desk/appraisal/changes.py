"""What is done to an appraisal at the desk: begun, targets set, quarters entered, steps taken.
Each form comes back to the page, with the sentence of what was wrong."""

import uuid
from collections.abc import Callable
from decimal import Decimal

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service import appraisals
from feedback_service.appraisals import NewTarget, NoSuchAppraisal, NotTaken, Taken, targets
from feedback_service.domain.appraisals import Step
from feedback_service.models import Appraisal, AppraisalTarget
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk import forms
from feedback_service.web.desk.appraisal import doors
from feedback_service.web.desk.appraisal.doors import Opened
from feedback_service.web.desk.frame import pages, read_id, runtime


@pages.post("/appraisals/<uuid:staff_id>/begin")
@open_to(*doors.OVER)
def begin_appraisal(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Open an officer's year on the form of their job group."""

    def do(db: Session, there: Opened) -> None:
        year, form = doors.year_asked(), request.form.get("form", "")
        appraisals.begin(runtime(), db, there.reader, there.officer, year, form)

    return _done(staff_id, do, "appraisal_begun")


@pages.post("/appraisals/<uuid:staff_id>/targets")
@open_to(*doors.OVER)
def set_target(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Put a target on the form, or take one off."""

    def do(db: Session, there: Opened) -> None:
        row = _begun(there)
        if not there.leads:
            abort(404)
        if "end" in request.form:
            targets.end(runtime(), db, row, _id("end"))
            return
        targets.add(runtime(), db, there.reader, row, _target(db))

    return _done(staff_id, do, "appraisal_kept")


@pages.post("/appraisals/<uuid:staff_id>/steps")
@open_to(*doors.ANY)
def take_step(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Take the next step, with words where they are owed."""
    said = request.form
    if said.get("step") not in list(Step):
        abort(404)
    what = Taken(Step(said["step"]), said.get("words", ""), said.get("band", ""))

    def do(db: Session, there: Opened) -> None:
        try:
            appraisals.take(runtime(), db, there.reader, _begun(there), what)
        except NoSuchAppraisal:
            abort(404)

    return _done(staff_id, do, "appraisal_step")


@pages.post("/appraisal/entries")
@open_to(*doors.OWN)
def enter_reached() -> ResponseReturnValue:
    """Say what was reached of a target that the service does not count."""
    said = request.form

    def do(db: Session, there: Opened) -> None:
        quarter = said.get("quarter", "")
        appraisals.enter(
            runtime(), db, _begun(there), there.officer, _id("target"),
            int(quarter) if quarter.isdecimal() else 0, _number("achieved"),
            said.get("words", ""),
        )  # fmt: skip

    return _done(viewer().staff_id, do, "appraisal_entered")


@pages.post("/appraisals/units")
@open_to(*doors.OVER)
def set_unit_target() -> ResponseReturnValue:
    """Give a desk a target of the contract."""
    year = doors.year_asked()
    try:
        with runtime().transaction() as db:
            unit, what = request.form.get("desk", ""), _target(db)
            appraisals.set_for_unit(runtime(), db, doors.me(db), unit, year, what)
        flash("appraisal_kept", "done")
    except NotTaken as error:
        flash(doors.REFUSED[error.why], "problem")
    return redirect(url_for("desk.appraisals_page", period=year), 303)


def _target(db: Session) -> NewTarget:
    """The form's target; one taken over from the desk keeps the desk's row of the contract."""
    said = request.form
    measure = said.get("measure", "").replace("entered", "")
    parent = read_id(said.get("parent", ""))
    above = db.get(AppraisalTarget, parent) if parent else None
    source = above.source if above else said.get("source", "")
    return NewTarget(
        said.get("name", ""), _number("target"), said.get("unit", ""), measure, source, parent
    )


def _done(
    staff_id: uuid.UUID, do: Callable[[Session, Opened], None], told: str
) -> ResponseReturnValue:
    """Do it in one transaction and go back to the page, with what came of it."""
    year = doors.year_asked()
    try:
        with runtime().transaction() as db:
            do(db, doors.opened(db, staff_id, year, hold=True))
        flash(told, "done")
    except NotTaken as error:
        flash(doors.REFUSED[error.why], "problem")
    except NoSuchAppraisal:
        abort(404)
    if staff_id == viewer().staff_id:
        return redirect(url_for("desk.appraisal", period=year), 303)
    return redirect(url_for("desk.appraisal_of", staff_id=staff_id, period=year), 303)


def _begun(there: Opened) -> Appraisal:
    if there.appraisal is None:
        abort(404)
    return there.appraisal


def _id(name: str) -> uuid.UUID:
    found = read_id(request.form.get(name, ""))
    if found is None:
        abort(404)
    return found


def _number(name: str) -> Decimal:
    value = forms.number(name)
    if value is None:
        raise NotTaken("number", f"{name}: write a number such as 85.5")
    return value
