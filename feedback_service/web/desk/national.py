"""The whole country at the desk of those who watch over it: the sides of all bodies on one figure,
the map, one body with its services, and the cases behind a figure by the heads of their chains.

Aggregates only: no case by its reference, no words, no citizen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from analytics import charts
from analytics.indicators import DEFINITIONS
from analytics.scorecards import Scorecard, Tier
from feedback_service import reports, scoring
from feedback_service.domain.periods import Period
from feedback_service.models import County, Institution, Role, Sector
from feedback_service.recognition.owner import speaks_for_all
from feedback_service.reports import drawings
from feedback_service.reports.governments import governments
from feedback_service.reports.history import history
from feedback_service.scoring import Dimension
from feedback_service.staff import Viewer
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import institution_name, language, pages, runtime
from feedback_service.web.desk.oversight import WATCHERS, watched
from feedback_service.web.periods import in_address
from feedback_service.web.public import views
from feedback_service.web.public.country import indicator_here, offered
from feedback_service.web.public.frame import of_period, period_here
from feedback_service.web.public.views import Choice, Shown
from feedback_service.web.texts import say

TIERS = (Tier.BELOW, Tier.NOT_SEPARABLE, Tier.ABOVE, Tier.NOT_MEASURED)
DRAWN_AT_MOST = 12
"""So many bodies, filtered, are drawn beside each other."""
FILTERS = ("sector", "type", "county", "line")


@dataclass(frozen=True)
class Watched:
    """A body the viewer watches over, by what it can be filtered by."""

    key: str
    name: str
    sector: str
    type: str
    county: str
    line: str


@dataclass(frozen=True)
class Line:
    """A body in the table of a side."""

    href: str
    name: str
    type_name: str
    simulated: bool
    figure: Shown


@pages.get("/national")
@open_to(*WATCHERS)
def national() -> ResponseReturnValue:
    rt, lang, period, indicator = runtime(), language(), period_here(), indicator_here()
    everyone = watched_by(viewer(), lang)
    filters = {name: request.args.get(name, "").strip() for name in FILTERS}
    chosen = [one for one in everyone if _is_asked_for(one, filters)]
    cards = scoring.edition(rt, period, public=not _reads_what_stands()).cards
    shown = {one.key: cards[one.key] for one in chosen if one.key in cards}
    lines = {one.key: _line(one, shown[one.key], indicator, period, lang) for one in chosen}
    return render_template(
        "desk/national.html",
        indicator=views.indicator(DEFINITIONS[indicator], lang),
        indicators=offered(lang),
        choices=_offered_filters(everyone, lang),
        filters=filters,
        groups=_groups(chosen, lines),
        total=len(chosen),
        map=_map(shown, indicator, period, lang),
        beside=_beside(chosen, shown, indicator, lang),
        downloads=_downloads(period),
        **of_period(period, any(card.simulated for card in shown.values())),
    )


@pages.get("/national/<institution>")
@open_to(*WATCHERS)
def national_body(institution: str) -> ResponseReturnValue:
    rt, lang, period, indicator = runtime(), language(), period_here(), indicator_here()
    if institution not in {one.key for one in watched_by(viewer(), lang)}:
        abort(404)
    public = not _reads_what_stands()
    found = scoring.edition(rt, period, (Dimension.SERVICE,), public=public, only=institution)
    card, names = found.cards[institution], reports.names(rt)
    trend = drawings.trend(history(rt, institution, period), indicator, lang, "trend")
    return render_template(
        "desk/national_body.html",
        institution=institution_name(institution, lang),
        figures=[views.shown(card, name, lang) for name in DEFINITIONS],
        indicator=indicator,
        indicators=offered(lang),
        chart=Markup(charts.figure(trend, say(lang, "chart.numbers"))),
        services=views.divided(found.tables.get(institution, {}), names, lang),
        cases_href=url_for(
            "desk.national_cases", institution=institution, period=in_address(period)
        ),
        card_href=url_for("public.scorecard", institution=institution, period=in_address(period)),
        all_href=url_for("desk.national", period=in_address(period)),
        **of_period(period, card.simulated),
    )


def _reads_what_stands() -> bool:
    """An analyst of one body reads a running quarter as it is told to everybody: they know who has
    just been at their counter."""
    return viewer().has(Role.OVERSIGHT) or speaks_for_all(runtime(), viewer())


def watched_by(who: Viewer, lang: str) -> list[Watched]:
    """The bodies in the order of their names."""
    name = Institution.short_sw if lang == "sw" else Institution.short_en
    rows = (
        sa.select(
            Institution.id, name, Institution.sector, Institution.type,
            Institution.county_code, Institution.reporting_line,
        )
        .where(watched(who))
        .order_by(name)
    )  # fmt: skip
    with runtime().transaction() as db:
        return [
            Watched(key, called, sector, kind, str(county or ""), line)
            for key, called, sector, kind, county, line in db.execute(rows)
        ]


def _is_asked_for(one: Watched, filters: Mapping[str, str]) -> bool:
    return all(filters[name] in ("", getattr(one, name)) for name in FILTERS)


def _offered_filters(everyone: Iterable[Watched], lang: str) -> dict[str, list[Choice]]:
    """What there is to choose of each filter, by its words."""
    given = list(everyone)
    with runtime().transaction() as db:
        words = _words(db, lang)
    words["type"] = {one.type: say(lang, f"type.{one.type.replace(' ', '_')}") for one in given}
    words["line"] = {one.line: say(lang, f"line.{one.line.replace('-', '_')}") for one in given}
    found = {}
    for name in FILTERS:
        keys = {getattr(one, name) for one in given} - {""}
        named = [Choice(key, words[name].get(key, key)) for key in keys]
        found[name] = sorted(named, key=lambda choice: choice.name)
    return found


def _words(db: Session, lang: str) -> dict[str, dict[str, str]]:
    sector = Sector.short_sw if lang == "sw" else Sector.short_en
    return {
        "sector": _pairs(db, sa.select(Sector.key, sector)),
        "county": _pairs(db, sa.select(sa.cast(County.code, sa.Text), County.name)),
    }


def _pairs(db: Session, query: sa.Select[str, str]) -> dict[str, str]:
    return {row[0]: row[1] for row in db.execute(query)}


def _line(one: Watched, card: Scorecard, indicator: str, period: Period, lang: str) -> Line:
    href = url_for(
        "desk.national_body", institution=one.key, period=in_address(period), indicator=indicator
    )
    kind = say(lang, f"type.{one.type.replace(' ', '_')}")
    return Line(href, one.name, kind, card.simulated, views.shown(card, indicator, lang))


def _groups(chosen: Iterable[Watched], lines: Mapping[str, Line]) -> list[tuple[str, list[Line]]]:
    """The side and its bodies; those that are told and not judged before those not measured."""
    given = [lines[one.key] for one in chosen]
    sides = [views.tier_key(side) for side in TIERS]
    sides.insert(-1, views.TOLD)
    side_of = views.side_of
    return [(side, [line for line in given if side_of(line.figure) == side]) for side in sides]


def _map(
    shown: Mapping[str, Scorecard], indicator: str, period: Period, lang: str
) -> tuple[Markup, Markup] | None:
    """The drawing and its table, of the counties whose governments are shown; None of none."""
    held = {code: one for code, one in governments(runtime()).items() if one.id in shown}
    if not held:
        return None
    hrefs = {
        code: url_for(
            "desk.national_body", institution=one.id, period=in_address(period),
            indicator=indicator,
        )
        for code, one in held.items()
    }  # fmt: skip
    drawn = drawings.country(held, shown, indicator, lang, "map", hrefs)
    return Markup(charts.svg(drawn)), Markup(charts.table(drawn))


def _beside(
    chosen: Iterable[Watched], shown: Mapping[str, Scorecard], indicator: str, lang: str
) -> Markup | None:
    """The bodies that have the figure drawn beside each other, where they are few enough."""
    named = {one.name: shown[one.key] for one in chosen}
    told = {name: card for name, card in named.items() if _is_told(card, indicator)}
    if not 1 < len(told) <= DRAWN_AT_MOST:
        return None
    drawn = drawings.compared(told, indicator, lang, "beside")
    return Markup(charts.figure(drawn, say(lang, "chart.numbers")))


def _is_told(card: Scorecard, indicator: str) -> bool:
    figure = card.figures.get(indicator)
    return figure is not None and figure.shown and figure.value is not None


def _downloads(period: Period) -> list[Choice]:
    asked: dict[str, Any] = {"period": in_address(period)}
    return [
        Choice(url_for("public.scorecards_csv", **asked), "CSV"),
        Choice(url_for("public.scorecards_xlsx", **asked), "XLSX"),
        Choice(url_for("api.scorecards", **asked), "JSON"),
        Choice(url_for("public.scorecards_pdf", **asked), "PDF"),
    ]
