"""The demo's officers have a year of targets: the first has a proposal to read, the next has
contested one, the third has only agreed to the targets."""

from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.appraisals import NewTarget, Taken, begin, enter, going, line, take, targets
from feedback_service.domain.appraisals import Step
from feedback_service.domain.periods import Period
from feedback_service.models import Case, Role, Staff
from feedback_service.runtime import Runtime

MOST = 3
FORM = "PSC 37A"
SAID = "Simulated, to show what an appraisal is."
CONTESTED = "Simulated: two of these cases were passed on late by another office."


def appraise(rt: Runtime) -> int:
    """Open the year of the first officers who have a supervisor, once; how many there are now.

    Beside cases of real citizens work real officers: nothing is invented about them.
    """
    period = Period.containing(rt.now())
    with rt.transaction() as session:
        if session.scalar(sa.select(Case.id).where(~Case.simulated).limit(1)):
            return 0
        pairs = _pairs(session)
        for number, (boss, officer) in enumerate(pairs):
            if going.of(session, officer.id, period.year) is None:
                _year(rt, session, boss, officer, period, number)
    return len(pairs)


def _pairs(session: Session) -> list[tuple[Staff, Staff]]:
    people = session.scalars(
        sa.select(Staff).where(Staff.disabled_at.is_(None)).order_by(Staff.created_at, Staff.id)
    ).all()
    bosses = [one for one in people if one.role is Role.SUPERVISOR]
    found = []
    for officer in (one for one in people if one.role is Role.OFFICER):
        boss = next((one for one in bosses if line.leads(session, one, officer)), None)
        if boss:
            found.append((boss, officer))
    return found[:MOST]


def _year(
    rt: Runtime, session: Session, boss: Staff, officer: Staff, period: Period, number: int
) -> None:
    row = begin(rt, session, boss, officer, period.year, FORM)
    for name, measure, target, unit in (
        ("Cases answered in own time", "own_time", 85, "%"),
        ("Answers with reasons", "own_reasons", 95, "%"),
        ("Days at Huduma Mashinani", "", 12, "days"),
    ):
        what = NewTarget(name, Decimal(target), unit, measure, "B3" if measure else "")
        last = targets.add(rt, session, boss, row, what)
    session.flush()  # what is entered points at its target
    take(rt, session, boss, row, Taken(Step.SET))
    take(rt, session, officer, row, Taken(Step.AGREE, SAID))
    quarter = period.quarter or 4
    enter(rt, session, row, officer, last.id, quarter, Decimal(11), SAID)
    if number == 2:
        return
    take(rt, session, boss, row, Taken(Step.PROPOSE))
    if number == 1:
        take(rt, session, officer, row, Taken(Step.SEE))
        take(rt, session, officer, row, Taken(Step.CONTEST, CONTESTED))
