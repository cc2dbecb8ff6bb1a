"""For those who watch over institutions: how many cases are open, late, answered and confirmed.

Counts of whole institutions only; no case, no words, no citizen.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime

import sqlalchemy as sa
from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service.domain.cases import OPEN, CaseStatus, Outcome
from feedback_service.domain.periods import Period
from feedback_service.government import signed_by
from feedback_service.models import Case, Institution, Role
from feedback_service.registry import ombudsmans
from feedback_service.registry.crosswalk import ombudsmans_categories
from feedback_service.reports import cells
from feedback_service.scoring.counting import bounds
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


@dataclass(frozen=True)
class Kind:
    """How many cases of this quarter are of one kind, as the Ombudsman counts complaints; `key` is
    empty for those that nobody has put in a category yet."""

    key: str
    name: str
    cases: int


@pages.get("/oversight")
@open_to(*WATCHERS)
def oversight() -> ResponseReturnValue:
    rt = runtime()
    with rt.transaction() as db:
        bodies = counts(db, viewer(), language(), rt.now())
        quarter = Period.containing(rt.now())
        sorts = kinds(db, viewer(), language(), quarter)
    if request.args.get("as") == "csv":
        return _csv(Body, bodies, "oversight.csv")
    if request.args.get("as") == "kinds":
        return _csv(Kind, sorts, "kinds.csv")
    return render_template(
        "desk/oversight.html",
        bodies=bodies,
        whole=_sum(bodies),
        at=rt.now(),
        csv_href=f"{url_for('desk.oversight')}?as=csv",
        kinds=sorts,
        quarter=quarter.label,
        kinds_href=f"{url_for('desk.oversight')}?as=kinds",
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


def kinds(db: Session, who: Viewer, lang: str, quarter: Period) -> list[Kind]:
    """The quarter's cases of the bodies the viewer watches over, by the Ombudsman's kinds in their
    order, those without a category last; kinds without a case are left out."""
    begins, ends = bounds(quarter)
    found = (
        sa.select(Case.category, sa.func.count(Case.id))
        .join(Institution, Institution.id == Case.institution_id)
        .where(watched(who), Case.received_at >= begins, Case.received_at < ends)
        .group_by(Case.category)
    )
    cases: Counter[str] = Counter()
    for category, number in db.execute(found):
        cases[ombudsmans(category).key if category else ""] += number
    named = [
        Kind(key, one.name_sw if lang == "sw" else one.name_en, cases[key])
        for key, one in ombudsmans_categories().items()
    ]
    return [kind for kind in (*named, Kind("", "", cases[""])) if kind.cases]


def watched(who: Viewer) -> sa.ColumnElement[bool]:
    """The bodies whose line the viewer's institution signs, or whose citizens may turn to it."""
    if who.has(Role.ANALYST) or who.institution_id is None:
        return sa.true()
    theirs = who.institution_id
    return sa.or_(
        Institution.reporting_line.in_(signed_by(theirs)),
        Institution.external_escalation.regexp_match(rf"(^|\W){theirs}(\W|$)"),
    )


def _sum(bodies: list[Body]) -> Body:
    numbers = [
        sum(getattr(body, part.name) for body in bodies)
        for part in fields(Body)
        if part.name not in ("id", "name")
    ]
    return Body("", "", *numbers)


def _csv(kind: type[Body | Kind], lines: Sequence[Body] | Sequence[Kind], name: str) -> Response:
    columns = [part.name for part in fields(kind)]
    return Response(
        cells.as_csv(columns, (astuple(line) for line in lines)),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )
