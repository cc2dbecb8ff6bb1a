"""What citizens asked of their own data, and when it was answered; letters are entered here.

The auditor's page, as data protection officer: it names nobody.  A letter is tied to a person by
the reference of a case of theirs, and what it asks for goes to that case's own phone.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service.domain.references import read_reference
from feedback_service.models import Case, Citizen, RequestKind, RetentionRun, Role, SubjectRequest
from feedback_service.privacy import letters, requests
from feedback_service.redress.sight import not_shut
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import Choice, language, pages, runtime
from feedback_service.web.texts import say

MOST, LONGEST = 100, 1000


@dataclass(frozen=True)
class Returned:
    """A form that came back: which, what was typed, what is wrong."""

    id: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@pages.get("/subjects")
@open_to(Role.AUDITOR)
def subjects() -> ResponseReturnValue:
    return _page(Returned())


@pages.post("/subjects")
@open_to(Role.AUDITOR)
def enter_letter() -> ResponseReturnValue:
    """A request that came by letter; its answer goes to the phone of the case it quotes."""
    rt, who = runtime(), viewer()
    typed = {name: request.form.get(name, "").strip() for name in ("reference", "kind")}
    if typed["kind"] not in tuple(RequestKind):
        return _page(Returned("letter", typed, {"kind": "choose_one"})), 422
    with rt.transaction() as db:
        citizen, quiet = _citizen_of(db, typed["reference"])
        if citizen is None or quiet or not letters.reaches(db, citizen, rt.now()):
            error = "subject_unknown" if citizen is None else "subject_no_phone"
            return _page(Returned("letter", typed, {"reference": error})), 422
        letters.enter(rt, db, citizen, RequestKind(typed["kind"]), who.staff_id)
    flash("letter_entered", "done")
    return redirect(url_for("desk.subjects"), 303)


@pages.post("/subjects/<uuid:request_id>")
@open_to(Role.AUDITOR)
def answer_subject(request_id: uuid.UUID) -> ResponseReturnValue:
    """It was answered another way: how, in words."""
    rt, words = runtime(), request.form.get("words", "").strip()[:LONGEST]
    if len(words) < 5:
        back = Returned(str(request_id), {"words": words}, {"words": "why_missing"})
        return _page(back), 422
    with rt.transaction() as db:
        asked = db.get(SubjectRequest, request_id, with_for_update=True)
        if asked is None:
            abort(404)
        if asked.done_at is None:
            requests.finish(db, asked, rt.now(), viewer().staff_id, words)
    flash("subject_answered", "done")
    return redirect(url_for("desk.subjects"), 303)


def _citizen_of(db: Session, reference: str) -> tuple[Citizen | None, bool]:
    """Whose case it is, and whether it is a quiet one, of which no message tells."""
    wanted = (
        sa.select(Citizen, Case.quiet)
        .join(Case, Case.citizen_id == Citizen.id)
        .where(Case.reference == (read_reference(reference) or ""), not_shut(viewer()))
    )
    found = db.execute(wanted).one_or_none()
    return (found[0], found[1]) if found else (None, False)


def _page(back: Returned) -> str:
    now = runtime().now()
    with runtime().transaction() as db:
        newest = sa.select(SubjectRequest).order_by(
            SubjectRequest.done_at.is_not(None), SubjectRequest.asked_at.desc()
        )
        asked = db.scalars(newest.limit(MOST)).all()
        late = set(db.scalars(sa.select(SubjectRequest.id).where(requests.late(now))))
        waits = {
            one.id: len(requests.open_cases(db, one.citizen_id))
            for one in asked
            if one.kind is RequestKind.ERASURE and one.done_at is None
        }
        runs = db.scalars(sa.select(RetentionRun).order_by(RetentionRun.at.desc()).limit(30)).all()
    lang = language()
    return render_template(
        "desk/subjects.html",
        asked=[(one, one.id in late, waits.get(one.id, 0)) for one in asked],
        kinds=[Choice(kind, say(lang, f"subject.{kind}")) for kind in RequestKind],
        runs=runs,
        back=back,
    )
