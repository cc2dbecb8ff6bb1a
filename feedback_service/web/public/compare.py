"""Up to four institutions beside each other, against the standard and never in a rank."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from analytics import charts
from analytics.indicators import DEFINITIONS
from feedback_service import scoring
from feedback_service.reports import drawings
from feedback_service.web.access import open_to
from feedback_service.web.furniture import language
from feedback_service.web.public import views
from feedback_service.web.public.country import card_href, indicator_here, offered, tabs
from feedback_service.web.public.frame import bodies, of_period, pages, period_here, runtime
from feedback_service.web.public.views import Choice
from feedback_service.web.texts import say

MOST = 4


@pages.get("/scorecards/compare")
@open_to("anyone")
def compare() -> ResponseReturnValue:
    """`with` once for each institution."""
    rt, lang, period, indicator = runtime(), language(), period_here(), indicator_here()
    everyone = bodies(lang)
    asked = list(dict.fromkeys(request.args.getlist("with")))
    chosen = [body for key in asked for body in everyone if body.key == key][:MOST]
    cards = scoring.edition(rt, period).cards if chosen else {}
    named = {body.name: cards[body.key] for body in chosen}
    drawn = drawings.compared(named, indicator, lang, "compared") if chosen else None
    return render_template(
        "public/compare.html",
        tabs=tabs("compare", period, indicator),
        indicator=views.indicator(DEFINITIONS[indicator], lang),
        indicators=offered(lang),
        institutions=[Choice(body.key, body.name) for body in everyone],
        chosen=[body.key for body in chosen] + [""] * (MOST - len(chosen)),
        columns=[
            (Choice(card_href(body.key, period), body.name), cards[body.key].sample.value)
            for body in chosen
        ],
        mixed=len({card.sample for card in named.values()}) > 1,
        rows=[
            (views.name_of(one, lang), [views.shown(card, one.id, lang) for card in named.values()])
            for one in DEFINITIONS.values()
        ],
        chart=Markup(charts.figure(drawn, say(lang, "chart.numbers"))) if drawn else None,
        all_href=url_for("public.scorecards"),
        **of_period(period, any(card.simulated for card in named.values())),
    )
