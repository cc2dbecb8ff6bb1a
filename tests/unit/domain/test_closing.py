"""When a citizen is asked and a case is closed: tables, and what holds however messages fare."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback_service.domain.calendar import NaiveTime
from feedback_service.domain.cases import VERDICT_AFTER
from feedback_service.domain.closing import (
    AGAIN_AFTER,
    ENOUGH,
    MOST_ASKED,
    SILENCE,
    UNASKED,
    Question,
    Step,
    next_step,
    some_hour,
)

NAIROBI = ZoneInfo("Africa/Nairobi")
ANSWERED = datetime(2026, 3, 2, 9, tzinfo=UTC)
LAST_OF_ALL = timedelta(days=40)
"""No answered case waits longer for a word, whatever becomes of its messages."""


def days(n: float) -> datetime:
    return ANSWERED + timedelta(days=n)


HERE, LOST, GONE = Question(days(1), days(1)), Question(days(1), lost=True), Question(days(1))
TABLE = {
    "no question in the first day": ([], 0.9, True, Step.WAIT, 1, False),
    "the first after a day": ([], 1, True, Step.ASK, 1, False),
    "the second three days after the first came": ([HERE], 3.9, True, Step.WAIT, 4, False),
    "and then": ([HERE], 4, True, Step.ASK, 4, False),
    "a late arrival moves the second": ([Question(days(1), days(3))], 4, True, Step.WAIT, 6, False),
    "one that was lost is put again": ([LOST], 4, True, Step.ASK, 4, False),
    "two delivered wait for two weeks": (
        [HERE, Question(days(4), days(5))], 18.9, True, Step.WAIT, 19, True,
    ),
    "and then it is closed": ([HERE, Question(days(4), days(5))], 19, True, Step.CLOSE, 19, True),
    "even if nobody can be asked by now": (
        [HERE, Question(days(4), days(5))], 19, False, Step.CLOSE, 19, True,
    ),
    "a third for one that was lost": (
        [LOST, Question(days(4), days(4))], 7, True, Step.ASK, 7, False,
    ),
    "none came: closed when the last is given up": (
        [LOST, LOST, Question(days(7))], 10, True, Step.CLOSE, 10, False,
    ),
    "one came: the same two weeks, and yet not reached": (
        [LOST, Question(days(4), days(4)), LOST], 17.9, True, Step.WAIT, 18, False,
    ),
    "closed as not reached": (
        [LOST, Question(days(4), days(4)), LOST], 18, True, Step.CLOSE, 18, False,
    ),
    "who cannot be asked has thirty days": ([], 29.9, False, Step.WAIT, 30, False),
    "to look for themselves": ([], 30, False, Step.CLOSE, 30, False),
    "stopped after one": ([HERE], 16, False, Step.WAIT, 30, False),
}  # fmt: skip


@pytest.mark.parametrize(
    ("questions", "now", "may_ask", "step", "at", "reached"), TABLE.values(), ids=TABLE.keys()
)
def test_the_table_of_questions_decides(
    questions: list[Question], now: float, may_ask: bool, step: Step, at: float, reached: bool
) -> None:
    found = next_step(ANSWERED, questions, days(now), may_ask=may_ask)
    assert (found.step, found.at, found.reached) == (step, days(at), reached)


Fate = tuple[bool, float]
"""Whether a question arrives, and after how many days that or its loss is known."""


@given(
    fates=st.lists(
        st.tuples(st.booleans(), st.floats(0, 60)), min_size=MOST_ASKED, max_size=MOST_ASKED
    ),
    stops_on=st.one_of(st.none(), st.floats(0, 40)),
    late=st.floats(0, 1),
)
def test_however_messages_fare_it_ends_and_silence_is_never_assumed(
    fates: list[Fate], stops_on: float | None, late: float
) -> None:
    """A duty that comes up to a day late, receipts at any time, a citizen who may say stop."""
    asked: list[datetime] = []
    now = ANSWERED
    while True:
        questions = [known(at, fate, now) for at, fate in zip(asked, fates, strict=False)]
        may_ask = stops_on is None or now < days(stops_on)
        found = next_step(ANSWERED, questions, now, may_ask=may_ask)
        delivered = [q.delivered_at for q in questions if q.delivered_at]
        if found.step is Step.CLOSE:
            break
        if found.step is Step.ASK:
            assert may_ask
            assert now - ANSWERED >= VERDICT_AFTER
            assert all(now - at >= AGAIN_AFTER for at in asked)
            asked.append(now)
        else:
            assert found.at > now, "a wait ends later than now, or the duty would never rest"
            now = min(found.at, now + timedelta(days=1)) + timedelta(days=late)
    assert len(asked) <= MOST_ASKED
    assert found.reached is (len(delivered) >= ENOUGH)
    assert all(now - at >= SILENCE for at in delivered)
    if not asked:
        assert now - ANSWERED >= UNASKED
    assert now - ANSWERED < LAST_OF_ALL + (max([ANSWERED, *delivered]) - ANSWERED)


def known(asked_at: datetime, fate: Fate, now: datetime) -> Question:
    """A question as it is known at that time."""
    arrives, after = fate
    settled = asked_at + timedelta(days=after)
    if settled > now:
        return Question(asked_at)
    return Question(asked_at, settled) if arrives else Question(asked_at, lost=True)


SPANS = st.one_of(
    st.none(),
    st.tuples(st.times(), st.times())
    .map(
        lambda span: (
            span[0].replace(second=0, microsecond=0),
            span[1].replace(second=0, microsecond=0),
        )
    )
    .filter(lambda span: span[0] != span[1]),
)


@given(minutes=st.integers(0, 60 * 24 * 400), span=SPANS, share=st.floats(0, 1, exclude_max=True))
def test_the_hour_is_any_minute_of_the_hours_and_never_too_early(
    minutes: int, span: tuple[time, time] | None, share: float
) -> None:
    earliest = ANSWERED + timedelta(minutes=minutes)
    at = some_hour(earliest, span, lambda n: int(n * share))
    begin, end = span or (time(8), time(18))
    clock = at.astimezone(NAIROBI).time()
    assert begin <= clock < end if begin < end else clock >= begin or clock < end
    assert timedelta(0) <= at - earliest < timedelta(days=2)


def test_nobody_can_wait_beside_the_phone() -> None:
    drawn = {some_hour(ANSWERED, None, lambda n, k=k: k % n) for k in range(2000)}
    assert len(drawn) == 600, "every minute from eight to six can be the one"


def test_moments_need_zones() -> None:
    with pytest.raises(NaiveTime, match="now"):
        next_step(ANSWERED, [], ANSWERED.replace(tzinfo=None), may_ask=True)
    with pytest.raises(NaiveTime, match="earliest"):
        some_hour(ANSWERED.replace(tzinfo=None), None, lambda n: 0)
