"""For those who watch over institutions: how many cases are open, late, answered and confirmed.

Counts of whole institutions only; no case, no words, no citizen.
"""

import csv
import io
from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa
from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service.domain.cases import OPEN, CaseStatus, Outcome
from feedback_service.models import Case, Institution, Role
from feedback_service.staff import Viewer
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import language, pages, runtime

WATCHERS = (Role.OVERSIGHT, Role.ANALYST)
ANSWERED = (CaseStatus.RESOLVED, CaseStatus.REJECTED, CaseStatus.CLOSED)


@dataclass(frozen=True)
class Body:
    """The cases of one institution: `answered` of all it received, `confirmed` by citizens;
    `referred` are those the Ombudsman sent."""

    id: str
    name: str
    open: int
    late: int
    answered: int
    confirmed: int
    disputed: int
    referred: int


@pages.get("/oversight")
@open_to(*WATCHERS)
def oversight() -> ResponseReturnValue:
    rt = runtime()
    with rt.transaction() as db:
        bodies = counts(db, viewer(), language(), rt.now())
    if request.args.get("as") == "csv":
        return _csv(bodies)
    return render_template(
        "desk/oversight.html",
        bodies=bodies,
        whole=_sum(bodies),
        at=rt.now(),
        csv_href=f"{url_for('desk.oversight')}?as=csv",
    )


def counts(db: Session, who: Viewer, lang: str, now: datetime) -> list[Body]:
    """One line for each body the viewer watches over, those most behind first."""
    is_open, late = Case.status.in_(OPEN), Case.due_at < now
    name = Institution.short_sw if lang == "sw" else Institution.short_en
    lates = sa.func.count(Case.id).filter(is_open, late)
    found = (
        sa.select(
            Institution.id, name,
            sa.func.count(Case.id).filter(is_open), lates,
            sa.func.count(Case.id).filter(Case.status.in_(ANSWERED)),
            sa.func.count(Case.id).filter(Case.outcome == Outcome.CONFIRMED),
            sa.func.count(Case.id).filter(Case.outcome == Outcome.DISPUTED),
            sa.func.count(Case.id).filter(Case.referred_by.is_not(None)),
        )
        .outerjoin(Case, Case.institution_id == Institution.id)
        .where(watched(who))
        .group_by(Institution.id)
        .order_by(lates.desc(), name)
    )  # fmt: skip
    return [Body(*row) for row in db.execute(found)]


def watched(who: Viewer) -> sa.ColumnElement[bool]:
    """The bodies that report to the viewer's institution, or whose citizens may turn to it."""
    if who.has(Role.ANALYST) or who.institution_id is None:
        return sa.true()
    theirs = who.institution_id
    return sa.or_(
        Institution.reporting_line == theirs.lower(),
        Institution.external_escalation.regexp_match(rf"(^|\W){theirs}(\W|$)"),
    )


def _sum(bodies: list[Body]) -> Body:
    numbers = [
        sum(getattr(body, part.name) for body in bodies)
        for part in fields(Body)
        if part.name not in ("id", "name")
    ]
    return Body("", "", *numbers)


def _csv(bodies: list[Body]) -> Response:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([part.name for part in fields(Body)])
    writer.writerows([getattr(body, part.name) for part in fields(Body)] for body in bodies)
    return Response(
        out.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=oversight.csv"},
    )
