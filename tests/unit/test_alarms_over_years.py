"""The alarms over small invented years: what is planted is found, and calm years stay calm."""

from __future__ import annotations

import pytest
from threadpoolctl import threadpool_limits

from tests.bench.emerging import WEEKS, judged
from tests.bench.emerging_watch import watch
from tests.bench.emerging_world import invent

SHARE = 0.01


@pytest.fixture(scope="module")
def found():
    years = invent(11, SHARE, planted=48)
    with threadpool_limits(limits=1):  # small matrices: a second thread only waits, and loudly
        alarms = watch(years, refit=28)
    return alarms, judged(years, alarms)


def test_big_rises_are_found_within_days(found):
    big = [one for one in found[1] if one.rise.size >= 50]
    delays = sorted(one.delay for one in big if one.delay is not None)
    assert len(big) >= 20
    assert len(delays) >= 0.9 * len(big)
    assert delays[len(delays) // 2] <= 2


def test_a_rise_of_five_citizens_is_mostly_left_alone(found):
    small = [one for one in found[1] if one.rise.size == 5]
    assert sum(one.delay is not None for one in small) < 0.5 * len(small)


def test_false_alarms_stay_about_one_a_week_in_the_whole_country(found):
    assert sum(not alarm.true for alarm in found[0]) / WEEKS < 1.5


def test_one_rise_is_raised_about_once(found):
    true = [alarm.rise for alarm in found[0] if alarm.true]
    assert len(true) < 1.5 * len(set(true))
