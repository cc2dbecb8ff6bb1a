"""Reminders to whoever has not sent an aggregate up: a week before its date, the day before, and
once it is past."""

import uuid
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import notices
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.government.standing import State, Status, signatories, standing
from feedback_service.models import Role, Staff
from feedback_service.runtime import Runtime
from feedback_service.scoring.reading import extent

People = Mapping[tuple[str, Role], list[uuid.UUID]]

BEFORE = (7, 1)
"""So many days before the date."""


def remind(rt: Runtime) -> int:
    """Tell those of the last quarter, and of the last year where one has ended, each once a step;
    how many signatories were told.  Of a period before anything was counted nobody is reminded."""
    quarter = Period.containing(rt.now()).previous()
    periods = [quarter, quarter.financial_year] if quarter.quarter == 4 else [quarter]
    told = 0
    with rt.transaction() as session:
        first, people = extent(session)[0], _people(session)
        for period in periods:
            if first is None or first.astimezone(NAIROBI).date() > period.end:
                continue
            given = signatories(session, period)
            for status in standing(session, period, rt.now(), given):
                told += _tell(session, rt, period, status, people)
    return told


def _tell(session: Session, rt: Runtime, period: Period, status: Status, people: People) -> bool:
    one, step = status.signatory, _step(status.due, rt.now().astimezone(NAIROBI).date())
    role = Role.OVERSIGHT if one.whole else Role.PERFORMANCE
    whom = people.get((one.holder, role), [])
    if status.state is State.GONE_UP or not (step and whom):
        return False
    notices.post(
        session, f"line:{period.label}:{one.line.key}:{one.holder}:{step}",
        "line_late" if step == "late" else "line_due", whom, rt.now(),
        data={"period": period.label, "by": f"{status.due:%d.%m.%Y}"},
    )  # fmt: skip
    return True


def _step(due: date, today: date) -> str:
    """The step that is due today or was last; nothing while the date is far."""
    if today > due:
        return "late"
    passed = [days for days in BEFORE if today >= due - timedelta(days=days)]
    return str(min(passed)) if passed else ""


def _people(session: Session) -> People:
    """Who signs, by institution and role."""
    rows = session.execute(
        sa.select(Staff.institution_id, Staff.role, Staff.id)
        .where(Staff.role.in_((Role.OVERSIGHT, Role.PERFORMANCE)), Staff.disabled_at.is_(None))
        .where(Staff.institution_id.is_not(None))
        .order_by(Staff.id)
    )
    found: dict[tuple[str, Role], list[uuid.UUID]] = defaultdict(list)
    for institution, role, staff_id in rows:
        found[str(institution), role].append(staff_id)
    return found
