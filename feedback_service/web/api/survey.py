"""The survey for other systems: the funnel of every institution, hidden problems, and each draw."""

from dataclasses import asdict
from typing import Any

from flask import request

from analytics.funnel import BATCH, STAGES
from analytics.indicators import FEWEST_ANSWERS
from analytics.intervals import Interval
from analytics.suppression import MINIMUM
from feedback_service import scoring
from feedback_service.domain.periods import NotAPeriod, Period
from feedback_service.runtime import Runtime
from feedback_service.scoring.survey import Survey, surveys
from feedback_service.visits import publishing
from feedback_service.web.api.problems import Problem
from feedback_service.web.periods import read_period


def survey(rt: Runtime) -> dict[str, Any]:
    """Visited, asked, delivered, answered, and what the answers say; without a period the newest.

    Answers in whole batches of five; nothing of fewer than five visits, no figure of few answers.
    """
    period = _period(rt)
    with rt.transaction() as session:
        found = surveys(session, period, rt.now(), batch=BATCH)
    return {
        "period": period.label,
        "surveys": [_told(name, one) for name, one in sorted(found.items())],
    }


def survey_draws(rt: Runtime) -> dict[str, Any]:
    """Every draw of a period, the newest day first; its seed once nobody can be asked any more."""
    period = _period(rt)
    with rt.transaction() as session:
        found = [asdict(one) for one in publishing.published(session, period, rt.now())]
    return {"period": period.label, "draws": [one | {"day": str(one["day"])} for one in found]}


def _period(rt: Runtime) -> Period:
    given = request.args.get("period")
    try:
        return read_period(given) if given else scoring.newest_period(rt)
    except NotAPeriod as error:
        raise Problem.told(400, "No such period", "period", given or "", error) from None


def _told(name: str, one: Survey) -> dict[str, Any]:
    funnel, hidden, satisfied = one.funnel.in_batches(), one.hidden, one.satisfaction
    shown = funnel.visited >= MINIMUM
    enough, said = satisfied.effective_n >= FEWEST_ANSWERS, hidden.effective_n >= FEWEST_ANSWERS
    return {
        "institution": name,
        "simulated": one.simulated,
        **{stage: getattr(funnel, stage) if shown else None for stage in STAGES},
        "hidden_problems": 100 * hidden.share if said and hidden.share is not None else None,
        **_ends("hidden_problems", hidden.interval if said else None, 100.0),
        "satisfaction_weighted": satisfied.value if enough else None,
        **_ends("satisfaction_weighted", one.satisfaction_interval if enough else None, 1.0),
        "satisfaction_unweighted": satisfied.unweighted if enough else None,
        "effective_n": satisfied.effective_n if enough else None,
        "instruments": sorted(one.instruments),
    }


def _ends(name: str, interval: Interval | None, times: float) -> dict[str, float | None]:
    return {
        f"{name}_low": times * interval.low if interval else None,
        f"{name}_high": times * interval.high if interval else None,
    }
