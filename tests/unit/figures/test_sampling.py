"""The survey's lot: the same for everybody with frame and seed, fair, and never the same person."""

from collections import Counter
from datetime import timedelta

import pytest

from analytics import sampling
from analytics.sampling import LeftOut, Member, Method, Stratum
from feedback_service.domain.periods import Period

HOW = Method("test", 600, 24, 1.5, 90)


def frame(size=200, strata=("a@x", "b@y")):
    return [Member(f"visit-{n:04}", strata[n % len(strata)]) for n in range(size)]


def test_anybody_with_frame_and_seed_draws_the_same():
    wanted = {"a@x": 7, "b@y": 3}
    first = sampling.draw(frame(), "seed", wanted)
    again = sampling.draw(
        sampling.read_listing(sampling.listing(reversed(frame()))), "seed", wanted
    )
    assert first == again
    assert sampling.by_stratum(first) == wanted
    assert sampling.draw(frame(), "another", wanted) != first


def test_one_changed_visit_changes_the_frames_hash():
    changed = [*frame()[:-1], Member("visit-0199", "a@x")]
    assert sampling.frame_hash(frame()) == sampling.frame_hash(list(reversed(frame())))
    assert sampling.frame_hash(changed) != sampling.frame_hash(frame())


def test_a_person_is_drawn_once_and_who_is_left_out_never():
    of_one = [Member(f"v{n}", "a@x", person=1) for n in range(20)]
    out = [Member(f"w{n}", "a@x", left_out=why) for n, why in enumerate(LeftOut)]
    taken = sampling.draw([*of_one, *out], "seed", {"a@x": 10})
    assert len(taken) == 1
    assert taken[0].person == 1
    assert sampling.reasons([*of_one, *out]) == dict.fromkeys(sorted(LeftOut), 1)
    assert sampling.read_listing(sampling.listing(out)) == tuple(out)


def test_every_visit_has_the_same_chance():
    drawn = Counter(
        member.visit
        for n in range(2000)
        for member in sampling.draw(frame(20, ("a@x",)), f"seed {n}", {"a@x": 5})
    )
    assert len(drawn) == 20
    # 500 expected of each, with a standard deviation of 19.
    assert all(420 < times < 580 for times in drawn.values())


@pytest.mark.parametrize("per_day", [5, 60, 900])
def test_a_quarter_asks_about_as_many_as_the_method_says(per_day):
    asked = 0
    for day in range(1, 93):
        strata = {"a@x": Stratum(per_day, per_day, per_day * day, asked, day / 92)}
        asked += sampling.wanted(strata, f"seed {day}", HOW)["a@x"]
    assert asked == pytest.approx(min(600, per_day * 92), rel=0.06)


def test_a_busy_day_is_asked_in_proportion_and_a_small_place_gets_some():
    days = [20 + 80 * (day % 6 == 0) for day in range(1, 93)]
    asked, by_day, so_far = {"a@x": 0, "b@y": 0}, [], 0
    for day, many in enumerate(days, 1):
        so_far += many
        strata = {
            "a@x": Stratum(many, many, so_far, asked["a@x"], day / 92),
            "b@y": Stratum(1, 1, day, asked["b@y"], day / 92),
        }
        found = sampling.wanted(strata, f"seed {day}", HOW)
        asked = {name: asked[name] + n for name, n in found.items()}
        by_day.append(found["a@x"])
    busy = sum(n for n, many in zip(by_day, days, strict=True) if many == 100)
    assert busy / sum(by_day) == pytest.approx(15 * 100 / sum(days), abs=0.05)
    assert 14 <= asked["b@y"] <= 36


def test_no_more_are_wanted_than_may_be_asked_nor_beyond_the_quarters_bound():
    assert sampling.wanted({"a@x": Stratum(90, 2, 90, 0, 1.0)}, "s", HOW) == {"a@x": 2}
    assert sampling.wanted({"a@x": Stratum(90, 90, 90, 900, 1.0)}, "s", HOW) == {"a@x": 0}


def test_who_begins_late_does_not_choose_the_days():
    """First fed on day 80 of 92: that day is asked as one day, the rest as the days that are left,
    and no earlier day's share falls to them."""
    quarter, asked = Period.parse("FY2026/27-Q1"), []
    first = quarter.start + timedelta(days=79)
    for n in range(13):
        parts = sampling.parts(quarter, first, first + timedelta(days=n))
        strata = {"a@x": Stratum(900, 900, 900 * (n + 1), sum(asked), *parts)}
        asked.append(sampling.wanted(strata, f"seed {n}", HOW)["a@x"])
    assert all(6 <= of_day <= 7 for of_day in asked)
    assert sum(asked) == pytest.approx(600 * 13 / 92, abs=6)


def test_a_small_place_that_begins_late_does_not_fill_its_share_in_a_day():
    """Fed first on day 80, beside a large place of always: at most what a day's share leaves."""
    quarter = Period.parse("FY2026/27-Q1")
    late = quarter.start + timedelta(days=79)
    strata = {
        "a@x": Stratum(900, 900, 72_000, 520, *sampling.parts(quarter, quarter.start, late)),
        "b@y": Stratum(30, 30, 30, 0, *sampling.parts(quarter, late, late)),
    }
    found = sampling.wanted(strata, "seed", HOW)
    assert 6 <= found["a@x"] <= 7
    assert found["b@y"] <= 1


def test_a_records_frame_says_who_was_left_out_and_not_why():
    frame = sampling.sealed([Member("v1", "a@x", left_out=LeftOut.STOPPED), Member("v2", "a@x")])
    assert sampling.listing(frame) == "v1 a@x 0 out\nv2 a@x 0 -\n"
