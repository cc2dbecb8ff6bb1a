"""Near-duplicates: the same cause in other words, in another language, at another place."""

import csv

import pytest

from analytics import similarity
from analytics.similarity import SUGGESTED, SURE, Report, likeness, likenesses
from tests.bench import likeness as bench

TAPS = Report("Hakuna maji Umoja 2 tangu jana asubuhi", "water", "NRC-001", 47)

ALIKE = [
    ("in English", "No water in Umoja 2 since yesterday", True),
    ("in Sheng", "wasee maji imepotea umoja 2 toka jana", True),
    ("misspelt", "hakuna maji umojaa 2 tngu jana", True),
    ("at another place", "Hakuna maji Kayole tangu jana asubuhi", False),
    ("another trouble there", "bill yangu ya maji Umoja ni 11000, nakaa single room", False),
    ("something else", "The clerk at the passport office was rude", False),
    ("nothing", "", False),
    ("no letters", "?? !!", False),
]


@pytest.mark.parametrize(("words", "alike"), [row[1:] for row in ALIKE], ids=[r[0] for r in ALIKE])
def test_one_cause_is_known_in_other_words(words: str, alike: bool) -> None:
    score = likeness(TAPS, Report(words, "water", None, 47))
    assert (score >= SUGGESTED) is alike, score


def test_a_text_is_as_like_itself_as_can_be_and_likeness_has_no_direction() -> None:
    other = Report("No water in Umoja", "water", None, 47)
    assert likeness(TAPS, TAPS) == pytest.approx(1, abs=1e-5)
    assert likeness(TAPS, other) == pytest.approx(likeness(other, TAPS), abs=1e-6)


def test_many_at_once_say_the_same_as_one_at_a_time() -> None:
    others = [row.report for row in bench.planted(bench.TEST)] + [Report("")]
    together = likenesses(TAPS, others)
    assert together == pytest.approx([likeness(TAPS, other) for other in others], abs=1e-5)
    assert likenesses(TAPS, []) == []


@pytest.mark.parametrize(
    ("there", "factor"),
    [({}, 1.0), ({"service": "power"}, 0.75), ({"county": 1}, 0.5), ({"county": None}, 0.97)],
    ids=["all agree", "another service", "another county", "county not said"],
)
def test_where_it_happened_holds_back_what_the_words_alone_would_join(
    there: dict[str, object], factor: float
) -> None:
    about = {"service": "water", "place": "NRC-001", "county": 47} | there
    assert likeness(TAPS, Report(TAPS.text, **about)) == pytest.approx(factor, abs=1e-5)  # type: ignore[arg-type]


def test_planted_duplicates_are_found_and_different_ones_left_apart() -> None:
    found, sure = bench.measure(bench.TEST, SUGGESTED), bench.measure(bench.TEST, SURE)
    assert found.precision >= 0.88
    assert found.recall >= 0.85
    assert found.reached >= 0.9
    assert sure.wrong == 0
    assert bench.measure(bench.TUNE, SURE).wrong == 0


def test_a_thousand_open_cases_are_compared_in_twenty_milliseconds_of_work() -> None:
    _, later = bench.milliseconds()
    assert later < 20


def test_the_counts_of_words_are_those_of_the_corpus() -> None:
    number, held = similarity.counted(bench.counted_texts())
    with bench.COUNTS.open(encoding="utf-8", newline="") as lines:
        first, *rest = csv.reader(lines)
    assert int(first[1]) == number
    assert {meaning: int(texts) for meaning, texts in rest} == held, (
        "run `python -m tests.bench.likeness count`"
    )
