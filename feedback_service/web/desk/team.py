"""Accounts: an administrator makes, closes and resets them; a supervisor reads their own desk's.

An administrator of one institution has its accounts alone, and none that sees beyond it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session, aliased

from feedback_service import staff
from feedback_service.models import Role, Staff
from feedback_service.staff import BadAccount, Viewer
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import (
    Choice,
    Office,
    catalogue,
    choices,
    institution_name,
    language,
    offices,
    pages,
    runtime,
)

MOST = 200
"""Accounts on one page; more are found by name or address."""
FIELDS = ("name", "email", "role", "institution", "unit", "place")


@dataclass(frozen=True)
class Member:
    name: str
    email: str
    role: str
    institution_name: str | None
    unit_name: str | None
    deputy_name: str | None
    deputy_until: date | None
    disabled: bool
    disable_href: str | None
    reset_href: str | None


@dataclass(frozen=True)
class FirstPassword:
    """Shown once, on the page that answers the form."""

    email: str
    password: str


@dataclass(frozen=True)
class Returned:
    form: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    password: FirstPassword | None = None


@pages.get("/team")
@open_to(Role.ADMINISTRATOR, Role.SUPERVISOR)
def team() -> ResponseReturnValue:
    return _page(Returned())


@pages.post("/team")
@open_to(Role.ADMINISTRATOR)
def add_member() -> ResponseReturnValue:
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    errors = _mistakes(typed)
    if errors:
        return _page(Returned(typed, errors)), 422
    rt = runtime()
    try:
        with rt.transaction() as db:
            made, password = staff.add(
                db, typed["email"], Role(typed["role"]), rt.now(), name=typed["name"],
                institution_id=typed["institution"] or None, unit_id=typed["unit"] or None,
                service_point_id=typed["place"] or None,
            )  # fmt: skip
    except BadAccount as error:
        name, key = _REFUSED[str(error).partition(":")[0]]
        return _page(Returned(typed, {name: key})), 422
    flash("invited", "done")
    return _page(Returned(password=FirstPassword(made.email, password)))


@pages.post("/team/<uuid:account_id>/<what>")
@open_to(Role.ADMINISTRATOR)
def change_member(account_id: object, what: str) -> ResponseReturnValue:
    """Close an account everywhere, or give it a new password; nobody closes their own."""
    rt = runtime()
    if what not in ("disable", "reset") or account_id == viewer().staff_id:
        abort(404)
    with rt.transaction() as db:
        person = db.get(Staff, account_id)
        if person is None or not _rules(viewer(), person.institution_id, person.role):
            abort(404)
        if what == "disable":
            staff.disable(db, person.email, rt.now())
            flash("saved", "done")
            return redirect(url_for("desk.team"), 303)
        _, password = staff.reset(db, person.email)
    return _page(Returned(password=FirstPassword(person.email, password)))


def _page(returned: Returned) -> str:
    rt, who, lang, known = runtime(), viewer(), language(), catalogue()
    words = request.args.get("q", "").strip()[:80]
    with rt.transaction() as db:
        members = _members(db, who, words, lang)
        desks = [Choice(office.unit_id, office.name[lang]) for office in offices(db).values()]
    return render_template(
        "desk/team.html",
        members=members[:MOST],
        more=len(members) > MOST,
        q=words,
        may_change=who.has(Role.ADMINISTRATOR),
        form=returned.form,
        errors=returned.errors,
        password=returned.password,
        roles=choices("role", tuple(Role), lang),
        institutions=[Choice(key, names[lang]) for key, names in sorted(known.offices.items())],
        units=desks,
        places=[Choice(place.id, place.name) for place in known.places.values()],
    )


def _members(db: Session, who: Viewer, words: str, lang: str) -> list[Member]:
    deputy = aliased(Staff)
    found = (
        sa.select(Staff, deputy.name)
        .outerjoin(deputy, deputy.id == Staff.deputy_id)
        .order_by(Staff.institution_id, Staff.name, Staff.id)
        .limit(MOST + 1)
    )
    if not who.has(Role.ADMINISTRATOR) or who.institution_id:
        found = found.where(Staff.institution_id == who.institution_id)
    if words:
        named = Staff.name.icontains(words, autoescape=True)
        found = found.where(sa.or_(named, Staff.email.icontains(words, autoescape=True)))
    desks = offices(db)
    return [
        _member(person, stand_in, who, lang, desks.get(person.unit_id or ""))
        for person, stand_in in db.execute(found)
    ]


def _member(
    person: Staff, stand_in: str | None, who: Viewer, lang: str, desk: Office | None
) -> Member:
    may = person.id != who.staff_id and _rules(who, person.institution_id, person.role)

    def href(what: str) -> str:
        return url_for("desk.change_member", account_id=person.id, what=what)

    return Member(
        name=person.name,
        email=person.email,
        role=person.role,
        institution_name=institution_name(person.institution_id, lang),
        unit_name=desk.name[lang] if desk else None,
        deputy_name=stand_in,
        deputy_until=person.deputy_until,
        disabled=person.disabled_at is not None,
        disable_href=href("disable") if may and person.disabled_at is None else None,
        reset_href=href("reset") if may else None,
    )


def _rules(who: Viewer, institution_id: str | None, role: Role) -> bool:
    """Whether the viewer makes and closes accounts of that role there."""
    own = who.institution_id == institution_id and role not in staff.UNIVERSAL_ROLES
    return who.has(Role.ADMINISTRATOR) and (who.institution_id is None or own)


def _mistakes(typed: Mapping[str, str]) -> dict[str, str]:
    known, who = catalogue(), viewer()
    role = Role(typed["role"]) if typed["role"] in list(Role) else None
    with runtime().transaction() as db:
        unit = offices(db).get(typed["unit"])
    allowed = (who.institution_id,) if who.institution_id else ("", *known.offices)
    misplaced = unit is not None and unit.institution_id != typed["institution"]
    wrong = {
        "name": "" if typed["name"] else "required",
        "email": "" if "@" in typed["email"] else "not_an_email",
        "role": "" if role and _rules(who, who.institution_id, role) else "choose_one",
        "institution": "" if typed["institution"] in allowed else "choose_one",
        "unit": "choose_one" if misplaced or (typed["unit"] and unit is None) else "",
        "place": "" if typed["place"] in ("", *known.places) else "choose_one",
    }
    return {name: key for name, key in wrong.items() if key}


_REFUSED = {"email": ("email", "taken"), "institution": ("institution", "required")}
"""What staff.add refuses beyond what the form's own check found: the field, and the key."""
