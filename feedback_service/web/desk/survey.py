"""How citizens were drawn, asked and heard: the funnel with its reasons, hidden problems, draws.

Counts only, of days that are over, answers in whole batches of five; no number, no single answer,
nothing to add or drop.  A body reads of itself no more than its public card tells: its people know
who was at the counter.
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
from feedback_service import reports, scoring
from feedback_service.domain.periods import Period
from feedback_service.models import Role
from feedback_service.recognition.owner import speaks_for_all
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
REASONS = {"not_asked": "asked", "not_delivered": "delivered", "not_answered": "answered"}
"""Why a visit did not come to that stage."""


@dataclass(frozen=True)
class Row:
    """One institution's stages that are told, in the list of all; `missing` counts days without a
    feed."""

    name: str
    href: str
    stages: Mapping[str, int]
    reply: str
    missing: int
    simulated: bool


@dataclass(frozen=True)
class Fact:
    """A figure in words with its interval in words and how many answered; empty where few did, and
    without `n` where that may not be told either."""

    name: str
    words: str
    between: str
    n: int | None


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
    cards = {} if _reads_all() else scoring.edition(rt, period).cards
    rows = []
    for key, one in found.items():
        stages = _stages(one.funnel, answered=reports.tells_drawn(cards.get(key)))
        rows.append(
            Row(
                institution_name(key, lang) or key,
                url_for("desk.survey", institution=key, period=in_address(period)),
                stages, _reply(stages),
                sum(draw.missing for draw in drawn if draw.institution == key), one.simulated,
            )
        )  # fmt: skip
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
    tells = _reads_all() or reports.tells_drawn(scoring.card(rt, institution, period))
    stages = _stages(funnel, answered=tells)
    return render_template(
        "desk/survey.html", name=institution_name(institution, lang), institution=institution,
        chart=_chart(stages, lang) if stages.get("visited") else None, found=found,
        reasons=[_reasons(name, getattr(funnel, name), lang) for name, stage in REASONS.items()
                 if stage in stages],
        facts=_facts(found, lang) if found and tells else [], held_back=len(stages) < len(STAGES),
        fewest=FEWEST_ANSWERS, draws=draws[:MOST_DRAWS],
        missing=sum(draw.missing for draw in draws), breaks=breaks, period=period,
        periods=periods_here(), period_key=in_address(period), of_all=viewer().has(*OF_ALL),
        reply=_reply(stages),
        through=found.through if found else through(period, rt.now()),
    )  # fmt: skip


def _reads_all() -> bool:
    """Who is of no body that is judged here, or oversees it: they must see what is wrong."""
    return viewer().has(Role.OVERSIGHT) or speaks_for_all(runtime(), viewer())


def _stages(funnel: Funnel, *, answered: bool) -> Mapping[str, int]:
    """The stages that the viewer is told; others stand in no sum, and their reasons neither."""
    if not _reads_all():
        return reports.stages(funnel, answered=answered)
    told = funnel.in_batches()
    return {stage: getattr(told, stage) for stage in STAGES}


def _reasons(name: str, counts: Mapping[str, int], lang: str) -> tuple[str, list[tuple[str, int]]]:
    told = few_together(counts).items()
    named = [(say(lang, f"survey.why.{why.replace('-', '_')}"), n) for why, n in told]
    return say(lang, f"survey.{name}"), sorted(named, key=lambda each: -each[1])


def _chart(stages: Mapping[str, int], lang: str) -> Markup:
    named = {say(lang, f"survey.{stage}"): many for stage, many in stages.items()}
    bars = tuple(Bar(name, float(many)) for name, many in named.items())
    words = ", ".join(f"{name} {many:,}" for name, many in named.items())
    if len(stages) == len(STAGES):
        words = say(lang, "survey.chart_words", **stages)
    drawn = Bars(
        "funnel", say(lang, "survey.funnel"), words, say(lang, "survey.stage"),
        Axis(say(lang, "survey.visits"), 0, stages["visited"], Unit.COUNT), bars,
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
    """Nothing is told of answers that are worth less than the fewest; a body is not told either
    how many they are."""
    name = say(lang, f"survey.{key}")
    if value is None or not of.shown:
        return Fact(name, "", "", of.n if _reads_all() else None)
    between = f"{times * interval.low:.1f}-{times * interval.high:.1f}" if interval else ""
    return Fact(name, f"{times * value:.1f}", between, of.n)


def _reply(stages: Mapping[str, int]) -> str:
    if not stages.get("delivered") or "answered" not in stages:
        return ""
    return f"{100 * stages['answered'] / stages['delivered']:.0f} %"
