"""Who looked at which case and when, for the auditor; newest first.

Looks at a case that names the reader are not there for them, as the case is not.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

import sqlalchemy as sa
from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service.domain.references import read_reference
from feedback_service.models import Case, Look, Role, Staff
from feedback_service.redress.sight import not_shut
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import institution_name, language, pages, runtime

PAGE = 100


@dataclass(frozen=True)
class Seen:
    """One look: who, from which office, at which case."""

    at: datetime
    who: str
    role: str
    institution_name: str | None
    reference: str
    href: str
    what: str


@pages.get("/looks")
@open_to(Role.AUDITOR)
def looks() -> ResponseReturnValue:
    asked, who = request.args.get("reference", "").strip(), request.args.get("who", "").strip()[:80]
    with runtime().transaction() as db:
        found = _looks(db, asked, who, request.args.get("before"))
    more = len(found) > PAGE
    older = {"reference": asked, "who": who, "before": str(found[PAGE - 1][0].id)} if more else {}
    lang = language()
    return render_template(
        "desk/looks.html",
        looks=[_seen(look, person, reference, lang) for look, person, reference in found[:PAGE]],
        filters={"reference": asked, "who": who},
        first_href=url_for("desk.looks") if request.args.get("before") else None,
        next_href=f"{url_for('desk.looks')}?{urlencode(older)}" if more else None,
    )


def _looks(db: Session, asked: str, who: str, before: str | None) -> list[tuple[Look, Staff, str]]:
    """Ids are made in the order of time, so that they page as well as sort."""
    found = (
        sa.select(Look, Staff, Case.reference)
        .join(Staff, Staff.id == Look.staff_id)
        .join(Case, Case.id == Look.case_id)
        .where(not_shut(viewer()))
        .order_by(Look.id.desc())
        .limit(PAGE + 1)
    )
    if asked:
        found = found.where(Case.reference == (read_reference(asked) or ""))
    if who:
        named = Staff.name.icontains(who, autoescape=True)
        found = found.where(sa.or_(named, Staff.email.icontains(who, autoescape=True)))
    if before:
        found = found.where(Look.id < _id(before))
    return [(look, person, reference) for look, person, reference in db.execute(found)]


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        abort(404)


def _seen(look: Look, person: Staff, reference: str, lang: str) -> Seen:
    return Seen(
        at=look.at,
        who=person.name,
        role=person.role,
        institution_name=institution_name(person.institution_id, lang),
        reference=reference,
        href=url_for("desk.case", reference=reference),
        what=look.what,
    )
