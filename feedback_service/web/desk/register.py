"""Complaints brought in person, by call, by letter or from the Ombudsman, with the day they came.

The citizen gets the same reference, messages and vote as by phone, or a printed slip; whoever
helps can file a case and never speak the citizen's verdict.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service import identity, redress, triage
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import Lane
from feedback_service.domain.information import Handling
from feedback_service.domain.phones import NotAPhone, normalise
from feedback_service.domain.references import read_reference
from feedback_service.identity import KeyRing
from feedback_service.models import Case, Category
from feedback_service.redress import Complaint
from feedback_service.redress.sight import not_shut
from feedback_service.staff import Viewer
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
from feedback_service.web.texts import LANGUAGES, say

CAME_BY = ("person", "call", "letter", "ombudsman")
OLDEST = timedelta(days=365)
LONGEST_WORDS = 4000
SERIOUS = frozenset({Category.BRIBERY, Category.THREAT})
"""What an accused office must not see before people have looked, whatever the words are."""
FIELDS = (
    "came", "received_on", "phone", "language", "service", "county", "place", "category", "words",
    "token", "handling",
)  # fmt: skip


@dataclass(frozen=True)
class Filed:
    """A form whose every field has been read."""

    came: str
    received_on: date
    phone: str | None
    language: str
    service: str | None
    county: int | None
    place: str | None
    category: Category | None
    words: str
    token: str
    handling: Handling


@dataclass(frozen=True)
class Slip:
    """What is printed for the citizen."""

    reference: str
    office_name: str
    received_at: datetime
    due_at: datetime
    has_phone: bool
    ussd_code: str
    short_code: str


@pages.get("/register")
@open_to(*HELPERS)
def register() -> ResponseReturnValue:
    """An empty form; what is likeliest at this desk is filled in, so that it takes seconds."""
    likely = {
        "token": secrets.token_hex(16),
        "received_on": _today().isoformat(),
        "came": CAME_BY[0],
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
    reference = _open(_read(typed), viewer())
    flash("registered", "done")
    return redirect(url_for("desk.slip", reference=reference), 303)


@pages.get("/slips/<reference>")
@open_to(*HELPERS)
def slip(reference: str) -> ResponseReturnValue:
    """The slip of a case the reader registered; it says nothing of what the case is about.

    None once the case is confidential or names the reader: who holds it then is not for them.
    """
    rt, lang = runtime(), request.args.get("in", language())
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
        printed = _slip(db, case, lang if lang in LANGUAGES else "en")
    return render_template("desk/slip.html", slip=printed, another_href=url_for("desk.register"))


def mistakes(typed: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with a filled form, by field, as keys of error.*; empty when all is well."""
    known = catalogue()
    service = known.services.get(typed["service"])
    found = {
        "came": _choice(typed["came"], CAME_BY, needed=True),
        "received_on": _day_mistake(typed["received_on"]),
        "phone": _phone_mistake(typed["phone"]),
        "language": _choice(typed["language"], LANGUAGES, needed=True),
        "service": _choice(typed["service"], known.services),
        "county": _choice(typed["county"], [str(code) for code in known.counties]),
        "place": _choice(typed["place"], known.places),
        "category": _choice(typed["category"], tuple(Category)),
        "handling": _choice(typed["handling"], tuple(Handling)),
        "words": _words_mistake(typed["words"]),
    }
    if service and service.by_county and not typed["county"] and not typed["place"]:
        found["county"] = "required"
    return {name: key for name, key in found.items() if key}


def _read(typed: Mapping[str, str]) -> Filed:
    place = catalogue().places.get(typed["place"])
    county = int(typed["county"]) if typed["county"] else place.county if place else None
    token = typed["token"]
    return Filed(
        came=typed["came"],
        received_on=date.fromisoformat(typed["received_on"]),
        phone=normalise(typed["phone"]) if typed["phone"] else None,
        language=typed["language"],
        service=typed["service"] or None,
        county=county,
        place=typed["place"] or None,
        category=Category(typed["category"]) if typed["category"] else None,
        words=typed["words"],
        token=token if re.fullmatch(r"[0-9a-f]{8,64}", token) else secrets.token_hex(16),
        handling=Handling(typed["handling"] or Handling.COMPLAINT),
    )


def _open(filed: Filed, who: Viewer) -> str:
    """The reference of the case, the same one when the form was sent twice."""
    rt = runtime()
    screened = triage.screen(rt, filed.words)
    lane = Lane.HELD if filed.category in SERIOUS else screened.lane
    with rt.transaction() as db:
        ring, now = KeyRing(rt.settings.phone_keys), rt.now()
        citizen = (
            identity.find_or_add(db, ring, filed.phone, now, filed.language)
            if filed.phone
            else None
        )
        complaint = Complaint(
            source=f"desk:{filed.came}:{who.staff_id.hex}:{filed.token}",
            channel="desk",
            language=filed.language,
            text=filed.words,
            citizen_id=citizen.id if citizen else None,
            service_id=filed.service,
            place_id=filed.place,
            county=filed.county,
            category=filed.category,
            handling=filed.handling,
            lane=lane,
            urgent=screened.danger,
            received_on=filed.received_on,
            registered_by_id=who.staff_id,
        )
        return redress.open_case(rt, db, complaint).reference


def _slip(db: Session, case: Case, lang: str) -> Slip:
    settings = runtime().settings
    holder = offices(db)[case.unit_id]
    return Slip(
        reference=case.reference,
        office_name=institution_name(holder.institution_id, lang) or holder.name[lang],
        received_at=case.received_at,
        due_at=case.due_at,
        has_phone=case.citizen_id is not None,
        ussd_code=settings.at_ussd_code,
        short_code=settings.at_short_code,
    )


def _form(typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    lang, known = language(), catalogue()
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
        counties=[Choice(str(c.code), c.name) for c in known.counties.values()],
        places=sorted(
            (Choice(p.id, p.name) for p in known.places.values()), key=lambda choice: choice.name
        ),
        categories=choices("category", tuple(Category), lang),
        handlings=choices("handling", tuple(Handling)[1:], lang),
    )


def _today() -> date:
    return runtime().now().astimezone(NAIROBI).date()


def _choice(value: str, known: object, *, needed: bool = False) -> str:
    if not value:
        return "required" if needed else ""
    return "" if value in known else "choose_one"  # type: ignore[operator]


def _day_mistake(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return "not_a_day" if text else "required"
    if day > _today():
        return "in_future"
    return "too_old" if _today() - day > OLDEST else ""


def _phone_mistake(text: str) -> str:
    if not text:
        return ""
    try:
        normalise(text)
    except NotAPhone:
        return "not_a_phone"
    return ""


def _words_mistake(text: str) -> str:
    if len(text) < 3:
        return "too_short" if text else "required"
    return "too_long" if len(text) > LONGEST_WORDS else ""
