"""Scorecards as pages: the front page's, all institutions', one institution's.

A period in a path is FY2026-27-Q1; with the slash of its own spelling it is read as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from analytics import charts
from analytics.indicators import DEFINITIONS
from analytics.scorecards import ASKED, Scorecard, Tier
from feedback_service import reports, scoring
from feedback_service.domain.periods import Period
from feedback_service.reports import drawings
from feedback_service.reports.history import history
from feedback_service.runtime import Runtime
from feedback_service.scoring import Dimension
from feedback_service.web.access import open_to
from feedback_service.web.api import institutions
from feedback_service.web.furniture import language
from feedback_service.web.periods import in_address
from feedback_service.web.public import views
from feedback_service.web.public.asked import asked_of
from feedback_service.web.public.country import (
    compare_href,
    county_href,
    indicator_here,
    offered,
    tabs,
)
from feedback_service.web.public.frame import Body, bodies, of_period, pages, period_here, runtime
from feedback_service.web.public.views import Choice, Shown
from feedback_service.web.texts import say

TIERS = (Tier.ABOVE, Tier.NOT_SEPARABLE, Tier.BELOW, Tier.NOT_MEASURED)
BESIDE = frozenset({"resolved", "citizen_confirmed"})
"""Figures that a card shows side by side at its head."""


@dataclass(frozen=True)
class Line:
    """An institution in the table of all."""

    href: str
    name: str
    type_name: str
    county_name: str | None
    simulated: bool
    figure: Shown


@dataclass(frozen=True)
class Group:
    """The institutions on one side of the standard."""

    key: str
    rows: tuple[Line, ...]


@dataclass(frozen=True)
class Download:
    href: str
    name: str


@dataclass(frozen=True)
class Headed:
    """The institution a card is of."""

    key: str
    name: str
    type_name: str
    county_name: str | None
    county_href: str | None
    services: int


@pages.get("/")
@open_to("anyone")
def home() -> ResponseReturnValue:
    rt, lang = runtime(), language()
    period = period_here()
    whole = scoring.edition(rt, period).whole
    measured = any(figure.n for figure in whole.figures.values())
    return render_template(
        "public/home.html",
        whatsapp=_as_written(rt.settings.twilio_whatsapp_from),
        phone_href="/phone" if rt.settings.phone_simulator else None,
        find_href=url_for("public.scorecards"),
        institutions=[body.name for body in bodies(lang)],
        period_href=url_for("public.scorecards", period=in_address(period)),
        figures=[views.shown(whole, name, lang) for name in views.COLUMNS] if measured else [],
        **of_period(period, whole.simulated),
    )


@pages.get("/scorecards/")
@open_to("anyone")
def scorecards() -> ResponseReturnValue:
    rt, lang = runtime(), language()
    period, key = period_here(), indicator_here()
    found, everyone = scoring.edition(rt, period), bodies(lang)
    filters = {name: request.args.get(name, "").strip() for name in ("q", "type", "county")}
    chosen = [body for body in everyone if _is_asked_for(body, filters)]
    lines = [_line(body, found.cards[body.key], key, period, lang) for body in chosen]
    return render_template(
        "public/scorecards.html",
        indicator=views.indicator(DEFINITIONS[key], lang),
        indicators=offered(lang),
        types=_choices((body.type, body.type_name) for body in everyone),
        counties=_choices((body.county, body.county_name or "") for body in everyone),
        filters=filters,
        tabs=tabs("list", period, key),
        national=_readable(views.shown(found.whole, key, lang)),
        told_on=found.told.get(scoring.WHOLE) if key in ASKED else None,
        groups=_groups(lines),
        total=len(lines),
        downloads=_downloads(period),
        **of_period(period, any(line.simulated for line in lines) or found.whole.simulated),
    )


@pages.get("/scorecards/<institution>/")
@pages.get("/scorecards/<institution>/<path:period>")
@open_to("anyone")
def scorecard(institution: str, period: str = "") -> ResponseReturnValue:
    rt, lang = runtime(), language()
    asked = request.args.get("period")
    if period and asked:  # another one chosen on the page of one
        return redirect(url_for("public.scorecard", institution=institution, period=asked))
    body = next((body for body in bodies(lang) if body.key == institution), None)
    if body is None:
        abort(404)
    when = period_here(period.rstrip("/"))
    found = scoring.edition(rt, when, Dimension, only=institution)
    card = found.cards[institution]
    services = len(institutions.services(rt, institution)["services"])
    return render_template(
        "public/scorecard.html",
        institution=Headed(
            body.key,
            body.name,
            body.type_name,
            body.county_name,
            county_href(int(body.county), when) if body.county else None,
            services,
        ),
        said=_family(card, "survey", lang),
        told_on=found.told.get(institution),
        kept=_family(card, "register", lang),
        classes=views.classes(card, lang),
        asked=asked_of(rt, card, when),
        requests=_family(card, "requests", lang),
        resolution=views.resolution(card, lang),
        tables=views.divided(found.tables[institution], reports.names(rt), lang),
        charts=_drawn(rt, card, institution, when, lang),
        compare_href=compare_href(institution, when),
        downloads=_downloads(when, institution),
        cards_href=url_for("public.scorecards", period=in_address(when)),
        charter_href=f"/api/v1/institutions/{institution}/charter" if services else None,
        **of_period(when, card.simulated),
    )


TRENDS = ("satisfaction", "resolved_in_time", "citizen_confirmed")
"""The figures a card draws over the quarters."""


def _family(card: Scorecard, family: str, lang: str) -> list[Shown]:
    """The figures of one family, but for those that stand side by side at the head."""
    names = [d.id for d in DEFINITIONS.values() if d.family == family and d.id not in BESIDE]
    return [views.shown(card, name, lang) for name in names]


def _drawn(
    rt: Runtime, card: Scorecard, institution: str, period: Period, lang: str
) -> list[Markup]:
    """The spread of scores and the trends that have more than one quarter to show."""
    spread, quarters = drawings.spread(card, lang, "spread"), history(rt, institution, period)
    trends = [drawings.trend(quarters, name, lang, f"trend-{name}") for name in TRENDS]
    told = [one for one in trends if one.measured > 1]
    numbers, shown = say(lang, "chart.numbers"), list[charts.Chart]([spread] if spread else [])
    return [Markup(charts.figure(one, numbers)) for one in (*shown, *told)]


def _is_asked_for(body: Body, filters: dict[str, str]) -> bool:
    return (
        body.is_called(filters["q"])
        and filters["type"] in ("", body.type)
        and filters["county"] in ("", body.county)
    )


def _line(body: Body, card: Scorecard, key: str, period: Period, lang: str) -> Line:
    href = url_for("public.scorecard", institution=body.key, period=in_address(period))
    figure = views.shown(card, key, lang)
    return Line(href, body.name, body.type_name, body.county_name, card.simulated, figure)


def _groups(lines: Iterable[Line]) -> list[Group]:
    given = list(lines)
    keys = [views.tier_key(side) for side in TIERS]
    keys.insert(-1, views.TOLD)
    side_of = views.side_of
    return [Group(key, tuple(ln for ln in given if side_of(ln.figure) == key)) for key in keys]


def _readable(figure: Shown) -> Shown | None:
    return figure if figure.words is not None else None


def _choices(pairs: Iterable[tuple[str, str]]) -> list[Choice]:
    """Each key once, by name, without the empty one."""
    named = {key: name for key, name in pairs if key}
    return [Choice(key, name) for key, name in sorted(named.items(), key=lambda pair: pair[1])]


def _downloads(period: Period, institution: str | None = None) -> list[Download]:
    divided = ",".join(Dimension) if institution else None
    asked: dict[str, Any] = {
        "period": in_address(period),
        "institution": institution,
        "by": divided,
    }
    return [
        Download(url_for("public.scorecards_csv", **asked), "CSV"),
        Download(url_for("public.scorecards_xlsx", **asked), "XLSX"),
        Download(url_for("api.scorecards", **asked), "JSON"),
        Download(url_for("public.scorecards_pdf", **asked), "PDF"),
    ]


def _as_written(number: str) -> str | None:
    """A Kenyan number as people write it: +254700000000 is 0700 000 000."""
    if not number:
        return None
    local = "0" + number.removeprefix("+254") if number.startswith("+254") else number
    return f"{local[:4]} {local[4:7]} {local[7:]}" if local.startswith("0") else number
