"""What the reader has been told: cases that rose, came back, or are about to be late."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback_service import notices
from feedback_service.models import Case, Notice, Role
from feedback_service.redress import case_file
from feedback_service.redress.sight import may_see
from feedback_service.redress.supervising import MORNING
from feedback_service.triage.telling import KEEPERS
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import EVERYONE, language, pages, runtime


@dataclass(frozen=True)
class Told:
    """One notice; `href` is None where the reader was told of a case without seeing it."""

    key: str
    at: datetime
    words: str
    reference: str | None
    href: str | None
    new: bool
    urgent: bool
    instead: bool


@pages.get("/notices")
@open_to(*EVERYONE)
def notices_page() -> ResponseReturnValue:
    who, before = viewer(), request.args.get("before")
    with runtime().transaction() as db:
        rows = notices.of_person(db, who.staff_id, who.unit_id, _id(before) if before else None)
        about = {row.case_id for row, _ in rows if row.case_id}
        seen = sa.select(Case.id).where(Case.id.in_(about), may_see(who))
        visible = set(db.scalars(seen))
    shown = [_told(row, named, row.case_id in visible) for row, named in rows[: notices.MOST]]
    older = urlencode({"before": shown[-1].key}) if len(rows) > notices.MOST else ""
    return render_template(
        "desk/notices.html",
        told=shown,
        unseen=who.unseen,
        first_href=url_for("desk.notices_page") if before else None,
        next_href=f"{url_for('desk.notices_page')}?{older}" if older else None,
    )


@pages.post("/notices")
@open_to(*EVERYONE)
def see_notices() -> ResponseReturnValue:
    """Mark one as seen, or all of them."""
    asked = request.form.get("notice", "")
    with runtime().transaction() as db:
        notices.see(db, viewer().staff_id, runtime().now(), _id(asked) if asked else None)
    flash("saved", "done")
    return redirect(url_for("desk.notices_page"), 303)


def _told(row: Notice, reference: str | None, visible: bool) -> Told:
    return Told(
        key=str(row.id),
        at=row.at,
        words=_words(row),
        reference=reference,
        href=_href(row, reference, visible),
        new=row.seen_at is None,
        urgent=row.urgent,
        instead=bool(row.data.get("instead")),
    )


def _words(row: Notice) -> str:
    return notices.sentence(row.kind, language(), row.data)


def _href(row: Notice, reference: str | None, visible: bool) -> str | None:
    if visible and reference:
        return url_for("desk.case", reference=reference)
    if row.kind == MORNING and viewer().has(Role.SUPERVISOR):
        return url_for("desk.supervise")
    if row.kind.startswith("model_") and viewer().has(*KEEPERS):
        return url_for("desk.text_model")
    if row.kind == "ombudsman" and reference and viewer().has(*case_file.MAY_HAVE):
        return url_for("desk.ombudsman_file", reference=reference, form="pdf")
    return None


def _id(text: Any) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        abort(404)
