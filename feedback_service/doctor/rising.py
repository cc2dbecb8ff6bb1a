"""Whether somebody looks for problems that rise: an alarm that does not run is a calm country."""

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import emerging
from feedback_service.doctor.finding import Finding, count, ok, warn
from feedback_service.models import Case, EmergingProblem
from feedback_service.runtime import Runtime

LATE = timedelta(hours=26)
"""A look is made once an hour; longer than a day and its duty does not run."""
PATIENCE = timedelta(days=7)


def checks(rt: Runtime, session: Session) -> Iterator[Finding]:
    look = emerging.last_look(session)
    oldest = session.scalar(sa.select(sa.func.min(Case.received_at)))
    if oldest is None or (look is None and rt.now() - oldest < LATE):
        return
    if look is None or rt.now() - look.at > LATE:
        since = "never" if look is None else f"not since {look.at:%Y-%m-%d %H:%M} UTC"
        yield warn(
            f"Problems that rise were looked for {since}",
            "See that a clock and a worker run (feedback clock, feedback worker)",
        )
        return
    yield ok("Problems that rise are looked for")
    waiting = sa.select(sa.func.count()).where(
        EmergingProblem.confirmed.is_(None),
        ~EmergingProblem.simulated,
        EmergingProblem.raised_at < rt.now() - PATIENCE,
    )
    if number := session.scalar(waiting):
        yield warn(
            f"{count(number, 'alarm')} nobody has looked at for a week",
            "Supervisors and oversight say on /desk/emerging whether it is a problem",
        )
