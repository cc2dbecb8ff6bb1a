"""Visits fed by other systems, and how whole every frame is."""

from typing import Any

from flask import request

from feedback_service import scoring, visits
from feedback_service.domain.periods import NotAPeriod
from feedback_service.reports import coverage_values
from feedback_service.runtime import Runtime
from feedback_service.visits import MOST_AT_ONCE, Answer, Batch, Fate, Feeder, Way
from feedback_service.web.api.keys import HEADER, holder
from feedback_service.web.api.problems import Problem
from feedback_service.web.periods import read_period


def feed(rt: Runtime) -> dict[str, Any]:
    """Take one visit, or up to 1,000; what became of each stands in the order they came in.

    One visit that is wrong is a problem; of many, the wrong ones are named and the others taken.
    """
    key = holder()
    if key is None:
        raise Problem(401, "A key is needed", HEADER, "", f"send a key in {HEADER}")
    given = request.get_json(silent=True)
    rows: list[Any] = given if isinstance(given, list) else [given]
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise Problem(
            400, "No visits", "body", "", "send one visit as an object, or a list of them"
        )
    if len(rows) > MOST_AT_ONCE:
        raise Problem(
            413, "Too many visits", "body", f"{len(rows)} visits", f"send {MOST_AT_ONCE} at once"
        )
    feeder = Feeder(key.name, key.institution_id)
    answers = visits.take(rt, feeder, Batch(Way.API, key.name), rows)
    if not isinstance(given, list) and answers[0].fate is Fate.REFUSED:
        wrong = answers[0]
        raise Problem(422, "The visit is refused", wrong.field, wrong.value, wrong.remedy)
    return _told(answers)


def coverage(rt: Runtime) -> dict[str, Any]:
    """Of every institution that fed or declared: how much of its visits the frame holds."""
    given = request.args.get("period")
    try:
        period = read_period(given) if given else scoring.newest_period(rt)
    except NotAPeriod as error:
        raise Problem.told(400, "No such period", "period", given or "", error) from None
    with rt.transaction() as session:
        found = scoring.frames(session, period, rt.now())
    return {"period": period.label, "coverage": [coverage_values(one) for one in found.values()]}


def _told(answers: list[Answer]) -> dict[str, Any]:
    many = {fate.value: sum(answer.fate is fate for answer in answers) for fate in Fate}
    return many | {"visits": [_one(answer) for answer in answers]}


def _one(answer: Answer) -> dict[str, Any]:
    said = {"row": answer.row, "source": answer.source, "became": answer.fate.value}
    if answer.fate is not Fate.REFUSED:
        return said
    return said | {"field": answer.field, "value": answer.value, "remedy": answer.remedy}
