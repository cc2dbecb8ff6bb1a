"""The terms that alarms judge, counted over plain reports: windows, weeks and the day so far."""

from uuid import uuid4

import pytest

from analytics.alarms import PARAMETERS, Place
from feedback_service.emerging.words import Report, counts_at

BODY = Place("B0")
A_DAY, DAYS_BEFORE = 8, PARAMETERS.guard - 1 + 7 * PARAMETERS.weeks


def spoken(ago, number, *terms):
    """So many citizens who spoke that many days ago."""
    return [Report(uuid4(), uuid4(), ago, (BODY,), terms, "") for _ in range(number)]


def counted(of_token, of_queue):
    """Today's citizens by what they speak of, after months of eight a day about the queue."""
    reports = spoken(0, of_token, "token") + spoken(0, of_queue, "queue")
    for ago in range(1, DAYS_BEFORE + 1):
        reports += spoken(ago, A_DAY, "queue")
    [found], _ = counts_at(reports, [BODY])
    return found


@pytest.mark.parametrize(
    ("why", "of_queue", "windows"),
    [
        ("at nine five have spoken, but a day has eight", 0, [8, 24, 56]),
        ("an ordinary day", 3, [8, 24, 56]),
        ("more than on other days", 9, [14, 30, 62]),
    ],
)
def test_a_day_that_has_begun_is_not_taken_for_a_short_one(why, of_queue, windows):
    assert counted(5, of_queue).volume.tolist() == windows, why


def test_a_term_of_the_last_days_is_counted_in_the_weeks_before():
    found = counted(5, 5)
    queue, token = found.terms.index("queue"), found.terms.index("token")
    assert found.observed[token].tolist() == [5, 5, 5]
    assert found.observed[queue].tolist() == [5, 21, 53]
    assert set(found.weekly[queue].tolist()) == {7.0 * A_DAY} == set(found.volumes.tolist())
    assert not found.weekly[token].any()
    assert found.vocabulary == 1
