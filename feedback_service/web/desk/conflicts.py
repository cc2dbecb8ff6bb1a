"""Whom cases name: marked on the page of a case, decided by somebody outside their unit, here.

The words are shown to whoever may decide, though the case may not be theirs: every showing is
written down as a look at the case.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from feedback_service import redress
from feedback_service.models import Case, Look, Role, Staff
from feedback_service.redress import NoSuchCase, conflicts, deciding, desk_reading
from feedback_service.redress.conflicts import Standing
from feedback_service.redress.deciding import NoSuchConflict, Question, ReasonMissing
from feedback_service.redress.masking import masked_words
from feedback_service.staff import Viewer
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk import case_actions
from feedback_service.web.desk.frame import (
    Choice,
    at_central,
    institution_name,
    language,
    offices,
    pages,
    runtime,
)
from feedback_service.web.texts import say

DECIDERS = (Role.OFFICER, Role.SUPERVISOR, Role.INTEGRITY)
LOOKED = "conflict"
ONE_LOOK = timedelta(minutes=10)
"""A page read again while one decides is one look."""


@dataclass(frozen=True)
class Asked:
    """One name to decide, as the page shows it; `person` is empty where an office is named."""

    id: str
    reference: str
    words: str
    words_lang: str
    person: str
    role: str | None
    office: str
    how: str
    matched: str
    at: datetime
    whole_office: bool
    href: str


@dataclass(frozen=True)
class Returned:
    """A form that came back: of which question, what was typed, what is wrong."""

    id: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@pages.get("/conflicts")
@open_to(*DECIDERS)
def conflicts_page() -> ResponseReturnValue:
    return _page(Returned())


@pages.post("/conflicts/<uuid:conflict_id>")
@open_to(*DECIDERS)
def decide_conflict(conflict_id: uuid.UUID) -> ResponseReturnValue:
    """It is this person and stays hidden, or it is not; with a reason, once."""
    rt, what = runtime(), request.form.get("what")
    if not decides(viewer()) or what not in ("stands", "cleared"):
        abort(404)
    typed = {"reason": request.form.get("reason", "").strip()[:1000]}
    try:
        with rt.transaction() as db:
            deciding.decide(
                rt, db, viewer(), conflict_id, typed["reason"], stands=what == "stands",
                whole_office=request.form.get("whole_office") == "1",
            )  # fmt: skip
    except NoSuchConflict:
        flash("conflict_gone", "problem")
    except ReasonMissing:
        return _page(Returned(str(conflict_id), typed, {"reason": "why_missing"})), 422
    else:
        flash("conflict_stands" if what == "stands" else "conflict_cleared", "done")
    return redirect(url_for("desk.conflicts_page"), 303)


@pages.post("/cases/<reference>/conflict")
@open_to(*DECIDERS)
def mark_conflict(reference: str) -> ResponseReturnValue:
    """An officer says whom the case names: hidden from that person, and those below, from now."""
    rt, who = runtime(), viewer()
    with rt.transaction() as db:
        try:
            case = desk_reading.find(db, case_actions.own_roles(who), reference, lock=True)
        except NoSuchCase:
            abort(404)
        if not redress.Sight(case_actions.own_roles(who)).may_act(case):
            abort(404)
        named = _one_of(_could_be_marked(db, who, case))
        if named is None:
            flash("nobody_chosen", "problem")
        else:
            conflicts.mark(rt, db, case, named, conflicts.BY_OFFICER, who.staff_id)
            flash("conflict_marked", "done")
        still_there = _still_there(db, who, reference)
    after = url_for("desk.case", reference=reference) if still_there else url_for("desk.queue")
    return redirect(after, 303)


@pages.app_context_processor
def _beside() -> dict[str, object]:
    return {"hidden_from": hidden_from}


def hidden_from(reference: str, people: Sequence[Choice]) -> Markup:
    """The box beside a case: from whom it is hidden, and the form to name one of `people`."""
    rt, who = runtime(), viewer()
    with rt.transaction() as db:
        names = conflicts.standing(db, reference)
    knows = who.has(Role.SUPERVISOR, Role.INTEGRITY, Role.AUDITOR) or at_central(who)
    box = render_template(
        "desk/_conflicts.html",
        names=[_named(one) for one in names] if knows else [],
        hidden=len(names),
        people=people,
        mark_href=url_for("desk.mark_conflict", reference=reference),
        decide_href=url_for("desk.conflicts_page") if names and decides(who) else None,
    )
    return Markup(box)


def decides(who: Viewer) -> bool:
    """Whether names may wait for this viewer's decision."""
    return who.has(Role.SUPERVISOR, Role.INTEGRITY) or (who.has(Role.OFFICER) and at_central(who))


def _named(one: Standing) -> dict[str, object]:
    return {"name": one.name or one.office, "certainty": one.certainty.value, "at": one.at}


def _could_be_marked(db: Session, who: Viewer, case: Case) -> dict[uuid.UUID, str]:
    """Staff of the offices the case has to do with, and of the viewer's own, by name."""
    known = dict(conflicts.could_be_named(db, case))
    own = sa.select(Staff.id, Staff.name).where(
        Staff.institution_id == who.institution_id, Staff.disabled_at.is_(None)
    )
    known |= dict(db.execute(own).all())
    return dict(sorted(known.items(), key=lambda item: item[1]))


def _one_of(people: Mapping[uuid.UUID, str]) -> uuid.UUID | None:
    chosen = request.form.get("person", "")
    return next((key for key in people if str(key) == chosen), None)


def _still_there(db: Session, who: Viewer, reference: str) -> bool:
    try:
        desk_reading.find(db, who, reference)
    except NoSuchCase:
        return False
    return True


def _page(returned: Returned) -> str:
    rt, who = runtime(), viewer()
    if not decides(who):
        abort(404)
    with rt.transaction() as db:
        found = deciding.waiting(db, who)
        shown, more = found[: deciding.MOST_SHOWN], len(found) > deciding.MOST_SHOWN
        _write_down(db, who, {question.case.id for question in shown}, rt.now())
        asked = [_asked(db, question, language()) for question in shown]
    return render_template("desk/conflicts.html", asked=asked, more=more, back=returned)


def _asked(db: Session, question: Question, lang: str) -> Asked:
    case, desk = question.case, offices(db).get(question.unit_id)
    of = institution_name(question.institution_id or None, lang) or ""
    return Asked(
        id=str(question.id),
        reference=case.reference,
        words=masked_words(case.text) or say(lang, "case.no_words"),
        words_lang=case.language,
        person=question.person,
        role=question.role,
        office=", ".join(part for part in (desk.name[lang] if desk else "", of) if part),
        how=question.how,
        matched=question.matched,
        at=question.at,
        whole_office=question.whole_office,
        href=url_for("desk.decide_conflict", conflict_id=question.id),
    )


def _write_down(db: Session, who: Viewer, cases: set[uuid.UUID], now: datetime) -> None:
    lately = sa.select(Look.case_id).where(
        Look.case_id.in_(cases),
        Look.staff_id == who.staff_id,
        Look.what == LOOKED,
        Look.at > now - ONE_LOOK,
    )
    for case_id in cases - set(db.scalars(lately)):
        db.add(Look(staff_id=who.staff_id, case_id=case_id, what=LOOKED, at=now))
