"""A case held against its own history: what its figures rest on must be what its events come to, so
that a row changed in the database, or a history cut short, does not pass as evidence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from analytics.tallies import CaseFact
from feedback_service.domain.cases import (
    START,
    TRANSITIONS,
    Action,
    CaseKind,
    Outcome,
    outcome_after,
)
from feedback_service.domain.chain import JSON
from feedback_service.domain.information import Handling

REACHED, PROMPTED, HANDLING = "reached", "prompted", "handling"
"""What of an event's data decides a figure beside the action itself."""
TELLING = frozenset({Action.RECEIVE, Action.RECLASSIFY, Action.WITHDRAW, Action.EXPIRE})
"""The actions of which it does."""
A_BREATH = timedelta(seconds=1)
"""Older rows and their events were written with two looks at the clock, microseconds apart."""
_ANSWERS = frozenset({Action.RESOLVE, Action.REJECT})
_AGAIN = frozenset({Action.DISPUTE, Action.REOPEN})
_CLOSE = frozenset({Action.WITHDRAW, Action.EXPIRE})
_EITHER = (True, False)


@dataclass(frozen=True)
class Done:
    """One event of a case; of a shut case its `data` is empty."""

    action: Action
    at: datetime
    data: Mapping[str, JSON] = field(default_factory=dict)


def contradiction(fact: CaseFact, events: Sequence[Done]) -> str:
    """What of the case its events do not tell, with both values; "" where they agree."""
    if not events or events[0].action is not Action.RECEIVE:
        return "it has no event that says it was received"
    told = _Life()
    for event in events:
        told.take(event)
    for name, stands, said in (
        ("received_at", fact.received_at, {events[0].at}),
        ("acknowledged_at", fact.acknowledged_at, {told.acknowledged_at}),
        ("resolved_at", fact.resolved_at, {told.resolved_at}),
        ("closed_at", fact.closed_at, {told.closed_at}),
        ("outcome", fact.outcome, told.outcomes),
        ("reopened", fact.reopened, {told.reopened}),
        ("kind", fact.kind, {told.kind or fact.kind}),
    ):
        if not any(_same(stands, one) for one in said):
            return f"{name} is {_said([stands])}, its events say {_said(said)}"
    return ""


class _Life:
    """What the events so far come to.  Where an event does not say what decides it (its data may
    be left out), every outcome it can have had is kept."""

    def __init__(self) -> None:
        self.status = START
        self.outcomes: set[Outcome | None] = {None}
        self.acknowledged_at: datetime | None = None
        self.resolved_at: datetime | None = None
        self.closed_at: datetime | None = None
        self.reopened = False
        self.kind: CaseKind | None = None

    def take(self, event: Done) -> None:
        action, before = event.action, self.status
        self.status = TRANSITIONS.get((before, action), before)
        if action is Action.ACKNOWLEDGE:
            self.acknowledged_at = self.acknowledged_at or event.at
        elif action in _ANSWERS:
            self.resolved_at = event.at
        elif action in _AGAIN:
            self.resolved_at = self.closed_at = None
            self.reopened = True
        elif action in _CLOSE:
            self.closed_at = event.at
        elif action is Action.CONFIRM:
            self.closed_at = self.closed_at or event.at
        handling = event.data.get(HANDLING)
        if isinstance(handling, str) and not event.data.get("proposed"):
            self.kind = Handling(handling).kind
        if action in _DECIDE:
            self.outcomes = {
                outcome_after(before, action, outcome, reached=reached, prompted=prompted)
                for outcome in self.outcomes
                for reached in _known(event, REACHED)
                for prompted in _known(event, PROMPTED)
            }


_DECIDE = _AGAIN | _CLOSE | {Action.REJECT, Action.CONFIRM}


def _known(event: Done, name: str) -> tuple[bool, ...]:
    value = event.data.get(name)
    return (value,) if isinstance(value, bool) else _EITHER


def _same(stands: object, said: object) -> bool:
    if isinstance(stands, datetime) and isinstance(said, datetime):
        return abs(stands - said) < A_BREATH
    return stands == said


def _said(values: Iterable[object]) -> str:
    return " or ".join(sorted("none" if one is None else str(one) for one in values))
