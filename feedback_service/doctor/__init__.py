"""Says what is missing or mis-set, and the remedy: `checks(rt)` asks everything, in this order.

A finding fails when the service could not do its work, and warns when somebody should look.
"""

import sqlalchemy as sa

from feedback_service.doctor import (
    backlog,
    calls,
    channels,
    deployment,
    desks,
    freezing,
    learning,
    owners,
    returns,
    rising,
    servers,
)
from feedback_service.doctor.finding import Finding, State, fail, ok, warn
from feedback_service.runtime import Runtime

__all__ = ["Finding", "State", "checks", "fail", "ok", "warn"]


def checks(rt: Runtime) -> list[Finding]:
    """Every finding; without a database at the newest schema only what can be known without."""
    database = servers.database(rt)
    found = [*database, *servers.redis(rt), *deployment.checks(rt)]
    if any(finding.state is State.FAIL for finding in database):
        return found
    with rt.transaction() as session:
        session.execute(sa.text("set transaction read only"))
        found += [*desks.checks(rt, session), *deployment.checks_of_data(rt, session)]
        for room in (channels, backlog, calls, owners, learning, rising, returns, freezing):
            found += room.checks(rt, session)
    return found
