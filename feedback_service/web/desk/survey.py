"""How citizens were drawn, asked and heard: the funnel with its reasons, hidden problems, draws.

Counts only, of days that are over, answers in whole batches of five; no number, no single answer,
nothing to add or drop.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from analytics import charts
from analytics.charts import Axis, Bar, Bars, Unit
from analytics.funnel import STAGES, Funnel, few_together
from analytics.indicators import FEWEST_ANSWERS
from analytics.intervals import Interval
from feedback_service.domain.periods import Period
from feedback_service.models import Role
from feedback_service.scoring import survey as reading
from feedback_service.scoring import survey_kept
from feedback_service.scoring.funnels import through
from feedback_service.visits import publishing
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import (
    catalogue,
    institution_name,
    language,
    pages,
    runtime,
)
from feedback_service.web.desk.visits.feed import period_here, periods_here
from feedback_service.web.periods import in_address
from feedback_service.web.texts import say

OF_ALL = (Role.ANALYST, Role.OVERSIGHT)
MOST_DRAWS = 31


@dataclass(frozen=True)
class Row:
    """One institution's funnel in the list of all; `missing` counts days without a feed."""

    name: str
    href: str
    funnel: Funnel
    reply: str
    missing: int
    simulated: bool


@dataclass(frozen=True)
class Fact:
    """A figure in words with its interval in words and how many answered; empty where few did."""

    name: str
    words: str
    between: str
    n: int


@pages.get("/survey")
@open_to(Role.PERFORMANCE, *OF_ALL)
def survey() -> ResponseReturnValue:
    who, asked = viewer(), request.args.get("institution") or None
    if asked is not None and asked not in catalogue().offices:
        abort(404)
    if not who.has(*OF_ALL):
        if who.institution_id is None or asked not in (None, who.institution_id):
            abort(404)
        asked = who.institution_id
    return _one(asked, period_here()) if asked else _all(period_here())


def _all(period: Period) -> str:
    rt, lang = runtime(), language()
    with rt.transaction() as db:
        found = survey_kept.told(db, period, rt.now())
        drawn = publishing.published(db, period, rt.now())
    rows = [
        Row(
            institution_name(key, lang) or key,
            url_for("desk.survey", institution=key, period=in_address(period)),
            one.funnel.in_batches(), _percent(one.funnel.in_batches().reply_rate),
            sum(draw.missing for draw in drawn if draw.institution == key), one.simulated,
        )
        for key, one in found.items()
    ]  # fmt: skip
    until = through(period, rt.now())
    return render_template(
        "desk/survey_all.html", rows=sorted(rows, key=lambda row: row.name), period=period,
        periods=periods_here(), period_key=in_address(period), through=until,
    )  # fmt: skip


def _one(institution: str, period: Period) -> str:
    rt, lang = runtime(), language()
    with rt.transaction() as db:
        found = survey_kept.told(db, period, rt.now(), institution).get(institution)
        draws = publishing.published(db, period, rt.now(), institution)
        breaks = reading.broken(db, period.previous(), period)
    funnel = found.funnel.in_batches() if found else Funnel()
    return render_template(
        "desk/survey.html", name=institution_name(institution, lang), institution=institution,
        funnel=funnel, chart=_chart(funnel, lang) if funnel.visited else None, found=found,
        reasons=[_reasons(name, getattr(funnel, name), lang) for name in
                 ("not_asked", "not_delivered", "not_answered")],
        facts=_facts(found, lang) if found else [], fewest=FEWEST_ANSWERS, draws=draws[:MOST_DRAWS],
        missing=sum(draw.missing for draw in draws), breaks=breaks, period=period,
        periods=periods_here(), period_key=in_address(period), of_all=viewer().has(*OF_ALL),
        reply=_percent(funnel.reply_rate),
        through=found.through if found else through(period, rt.now()),
    )  # fmt: skip


def _reasons(name: str, counts: Mapping[str, int], lang: str) -> tuple[str, list[tuple[str, int]]]:
    told = few_together(counts).items()
    named = [(say(lang, f"survey.why.{why.replace('-', '_')}"), n) for why, n in told]
    return say(lang, f"survey.{name}"), sorted(named, key=lambda each: -each[1])


def _chart(funnel: Funnel, lang: str) -> Markup:
    bars = tuple(
        Bar(say(lang, f"survey.{stage}"), float(getattr(funnel, stage))) for stage in STAGES
    )
    words = say(lang, "survey.chart_words", **{stage: getattr(funnel, stage) for stage in STAGES})
    drawn = Bars(
        "funnel", say(lang, "survey.funnel"), words, say(lang, "survey.stage"),
        Axis(say(lang, "survey.visits"), 0, max(1, funnel.visited), Unit.COUNT), bars,
    )  # fmt: skip
    return Markup(charts.figure(drawn, say(lang, "survey.numbers")))


def _facts(found: reading.Survey, lang: str) -> list[Fact]:
    hidden, satisfied = found.hidden, found.satisfaction
    return [
        _fact(lang, "hidden", hidden, hidden.value, hidden.interval, 100.0),
        _fact(lang, "hidden_plain", hidden, hidden.unweighted, None, 100.0),
        _fact(lang, "weighted", satisfied, satisfied.value, satisfied.interval),
        _fact(lang, "unweighted", satisfied, satisfied.unweighted, None),
        _fact(lang, "effective_n", satisfied, satisfied.effective_n, None),
    ]


def _fact(
    lang: str, key: str, of: reading.Measured, value: float | None, interval: Interval | None,
    times: float = 1.0,
) -> Fact:  # fmt: skip
    """Nothing is told of answers that are worth less than the fewest."""
    name = say(lang, f"survey.{key}")
    if value is None or not of.shown:
        return Fact(name, "", "", of.n)
    between = f"{times * interval.low:.1f}-{times * interval.high:.1f}" if interval else ""
    return Fact(name, f"{times * value:.1f}", between, of.n)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f} %"
