"""The table of what follows each cause of failure, whole, and what it must never do."""

from datetime import timedelta

import pytest

from channels.contract import Cause
from feedback_service.outbox import REMEDIES
from feedback_service.outbox.remedies import SOON, UNKNOWN, Then, follows
from feedback_service.watch import Kind

ELSEWHERE, NOTHING = Then


def test_every_cause_has_a_remedy_and_nothing_else_has() -> None:
    assert REMEDIES.keys() == {*Cause, UNKNOWN}


@pytest.mark.parametrize(
    ("cause", "with_another_way", "alone"),
    [
        (Cause.BUSY, [SOON[0], SOON[1], ELSEWHERE], [*SOON, NOTHING]),
        (Cause.DOWN, [SOON[0], ELSEWHERE], [*SOON, NOTHING]),
        (Cause.ACCOUNT, [ELSEWHERE], [*SOON, NOTHING]),
        (Cause.REFUSED, [ELSEWHERE], [NOTHING]),
        (Cause.FILTERED, [ELSEWHERE], [NOTHING]),
        (Cause.NOT_ON_CHANNEL, [ELSEWHERE], [NOTHING]),
        (Cause.OUR_BUG, [ELSEWHERE], [NOTHING]),
        (Cause.NEEDS_TEMPLATE, [timedelta(), ELSEWHERE], [timedelta(), NOTHING]),
        (Cause.BAD_NUMBER, [NOTHING], [NOTHING]),
        (Cause.GONE, [NOTHING], [NOTHING]),
        (Cause.OPTED_OUT, [NOTHING], [NOTHING]),
    ],
)
def test_what_follows_each_try(
    cause: Cause, with_another_way: list[object], alone: list[object]
) -> None:
    for elsewhere, row in ((True, with_another_way), (False, alone)):
        got = [follows(cause, tries, elsewhere=elsewhere) for tries in range(1, len(row) + 1)]
        assert got == row


def test_who_wants_no_message_or_has_no_number_is_never_sent_another() -> None:
    final = {cause for cause, remedy in REMEDIES.items() if remedy.elsewhere is None}
    assert final == {Cause.BAD_NUMBER, Cause.GONE, Cause.OPTED_OUT, UNKNOWN}
    assert all(REMEDIES[cause].waits == () for cause in final)


def test_what_no_waiting_heals_alarms_operators() -> None:
    alarming = {cause for cause, remedy in REMEDIES.items() if remedy.alert}
    assert alarming == {Cause.ACCOUNT, Cause.FILTERED, Cause.OUR_BUG}
    assert alarming <= set(Kind)
