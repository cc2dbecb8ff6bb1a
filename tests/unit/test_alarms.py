"""The alarms over plain values: what a day should bring, what is too much, what is one problem."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from analytics.alarms import (
    PARAMETERS,
    Finding,
    Known,
    Place,
    TermCounts,
    baseline,
    gathered,
    goes_on,
    judge_terms,
    judge_volumes,
    terms_of,
)
from analytics.alarms.tails import tail

BODY = Place("B0")
FIRST = date(2024, 9, 2)
SHUT = frozenset({date(2025, 6, 2), date(2025, 10, 20)})
OFFICE = np.array([1.2, 1.1, 1.1, 1.0, 1.0, 0.4, 0.2])


def days(number):
    return [FIRST + timedelta(days=n) for n in range(number)]


def quiet(number, volume, seed=1):
    """Days of one body whose offices rest at weekends and on holidays."""
    rng = np.random.default_rng(seed)
    means = [volume * OFFICE[d.weekday()] * (0.3 if d in SHUT else 1) for d in days(number)]
    return rng.poisson(means).astype(float)[None, :]


def judged(counts, **more):
    last = counts.shape[1] - 1
    found = baseline(counts, days(last + 1), SHUT, last - PARAMETERS.guard + 1, **more)
    places = [Place(f"B{n}") for n in range(len(counts))]
    return judge_volumes(counts, found, places, last)


@pytest.mark.parametrize(
    ("observed", "mean", "variance", "chance"),
    [
        (0, 3.0, 3.0, 1.0),
        (1, 1.0, 1.0, 1 - np.exp(-1)),
        (3, 0.5, 0.5, 0.01439),
        (1, 1.0, 2.0, 0.5),  # a geometric distribution
    ],
)
def test_the_chance_of_so_many_or_more_is_the_known_one(observed, mean, variance, chance):
    found = tail(np.array([float(observed)]), np.array([mean]), np.array([variance]))
    assert found[0] == pytest.approx(chance, rel=1e-3)


def test_a_weekday_brings_more_than_a_sunday_and_a_holiday_little():
    counts = quiet(600, 50)
    found = baseline(counts, days(600), SHUT, 600)
    monday, sunday, holiday = (days(600).index(d) for d in (
        date(2025, 11, 3), date(2025, 11, 9), date(2025, 10, 20)))  # fmt: skip
    expected = found.expected[0]
    assert expected[monday] == pytest.approx(60, rel=0.1)
    assert expected[sunday] == pytest.approx(10, rel=0.25)
    assert expected[holiday] < 0.6 * expected[monday]


def test_the_season_of_the_year_is_learnt_from_the_year_before():
    wave = np.array([1.5 if d.month == 1 else 1.0 for d in days(728)])
    counts = np.round(quiet(728, 60) * wave)
    january = days(728).index(date(2026, 1, 19))
    known = counts[:, : january + 1]
    assert [f for f in judged(known) if f.sure] == []


def test_an_ordinary_day_raises_nothing_and_a_burst_does():
    counts = quiet(400, 20)
    assert [f for f in judged(counts) if f.sure] == []
    counts[0, -1] += 40
    [found] = [f for f in judged(counts) if f.sure]
    assert (found.place, found.term, found.window) == (Place("B0"), "", 1)
    assert found.excess == pytest.approx(40, abs=12)


def test_a_slow_rise_is_seen_in_the_week():
    counts = quiet(400, 20)
    counts[0, -7:] += 14
    [found] = [f for f in judged(counts) if f.sure]
    assert found.window == 7


def test_a_past_outbreak_does_not_hide_the_next():
    counts = quiet(400, 20)
    counts[0, 340:350] += 60
    counts[0, -2:] += 30
    assert [f.sure for f in judged(counts)] == [True]


def test_a_series_without_weeks_of_history_is_not_judged():
    counts = np.concatenate([quiet(400, 20), quiet(400, 20, seed=2)])
    counts[1, :370] = 0
    counts[1, -1] = 90
    assert [f for f in judged(counts) if f.place == Place("B1")] == []


def test_a_young_series_follows_the_countrys_week():
    """Seventy days old, and still its Sundays are expected as the whole country keeps them."""
    counts = np.concatenate([quiet(400, 200), quiet(400, 6, seed=2)])
    counts[1, :330] = 0
    found = baseline(counts, days(400), SHUT, 394)
    sunday = max(n for n, d in enumerate(days(400)) if d.weekday() == 6)
    monday = max(n for n, d in enumerate(days(400)) if d.weekday() == 0)
    assert not found.young[1]
    assert found.expected[1, sunday] < 0.4 * found.expected[1, monday]


def test_days_of_our_own_silence_teach_nothing():
    counts, known = quiet(400, 20), np.ones(400)
    counts[0, 350:370], known[350:370] = 0, 0
    told = baseline(counts, days(400), SHUT, 394, known=known)
    fooled = baseline(counts, days(400), SHUT, 394)
    whole = baseline(quiet(400, 20), days(400), SHUT, 394)
    off = abs(told.expected[0, -7:] / whole.expected[0, -7:] - 1).max()
    assert off < abs(fooled.expected[0, -7:] / whole.expected[0, -7:] - 1).max()
    assert off < 0.1


def said(observed=(0, 4, 9), volume=25.0, weekly=0.2, prior=0.01, weeks=25, a_week=20.0):
    """One term at one place: `weekly` times in each week before, of `a_week` texts."""
    counts = np.zeros((1, weeks))
    counts[0, : round(weekly * weeks)] = 1
    return TermCounts(
        Place("B0"), ["#token"], np.array([observed], dtype=float),
        np.array([volume / 7, volume / 2, volume]), counts, np.full(weeks, a_week),
        np.array([prior]), 2_000,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("why", "counts", "raised"),
    [
        ("nine where one in four weeks is usual", said(), True),
        ("the same in a place where all rises ten times", said(volume=2500.0), False),
        ("four people are an incident, no rise", said(observed=(0, 2, 4)), False),
        ("a word that is said every day there", said(weekly=1.0, prior=0.3), False),
        ("too few texts to know what is usual", said(a_week=1.0), False),
    ],
)
def test_a_term_is_judged_as_a_share_of_what_is_said(why, counts, raised):
    assert any(f.sure for f in judge_terms([counts])) is raised, why


def test_a_text_tells_meanings_whatever_the_language_and_two_side_by_side():
    english = terms_of("The token was rejected at Kondele")
    kiswahili = terms_of("token zimekataliwa hapo Kondele")
    assert "kondele" in english & kiswahili
    assert any(" + " in term for term in english)
    assert not any(any(c.isdigit() for c in t) for t in terms_of("ID 23456789 na simu 0722000000"))


def finding(term, score, reports, place=BODY, expected=1.0):
    return Finding(
        place, term, 7, len(reports), expected, score, score > 1, frozenset(reports)
    )  # fmt: skip


def test_terms_places_and_the_volume_of_one_thing_are_one_problem():
    found = gathered([
        finding("", 9.0, range(40), expected=20),
        finding("#token", 4.0, range(12)),
        finding("error", 3.0, range(2, 14)),
        finding("#token", 2.0, range(9), Place("B0", 47)),
        finding("passport", 2.5, range(30, 38)),
    ])  # fmt: skip
    assert [(one.best.term, len(one.others)) for one in found] == [("#token", 3), ("passport", 0)]
    assert found[0].terms == ("#token", "error")


def test_a_rise_that_no_term_explains_is_a_problem_of_its_own():
    found = gathered([finding("", 3.0, range(100), expected=20), finding("x", 2.0, range(5))])
    assert sorted(one.best.term for one in found) == ["", "x"]


def test_one_thing_said_in_words_that_never_meet_is_one_problem():
    found = gathered([
        finding("printer", 5.0, range(10)), finding("mashine", 4.0, range(8, 20)),
        finding("imekufa", 3.0, range(6, 10)), finding("#broken", 2.0, range(5, 14)),
    ])  # fmt: skip
    assert [one.best.term for one in found] == ["printer"]


def test_what_rises_in_a_county_is_told_of_the_body_that_nearly_all_of_it_is_about():
    county = finding("#token", 5.0, range(10), Place("", 47))
    [theirs] = gathered([county, finding("#token", 2.0, range(9))])
    [everybodys] = gathered([county, finding("#token", 2.0, range(6))])
    assert (theirs.best.place, everybodys.best.place) == (BODY, Place("", 47))


@pytest.mark.parametrize(
    ("place", "terms", "reports", "again"),
    [
        (BODY, {"printer", "imekufa"}, range(90, 99), True),
        (Place("B1"), {"printer"}, range(90, 99), False),
        (BODY, {"passport"}, range(90, 99), False),
        (BODY, {""}, range(90, 99), False),
        (Place("", 47), {"passport"}, range(5, 15), True),
        (Place("", 47), {"passport"}, range(6, 16), False),
        (Place("", 47), {"passport"}, range(0), False),
    ],
)
def test_a_problem_goes_on_by_its_term_at_its_place_or_by_half_of_its_reports(
    place, terms, reports, again
):
    old = Known(BODY, frozenset({"printer", "#broken"}), frozenset(range(10)))
    assert goes_on(old, Known(place, frozenset(terms), frozenset(reports))) is again
