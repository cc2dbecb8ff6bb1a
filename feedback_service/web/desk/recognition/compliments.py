"""The register of compliments: an institution's own, with the officer whom the desk matches.

What names no institution is central triage's to place.  Words are masked as cases' are.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service import recognition
from feedback_service.domain.calendar import NAIROBI
from feedback_service.models import Compliment, ComplimentState, Institution, Role, Staff
from feedback_service.recognition import NotMatched
from feedback_service.redress.masking import masked_words
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import (
    HELPERS,
    Choice,
    catalogue,
    channel_key,
    institution_name,
    language,
    pages,
    read_id,
    runtime,
)
from feedback_service.web.desk.recognition.files import as_csv

READERS = (*HELPERS, Role.PERFORMANCE, Role.AUDITOR)
SHOWN = 200
COLUMNS = (
    "received_at", "channel", "language", "institution", "service", "county", "officer", "words",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One compliment; `to_choose` is what the viewer may still say of it, if anything."""

    href: str
    at: datetime
    channel: str
    words: str
    institution: str | None
    service: str | None
    officer: str | None
    to_choose: str


@pages.get("/compliments")
@open_to(*READERS)
def compliments() -> ResponseReturnValue:
    who, lang = viewer(), language()
    with runtime().transaction() as db:
        if request.args.get("as") == "csv":
            return _csv(db)
        names = _officers(db)
        lines = [_line(one, lang, names) for one in db.scalars(_mine().limit(SHOWN))]
        there = set(db.scalars(sa.select(Staff.id).where(Staff.disabled_at.is_(None))))
        people = [
            Choice(str(key), name) for key, name in names.items()
            if key in there and key != who.staff_id
        ]  # fmt: skip
        bodies = _bodies(db, lang) if any(one.to_choose == "body" for one in lines) else []
    return render_template(
        "desk/compliments.html", lines=lines, people=people, bodies=bodies,
        csv_href=f"{url_for('desk.compliments')}?as=csv",
    )  # fmt: skip


@pages.post("/compliments/<uuid:compliment_id>")
@open_to(*HELPERS)
def match_compliment(compliment_id: uuid.UUID) -> ResponseReturnValue:
    """Say who is praised; of words that name no office, which office is."""
    rt, who = runtime(), viewer()
    try:
        with rt.transaction() as db:
            row = db.scalars(
                _mine().where(Compliment.id == compliment_id).with_for_update()
            ).first()
            if row is None:
                abort(404)
            if body := request.form.get("body"):
                recognition.place(rt, db, who, row, body)
                told = "compliment_placed"
            else:
                person = read_id(request.form.get("person", "")) or uuid.UUID(int=0)
                recognition.match(rt, db, who, row, person)
                told = "compliment_matched"
    except NotMatched as error:
        flash(_REFUSED[error.why], "problem")
    else:
        flash(told, "done")
    return redirect(url_for("desk.compliments"), 303)


_REFUSED = {
    "person": "compliment_person",
    "yourself": "compliment_yourself",
    "matched": "compliment_matched_already",
    "placed": "compliment_matched_already",
    "institution": "compliment_institution",
}
"""What the page says, by why a match is not taken."""


def _mine() -> sa.Select[Compliment]:
    return (
        sa.select(Compliment)
        .where(Compliment.state == ComplimentState.KEPT, recognition.may_read(viewer()))
        .order_by(Compliment.received_at.desc(), Compliment.id)
    )


def _officers(db: Session) -> Mapping[uuid.UUID, str]:
    """People of the viewer's institution; an auditor of all reads everybody's name."""
    body = viewer().institution_id
    people = sa.select(Staff.id, Staff.name).order_by(Staff.name)
    if body:
        people = people.where(Staff.institution_id == body)
    return {row.id: row.name for row in db.execute(people)}


def _bodies(db: Session, lang: str) -> list[Choice]:
    name = Institution.short_sw if lang == "sw" else Institution.short_en
    return [Choice(*row) for row in db.execute(sa.select(Institution.id, name).order_by(name))]


def _line(one: Compliment, lang: str, names: Mapping[uuid.UUID, str]) -> Line:
    service = catalogue().services.get(one.service_id or "")
    return Line(
        href=url_for("desk.match_compliment", compliment_id=one.id),
        at=one.received_at,
        channel=channel_key(one.channel),
        words=masked_words(one.text),
        institution=institution_name(one.institution_id, lang),
        service=service.name[lang] if service else None,
        officer=names.get(one.staff_id) if one.staff_id else None,
        to_choose=_to_choose(one),
    )


def _to_choose(one: Compliment) -> str:
    who = viewer()
    if not who.has(*HELPERS) or one.staff_id:
        return ""
    if one.institution_id is None:
        return "body"
    return "person" if one.institution_id == who.institution_id else ""


def _csv(db: Session) -> Response:
    names = _officers(db)
    rows = (
        (
            one.received_at.astimezone(NAIROBI).isoformat(timespec="minutes"),
            channel_key(one.channel), one.language, one.institution_id, one.service_id,
            one.county_code, names.get(one.staff_id, "") if one.staff_id else "",
            masked_words(one.text),
        )
        for one in db.scalars(_mine())
    )  # fmt: skip
    return as_csv("compliments.csv", COLUMNS, rows)
