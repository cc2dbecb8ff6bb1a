"""What of a running survey may be told anew: never a step of one to four answers, in the whole, in
a row, or in what the rows do not yet tell."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from analytics import batches
from analytics.batches import BLOCKS, MARKS, PROBLEMS
from analytics.scorecards import Cell
from analytics.suppression import MINIMUM
from analytics.tallies import RatingCounts
from analytics.verification import Calls, Stratum
from analytics.verification import Group as Called
from feedback_service.scoring.counting import Group
from feedback_service.scoring.editions.standing import Standing


def heard(*scores: int, late: int = 0, **other: int) -> RatingCounts:
    """Complete ratings with these scores; `late` of them, and the rest on time."""
    return RatingCounts.read(
        {f"score_{score}": scores.count(score) for score in set(scores)}
        | {"on_time": len(scores) - late, "late": late, "cost_kept": len(scores)}
        | {"paid_extra_said": 0, "courteous": len(scores)}
        | other
    )


FIFTY = heard(*[4] * 50)


@pytest.mark.parametrize(
    ("what", "now", "may"),
    [
        ("nothing", FIFTY, False),
        ("four answers", heard(*[4] * 54), False),
        ("five answers", heard(*[4] * 55), True),
        ("five, of which one did not say whether in time", heard(*[4] * 55, on_time=54), False),
        ("five, none of whom said whether in time", heard(*[4] * 55, on_time=50), True),
        ("four changed marks", heard(*[4] * 46, *[1] * 4), False),
        ("five changed marks", heard(*[4] * 45, *[1] * 5), True),
        ("three came and three were erased", heard(*[4] * 47, *[1] * 3), False),
        ("four were erased", heard(*[4] * 46), False),
        ("five were erased", heard(*[4] * 45), True),
        ("one put right what was paid", heard(*[4] * 50, paid_extra_kes=900), False),
        ("five did not finish", heard(*[4] * 50, incomplete=5), True),
        ("one did not finish", heard(*[4] * 50, incomplete=1), False),
        ("five, and one did not finish", heard(*[4] * 55, incomplete=1), True),
    ],
)
def test_a_whole_moves_by_batches(what, now, may):
    assert batches.ripe(MARKS, FIFTY, now) is may, what


def test_a_busy_whole_waits_for_more():
    now = heard(*[4] * 60)
    assert batches.ripe(MARKS, FIFTY, now, 10)
    assert not batches.ripe(MARKS, FIFTY, now, 11)


def test_a_row_that_moved_by_few_stays_and_another_with_it():
    told = {"A": heard(*[4] * 20), "B": heard(*[4] * 20), "C": heard(*[4] * 10)}
    live = {"A": heard(*[4] * 28), "B": heard(*[4] * 26), "C": heard(*[4] * 11)}
    whole = heard(*[4] * 50), heard(*[4] * 65)
    assert batches.movable(MARKS, whole, told, live) == {"A"}


def test_rows_that_lack_five_together_hold_no_other_back():
    told = {key: heard(*[4] * 20) for key in "ABC"}
    live = {"A": heard(*[4] * 28), "B": heard(*[4] * 22), "C": heard(*[4] * 23)}
    whole = heard(*[4] * 60), heard(*[4] * 73)
    assert batches.movable(MARKS, whole, told, live) == {"A"}


def test_what_the_rows_lack_does_not_grow_by_one():
    """Five stand told in the whole and in no row; five of C and one of A come."""
    told = {"A": heard(*[4] * 20), "B": heard(*[4] * 20), "C": heard(*[4] * 20)}
    live = {"A": heard(*[4] * 23, 1), "B": heard(*[4] * 22), "C": heard(*[4] * 25)}
    whole = heard(*[4] * 65), heard(*[4] * 70, 1)
    assert "C" not in (batches.movable(MARKS, whole, told, live) or ())


def test_blocks_are_told_each_at_its_time_and_have_every_number():
    told = heard(*[4] * 50, no_problem=40, clusters={"score_nn": 10, "problem_nn": 3})
    live = heard(*[4] * 55, no_problem=42, clusters={"score_nn": 11, "on_time_tt": 2})
    moved = batches.taken_over(MARKS, told, live)
    assert moved.score_4 == 55
    assert moved.no_problem == 40
    assert moved.clusters == {"score_nn": 11, "on_time_tt": 2, "problem_nn": 3}
    assert batches.taken_over(PROBLEMS, moved, live) == live
    named = [name for block in BLOCKS for name in (*block.names, *block.free)]
    assert sorted([*named, "clusters"]) == sorted(RatingCounts.__dataclass_fields__)


@pytest.mark.parametrize("seed", range(20))
def test_no_two_tellings_differ_by_few(seed):
    """Over a hundred random changes: the whole, each row and what all rows lack move by batches,
    and every number is told in the end but for a few."""
    draw, keys = random.Random(seed), "ABCD"
    live: dict[str, list[int]] = {key: [] for key in keys}
    told = {key: RatingCounts() for key in keys}
    whole = RatingCounts()
    for _ in range(100):
        for _ in range(draw.randint(1, 4)):
            live[draw.choice("AAAABBC" + "D" * (seed % 2))].append(draw.randint(1, 5))
        if draw.random() < 0.2 and live["A"]:
            live["A"].pop(draw.randrange(len(live["A"])))
        rows = {key: heard(*of) for key, of in live.items()}
        now = heard(*(score for of in live.values() for score in of))
        going = batches.movable(MARKS, (whole, now), told, rows)
        if going is None or not batches.ripe(MARKS, whole, now):
            continue
        after = {key: rows[key] if key in going else of for key, of in told.items()}
        lacked, lacks = (of - RatingCounts.total(by.values())
                         for of, by in ((whole, told), (now, after)))  # fmt: skip
        steps = [now - whole, lacks, lacks - lacked, *(after[key] - told[key] for key in keys)]
        for step in steps:
            sizes = MARKS.sizes(MARKS.of(step))
            assert all(size == 0 or size >= MINIMUM for size in sizes)
        whole, told = now, after
    heard_of = sum(map(len, live.values()))
    assert heard_of - whole.votes < 2 * MINIMUM
    assert heard_of - RatingCounts.total(told.values()).votes < 6 * MINIMUM


NOW = datetime(2026, 2, 1, 9, tzinfo=UTC)
NRB = Group("NRB", "", "", False)


def standing(told: Cell, live: Cell, ago: timedelta = timedelta(minutes=1)) -> Standing:
    return Standing({NRB: live}, {NRB: told}, {"NRB": NOW - ago}, NOW)


@pytest.mark.parametrize(
    ("solved", "unresolved", "may"), [(30, 0, False), (34, 0, False), (35, 0, True), (30, 1, True)]
)
def test_what_calls_heard_moves_by_five_answers_and_with_the_register(solved, unresolved, may):
    def heard_of(many: int, still_open: int) -> Cell:
        stratum = Stratum(Called.SILENT, 100, 60, many, 9)
        return Cell(calls=Calls((stratum,), unresolved=still_open))

    assert standing(heard_of(30, 0), heard_of(solved, unresolved)).calls("NRB") is may


def test_a_busy_body_is_told_two_in_a_hundred_more_or_once_an_hour():
    told, more, many = (Cell(open=heard(*[4] * n)) for n in (1_000, 1_010, 1_020))
    assert standing(told, more).due() == []
    assert standing(told, many).due() == ["NRB"]
    assert standing(told, more, timedelta(hours=1)).due() == ["NRB"]


def test_the_classes_of_ratings_move_each_by_itself():
    told = Cell(open=heard(*[4] * 50), ratings=heard(*[4] * 50))
    live = Cell(open=heard(*[4] * 54), ratings=heard(*[4] * 55))
    [track] = standing(told, live).tracks("NRB")
    assert track.part == "ratings"
    moved = track.all_onto(told, live)
    assert (moved.open, moved.ratings) == (told.open, live.ratings)
