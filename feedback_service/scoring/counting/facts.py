"""A case's row as the plain value of which figures are made."""

import uuid
from collections.abc import Collection

from analytics.tallies import CaseFact
from feedback_service.models import Case
from feedback_service.scoring.counting import costs


def case_fact(
    case: Case, paid: costs.Costs = costs.NONE, reopened: Collection[uuid.UUID] = ()
) -> CaseFact:
    """`paid` is what messages of cases cost, `reopened` the cases that a supervisor opened again;
    what a citizen disputed was opened again in any case."""
    return CaseFact(
        institution=case.institution_id, service=case.service_id,
        service_point=case.service_point_id,
        county=None if case.county_code is None else str(case.county_code),
        channel=case.channel, language=case.language, received_at=case.received_at,
        due_at=case.due_at, first_due_at=case.first_due_at,
        acknowledge_due_at=case.acknowledge_due_at,
        acknowledged_at=case.acknowledged_at, resolved_at=case.resolved_at,
        closed_at=case.closed_at, outcome=case.outcome, lane=case.lane, simulated=case.simulated,
        kind=case.kind, urgent=case.urgent,
        reopened=case.disputes > 0 or case.id in reopened, received_on=case.received_on,
        messages_cost=paid.get(case.id, 0),
    )  # fmt: skip
