"""The cases behind an institution's figures, for those who watch over it: how each was counted, and
the head of its chain, by which the evidence pack can be held to it. No reference, no words."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service import reports, scoring
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import Lane, Outcome
from feedback_service.domain.periods import Period
from feedback_service.models import Case, CaseEvent
from feedback_service.redress.sight import not_shut
from feedback_service.scoring import Dimension
from feedback_service.scoring.counting import bounds
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import institution_name, language, pages, runtime
from feedback_service.web.desk.national import watched_by
from feedback_service.web.desk.oversight import WATCHERS
from feedback_service.web.periods import in_address
from feedback_service.web.public.frame import of_period, period_here

MOST = 200
"""So many cases stand on a page; the evidence pack has all."""


@dataclass(frozen=True)
class Counted:
    """A case as a figure counted it; `resolution` and `verdict` are keys of counted_as.*."""

    head: str
    events: int
    service: str
    due_on: date
    resolution: str
    verdict: str | None


@pages.get("/national/<institution>/cases")
@open_to(*WATCHERS)
def national_cases(institution: str) -> ResponseReturnValue:
    """`service` takes one of them."""
    rt, lang, period = runtime(), language(), period_here()
    if institution not in {one.key for one in watched_by(viewer(), lang)}:
        abort(404)
    service = request.args.get("service", "")
    simulated = scoring.card(rt, institution, period).simulated
    with rt.transaction() as db:
        cases = _counted(db, _behind(institution, period, simulated), service, lang)
    return render_template(
        "desk/national_cases.html",
        institution=institution_name(institution, lang),
        service=reports.names(rt).value(Dimension.SERVICE, service)[lang] if service else None,
        cases=cases,
        most=MOST,
        body_href=url_for("desk.national_body", institution=institution, period=in_address(period)),
        **of_period(period, simulated),
    )


def _behind(institution: str, period: Period, simulated: bool) -> sa.ColumnElement[bool]:
    """Cases that the institution's card counts, real ones or invented ones as it does.  Of the open
    lane: what is held or confidential is in the totals alone."""
    start, end = bounds(period)
    return sa.and_(
        Case.institution_id == institution, Case.simulated == simulated, Case.lane == Lane.OPEN,
        Case.first_due_at >= start, Case.first_due_at < end,
        Case.first_due_at <= runtime().now(), not_shut(viewer()),
    )  # fmt: skip


def _counted(db: Session, behind: sa.ColumnElement[bool], service: str, lang: str) -> list[Counted]:
    newest = (
        sa.select(CaseEvent.hash, CaseEvent.number)
        .where(CaseEvent.case_id == Case.id)
        .order_by(CaseEvent.number.desc())
        .limit(1)
        .lateral()
    )
    found = (
        sa.select(Case, newest.c.hash, newest.c.number)
        .join(newest, sa.true())
        .where(behind)
        .order_by(newest.c.hash)
        .limit(MOST)
    )
    if service:
        found = found.where(Case.service_id == service)
    names = reports.names(runtime())
    return [
        Counted(
            head[:16], number, names.value(Dimension.SERVICE, case.service_id or "")[lang],
            case.due_at.astimezone(NAIROBI).date(), _resolution(case), _verdict(case),
        )
        for case, head, number in db.execute(found)
    ]  # fmt: skip


def _resolution(case: Case) -> str:
    if case.outcome is Outcome.WITHDRAWN and case.resolved_at is None:
        return "withdrawn"
    if case.resolved_at is None:
        return "unresolved"
    return "resolved_in_time" if case.resolved_at <= case.due_at else "resolved_late"


def _verdict(case: Case) -> str | None:
    spoken = {
        Outcome.CONFIRMED: "confirmed", Outcome.DISPUTED: "disputed",
        Outcome.NOT_UPHELD: "not_upheld",
    }  # fmt: skip
    return spoken.get(case.outcome) if case.outcome else None
