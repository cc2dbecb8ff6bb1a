"""Problems as rows: raised once, going on while they last, over when they fall; who is told."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from analytics.alarms import PARAMETERS, Known, Place, Problem, goes_on
from feedback_service import notices
from feedback_service.emerging.reading import WATCHERS
from feedback_service.models import (
    EmergingLook,
    EmergingProblem,
    IncidentCase,
    Institution,
    Role,
    Staff,
)
from feedback_service.runtime import Runtime

LOOK_LOCK = 4_210_030
"""The advisory lock of the one look that keeps what it found."""
MOST_CASES, MOST_TERMS = 200, 8


@dataclass(frozen=True)
class Seen:
    """A problem, its cases (newest first), its last days (counted, expected), its terms as said."""

    problem: Problem
    cases: Sequence[uuid.UUID]
    have: Sequence[int]
    should: Sequence[float]
    spoken: Mapping[str, str]
    terms: Sequence[str]


def keep(
    rt: Runtime, today: date, seen: Sequence[Seen], looked: tuple[int, int, int],
    *, simulated: bool,
) -> int:  # fmt: skip
    """Write down what a look found; returns how many problems are new.

    looked: cases counted, series judged, series with too little history.
    """
    raised = 0
    with rt.transaction() as session:
        if not session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(LOOK_LOCK))):
            return 0  # another worker looks at the same rows
        on = _still_on(session, today, simulated)
        for one in seen:
            old = next((problem for problem in on if _same(problem, one)), None)
            if old is not None:
                _go_on(session, old, one, today)
            elif one.problem.sure:
                new = _raise(rt, session, one, today, simulated)
                on.append(new)
                raised += 1
        _end(session, today)
        _note(session, rt, today, looked, raised)
    return raised


def _still_on(session: Session, today: date, simulated: bool) -> list[EmergingProblem]:
    since = today - timedelta(days=PARAMETERS.over_after)
    return list(
        session.scalars(
            sa.select(EmergingProblem)
            .where(EmergingProblem.simulated == simulated, EmergingProblem.last_day >= since)
            .order_by(EmergingProblem.raised_at.desc())
            .with_for_update()
        )
    )


def _same(old: EmergingProblem, new: Seen) -> bool:
    best, old_terms = new.problem.best, frozenset([old.term, *old.detail.get("terms", ())])
    return goes_on(
        Known(_place(old), old_terms, frozenset(old.cases)),
        Known(
            best.place,
            frozenset([best.term, *new.problem.terms]),
            frozenset(str(case_id) for case_id in new.cases),
        ),
    )


def _go_on(session: Session, old: EmergingProblem, new: Seen, today: date) -> None:
    """It lasts: the last figures, and the cases that came since, before those known."""
    best = new.problem.best
    old.last_day, old.ended_on = today, None
    if (best.place, best.term) == (_place(old), old.term):
        # What another place or term tells of it does not change what it is.
        old.observed, old.expected = best.observed, best.expected
        old.score = max(old.score, best.score)
        old.detail = _detail(new, old.detail)
    cases = dict.fromkeys([*(str(case_id) for case_id in new.cases), *old.cases])
    old.cases = list(cases)[:MOST_CASES]
    old.incident_id = _incident(session, old.cases) or old.incident_id


def _place(problem: EmergingProblem) -> Place:
    return Place(problem.institution_id or "", problem.county_code or 0)


def _raise(
    rt: Runtime, session: Session, new: Seen, today: date, simulated: bool
) -> EmergingProblem:
    best = new.problem.best
    cases = [str(case_id) for case_id in new.cases[:MOST_CASES]]
    row = EmergingProblem(
        institution_id=best.place.institution or None, county_code=best.place.county or None,
        term=best.term, day=today, last_day=today, observed=best.observed,
        expected=best.expected, score=best.score, cases=cases, parameters=PARAMETERS.version,
        raised_at=rt.now(), detail=_detail(new, {}), simulated=simulated,
        incident_id=_incident(session, cases),
    )  # fmt: skip
    session.add(row)
    session.flush()  # its notices are known by its id
    figures = {"observed": best.observed, "expected": round(best.expected)}
    notices.post(session, f"emerging:{row.id}", "emerging", _whom(rt, session, row), rt.now(),
                 data=figures)  # fmt: skip
    return row


def _detail(new: Seen, old: Mapping[str, Any]) -> dict[str, Any]:
    terms = dict.fromkeys([*old.get("terms", ()), *new.terms])
    return {
        "terms": list(terms)[:MOST_TERMS], "window": new.problem.best.window,
        "have": list(new.have), "should": list(new.should),
        "spoken": {**new.spoken, **old.get("spoken", {})},
    }  # fmt: skip


def _incident(session: Session, cases: Sequence[str]) -> uuid.UUID | None:
    """The incident that half of the cases or more are gathered in."""
    ids = [uuid.UUID(case_id) for case_id in cases]
    inside = sa.select(IncidentCase.incident_id).where(
        IncidentCase.case_id.in_(ids), IncidentCase.split_at.is_(None)
    )
    for incident_id, number in Counter(session.scalars(inside)).most_common(1):
        return incident_id if 2 * number >= len(cases) else None
    return None


def _whom(rt: Runtime, session: Session, problem: EmergingProblem) -> list[uuid.UUID]:
    """Who answers for the body or the county, and who owns the scorecard."""
    body = Institution.id == problem.institution_id
    if problem.institution_id is None:
        body = Institution.county_code == problem.county_code
    theirs = sa.and_(
        Staff.role.in_((Role.SUPERVISOR, Role.PERFORMANCE)),
        Staff.institution_id.in_(sa.select(Institution.id).where(body)),
    )
    owner = Staff.institution_id == rt.settings.scorecard_owner
    watching = sa.and_(Staff.role.in_(WATCHERS), sa.or_(Staff.institution_id.is_(None), owner))
    found = sa.select(Staff.id).where(sa.or_(theirs, watching), Staff.disabled_at.is_(None))
    return list(session.scalars(found.order_by(Staff.id)))


def _end(session: Session, today: date) -> None:
    fallen = EmergingProblem.last_day < today - timedelta(days=PARAMETERS.over_after)
    session.execute(
        sa.update(EmergingProblem)
        .where(EmergingProblem.ended_on.is_(None), fallen)
        .values(ended_on=EmergingProblem.last_day)
    )


def _note(
    session: Session, rt: Runtime, today: date, looked: tuple[int, int, int], raised: int
) -> None:
    cases, judged, young = looked
    row = {
        "day": today, "at": rt.now(), "cases": cases, "judged": judged, "too_young": young,
        "raised": raised, "parameters": PARAMETERS.version,
    }  # fmt: skip
    renewed = {**row, "raised": EmergingLook.raised + raised}
    session.execute(
        insert(EmergingLook).values(row).on_conflict_do_update(index_elements=["day"], set_=renewed)
    )
