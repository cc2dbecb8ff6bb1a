"""The survey's lot: the same for everybody with frame and seed, fair, and never the same person."""

from collections import Counter

import pytest

from analytics import sampling
from analytics.sampling import LeftOut, Member, Method, Stratum

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
        strata = {"a@x": Stratum(per_day, per_day, per_day * day, asked)}
        asked += sampling.wanted(strata, day / 92, f"seed {day}", HOW)["a@x"]
    assert asked == pytest.approx(min(600, per_day * 92), rel=0.06)


def test_a_busy_day_is_asked_in_proportion_and_a_small_place_gets_some():
    days = [20 + 80 * (day % 6 == 0) for day in range(1, 93)]
    asked, by_day, so_far = {"a@x": 0, "b@y": 0}, [], 0
    for day, many in enumerate(days, 1):
        so_far += many
        strata = {
            "a@x": Stratum(many, many, so_far, asked["a@x"]),
            "b@y": Stratum(1, 1, day, asked["b@y"]),
        }
        found = sampling.wanted(strata, day / 92, f"seed {day}", HOW)
        asked = {name: asked[name] + n for name, n in found.items()}
        by_day.append(found["a@x"])
    busy = sum(n for n, many in zip(by_day, days, strict=True) if many == 100)
    assert busy / sum(by_day) == pytest.approx(15 * 100 / sum(days), abs=0.05)
    assert 14 <= asked["b@y"] <= 36


def test_no_more_are_wanted_than_may_be_asked_nor_beyond_the_quarters_bound():
    assert sampling.wanted({"a@x": Stratum(90, 2, 90)}, 1.0, "s", HOW) == {"a@x": 2}
    assert sampling.wanted({"a@x": Stratum(90, 90, 90, 900)}, 1.0, "s", HOW) == {"a@x": 0}
