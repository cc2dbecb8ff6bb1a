"""What each version meets day by day, and whether it is still what the version was made for.

| watched | alarm from |
|---|---|
| words the model does not know, as a share | twice that of held-out messages |
| population stability index of each head's answers, against held-out answers | 0.25 |
| how far new messages can be told from older ones (AUC, weekly, at training) | 0.75 |

The rules are those of the measurements the model was designed by (`docs/learning.md`); a few
messages raise no alarm.  Numbers only: no word of a citizen is kept here.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from analytics.triage import drift
from analytics.triage.labels import INTENT, Intent
from analytics.triage.record import HEADS, Record
from feedback_service.domain.calendar import NAIROBI
from feedback_service.models import Case, ModelDay, ModelStep, Suggestion
from feedback_service.runtime import Runtime
from feedback_service.triage import promotion, telling
from feedback_service.triage.shelf import Shelf, answers

PSI_FROM, TOLD_APART_FROM, UNKNOWN_TIMES = 0.25, 0.75, 2.0
LEAST = 200
"""Messages of the last days from which on a change of their mixture is no chance."""
LAST_DAYS = 28
_AT_A_TIME = 500
_BACK = 7
"""Days counted again at each look: suggestions come late, after a worker was down."""


@dataclass(frozen=True)
class Drift:
    """The last four weeks of the version in use; None where nothing can be compared.

    `unknown_then`: of held-out messages. `psi` by head. `told_apart`: AUC, 0.5 when alike.
    `days`: those it was counted on, the oldest first.
    """

    version: str
    messages: int
    abstained: float
    confidence: float
    unknown: float
    unknown_then: float | None
    psi: Mapping[str, float]
    told_apart: float | None
    alarms: tuple[str, ...]
    days: tuple[ModelDay, ...] = ()


def count_days(rt: Runtime) -> int:
    """The clock's duty: count the last full days anew; returns how many lines stand for them."""
    today = rt.now().astimezone(NAIROBI).date()
    with rt.transaction() as session:
        rows = [
            row
            for back in range(1, _BACK + 1)
            for row in _rows_of(rt, session, today - timedelta(days=back))
        ]
        for row in rows:
            added = insert(ModelDay).values(row)
            session.execute(
                added.on_conflict_do_update(index_elements=["day", "model_version"], set_=row)
            )
        if found := drift_of(rt, session):
            telling.of_drift(rt, session, found.version, found.alarms)
    return len(rows)


def drift_of(rt: Runtime, session: Session) -> Drift | None:
    """The version in use over the last weeks; None before its first counted day."""
    shelf = Shelf(rt.settings.var_dir)
    version = shelf.version_or_nothing()
    since = rt.now().astimezone(NAIROBI).date() - timedelta(days=LAST_DAYS)
    wanted = sa.select(ModelDay).where(ModelDay.model_version == version, ModelDay.day >= since)
    found = session.scalars(wanted.order_by(ModelDay.day)).all()
    messages = sum(day.messages for day in found)
    if not messages:
        return None
    made = answers(shelf.in_use)
    summed = added(found)
    unknown = summed["unknown"] / max(1, summed["words"])
    then = made.unknown if made else None
    psi = _psi(summed["answers"], made) if made else {}
    apart = told_apart(session)
    alarms = tuple(_alarms(messages, unknown, then, psi, apart))
    return Drift(
        version, messages, sum(day.abstained for day in found) / messages,
        summed["confidence"] / messages, unknown, then, psi, apart, alarms, tuple(found),
    )  # fmt: skip


def added(found: Sequence[ModelDay]) -> dict[str, Any]:
    """The figures of several days added up, in the form of one day's."""
    total: dict[str, Any] = {"words": 0, "unknown": 0, "confidence": 0.0, "answers": {}}
    for day in found:
        for name in ("words", "unknown", "confidence"):
            total[name] += day.figures[name]
        for head, counts in day.figures["answers"].items():
            mine = total["answers"].setdefault(head, {})
            for label, count in counts.items():
                mine[label] = mine.get(label, 0) + count
    return total


def told_apart(session: Session) -> float | None:
    """The AUC that the last training found; see `training`."""
    last = promotion.last_of(session, ModelStep.TRAINED)
    found = last.detail.get("told_apart") if last else None
    return float(found) if found is not None else None


def _rows_of(rt: Runtime, session: Session, day: date) -> list[dict[str, Any]]:
    """A row for each version that read something on this day of Nairobi's."""
    begins = datetime.combine(day, time(), NAIROBI)
    read = (
        sa.select(Suggestion.model_version, Suggestion.abstained, Suggestion.detail)
        .join(Case, Case.id == Suggestion.case_id)
        .where(Case.simulated.is_(False), Suggestion.at >= begins)
        .where(Suggestion.at < begins + timedelta(days=1))
        .execution_options(yield_per=_AT_A_TIME)
    )
    by_version: dict[str, _Met] = {}
    for version, abstained, detail in session.execute(read):
        if detail.get("chances"):
            by_version.setdefault(version, _Met()).add(abstained, detail)
    return [
        {
            "day": day, "model_version": version, "messages": met.messages,
            "abstained": met.abstained, "figures": met.figures(), "counted_at": rt.now(),
        }
        for version, met in by_version.items()
    ]  # fmt: skip


class _Met:
    """What a version met, message by message: sums, so that days can be added."""

    def __init__(self) -> None:
        self.messages = self.abstained = self.words = self.unknown = 0
        self.confidence = 0.0
        self.answers: dict[str, Counter[str]] = {head.name: Counter() for head in HEADS}

    def add(self, abstained: bool, detail: Mapping[str, Any]) -> None:
        chances, counted = detail["chances"], detail.get("counted", {})
        self.messages += 1
        self.abstained += abstained
        self.words += counted.get("words", 0)
        self.unknown += counted.get("unknown", 0)
        self.confidence += _confidence(chances)
        for head in HEADS:
            self.answers[head.name][_best(chances[head.name])] += 1

    def figures(self) -> dict[str, Any]:
        return {
            "words": self.words, "unknown": self.unknown,
            "confidence": round(self.confidence, 4), "answers": self.answers,
        }  # fmt: skip


def _best(chances: Mapping[str, float]) -> str:
    return max(chances, key=lambda label: chances[label])


def _confidence(chances: Mapping[str, Mapping[str, float]]) -> float:
    """Of the route: the intent, and for a complaint intent and category together."""
    intent = _best(chances[INTENT.name])
    sure = chances[INTENT.name][intent]
    return sure * max(chances["category"].values()) if intent == Intent.COMPLAINT else sure


def _psi(answers: Mapping[str, Mapping[str, int]], made: Record) -> dict[str, float]:
    found = {}
    for head in HEADS:
        counts = np.array([answers.get(head.name, {}).get(label, 0) for label in head.labels])
        found[head.name] = drift.stability(made.shares(head), counts / max(1, counts.sum()))
    return found


def _alarms(
    messages: int, unknown: float, then: float | None, psi: Mapping[str, float],
    apart: float | None,
) -> list[str]:  # fmt: skip
    """Keys of what is wrong: `psi:<head>`, `unknown`, `told_apart`."""
    if messages < LEAST:
        return []
    found = [f"psi:{head}" for head, value in psi.items() if value > PSI_FROM]
    if then and unknown >= UNKNOWN_TIMES * then:
        found.append("unknown")
    if apart is not None and apart > TOLD_APART_FROM:
        found.append("told_apart")
    return found
