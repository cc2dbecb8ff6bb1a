"""Complaints brought in person, by call, by letter or from the Ombudsman, with the day they came.

The citizen gets the same reference, messages and vote as by phone, or a printed slip; whoever
helps can file a case and never speak the citizen's verdict.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import Lane
from feedback_service.domain.information import Handling
from feedback_service.domain.phones import normalise
from feedback_service.domain.references import read_reference
from feedback_service.intake import assisted, assisted_form
from feedback_service.intake.assisted_form import CAME_BY
from feedback_service.models import Case, CaseEvent, Category
from feedback_service.redress.assisted import slip_secret
from feedback_service.redress.sight import not_shut
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import (
    HELPERS,
    Choice,
    catalogue,
    choices,
    institution_name,
    language,
    offices,
    pages,
    runtime,
)
from feedback_service.web.texts import LANGUAGES, day, say, translator

FIELDS = (*assisted_form.FIELDS, "token")
CAME = "came"
"""Where a browser keeps how its last case came: a call centre's are all calls."""


@dataclass(frozen=True)
class Slip:
    """What is printed for the citizen; `secret` only on the day it was filed, to whom no message
    may be sent."""

    reference: str
    office_name: str
    received_at: datetime
    due_at: datetime
    has_phone: bool
    secret: str
    ussd_code: str
    short_code: str


@pages.get("/register")
@open_to(*HELPERS)
def register() -> ResponseReturnValue:
    """An empty form; what is likeliest at this desk is filled in, so that it takes seconds."""
    likely = {
        "token": secrets.token_hex(16),
        "received_on": _today().isoformat(),
        "came": session.get(CAME, CAME_BY[0]),
        "place": viewer().service_point_id or "",
    }
    return _form(likely, {})


@pages.post("/register")
@open_to(*HELPERS)
def file() -> ResponseReturnValue:
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    errors = mistakes(typed)
    if errors:
        return _form(typed, errors), 422
    session[CAME] = typed["came"]
    case = assisted.file(
        runtime(), assisted_form.read(typed, catalogue(), _source(typed)), viewer().staff_id
    )
    flash("registered", "done")
    if not _is_there(case):  # it names the reader: who has it now is not for them
        return redirect(url_for("desk.register"), 303)
    return redirect(url_for("desk.slip", reference=case.reference), 303)


@pages.get("/slips/<reference>")
@open_to(*HELPERS)
def slip(reference: str) -> ResponseReturnValue:
    """The slip of a case the reader registered; it says nothing of what the case is about.

    In the citizen's language, or the one asked for.  None once the case is confidential or names
    the reader: who holds it then is not for them.
    """
    rt, lang = runtime(), request.args.get("in", "")
    with rt.transaction() as db:
        theirs = sa.select(Case).where(
            Case.reference == (read_reference(reference) or ""),
            Case.registered_by_id == viewer().staff_id,
            not_shut(viewer()),
        )
        case = db.scalars(theirs).one_or_none()
        if case is None:
            abort(404)
        if case.lane is Lane.CONFIDENTIAL:
            abort(404)
        lang = lang if lang in LANGUAGES else case.language
        printed = _slip(db, case, lang)
    return render_template(
        "desk/slip.html",
        slip=printed,
        in_lang=lang,
        spoken=translator(lang),
        spoken_day=lambda at: day(lang, at),
        another_href=url_for("desk.register"),
    )


def mistakes(typed: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a filled form, by field, as keys of error.*; empty when all is well."""
    found = assisted_form.mistakes(typed, catalogue(), _today())
    if typed["came"] not in CAME_BY:
        found.setdefault("came", "choose_one")
    if typed["phone"] and "phone" not in found:
        with runtime().transaction() as db:
            if assisted.is_helpers(runtime(), db, normalise(typed["phone"]), viewer().staff_id):
                found["phone"] = "staff_phone"
    return found


def _is_there(case: Case) -> bool:
    with runtime().transaction() as db:
        seen = sa.select(Case.id).where(Case.id == case.id, not_shut(viewer()))
        return db.scalar(seen) is not None


def _source(typed: Mapping[str, str]) -> str:
    """One for a form sent twice; gone back to and filled for the next citizen it is another."""
    token = typed["token"]
    token = token if re.fullmatch(r"[0-9a-f]{8,64}", token) else secrets.token_hex(16)
    form = "\n".join((token, *(typed[name] for name in assisted_form.FIELDS)))
    one = sha256(form.encode()).hexdigest()[:32]
    return f"desk:{typed['came']}:{viewer().staff_id.hex}:{one}"


def _slip(db: Session, case: Case, lang: str) -> Slip:
    settings = runtime().settings
    holder = offices(db)[case.unit_id]
    first = db.get_one(CaseEvent, (case.id, 1))
    entered = str(first.data.get("entered_on", case.received_on.isoformat()))
    has_phone = case.citizen_id is not None and not case.quiet
    own = case.previous_id is None  # what goes on with another opens by that one's digits
    shows = own and not has_phone and entered == _today().isoformat()
    return Slip(
        reference=case.reference,
        office_name=institution_name(holder.institution_id, lang) or holder.name[lang],
        received_at=case.received_at,
        due_at=case.due_at,
        has_phone=has_phone,
        secret=slip_secret(runtime(), case) if shows else "",
        ussd_code=settings.at_ussd_code,
        short_code=settings.at_short_code,
    )


def _form(typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    lang, known = language(), catalogue()
    bodies = [Choice(key, name[lang]) for key, name in known.offices.items()]
    services = [Choice(s.id, s.name[lang]) for s in known.given]
    return render_template(
        "desk/register.html",
        form=typed,
        errors=errors,
        token=typed.get("token", ""),
        today=_today(),
        channels=choices("channel", CAME_BY, lang),
        languages=[Choice(code, say(lang, f"language.{code}")) for code in LANGUAGES],
        services=sorted(services, key=lambda choice: choice.name),
        institutions=sorted(bodies, key=lambda choice: choice.name),
        counties=[Choice(str(c.code), c.name) for c in known.counties.values()],
        places=sorted(
            (Choice(p.id, p.name) for p in known.places.values()), key=lambda choice: choice.name
        ),
        categories=choices("category", tuple(Category), lang),
        handlings=choices("handling", tuple(Handling)[1:], lang),
    )


def _today() -> date:
    return runtime().now().astimezone(NAIROBI).date()
