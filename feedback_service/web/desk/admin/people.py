"""The accounts of an office: looked through, and made; who is let in first gets a code or a link.

Administrators have them all, those of one institution its own; a supervisor makes officers.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session, aliased

from feedback_service import mail, staff
from feedback_service.models import Institution, Role, Staff
from feedback_service.staff import BadAccount, Viewer
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.admin.inviting import Invited, invite
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

KEEPERS = (Role.ADMINISTRATOR, Role.SUPERVISOR)
MOST = 200
"""Accounts on one page; more are found by name or address."""
FIELDS = ("name", "email", "role", "institution", "unit", "place", "by")


@dataclass(frozen=True)
class Member:
    """A line of the list; without `href` the account is not the reader's to change."""

    name: str
    email: str
    role: str
    institution_name: str | None
    unit_name: str | None
    deputy_name: str | None
    deputy_until: date | None
    disabled: bool
    second_factor: bool
    href: str | None


@dataclass(frozen=True)
class Returned:
    form: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    invited: Invited | None = None


@pages.get("/admin/people")
@open_to(*KEEPERS)
def people() -> ResponseReturnValue:
    return _page(Returned())


@pages.post("/admin/people")
@open_to(*KEEPERS)
def add_person() -> ResponseReturnValue:
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    errors = mistakes(typed, typed["email"])
    if errors:
        return _page(Returned(typed, errors)), 422
    rt = runtime()
    try:
        with rt.transaction() as db:
            made, _ = staff.add(
                db, typed["email"], Role(typed["role"]), rt.now(), name=typed["name"],
                institution_id=typed["institution"] or None, unit_id=typed["unit"] or None,
                service_point_id=typed["place"] or None, by_id=viewer().staff_id,
                supervisor_id=leader(viewer()),
            )  # fmt: skip
    except BadAccount as error:
        return _page(Returned(typed, {error.field: REFUSED[error.field]})), 422
    flash("invited", "done")
    return _page(Returned(invited=invite(made.email, by_mail=typed["by"] == "mail")))


def leader(who: Viewer) -> uuid.UUID | None:
    """Who leads whom the viewer lets in: a supervisor does, so that no account in their hands sees
    a case that names them."""
    return None if who.has(Role.ADMINISTRATOR) else who.staff_id


def mistakes(
    typed: Mapping[str, str], email: str, account: Staff | None = None
) -> dict[str, str]:  # fmt: skip
    """What is wrong with the fields of an account's form: field to key of error.*."""
    known, who = catalogue(), viewer()
    role = Role(typed["role"]) if typed["role"] in list(Role) else None
    with runtime().transaction() as db:
        unit = offices(db).get(typed["unit"])
        allowed = [*([] if who.institution_id else [""]), *_institutions(db, who, account)]
    stays = account is not None and account.unit_id == typed["unit"]
    gone = unit is not None and unit.ended and not stays
    misplaced = gone or (unit is not None and unit.institution_id != typed["institution"])
    may = role and staff.manages(who, role, who.institution_id, typed["unit"] or None)
    wrong = {
        "name": "" if typed["name"] else "required",
        "email": "" if "@" in email else "not_an_email",
        "role": "" if may else "choose_one",
        "institution": "" if typed["institution"] in allowed else "choose_one",
        "unit": "choose_one" if misplaced or (typed["unit"] and unit is None) else "",
        "place": "" if typed["place"] in ("", *known.places) else "choose_one",
    }
    return {name: key for name, key in wrong.items() if key}


REFUSED = {
    "email": "taken", "institution": "required", "name": "required", "role": "last_administrator",
    "supervisor": "no_supervisor", "unit": "choose_one",
}  # fmt: skip
"""What staff refuses beyond what the form's own check found, as keys of error.*."""


def lists(
    db: Session, who: Viewer, lang: str, account: Staff | None = None
) -> dict[str, list[Choice]]:
    """What an account's form offers to choose from; of what has ended, where the account is."""
    known = catalogue()
    roles = tuple(
        role for role in Role if staff.manages(who, role, who.institution_id, who.unit_id)
    )
    return {
        "roles": choices("role", roles, lang),
        "institutions": [
            Choice(key, known.offices[key][lang]) for key in _institutions(db, who, account)
        ],
        "units": [
            Choice(office.unit_id, office.name[lang])
            for office in offices(db).values()
            if who.institution_id in (None, office.institution_id)
            and (not office.ended or (account and account.unit_id == office.unit_id))
        ],
        "places": [Choice(place.id, place.name) for place in known.places.values()],
    }


def _institutions(db: Session, who: Viewer, account: Staff | None) -> list[str]:
    """Where the viewer's people may work: ended ones are left out, but for where one is already."""
    ended = set(db.scalars(sa.select(Institution.id).where(Institution.ended_on.is_not(None))))
    ended -= {account.institution_id} if account else set()
    mine = (key for key in sorted(catalogue().offices) if who.institution_id in (None, key))
    return [key for key in mine if key not in ended]


def _page(returned: Returned) -> str:
    rt, who, lang = runtime(), viewer(), language()
    words = request.args.get("q", "").strip()[:80]
    with rt.transaction() as db:
        members = _members(db, who, words, lang)
        offered = lists(db, who, lang)
    return render_template(
        "desk/admin/people.html",
        members=members[:MOST],
        more=len(members) > MOST,
        q=words,
        form=returned.form,
        errors=returned.errors,
        invited=returned.invited,
        can_mail=mail.can_send(rt.settings),
        **offered,
    )


def _members(db: Session, who: Viewer, words: str, lang: str) -> list[Member]:
    deputy = aliased(Staff)
    found = (
        sa.select(Staff, deputy.name, staff.stands_for(runtime().now()))
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
        _member(
            person,
            stand_in,
            lang,
            desks.get(person.unit_id or ""),
            may=staff.may_change(who, person, map(Role, others or ())),
        )
        for person, stand_in, others in db.execute(found)
    ]


def _member(
    person: Staff, stand_in: str | None, lang: str, desk: Office | None, *, may: bool
) -> Member:
    return Member(
        name=person.name,
        email=person.email,
        role=person.role,
        institution_name=institution_name(person.institution_id, lang),
        unit_name=desk.name[lang] if desk else None,
        deputy_name=stand_in,
        deputy_until=person.deputy_until,
        disabled=person.disabled_at is not None,
        second_factor=person.totp_since is not None,
        href=url_for("desk.person", account_id=person.id) if may else None,
    )
