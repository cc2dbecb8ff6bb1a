"""A figure with and without the suspect records, and which reading stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from analytics.integrity import (
    Finding,
    Handled,
    Move,
    Review,
    Signal,
    Suspects,
    Suspicion,
    readings,
)
from analytics.integrity.reading import UNDO
from analytics.scorecards import Cell
from analytics.tallies import CaseFact, Cohort, RatingFact, count_cases, count_ratings
from feedback_service.domain.cases import Outcome

START = datetime(2026, 7, 1, tzinfo=UTC)
END = datetime(2026, 10, 1, tzinfo=UTC)
COHORT = Cohort(START, END, END + timedelta(days=30))
DUE = START + timedelta(days=40)


def case(number: int, **other: object) -> CaseFact:
    usual = {
        "institution": "NRB", "service": "id", "service_point": None, "county": None,
        "channel": "sms", "language": "sw", "received_at": DUE - timedelta(days=7), "due_at": DUE,
        "resolved_at": DUE - timedelta(days=1), "outcome": Outcome.CLOSED_UNCONFIRMED,
    }  # fmt: skip
    return CaseFact(**(usual | other))


def history(number: int, **other: object) -> Handled:
    usual = {
        "id": f"c{number}", "institution": "NRB", "unit": "NRB-R", "category": "delay",
        "received_at": DUE - timedelta(days=7), "first_due_at": DUE, "due_at": DUE,
    }  # fmt: skip
    return Handled(**(usual | other))


def rating(score: int) -> RatingFact:
    return RatingFact("id", "NRB", None, None, "ussd", "sw", score, on_time=True, courteous=True)


def suspicion(signal: Signal, *ids: str, favourable: bool = True, **detail: float) -> Suspicion:
    return Suspicion(
        Finding(signal, "NRB", "NRB-R", "subject", ids, detail, favourable=favourable)
    )  # fmt: skip


def read(
    facts: list[CaseFact], suspicions: list[Suspicion], *histories: Handled,
    scores: tuple[int, ...] = (),
) -> dict[str, tuple[float | None, float | None, float | None]]:  # fmt: skip
    ratings = {f"r{n}": rating(score) for n, score in enumerate(scores)}
    told = {one.id: one for one in histories}
    ids = {key for one in suspicions for key in one.finding.records}
    suspects = Suspects(
        "NRB", COHORT,
        {key: fact for key, fact in ratings.items() if key in ids},
        {key: (facts[int(key[1:])], told.get(key) or history(int(key[1:])))
         for key in ids if key.startswith("c")},
    )  # fmt: skip
    own = [fact for fact in facts if fact.institution == "NRB"]
    cell = Cell(open=count_ratings(ratings.values()), cases=count_cases(own, COHORT))
    return {
        name: (one.counted.value, one.without.value, one.stands.value)
        for name, one in readings(cell, suspects, suspicions).items()
    }


TEN = [case(n) for n in range(10)]


@pytest.mark.parametrize(
    "signal",
    [signal for signal, undo in UNDO.items() if undo == "not-answered"],
)
def test_a_suspect_answer_is_undone_and_the_complaint_still_counts(signal: Signal) -> None:
    got = read(TEN, [suspicion(signal, "c0", "c1", "c2")])
    assert got["resolved"] == (1.0, 0.7, 0.7)
    assert got["resolved_in_time"] == (1.0, 0.7, 0.7)


def test_a_suspect_pause_counts_by_the_citizens_clock() -> None:
    paused = [case(n, due_at=DUE + timedelta(days=5), resolved_at=DUE + timedelta(days=2))
              for n in range(4)]  # fmt: skip
    got = read([*paused, *TEN[4:]], [suspicion(Signal.PAUSED, "c0", "c1", "c2", "c3")])
    assert got["resolved_in_time"] == (1.0, 0.6, 0.6)
    assert got["resolved"] == (1.0, 1.0, 1.0)


def test_a_case_passed_on_counts_with_whoever_had_it_first() -> None:
    gone = [case(n, institution="DIS", resolved_at=None) for n in range(2)]
    told = [history(n, institution="DIS", moves=(Move(DUE, "NRB", "NRB-R"),)) for n in range(2)]
    facts = [*gone, *TEN[2:]]
    got = read(facts, [suspicion(Signal.TRANSFERRED, "c0", "c1")], *told)
    assert got["resolved"] == (1.0, 0.8, 0.8)


def test_a_baited_withdrawal_counts_as_an_open_case() -> None:
    out = {"resolved_at": None, "closed_at": DUE - timedelta(days=1), "outcome": Outcome.WITHDRAWN}
    facts = [*(case(n, **out) for n in range(5)), *TEN[5:]]
    got = read(facts, [suspicion(Signal.WITHDRAWN, "c0", "c1", "c2", "c3", "c4")])
    assert got["resolved"] == (1.0, 0.5, 0.5)


HIGH, LOW = (5,) * 20 + (3,) * 40, (1,) * 20 + (4,) * 40
SUSPECT = tuple(f"r{n}" for n in range(20))


def test_favourable_ratings_that_the_body_could_have_made_are_out_until_reviewed() -> None:
    counted, without, stands = read([], [suspicion(Signal.SIM_BURST, *SUSPECT)], scores=HIGH)[
        "satisfaction"
    ]
    assert (counted, without, stands) == (pytest.approx(11 / 3), 3.0, 3.0)


def test_unfavourable_ratings_that_others_could_have_made_do_it_no_harm() -> None:
    harm = suspicion(Signal.SIM_BURST, *SUSPECT, favourable=False)
    assert read([], [harm], scores=LOW)["satisfaction"] == (3.0, 4.0, 4.0)


def test_unfavourable_ratings_from_its_own_staff_do_it_no_good() -> None:
    """Whoever plants bad ratings so that they are taken out again gains nothing by it."""
    own = suspicion(Signal.STAFF_PHONE, *SUSPECT, favourable=False)
    assert read([], [own], scores=LOW)["satisfaction"] == (3.0, 4.0, 3.0)


@pytest.mark.parametrize(
    ("review", "stands", "without"),
    [(Review.WAITING, 0.7, 0.7), (Review.UPHELD, 0.7, 0.7), (Review.CLEARED, 1.0, 1.0)],
)
def test_the_review_decides(review: Review, stands: float, without: float) -> None:
    seen = replace(suspicion(Signal.COPIED_WORDS, "c0", "c1", "c2"), review=review)
    assert read(TEN, [seen])["resolved"] == (1.0, without, stands)


def test_an_upheld_suspicion_counts_even_where_it_serves_the_body() -> None:
    upheld = replace(suspicion(Signal.STAFF_PHONE, *SUSPECT), review=Review.UPHELD)
    assert read([], [upheld], scores=LOW)["satisfaction"] == (3.0, 4.0, 4.0)


def test_one_suspicion_does_not_make_up_for_another() -> None:
    """Weighed together, planted bad ratings would carry planted good ones through."""
    good, bad = tuple(f"r{n}" for n in range(20)), tuple(f"r{n}" for n in range(20, 40))
    scores = (5,) * 20 + (1,) * 20 + (3,) * 40
    both = [suspicion(Signal.HOARDED_CODES, *good), suspicion(Signal.STAFF_PHONE, *bad)]
    counted, without, stands = read([], both, scores=scores)["satisfaction"]
    assert counted == without == 3.0
    assert stands == pytest.approx((20 + 120) / 60)


def test_a_record_under_two_suspicions_is_undone_once() -> None:
    two = [suspicion(Signal.COPIED_WORDS, "c0", "c1"), suspicion(Signal.NO_CONTACT, "c1", "c2")]
    assert read(TEN, two)["resolved"] == (1.0, 0.7, 0.7)


def test_visits_nobody_was_told_of_count_as_dissatisfied() -> None:
    missing = suspicion(Signal.MISSING_VISITS, fed=600, counted=660, missing=60)
    counted, without, _ = read([], [missing], scores=(4,) * 60)["satisfaction"]
    assert counted == 4.0
    assert without == pytest.approx((4 * 60 + 6) / 66)


def test_what_cannot_be_shown_any_more_stands_as_not_measured() -> None:
    few = suspicion(Signal.STAFF_PHONE, *(f"r{n}" for n in range(20)))
    scores = (5,) * 20 + (4,) * 25
    ratings = {f"r{n}": rating(score) for n, score in enumerate(scores)}
    suspects = Suspects("NRB", COHORT, {key: ratings[key] for key in few.finding.records})
    got = readings(Cell(open=count_ratings(ratings.values())), suspects, [few])["satisfaction"]
    assert (got.counted.shown, got.stands.shown) == (True, False)


def test_without_suspicions_the_three_readings_are_one() -> None:
    assert all(one == two == three for one, two, three in read(TEN, []).values())
