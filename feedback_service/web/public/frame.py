"""What the public's pages share: their blueprint, the period asked for, institutions by name."""

from dataclasses import dataclass

import sqlalchemy as sa
from flask import Blueprint, Response, abort, current_app, request, url_for

from feedback_service import scoring
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import MATURES_IN, NotAPeriod, Period
from feedback_service.models import County, Institution
from feedback_service.runtime import Runtime
from feedback_service.scoring.frozen import keeping
from feedback_service.web.periods import in_address, read_period
from feedback_service.web.public.views import Choice
from feedback_service.web.texts import say

pages = Blueprint("public", __name__)

OFFERED = 8
"""How many quarters back the pages offer to choose from."""


@dataclass(frozen=True)
class Body:
    """An institution as a reader looks for it."""

    key: str
    name: str
    type: str
    type_name: str
    county: str
    county_name: str | None
    found_by: str
    """Everything it is called, lower case."""

    def is_called(self, typed: str) -> bool:
        return all(word in self.found_by for word in typed.lower().split())


def runtime() -> Runtime:
    found: Runtime = current_app.extensions["runtime"]
    return found


def period_here(written: str = "") -> Period:
    """The period of the path or of the query, else the newest anybody rated in; 404 for none."""
    text = written or request.args.get("period", "")
    if not text:
        return scoring.newest_period(runtime())
    try:
        return read_period(text)
    except NotAPeriod as error:
        abort(404, str(error))


def periods(chosen: Period) -> list[Choice]:
    """The last quarters and their years, newest first, and the one that is shown."""
    quarter = Period.containing(runtime().now().astimezone(NAIROBI).date())
    offered: dict[Period, None] = {}
    for _ in range(OFFERED):
        offered[quarter.financial_year] = None
        offered[quarter] = None
        quarter = quarter.previous()
    offered[chosen] = None
    newest = sorted(offered, key=lambda period: (period.start, period.end), reverse=True)
    return [Choice(in_address(period), period.label) for period in newest]


def of_period(period: Period, simulated: bool) -> dict[str, object]:
    """What every page of figures says of its period."""
    matures_on, closed = period.end + MATURES_IN, keeping.is_frozen(runtime(), period)
    when = in_address(period)
    return {
        "period_label": period.label,
        "period_key": in_address(period),
        "periods": periods(period),
        "provisional": not closed and runtime().now().astimezone(NAIROBI).date() <= matures_on,
        "frozen_href": url_for("public.frozen_period", period=when) if closed else None,
        "matures_on": matures_on,
        "simulated": simulated,
    }


def bodies(lang: str) -> list[Body]:
    """Every institution, in the order of names."""
    rows = (
        sa.select(Institution, County.name)
        .outerjoin(County, County.code == Institution.county_code)
        .order_by(Institution.name)
    )
    with runtime().transaction() as session:
        return [_body(row, county, lang) for row, county in session.execute(rows)]


def plain(status: int, words: str) -> Response:
    """A few words for whoever asked for a file and gave it a wrong name."""
    return Response(words + "\n", status, mimetype="text/plain")


def _body(row: Institution, county: str | None, lang: str) -> Body:
    called = (row.name, row.acronym, row.short_en, row.short_sw, *row.aliases)
    type_name = say(lang, f"type.{row.type.replace(' ', '_')}")
    return Body(
        row.id, row.name, row.type, type_name, str(row.county_code or ""), county,
        " ".join(called).lower(),
    )  # fmt: skip
