"""From visits to answers: how many were fed, asked, reached and answered, each loss with a reason.

Each stage is the one before less its reasons, so that nobody is lost on the way (promise 17).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from analytics.suppression import MINIMUM

STAGES = ("visited", "asked", "delivered", "answered")
BATCH = 5
"""Answers reach a desk in batches of at least so many (promise 18)."""
OTHER = "other"
"""Reasons of too few visits, together: one of them alone would tell a trait of a person."""


@dataclass(frozen=True)
class Funnel:
    """One institution and period, by the day of the visit.

    `not_asked`, `not_delivered`, `not_answered` count by reason what lies between two stages.
    `complete` answers are those to all questions.
    """

    visited: int = 0
    asked: int = 0
    delivered: int = 0
    answered: int = 0
    complete: int = 0
    not_asked: Mapping[str, int] = field(default_factory=dict)
    not_delivered: Mapping[str, int] = field(default_factory=dict)
    not_answered: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: "Funnel") -> "Funnel":
        return together((self, other))

    @property
    def reply_rate(self) -> float | None:
        """Answered of delivered; None where none was delivered."""
        return self.answered / self.delivered if self.delivered else None

    @property
    def adds_up(self) -> bool:
        """Whether every stage is the one before less its reasons."""
        lost = (self.not_asked, self.not_delivered, self.not_answered)
        sizes = [getattr(self, stage) for stage in STAGES]
        return all(
            before - sum(reasons.values()) == after
            for before, reasons, after in zip(sizes, lost, sizes[1:], strict=False)
        )

    def in_batches(self) -> "Funnel":
        """What a desk may see while answers come: whole batches, the rest among the unanswered."""
        answered = self.answered - self.answered % BATCH
        held = self.answered - answered
        left = Counter(self.not_answered)
        left["no-answer"] += held
        shown = {name: many for name, many in sorted(left.items()) if many}
        complete = min(answered, self.complete - self.complete % BATCH)
        return Funnel(
            self.visited, self.asked, self.delivered, answered, complete,
            self.not_asked, self.not_delivered, shown,
        )  # fmt: skip


def few_together(reasons: Mapping[str, int]) -> dict[str, int]:
    """Reasons of at least five visits; fewer are one, with the next larger where they need it."""
    shown = {name: many for name, many in reasons.items() if many >= MINIMUM}
    few = {name: many for name, many in reasons.items() if 0 < many < MINIMUM}
    if not few:
        return shown
    if sum(few.values()) < MINIMUM and shown:
        smallest = min(shown, key=lambda name: (shown[name], name))
        few[smallest] = shown.pop(smallest)
    return shown | {OTHER: sum(few.values())}


def last_told(answers: Mapping[date, int], beyond: int, *, final: bool = False) -> date | None:
    """The last day up to which answers may be told, by the day of their visits; None: none yet.

    A day is told whole, and with the days since the last one that was told five answers at least.
    beyond: answers that the card of the same period counts and no day here has.  The card follows
    within four of the newest; so that nobody finds single ones between the two, at least nine stay
    untold here.  Of a frozen period (`final`) the card has all: none stay, or at least five.
    """
    left, since, days = sum(answers.values()) + beyond, 0, []
    for day, many in sorted(answers.items()):
        left, since = left - many, since + many
        if since >= BATCH:
            days.append((day, left))
            since = 0
    if final and answers and left == 0:
        return max(answers)
    fewest = MINIMUM if final else 2 * BATCH - 1
    return next((day for day, untold in reversed(days) if untold >= fewest), None)


def together(parts: Iterable[Funnel]) -> Funnel:
    """A year from its quarters, all from each."""
    given = list(parts)
    return Funnel(
        *(sum(getattr(part, stage) for part in given) for stage in (*STAGES, "complete")),
        *(_added(getattr(part, name) for part in given)
          for name in ("not_asked", "not_delivered", "not_answered")),
    )  # fmt: skip


def _added(reasons: Iterable[Mapping[str, int]]) -> dict[str, int]:
    whole: Counter[str] = Counter()
    for each in reasons:
        whole.update(each)
    return dict(sorted(whole.items()))
