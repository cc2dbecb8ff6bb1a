"""An institution's own figures at its desk: how they moved, what to mend first, its services,
places and channels.

Every figure is as anyone reads it: no single answer can be picked out of a smaller number, and no
case that is shut to its reader out of a table that counts it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from analytics import charts, fix_first
from analytics.fix_first import Mend, Met, Trouble
from analytics.indicators import DEFINITIONS
from analytics.scorecards import Scorecard
from feedback_service import reports, scoring
from feedback_service.domain.periods import Period
from feedback_service.domain.ratings import Sample
from feedback_service.models import Case, Role, Visit
from feedback_service.redress import sight
from feedback_service.reports import drawings
from feedback_service.reports.history import history
from feedback_service.scoring import Dimension
from feedback_service.scoring.counting import bounds
from feedback_service.staff import Viewer
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import catalogue, institution_name, language, pages, runtime
from feedback_service.web.desk.queue_filters import Chosen, href_of
from feedback_service.web.periods import in_address
from feedback_service.web.public import views
from feedback_service.web.public.frame import of_period, period_here
from feedback_service.web.texts import say

OPEN_TO = (Role.PERFORMANCE, Role.SUPERVISOR)
SHOWN = (Dimension.SERVICE, Dimension.SERVICE_POINT, Dimension.CHANNEL)
MOST = 12
"""So many troubles are listed: who has mended these looks again."""
CATEGORY = "category:"
"""What stands before the key of a kind of complaint, where else the id of a service stands."""


@dataclass(frozen=True)
class Line:
    """A trouble as the page lists it; `share` is its reach of the farthest one's."""

    trouble: str
    where: str
    citizens: str
    between: str
    asked: int
    sampled: bool
    doubt: str | None
    share: float
    href: str


@pages.get("/dashboard")
@open_to(*OPEN_TO)
def dashboard() -> ResponseReturnValue:
    rt, lang, who, period = runtime(), language(), viewer(), period_here()
    mine = who.institution_id
    if mine is None:
        abort(404)
    seen = scoring.edition(rt, period, SHOWN, only=mine)
    card, tables = seen.cards[mine], seen.tables[mine]
    with rt.transaction() as db:
        kinds = _kinds(db, who, period, card.simulated)
        visits = visits_by_service(db, card, period)
    services = tables[Dimension.SERVICE]
    met = [one for key, row in services.items() for one in fix_first.met_in(key, row.figures)]
    quarters, numbers = history(rt, mine, period), say(lang, "chart.numbers")
    drawn = [drawings.trend(quarters, name, lang, f"t-{name}") for name in views.COLUMNS]
    return render_template(
        "desk/dashboard.html",
        institution=institution_name(mine, lang),
        figures=[views.shown(card, name, lang) for name in views.COLUMNS],
        told_on=seen.told.get(mine),
        mends=_lines(fix_first.order([*met, *kinds], visits)[:MOST], period, lang),
        charts=[Markup(charts.figure(one, numbers)) for one in drawn if one.measured],
        columns=[views.name_of(DEFINITIONS[name], lang) for name in views.COLUMNS],
        tables=views.divided(tables, reports.names(rt), lang),
        card_href=url_for("public.scorecard", institution=mine, period=in_address(period)),
        file_href=url_for(
            "public.scorecards_csv", period=in_address(period), institution=mine,
            by=",".join(SHOWN),
        ),
        **of_period(period, card.simulated),
    )  # fmt: skip


def _kinds(db: Session, who: Viewer, period: Period, simulated: bool) -> list[Met]:
    """Cases of each kind that were first due in the period and not solved by then, as far as the
    viewer may see them: real ones or invented ones, as the card counts."""
    start, end = bounds(period)
    now = runtime().now()
    late = sa.or_(Case.resolved_at.is_(None), Case.resolved_at > Case.due_at)
    found = (
        sa.select(Case.category, sa.func.count().filter(late), sa.func.count())
        .where(Case.institution_id == who.institution_id, Case.category.is_not(None))
        .where(Case.first_due_at >= start, Case.first_due_at < end, Case.first_due_at <= now)
        .where(sight.may_see(who), Case.simulated == simulated)
        .group_by(Case.category)
    )
    return [
        Met(Trouble.ANSWERED_LATE, f"{CATEGORY}{category}", slow, every)
        for category, slow, every in db.execute(found)
    ]


def visits_by_service(db: Session, card: Scorecard, period: Period) -> dict[str, int]:
    """How many visits each service had, where citizens were drawn from them; else none is known."""
    if card.sample is not Sample.VERIFIED:
        return {}
    start, end = bounds(period)
    found = (
        sa.select(Visit.service_id, sa.func.count())
        .where(Visit.institution_id == card.institution, Visit.simulated == card.simulated)
        .where(Visit.at >= start, Visit.at < end)
        .group_by(Visit.service_id)
    )
    return {row[0]: row[1] for row in db.execute(found)}


def _lines(mends: Sequence[Mend], period: Period, lang: str) -> list[Line]:
    most = max((mend.reach for mend in mends), default=1.0)
    return [_line(mend, mend.reach / most, period, lang) for mend in mends]


def _line(mend: Mend, share: float, period: Period, lang: str) -> Line:
    met = mend.met
    where, words = _place(met.where, lang)
    chosen = Chosen("all", words, "", late=False, since=str(period.start), until=str(period.end))
    return Line(
        trouble=met.trouble.value,
        where=where,
        citizens=f"{mend.reach:,.0f}",
        between="" if mend.low == mend.high else f"{mend.low:,.0f}–{mend.high:,.0f}",  # noqa: RUF001
        asked=met.asked,
        sampled=met.trouble in fix_first.SAMPLED,
        doubt=mend.doubt.value if mend.doubt else None,
        share=share,
        href=href_of(chosen),
    )


def _place(where: str, lang: str) -> tuple[str, str]:
    """What a service or a kind is called, and the words that find its cases in the queue."""
    if where.startswith(CATEGORY):
        return say(lang, f"category.{where.removeprefix(CATEGORY)}"), ""
    service = catalogue().services.get(where)
    if service is None:
        return reports.names(runtime()).value(Dimension.SERVICE, where)[lang], ""
    return service.name[lang], service.short[lang]
