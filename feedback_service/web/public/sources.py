"""Where a figure comes from: what it counts and leaves out, of how many, under which version, how
its answers are spread, how it moved; and where it can be checked."""

from dataclasses import dataclass

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from analytics import charts
from analytics.indicators import DEFINITIONS, Kind
from analytics.scorecards import standards
from feedback_service import scoring
from feedback_service.domain.periods import MATURES_IN
from feedback_service.reports import drawings
from feedback_service.reports.history import history
from feedback_service.web.access import open_to
from feedback_service.web.furniture import language
from feedback_service.web.periods import in_address
from feedback_service.web.public import views
from feedback_service.web.public.country import card_href
from feedback_service.web.public.frame import bodies, of_period, pages, period_here, runtime
from feedback_service.web.public.views import Choice
from feedback_service.web.texts import say


@dataclass(frozen=True)
class Source:
    """What stands behind a figure, beside its number."""

    kind: str
    version: str
    standard_version: str | None
    effective_n: str | None
    starts: object
    ends: object
    matures: object
    formula: str
    source: str


@pages.get("/scorecards/<institution>/why/<indicator>")
@open_to("anyone")
def why(institution: str, indicator: str) -> ResponseReturnValue:
    rt, lang, period = runtime(), language(), period_here()
    body = next((body for body in bodies(lang) if body.key == institution), None)
    if body is None or indicator not in DEFINITIONS:
        abort(404)
    definition = DEFINITIONS[indicator]
    card = scoring.card(rt, institution, period)
    figure, standard = card.figures.get(indicator), standards().get(indicator)
    trend = drawings.trend(history(rt, institution, period), indicator, lang, "trend")
    spread = drawings.spread(card, lang, "spread") if indicator == "satisfaction" else None
    drawn: list[charts.Chart] = [spread, trend] if spread else [trend]
    clustered = figure is not None and figure.shown and figure.effective_n != figure.n
    return render_template(
        "public/why.html",
        institution=Choice(card_href(institution, period), body.name),
        indicator=views.indicator(definition, lang),
        figure=views.shown(card, indicator, lang),
        source=Source(
            definition.kind.value, definition.version, standard.version if standard else None,
            f"{figure.effective_n:,.0f}" if figure and clustered else None,
            period.start, period.end, period.end + MATURES_IN, definition.formula,
            definition.source,
        ),
        survey=definition.kind is Kind.SURVEY,
        charts=[Markup(charts.figure(one, say(lang, "chart.numbers"))) for one in drawn],
        file_href=url_for(
            "public.scorecards_csv", period=in_address(period), institution=institution
        ),
        api_href=url_for("api.scorecards", period=in_address(period), institution=institution),
        **of_period(period, card.simulated),
    )  # fmt: skip
