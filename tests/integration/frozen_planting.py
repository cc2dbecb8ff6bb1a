"""A quarter with ratings and answered cases of real histories, ready to be frozen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from analytics.integrity import Signal
from feedback_service import redress
from feedback_service.domain.cases import Action, Actor
from feedback_service.domain.periods import Period
from feedback_service.domain.ratings import Sample
from feedback_service.models import Case, Flag, FrozenPeriod
from feedback_service.redress import Act, history
from feedback_service.scoring.frozen.closing import Closing, freeze
from tests.integration.scoring_planting import a_citizen, a_rating

PERIOD = Period.parse("FY2025/26-Q3")
MATURED = datetime(2026, 5, 4, 6, tzinfo=UTC)
"""More than 30 days after the quarter's end."""


def plant(rt: Any, world: Any, clock: Any, many: int = 3) -> list[Case]:
    """Ratings of each class, and cases of the ID service: answered and confirmed, answered and
    disputed, and one still open."""
    with rt.transaction() as session:
        for number in range(40):
            sample = (Sample.VERIFIED, Sample.OPEN, Sample.ASSISTED)[number % 3]
            session.add(
                a_rating(
                    score=1 + number % 5, sample=sample, citizen_id=a_citizen(session),
                    given_at=clock(), on_time=number % 2 == 0,
                )
            )  # fmt: skip
        session.add(a_rating(institution_id=None, given_at=clock()))
    opened = [world.case(f"The ID card number {at} has not come.") for at in range(many)]
    clock.forward(hours=3)
    for case in opened[:2]:
        act(rt, case, Action.RESOLVE, Actor.OFFICER, "It is ready at the desk.")
    clock.forward(days=2)
    for case, word in zip(opened, (Action.CONFIRM, Action.DISPUTE), strict=False):
        act(rt, case, word, Actor.CITIZEN)
    return opened


def with_history(session: Session, case: Case) -> Case:
    """A planted case with the events it would have: received, and answered where it was."""
    session.add(case)
    session.flush()  # its events point at it
    history.begin(session, case, Actor.CITIZEN, {"handling": case.kind.value})
    if case.resolved_at:
        case.acknowledged_at = case.received_at
        history.add(session, case, Action.ACKNOWLEDGE, Actor.OFFICER, case.received_at, {})
        history.add(session, case, Action.RESOLVE, Actor.OFFICER, case.resolved_at, {})
    return case


def act(rt: Any, case: Case, action: Action, actor: Actor, text: str = "") -> None:
    redress.act(rt, case.id, Act(action, actor, text))


def quiet(name: str, done: int, of: int) -> None:
    """Somebody who is told nothing on the way."""


def frozen(rt: Any, clock: Any, reason: str = "") -> FrozenPeriod:
    clock.set(MATURED)
    return freeze(rt, Closing(PERIOD, reason), quiet)


def raised(rt: Any, signal: Signal, records: list[Any], stands: bool | None = None) -> Flag:
    """A flag of the bureau on these records."""
    figures = {"hits": len(records), "of": 40, "phones": 2, "mean": 4.0}
    return Flag(
        kind=signal.value, institution_id="NRB", period=PERIOD.label, subject=f"{signal}:x",
        detail={"figures": figures, "records": [str(one) for one in records], "favourable": True,
                "parameters": "integrity-2026.1"},
        records=len(records), raised_at=rt.now(), due_at=rt.now(), stands=stands,
    )  # fmt: skip
