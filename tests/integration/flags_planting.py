"""Cases as offices leave them behind in a quarter, and the flags raised from them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from feedback_service.domain.cases import Action, Actor, CaseStatus, Outcome
from feedback_service.domain.information import Handling
from feedback_service.domain.periods import Period
from feedback_service.models import (
    Case,
    CaseEvent,
    Flag,
    new_id,
)
from feedback_service.redress import kinds
from tests.integration.scoring_planting import a_case

LAST = Period.parse("FY2025/26-Q2")
MIDDLE = datetime(2025, 11, 12, 7, 0, tzinfo=UTC)


def events(case: Case, *told: tuple[Action, Actor, datetime, dict[str, Any]]) -> list[CaseEvent]:
    return [
        CaseEvent(
            case_id=case.id, number=number, action=action, actor=actor, at=at, data=data,
            previous="", hash=f"{case.id}:{number}",
        )
        for number, (action, actor, at, data) in enumerate(told, 1)
    ]  # fmt: skip


def plant_cases(rt: Any, many: int, rejected: int) -> None:
    """So many answered cases of the ID service, some of them refused in words of their own."""
    with rt.transaction() as session:
        for number in range(many):
            due = MIDDLE + timedelta(hours=number)
            no = number < rejected
            case = a_case(
                5000 + number, id=new_id(), due_at=due, received_at=due - timedelta(days=7),
                received_on=due.date(), acknowledge_due_at=due, acknowledged_at=due,
                resolved_at=due - timedelta(days=1), category="delay",
                status=CaseStatus.REJECTED if no else CaseStatus.CLOSED,
                outcome=Outcome.NOT_UPHELD if no else Outcome.CONFIRMED,
            )  # fmt: skip
            session.add(case)
            session.flush()  # events point at their case
            how = Action.REJECT if no else Action.RESOLVE
            said = {"text": " ".join(f"w{(number + 1) * n % 97}x" for n in range(3, 15))}
            session.add_all(
                events(
                    case,
                    (Action.RECEIVE, Actor.CITIZEN, case.received_at, {}),
                    (how, Actor.OFFICER, due - timedelta(days=1), said),
                )
            )


def all_flags(rt: Any) -> list[Flag]:
    with rt.transaction() as session:
        return list(session.query(Flag).order_by(Flag.kind, Flag.subject))


def plant_changes_of_kind(rt: Any, opened: Handling, into: Handling, proposed: bool) -> None:
    """A hundred cases; thirty were opened as one kind, called another, and answered by its date."""
    with rt.transaction() as session:
        for number in range(100):
            due, changed = MIDDLE + timedelta(hours=number), number < 30
            first = opened if changed else Handling.COMPLAINT
            kind = into if changed and not proposed else first
            case = a_case(
                9000 + number, id=new_id(), received_at=due - timedelta(days=21), due_at=due,
                received_on=due.date(), acknowledge_due_at=due, category="delay", kind=kind.kind,
                resolved_at=due - timedelta(days=1), status=CaseStatus.RESOLVED,
            )  # fmt: skip
            session.add(case)
            session.flush()  # events point at their case
            owed = kinds.as_data(kinds.promises(None, first))
            told = [
                (Action.RECEIVE, Actor.CITIZEN, case.received_at,
                 {"handling": first.value, "promise": owed}),
            ]  # fmt: skip
            if changed:
                says = {"handling": into.value, **({"proposed": True} if proposed else {
                    "promise": kinds.as_data(kinds.promises(None, into))})}  # fmt: skip
                told.append((Action.RECLASSIFY, Actor.OFFICER, case.received_at, says))
            session.add_all(events(case, *told))
