"""The survey for other systems: the funnel of every institution, hidden problems, and each draw."""

from dataclasses import asdict
from typing import Any

from flask import request

from feedback_service import reports, scoring
from feedback_service.domain.periods import NotAPeriod, Period
from feedback_service.runtime import Runtime
from feedback_service.scoring import survey_kept
from feedback_service.visits import publishing
from feedback_service.web.api.problems import Problem
from feedback_service.web.periods import read_period


def survey(rt: Runtime) -> dict[str, Any]:
    """Visited, asked, delivered, answered, and what the answers say; without a period the newest.

    Of visits up to the day `through`: of later ones somebody may still be asked.
    """
    period = _period(rt)
    with rt.transaction() as session:
        found = survey_kept.told(session, period, rt.now())
    cards = scoring.edition(rt, period).cards
    return {
        "period": period.label,
        "surveys": [
            {"institution": name, "simulated": one.simulated}
            | reports.survey_values(one, cards.get(name))
            for name, one in sorted(found.items())
        ],
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
