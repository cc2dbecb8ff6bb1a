"""When a channel counts as silent or lossy: a table of pulses and the alarms they raise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feedback_service.watch.judging import Kind, Pulse, Rate, Trouble, judge

NOON = datetime(2026, 3, 2, 9, tzinfo=UTC)  # 12:00 in Nairobi
USUAL = (4, 3, 5, 0, 2, 6, 4)
SMS = "africastalking-sms"


def troubles(now: datetime = NOON, **pulse: object) -> list[Kind]:
    made = Pulse(SMS, **{"came_in": 1, **pulse})  # type: ignore[arg-type]
    return [trouble.kind for trouble in judge([made], [], now, 60)]


def at(hour: int, minute: int = 0) -> datetime:
    """An hour of Nairobi's clock."""
    return datetime(2026, 3, 2, hour, minute, tzinfo=UTC) - timedelta(hours=3)


SILENCE = [
    ("nothing came, and usually something does", NOON, 0, USUAL, True),
    ("one message came", NOON, 1, USUAL, False),
    ("four in a week are too few to miss", NOON, 0, (1, 1, 1, 1, 0, 0, 0), False),
    ("five on two days are no custom", NOON, 0, (3, 2, 0, 0, 0, 0, 0), False),
    ("five on three days are", NOON, 0, (3, 1, 1, 0, 0, 0, 0), True),
    ("a channel nobody has used yet", NOON, 0, (), False),
    ("before seven nobody is called", at(6, 59), 0, USUAL, False),
    ("from seven on", at(7), 0, USUAL, True),
    ("until nine in the evening", at(20, 59), 0, USUAL, True),
    ("and not after", at(21), 0, USUAL, False),
]


@pytest.mark.parametrize(
    ("now", "came", "usual", "alarm"), [row[1:] for row in SILENCE], ids=[row[0] for row in SILENCE]
)
def test_silence_is_what_is_not_usual_at_that_hour(now, came, usual, alarm):
    found = troubles(now, came_in=came, usual_in=usual)
    assert found == ([Kind.SILENT_IN] if alarm else [])


def test_a_channel_that_cannot_hear_is_not_missed():
    assert troubles(came_in=0, usual_in=USUAL, hears=False) == []


DELIVERY = [
    ("none of five arrived", Rate(5, 0), Rate(), [Kind.NOTHING_DELIVERED]),
    ("none of four says nothing", Rate(4, 0), Rate(), []),
    ("one of many arrived, nothing is usual", Rate(30, 1), Rate(), []),
    ("under half of what is usual", Rate(20, 8), Rate(100, 90), [Kind.DELIVERY_FELL]),
    ("half of what is usual", Rate(20, 9), Rate(100, 90), []),
    ("too few this hour", Rate(19, 1), Rate(100, 90), []),
    ("too few in a week", Rate(20, 1), Rate(49, 49), []),
    ("nothing was sent", Rate(), Rate(100, 90), []),
]


@pytest.mark.parametrize(
    ("hour", "usual", "kinds"), [row[1:] for row in DELIVERY], ids=[row[0] for row in DELIVERY]
)
def test_delivery_is_compared_with_what_is_usual(hour, usual, kinds):
    assert troubles(last_hour=hour, usual=usual) == kinds
    assert troubles(last_hour=hour, usual=usual, receipts=False) == []


def test_unknown_messages_and_a_stuck_outbox_are_alarms():
    assert troubles(unknown=1) == [Kind.UNKNOWN_WAITING]
    assert troubles(oldest_waits=timedelta(minutes=10)) == []
    assert troubles(oldest_waits=timedelta(minutes=11)) == [Kind.OUTBOX_STUCK]


def test_a_company_that_does_not_answer_is_named():
    assert judge([], ["twilio"], NOON, 60) == [Trouble(Kind.BREAKER_OPEN, "twilio")]


def test_what_only_operators_can_mend_is_an_alarm_of_its_channel():
    refused = [(SMS, "account", 3), (SMS, "our-bug", 1)]
    assert judge([], [], NOON, 60, refused) == [
        Trouble(Kind.ACCOUNT, SMS, {"n": 3}), Trouble(Kind.OUR_BUG, SMS, {"n": 1}),
    ]  # fmt: skip


def test_an_alarm_holds_the_figures_it_was_seen_by():
    pulse = Pulse(SMS, 0, USUAL, Rate(20, 2), Rate(100, 90), 3, timedelta(minutes=12))
    found = {trouble.kind: trouble.facts for trouble in judge([pulse], [], NOON, 45)}
    assert found == {
        Kind.SILENT_IN: {"minutes": 45, "usual": 24},
        Kind.DELIVERY_FELL: {"sent": 20, "rate": 10, "usual": 90},
        Kind.UNKNOWN_WAITING: {"n": 3},
        Kind.OUTBOX_STUCK: {"minutes": 12},
    }
