"""The draws of the random call-back for other systems: sealed at once, opened when it is over."""

from dataclasses import asdict
from typing import Any

from flask import request

from feedback_service import scoring, verification
from feedback_service.domain.periods import NotAPeriod
from feedback_service.runtime import Runtime
from feedback_service.web.api.problems import Problem
from feedback_service.web.periods import read_period


def draws(rt: Runtime) -> dict[str, Any]:
    """Every draw of a quarter; without a period of the newest."""
    given = request.args.get("period")
    try:
        period = read_period(given) if given else scoring.newest_period(rt)
    except NotAPeriod as error:
        raise Problem.told(400, "No such period", "period", given or "", error) from None
    with rt.transaction() as session:
        found = [asdict(one) for one in verification.published(session, period, rt.now())]
    for one in found:
        one |= {name: one[name].isoformat() for name in ("closed_before", "drawn_on")}
    return {"period": period.label, "draws": found}
