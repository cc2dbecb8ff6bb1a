"""The country as a map of its counties, and a county's own page: its government, the bodies that
serve there, and their figures in it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from analytics import charts
from analytics.indicators import DEFINITIONS
from analytics.scorecards import Scorecard
from feedback_service import reports, scoring
from feedback_service.domain.periods import Period
from feedback_service.reports import drawings
from feedback_service.reports.governments import governments
from feedback_service.runtime import Runtime
from feedback_service.scoring import Dimension
from feedback_service.scoring.frozen import keeping
from feedback_service.web.access import open_to
from feedback_service.web.furniture import language
from feedback_service.web.periods import in_address
from feedback_service.web.public import views
from feedback_service.web.public.frame import Body, bodies, of_period, pages, period_here, runtime
from feedback_service.web.public.views import Choice, Shown

ByCounty = dict[str, dict[str, Scorecard]]
"""County -> institution -> its row there."""
Drawn = tuple[Period, bool]
"""A period, and whether it was frozen when its rows were drawn up."""
KEPT_FOR = timedelta(minutes=1)
MOST_KEPT = 3
FIRST = "satisfaction"
"""The indicator shown where none is chosen."""


@dataclass(frozen=True)
class Tab:
    """One of the ways to look at a period's scorecards."""

    key: str
    href: str
    current: bool


@pages.get("/scorecards/map")
@open_to("anyone")
def country_map() -> ResponseReturnValue:
    rt, lang, period, indicator = runtime(), language(), period_here(), indicator_here()
    found, held = scoring.edition(rt, period), governments(rt)
    hrefs = {code: county_href(code, period) for code in held}
    drawn = drawings.country(held, found.cards, indicator, lang, "map", hrefs)
    shown = [found.cards[one.id] for one in held.values() if one.id in found.cards]
    return render_template(
        "public/map.html",
        tabs=tabs("map", period, indicator),
        indicator=views.indicator(DEFINITIONS[indicator], lang),
        indicators=offered(lang),
        drawing=Markup(charts.svg(drawn)),
        table=Markup(charts.table(drawn)),
        svg_href=url_for("public.country_svg", period=in_address(period), indicator=indicator),
        pdf_href=url_for("public.scorecards_pdf", period=in_address(period), indicator=indicator),
        **of_period(period, any(card.simulated for card in shown)),
    )


@pages.get("/scorecards/map.svg")
@open_to("anyone")
def country_svg() -> ResponseReturnValue:
    """The drawing alone, in the colours of paper."""
    rt, lang, period, indicator = runtime(), language(), period_here(), indicator_here()
    drawn = drawings.country(
        governments(rt), scoring.edition(rt, period).cards, indicator, lang, "map"
    )
    response = Response(charts.svg(drawn), mimetype="image/svg+xml")
    response.add_etag()
    response.make_conditional(request)
    return response


@pages.get("/scorecards/county/<int:code>")
@open_to("anyone")
def county(code: int) -> ResponseReturnValue:
    rt, lang, period = runtime(), language(), period_here()
    held = governments(rt).get(code)
    if held is None:
        abort(404)
    found = scoring.edition(rt, period, (Dimension.SERVICE,), only=held.id)
    card, everyone, names = found.cards[held.id], bodies(lang), reports.names(rt)
    here = {
        key: row
        for key, row in _in_counties(rt, period).get(str(code), {}).items()
        if key != held.id
    }
    services = views.divided(found.tables.get(held.id, {}), names, lang)
    return render_template(
        "public/county.html",
        county_name=held.county,
        government=Choice(card_href(held.id, period), held.name),
        figures=[views.shown(card, name, lang) for name in views.COLUMNS],
        told_on=found.told.get(held.id),
        columns=[views.name_of(DEFINITIONS[name], lang) for name in views.COLUMNS],
        services=next((table.rows for table in services if table.key == Dimension.SERVICE), ()),
        own=_rows([b for b in everyone if b.county == str(code)], found.cards, period, lang),
        serving=_rows([body for body in everyone if body.key in here], here, period, lang),
        counties=_neighbours(period),
        map_href=url_for("public.country_map", period=in_address(period)),
        **of_period(period, card.simulated or any(one.simulated for one in here.values())),
    )


def _in_counties(rt: Runtime, period: Period) -> ByCounty:
    """The readable rows of every institution's table of counties, by county.

    What may be read of one row hangs on all the others, so that all are drawn up for any; they stay
    for a minute, and only the figures that the page shows.  What citizens said is told in batches,
    so that rows of two moments tell of nobody; those of an open period end with its freeze.
    """
    kept: dict[Drawn, tuple[datetime, ByCounty]] = rt.kept.setdefault("county rows", {})
    key = period, keeping.is_frozen(rt, period)
    found = kept.get(key)
    if found is None or rt.now() - found[0] >= KEPT_FOR:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        rows = _drawn_up(scoring.edition(rt, period, (Dimension.COUNTY,)))
        found = kept[key] = rt.now(), rows
    return found[1]


def _drawn_up(found: scoring.Edition) -> ByCounty:
    rows: ByCounty = defaultdict(dict)
    for institution, tables in found.tables.items():
        for county, card in tables[Dimension.COUNTY].items():
            figures = {name: f for name, f in card.figures.items() if name in views.COLUMNS}
            if any(figure.shown for figure in figures.values()):
                rows[county][institution] = replace(card, figures=figures, beside={})
    return {**rows}


def tabs(current: str, period: Period, indicator: str) -> list[Tab]:
    """The list, the map, the comparison: of the same period and indicator."""
    asked: dict[str, Any] = {"period": in_address(period), "indicator": indicator}
    ways = {
        "list": url_for("public.scorecards", **asked),
        "map": url_for("public.country_map", **asked),
        "compare": url_for("public.compare", **asked),
    }
    return [Tab(key, href, key == current) for key, href in ways.items()]


def indicator_here() -> str:
    """The indicator of the query; 404 for one that there is not."""
    key = request.args.get("indicator", FIRST)
    if key not in DEFINITIONS:
        abort(404, f"indicator is {key!r}: choose one of {', '.join(DEFINITIONS)}")
    return key


def offered(lang: str) -> list[Choice]:
    return [Choice(one.id, views.name_of(one, lang)) for one in DEFINITIONS.values()]


def county_href(code: int, period: Period) -> str:
    return url_for("public.county", code=code, period=in_address(period))


def compare_href(institution: str, period: Period) -> str:
    """Where an institution stands beside others still to be chosen."""
    asked: dict[str, Any] = {"period": in_address(period), "with": institution}
    return url_for("public.compare", **asked)


def card_href(institution: str, period: Period) -> str:
    return url_for("public.scorecard", institution=institution, period=in_address(period))


@dataclass(frozen=True)
class Placed:
    """A body in a county's table."""

    href: str
    name: str
    type_name: str
    cells: tuple[Shown, ...]


def _rows(
    listed: Iterable[Body], cards: Mapping[str, Scorecard], period: Period, lang: str
) -> list[Placed]:
    """Those of them with anything to read, by name."""
    rows = [
        Placed(
            card_href(body.key, period), body.name, body.type_name,
            tuple(views.shown(cards[body.key], name, lang) for name in views.COLUMNS),
        )
        for body in listed
    ]  # fmt: skip
    return [row for row in rows if any(cell.words for cell in row.cells)]


def _neighbours(period: Period) -> list[Choice]:
    """Every county's page, by name."""
    held = sorted(governments(runtime()).items(), key=lambda one: one[1].county)
    return [Choice(county_href(code, period), one.county) for code, one in held]
