"""Asking after the answer happens once, whoever does it and whatever dies, at a known cost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from feedback_service import redress
from feedback_service.domain.cases import Action, CaseStatus
from feedback_service.domain.closing import ENOUGH, Step
from feedback_service.models import Case, Message, MessageState
from feedback_service.redress import closing
from tests.desk_world import Statements

pytestmark = pytest.mark.usefixtures("loaded_rt")

DELIVERED, FAILED, SENT = MessageState.DELIVERED, MessageState.FAILED, MessageState.SENT


def test_two_clocks_at_once_ask_each_citizen_once(
    complain: Any, office: Any, loaded_rt: Any, clock: Any, all_of: Any
) -> None:
    cases = [complain(number=f"+2547123456{n:02}") for n in range(9)]
    for case in cases:
        office(case, Action.RESOLVE)
    clock.forward(days=3)
    with ThreadPoolExecutor(3) as pool:
        runs = [pool.submit(redress.follow_answers, loaded_rt, 2) for _ in range(3)]
        assert sum(run.result().asked for run in runs) <= 9
    redress.follow_answers(loaded_rt)
    asked = [m for m in all_of(Message) if m.wording == "sms-confirm"]
    assert len(asked) == len({m.case_id for m in asked}) == 9


class Killed(Exception):
    """The clock's process dies here."""


def _killed_while_following(rt: Any, case: Case) -> None:
    with rt.transaction() as session:
        assert closing.follow(rt, session, session.get_one(Case, case.id)) is not Step.WAIT
        session.flush()
        raise Killed


@pytest.mark.parametrize("fates", [(), (DELIVERED,), (DELIVERED, DELIVERED)])
def test_a_clock_killed_before_its_commit_leaves_nothing_behind(
    fates: Any, complain: Any, office: Any, loaded_rt: Any, clock: Any, become: Any, now_of: Any,
    questions: Any,
) -> None:  # fmt: skip
    case = complain()
    office(case, Action.RESOLVE)
    for fate in fates:
        clock.set(now_of(case).ask_after)
        redress.follow_answers(loaded_rt)
        become(fate)
    if len(fates) == ENOUGH:  # three days on it is seen that both have come
        clock.set(now_of(case).ask_after)
        redress.follow_answers(loaded_rt)
    clock.set(now_of(case).ask_after)
    with pytest.raises(Killed):
        _killed_while_following(loaded_rt, case)
    assert len(questions(case)) == len(fates)
    runs = [redress.follow_answers(loaded_rt) for _ in range(3)]
    assert [run.asked + run.closed for run in runs] == [1, 0, 0]
    assert len(questions(case)) == min(len(fates) + 1, 2)
    assert (now_of(case).status is CaseStatus.CLOSED) is (len(fates) == 2)


def test_asking_takes_the_same_few_statements_however_many_are_due(
    complain: Any, office: Any, loaded_rt: Any, clock: Any
) -> None:
    for n in range(12):
        office(complain(number=f"+2547123456{n:02}"), Action.RESOLVE)
    clock.forward(days=3)
    with Statements(loaded_rt.engine) as sent:
        assert redress.follow_answers(loaded_rt).asked == 12
    assert len(sent) / 12 <= 12
