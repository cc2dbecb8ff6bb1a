"""Whether somebody is reminded of each institution's quarterly return to the Ombudsman."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.contracts.reading import NO_CONTRACT
from feedback_service.doctor.finding import Finding, some, warn
from feedback_service.models import Case, Institution, Role, Staff
from feedback_service.runtime import Runtime


def checks(rt: Runtime, session: Session) -> Iterator[Finding]:
    """Nothing is said of institutions that no real case has reached."""
    people = sa.select(Staff.institution_id).where(
        Staff.role.in_((Role.PERFORMANCE, Role.SUPERVISOR)), Staff.disabled_at.is_(None),
        Staff.institution_id.is_not(None),
    )  # fmt: skip
    has_cases = sa.exists().where(Case.institution_id == Institution.id, Case.simulated.is_(False))
    alone = sa.select(Institution.id).where(
        Institution.type.not_in(NO_CONTRACT), Institution.ended_on.is_(None), has_cases,
        Institution.id.not_in(people),
    )  # fmt: skip
    names = list(session.scalars(alone.order_by(Institution.id)))
    if names:
        yield warn(
            f"Nobody is reminded of the Ombudsman's return of {some(names)}",
            "feedback user add EMAIL --role performance --institution ID",
        )
