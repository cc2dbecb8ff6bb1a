"""Messages that only a person can judge, at central triage: a case, or nothing to do.

Flooding and what no rule could read are kept, never lost; their words are shown here alone.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service import intake
from feedback_service.models import Heard, Role
from feedback_service.redress.masking import masked_words
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import at_central, channel_key, pages, runtime

SHOWN = 50
CENTRAL = (Role.OFFICER, Role.SUPERVISOR)


@dataclass(frozen=True)
class Aside:
    """One message; `others` is how many more of the same person wait here."""

    source: str
    at: datetime
    channel: str
    words: str
    others: int


@pages.get("/set-aside")
@open_to(*CENTRAL)
def set_aside() -> ResponseReturnValue:
    _central_only()
    with runtime().transaction() as db:
        found = _waiting(db)
    return render_template("desk/set_aside.html", messages=found[:SHOWN], more=len(found) > SHOWN)


@pages.post("/set-aside")
@open_to(*CENTRAL)
def settle() -> ResponseReturnValue:
    """Make it a case, or write down that there is nothing to do."""
    _central_only()
    source, what = request.form.get("source", ""), request.form.get("what")
    if what not in ("case", "nothing"):
        abort(404)
    try:
        intake.settle(runtime(), source, viewer().staff_id, what == "case")
    except intake.NotSetAside:
        flash("not_set_aside", "problem")
    else:
        flash("made_a_case" if what == "case" else "nothing_to_do", "done")
    return redirect(url_for("desk.set_aside"), 303)


def _central_only() -> None:
    if not at_central(viewer()):
        abort(404)


def _waiting(db: Session) -> list[Aside]:
    """The oldest first, as they came."""
    waits = (Heard.became == "set-aside", Heard.settled_at.is_(None))
    same = sa.func.count().over(partition_by=Heard.citizen_id)
    rows = db.execute(
        sa.select(Heard, same).where(*waits).order_by(Heard.at, Heard.source).limit(SHOWN + 1)
    )
    return [
        Aside(one.source, one.at, channel_key(one.channel), masked_words(one.text), number - 1)
        for one, number in rows
    ]
