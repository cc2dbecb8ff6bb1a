"""Number reached by county and year: an institution's own, or for those over all the country's; as
a page, as CSV and in the annual feedback report on paper."""

from collections.abc import Mapping

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service import contracts
from feedback_service.domain.periods import NotAPeriod, Period
from feedback_service.models import Institution, Role
from feedback_service.recognition.reached import NUMBERS, Count, count
from feedback_service.reports.annual_feedback import as_pdf
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import Choice, catalogue, language, pages, runtime
from feedback_service.web.desk.recognition.files import as_csv
from feedback_service.web.periods import in_address, read_period
from feedback_service.web.texts import say

READERS = (Role.PERFORMANCE, Role.SUPERVISOR, Role.ANALYST, Role.OVERSIGHT)
YEARS = 4


@pages.get("/reached")
@open_to(*READERS)
def reached() -> ResponseReturnValue:
    period = _year()
    with runtime().transaction() as db:
        found = count(db, period, _whose(), runs=_runs(period))
        name = _name(db)
    if request.args.get("as") == "csv":
        return _csv(found, period)
    here = url_for("desk.reached", period=in_address(period))
    return render_template(
        "desk/reached.html", name=name, found=found, numbers=NUMBERS, counties=_counties(),
        period=period.label, period_key=in_address(period), periods=_years(),
        csv_href=f"{here}&as=csv", steps=_whose() is not None and _runs(period),
        report_href=url_for("desk.feedback_report", period=in_address(period)),
    )  # fmt: skip


@pages.get("/reached/report.pdf")
@open_to(*READERS)
def feedback_report() -> ResponseReturnValue:
    """The annual feedback report: the counts, and for an institution what was said."""
    rt, period, own = runtime(), _year(), _whose()
    with rt.transaction() as db:
        found, name = count(db, period, own, runs=_runs(period)), _name(db)
        body = db.get(Institution, own) if own else None
    said = contracts.report(rt, body, period) if body else None
    paper = as_pdf(name, period.label, found, said, _counties(), language(), rt.now())
    told = f"attachment; filename=feedback-{own or 'kenya'}-{in_address(period)}.pdf"
    return Response(paper, mimetype="application/pdf", headers={"Content-Disposition": told})


def _whose() -> str | None:
    """The institution that is counted; None, the country, for those who watch over all."""
    who = viewer()
    return None if who.has(Role.ANALYST, Role.OVERSIGHT) else who.institution_id or ""


def _name(db: Session) -> str:
    own = _whose()
    body = db.get(Institution, own) if own else None
    return body.name if body else say(language(), "reached.country")


def _year() -> Period:
    asked = request.args.get("period")
    try:
        period = read_period(asked) if asked else Period.containing(runtime().now())
    except NotAPeriod:
        abort(404)
    return period.financial_year


def _runs(year: Period) -> bool:
    return Period.containing(runtime().now()).financial_year == year


def _years() -> list[Choice]:
    period = Period.containing(runtime().now()).financial_year
    found = []
    for _ in range(YEARS):
        found.append(Choice(in_address(period), period.label))
        period = period.previous()
    return found


def _counties() -> Mapping[int, str]:
    return {county.code: county.name for county in catalogue().counties.values()}


def _csv(found: Count, period: Period) -> Response:
    names = _counties()
    lines = [(one.county, names.get(one.county or 0, ""), one, "county") for one in found.counties]
    if found.few:
        lines.append((None, "", found.few, "few"))
    lines.append((None, "", found.whole, "whole"))
    rows = (
        (period.label, kind, code, name, *(getattr(one, number) for number in NUMBERS))
        for code, name, one, kind in lines
    )
    columns = ("period", "line", "county", "county_name", *NUMBERS)
    return as_csv(f"reached-{in_address(period)}.csv", columns, rows)
