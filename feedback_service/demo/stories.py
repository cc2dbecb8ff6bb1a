"""How invented cases go on: a table of stories with how often each happens, and the stories."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from feedback_service.domain.cases import OPEN, Action, CaseStatus

if TYPE_CHECKING:
    from feedback_service.demo.lives import Life

Story = Callable[["Life"], None]


def solved(life: Life) -> None:
    """Answered in time, and the citizen says so."""
    _answer_in_time(life)
    _verdict(life, Action.CONFIRM)


def solved_in_silence(life: Life) -> None:
    """Answered in time; the citizen never says whether it helped."""
    _answer_in_time(life)
    _silence(life)


def solved_late(life: Life) -> None:
    """Answered after the promised day, the ladder climbed on the way."""
    life.desk(life.soon(40), Action.ACKNOWLEDGE)
    _categorise(life)
    life.desk(life.part_of_the_way(1.05, 2.2), Action.RESOLVE)
    _verdict(life, Action.CONFIRM) if life.rng.random() < 0.5 else _silence(life)


def disputed_then_solved(life: Life) -> None:
    """The citizen says no; the second answer helps."""
    _answer_in_time(life)
    _verdict(life, Action.DISPUTE)
    _if_open(life, Action.RESOLVE, 30)
    _verdict(life, Action.CONFIRM)


def disputed(life: Life) -> None:
    """The citizen says no, and nothing more is done."""
    _answer_in_time(life)
    _verdict(life, Action.DISPUTE)


def rejected(life: Life) -> None:
    """The office does not agree, with reasons; some citizens accept them."""
    life.desk(life.soon(9), Action.ACKNOWLEDGE)
    life.desk(life.part_of_the_way(0.3, 0.9), Action.REJECT)
    end = life.rng.random()
    if end < 0.4:
        _verdict(life, Action.CONFIRM)
    elif end < 0.6:
        _verdict(life, Action.DISPUTE)
    else:
        _silence(life)


def asked(life: Life) -> None:
    """The office needs to know more; the citizen answers; then it is solved."""
    life.desk(life.soon(9), Action.ACKNOWLEDGE)
    life.desk(life.part_of_the_way(0.1, 0.3), Action.ASK)
    life.citizen(life.now + timedelta(hours=life.rng.uniform(1, 40)), Action.ANSWER)
    _if_open(life, Action.RESOLVE, 30)
    _verdict(life, Action.CONFIRM)


def moved(life: Life) -> None:
    """It was not theirs: another office takes it over and answers."""
    life.desk(life.soon(9), Action.TRANSFER, unit=life.another_desk())
    _answer_in_time(life)
    _verdict(life, Action.CONFIRM) if life.rng.random() < 0.5 else _silence(life)


def withdrawn(life: Life) -> None:
    """The citizen does not need an answer any more."""
    life.desk(life.soon(9), Action.ACKNOWLEDGE)
    life.citizen(life.now + timedelta(hours=life.rng.uniform(5, 60)), Action.WITHDRAW)


def begun(life: Life) -> None:
    """Acknowledged, and then nothing."""
    life.desk(life.soon(16), Action.ACKNOWLEDGE)


def ignored(life: Life) -> None:
    """Nobody does anything."""


STORIES: tuple[tuple[Story, int], ...] = (
    (solved, 30), (solved_in_silence, 17), (solved_late, 14), (disputed_then_solved, 8),
    (disputed, 4), (rejected, 8), (asked, 6), (moved, 4), (withdrawn, 4), (begun, 3), (ignored, 2),
)  # fmt: skip


def _answer_in_time(life: Life) -> None:
    life.desk(life.soon(9), Action.ACKNOWLEDGE)
    _categorise(life)
    life.desk(life.part_of_the_way(0.15, 0.85), Action.RESOLVE)


def _categorise(life: Life) -> None:
    """Who wrote in free words chose no category: the desk does."""
    if life.case.category is None:
        life.desk(life.now, Action.NOTE)


def _if_open(life: Life, action: Action, hours: float) -> None:
    if life.case.status in OPEN:
        life.desk(life.soon(hours), action)


def _verdict(life: Life, word: Action) -> None:
    """The citizen's word, some hours after the question that comes a day after the answer."""
    if life.case.status in (CaseStatus.RESOLVED, CaseStatus.REJECTED):
        asked = life.case.ask_after or life.now  # the first question; later ones change nothing
        life.citizen(asked + timedelta(hours=life.rng.uniform(0.1, 30)), word)


def _silence(life: Life) -> None:
    if life.case.status in (CaseStatus.RESOLVED, CaseStatus.REJECTED):
        life.be_silent()
