"""Reminders of a return that has not been sent: 7, 3 and 1 days before its day, each once, to the
performance officers and supervisors of the institution."""

from collections import defaultdict
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.returns import calendar_of
from feedback_service import notices
from feedback_service.contracts.reading import NO_CONTRACT
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.models import Institution, OmbudsmanReturn, Role, Staff
from feedback_service.runtime import Runtime

KIND = "return_due"


def remind(rt: Runtime) -> int:
    """Remind whoever has to be; returns how many institutions that was.

    A clock that was away on the day itself reminds on the next: fewer days are left, and it says
    how many.
    """
    today = rt.now().astimezone(NAIROBI).date()
    days = calendar_of(Period.containing(rt.now()).previous())
    left = days.days_left(today)
    reached = [mark for mark in days.reminders if left <= mark]
    if left < 0 or not reached:
        return 0
    with rt.transaction() as session:
        whom = _whom(session, days.period)
        for institution, people in whom.items():
            key = f"return:{institution}:{days.period.label}:{reached[0]}"
            told = {"days": left, "period": days.period.label, "by": f"{days.due_on:%d.%m.%Y}"}
            notices.post(session, key, KIND, people, rt.now(), data=told, urgent=reached[0] == 1)
    return len(whom)


def _whom(session: Session, period: Period) -> dict[str, list[UUID]]:
    sent = sa.select(OmbudsmanReturn.institution_id).where(OmbudsmanReturn.period == period.label)
    wanted = (
        sa.select(Staff.institution_id, Staff.id)
        .join(Institution, Institution.id == Staff.institution_id)
        .where(
            Staff.role.in_((Role.PERFORMANCE, Role.SUPERVISOR)), Staff.disabled_at.is_(None),
            Institution.type.not_in(NO_CONTRACT), Institution.ended_on.is_(None),
            Institution.id.not_in(sent),
        )
        .order_by(Staff.institution_id, Staff.id)
    )  # fmt: skip
    found: dict[str, list[UUID]] = defaultdict(list)
    for institution, staff_id in session.execute(wanted):
        found[str(institution)].append(staff_id)
    return found
