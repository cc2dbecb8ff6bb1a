"""What a case is handled as, and the dates that follow: set alone until it is acknowledged, and by
two people after that.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from feedback_service import registry
from feedback_service.domain import information
from feedback_service.domain.cases import Action, ActionNotAllowed, Actor, CaseKind, CaseStatus
from feedback_service.domain.charter import CommitmentKind, Promise, PromiseUnit
from feedback_service.domain.information import Handling
from feedback_service.models import Case, CaseEvent, Charter
from feedback_service.redress import history
from feedback_service.runtime import Runtime

ACKNOWLEDGE_DAYS, RESOLVE_DAYS = 1, 10
"""Working days where no charter says otherwise: no national rule was found, so ours, and shown."""
_AGREE = frozenset({Actor.SUPERVISOR, Actor.TRIAGE})


@dataclass(frozen=True)
class Proposal:
    """A change of kind that waits for a second person."""

    handling: Handling
    by_id: uuid.UUID | None


def promises(charter: Charter | None, handling: Handling) -> dict[CommitmentKind, Promise]:
    """What a case handled so is owed; a request for information is answered by the Act's dates."""
    acknowledge, resolve = ACKNOWLEDGE_DAYS, RESOLVE_DAYS
    if charter is not None:
        acknowledge, resolve = charter.acknowledge_working_days, charter.resolve_working_days
    of_charter = Promise(resolve, PromiseUnit.WORKING_DAYS)
    return {
        CommitmentKind.ACKNOWLEDGE: Promise(acknowledge, PromiseUnit.WORKING_DAYS),
        CommitmentKind.RESOLVE: information.ANSWER.get(handling, of_charter),
    }


def as_data(owed: Mapping[CommitmentKind, Promise]) -> dict[str, Any]:
    """As events record it: `{"resolve": {"amount": 21, "unit": "calendar_days"}}`."""
    return {kind.value: promise.as_data() for kind, promise in owed.items()}


def waiting(events: Sequence[CaseEvent]) -> Proposal | None:
    """The change of kind that waits: the last one, unless it counts."""
    said = [event for event in events if event.action is Action.RECLASSIFY]
    if not said or not said[-1].data.get("proposed"):
        return None
    return Proposal(Handling(said[-1].data["handling"]), said[-1].staff_id)


def handled(events: Sequence[CaseEvent]) -> Handling:
    """What the case is handled as, by its events."""
    for event in reversed(events):
        told = event.data.get("handling")
        if told and not event.data.get("proposed"):
            return Handling(told)
    return Handling.COMPLAINT


def reclassify(
    rt: Runtime, session: Session, case: Case, wanted: Handling | None,
    who: tuple[Actor, uuid.UUID | None],
) -> dict[str, Any]:  # fmt: skip
    """Propose another kind or agree to it, as who does it may; raises ActionNotAllowed."""
    if wanted is None:
        raise ActionNotAllowed("handling is None: choose one of " + ", ".join(Handling))
    events = history.events(session, case)
    if wanted is handled(events) and waiting(events) is None:
        raise ActionNotAllowed(f"the case is handled as {wanted} already: choose another kind")
    if case.status is not CaseStatus.RECEIVED and not _agrees(waiting(events), wanted, who):
        return {"handling": wanted.value, "proposed": True}
    case.kind = wanted.kind
    promise = promises(_charter(rt, case), wanted)[CommitmentKind.RESOLVE]
    return {
        "handling": wanted.value, "was": case.due_at.isoformat(),
        "promise": {CommitmentKind.RESOLVE.value: promise.as_data()},
    }  # fmt: skip


def extend(rt: Runtime, session: Session, case: Case) -> dict[str, Any]:
    """The one extension of a request for information; raises ActionNotAllowed."""
    events = history.events(session, case)
    if not may_extend(case, events):
        raise ActionNotAllowed(
            f"a case handled as {handled(events)} is extended once at most, and only as information"
        )
    if case.due_at < rt.now():
        raise ActionNotAllowed(f"it was due at {case.due_at.isoformat()}: answer it instead")
    return {
        "was": case.due_at.isoformat(),
        "promise": {CommitmentKind.RESOLVE.value: information.EXTENDED.as_data()},
    }


def may_extend(case: Case, events: Sequence[CaseEvent]) -> bool:
    """Whether it is a request that does not concern life or liberty, and not extended yet."""
    once = all(event.action is not Action.EXTEND for event in events)
    return case.kind is CaseKind.INFORMATION and once and handled(events) is Handling.INFORMATION


def _agrees(
    proposal: Proposal | None, wanted: Handling, who: tuple[Actor, uuid.UUID | None]
) -> bool:
    actor, staff_id = who
    if proposal is None or proposal.handling is not wanted:
        return False
    return actor in _AGREE and staff_id is not None and staff_id != proposal.by_id


def _charter(rt: Runtime, case: Case) -> Charter | None:
    """The version that was in force when the case came."""
    if case.service_id is None:
        return None
    return registry.charter_at(rt, case.service_id, case.received_on)
