"""Each signal sees what it is made for, and leaves alone what only looks like it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from analytics.integrity import (
    Declared,
    Finding,
    Handled,
    Move,
    Quarter,
    Rated,
    Records,
    Signal,
    look,
    parameters,
)
from analytics.integrity.chance import at_least
from analytics.integrity.shares import QUESTIONS
from analytics.methods import UnknownMethod
from feedback_service.domain.cases import CaseKind, Outcome

START = datetime(2026, 7, 1, tzinfo=UTC)
END = datetime(2026, 10, 1, tzinfo=UTC)
QUARTER = Quarter(START, END, END + timedelta(days=30))
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
KINDS = ("delay", "cost", "access", "quality")


def rated(number: int, **other: object) -> Rated:
    usual = {
        "id": f"r{number}", "institution": "NRB", "place": "NRC-001", "person": f"p{number}",
        "at": START + DAY * 10 + timedelta(hours=number), "score": 5,
    }  # fmt: skip
    return Rated(**(usual | other))


def handled(number: int, **other: object) -> Handled:
    """A case solved in its own words in the middle of the quarter, and confirmed."""
    received = START + DAY * 5 + timedelta(hours=4 * number)
    words = " ".join(f"{chr(97 + (number * n) % 23) * 4}{chr(97 + n)}" for n in range(3, 15))
    usual = {
        "id": f"c{number}", "institution": "NRB", "unit": "NRB-R", "received_at": received,
        "category": KINDS[number % 4], "first_due_at": received + 7 * DAY,
        "due_at": received + 7 * DAY, "answered_at": received + 4 * DAY, "words": words,
        "outcome": Outcome.CONFIRMED,
    }  # fmt: skip
    return Handled(**(usual | other))


def found(records: Records) -> list[tuple[Signal, str, int]]:
    return [(f.signal, f.subject, len(f.records)) for f in look(records)]


def of_cases(*cases: Handled) -> list[Finding]:
    return look(Records(QUARTER, cases=cases))


def of_ratings(*ratings: Rated, **more: object) -> list[tuple[Signal, str, int]]:
    return found(Records(QUARTER, ratings=ratings, **more))


def test_an_honest_office_shows_no_sign() -> None:
    assert of_cases(*(handled(n) for n in range(200))) == []


# --- Ratings --------------------------------------------------------------------------------


def test_one_phone_that_rates_again_and_again_is_seen() -> None:
    ratings = [rated(n, person="sim", at=START + DAY * n / 2) for n in range(8)]
    assert of_ratings(*ratings) == [(Signal.SIM_BURST, "NRB:high", 7)]


@pytest.mark.parametrize(
    ("many", "apart"), [(5, DAY / 2), (8, 10 * DAY)], ids=["five in a week", "eight in 80 days"]
)
def test_a_phone_of_a_household_or_a_helper_is_left_alone(many: int, apart: timedelta) -> None:
    assert of_ratings(*(rated(n, person="sim", at=START + apart * n) for n in range(many))) == []


def test_many_ratings_within_the_hour_from_few_phones_are_seen() -> None:
    burst = [rated(n, person=f"s{n % 5}", at=START + MINUTE * n) for n in range(20)]
    assert of_ratings(*burst) == [(Signal.SIM_BURST, "NRB:high", 15)]
    crowd = [rated(n, at=START + MINUTE * n) for n in range(20)]
    assert of_ratings(*crowd) == [], "as many phones as ratings is a busy day"


def test_low_ratings_are_told_apart_from_high_ones() -> None:
    low = [rated(n, person="sim", at=START + DAY * n / 2, score=1) for n in range(8)]
    (finding,) = look(Records(QUARTER, ratings=low))
    assert (finding.subject, finding.favourable) == ("NRB:low", False)


def test_nobody_is_burst_out_whose_phone_is_not_known() -> None:
    assert of_ratings(*(rated(n, person=None, at=START + MINUTE * n) for n in range(40))) == []


def test_staff_who_rate_their_own_institution_are_seen() -> None:
    ratings = [rated(1, person="hash-1"), rated(2, person="hash-2"), rated(3)]
    staff = {"NRB": frozenset({"hash-1", "hash-2"})}
    assert of_ratings(*ratings, staff=staff) == [(Signal.STAFF_PHONE, "NRB", 2)]
    assert of_ratings(*ratings, staff={"DIS": staff["NRB"]}) == [], "another office's service"


def test_codes_in_the_order_of_printing_within_minutes_are_seen() -> None:
    evening = [
        rated(n, code=100 + n, at=START + 20 * DAY + MINUTE * (n * 7 % 11)) for n in range(9)
    ]
    assert of_ratings(*evening) == [(Signal.HOARDED_CODES, "NRC-001", 9)]


@pytest.mark.parametrize(
    ("step", "apart"), [(6, MINUTE), (1, 20 * MINUTE)], ids=["codes far apart", "times far apart"]
)
def test_people_who_leave_one_after_the_other_are_left_alone(step: int, apart: timedelta) -> None:
    leaving = [rated(n, code=100 + step * n, at=START + 20 * DAY + apart * n) for n in range(12)]
    assert of_ratings(*leaving) == []


@pytest.mark.parametrize(("fed", "flagged"), [(1000, 0), (992, 0), (985, 1), (0, 1)])
def test_visits_that_were_not_told_of_are_seen(fed: int, flagged: int) -> None:
    seen = look(Records(QUARTER, visits=[Declared("NRB", fed, 1000)]))
    assert [f.signal for f in seen] == [Signal.MISSING_VISITS] * flagged


# --- Cases ----------------------------------------------------------------------------------

LATE = {"answered_at": None, "outcome": None}
# What is done to 60 of 200 cases, the signal that sees it, how many records it suspects.
DONE = [
    ("refused", {"rejected": True, "outcome": Outcome.NOT_UPHELD}, Signal.REJECTED, 60),
    ("closed at the end", {"answered_at": END - DAY, "outcome": None}, Signal.QUARTER_END, 60),
    ("never reached", {"contacted": False, "outcome": None}, Signal.NO_CONTACT, 60),
    ("relabelled", {"kind": CaseKind.INFORMATION}, Signal.RELABELLED, 60),
    ("talked out of it", {"prompted": True, **LATE}, Signal.WITHDRAWN, 60),
    ("taken back", {"outcome": Outcome.WITHDRAWN, "answered_at": None}, Signal.WITHDRAWN, 60),
    ("gathered, unlike", {"incident": "i", "likeness": 0.05}, Signal.MERGED, 60),
    ("disputed", {"reopened": True, "outcome": Outcome.DISPUTED}, Signal.NOT_BELIEVED, 60),
]


@pytest.mark.parametrize(("act", "signal", "many"), [d[1:] for d in DONE], ids=[d[0] for d in DONE])
def test_what_is_done_far_too_often_is_seen(
    act: dict[str, object], signal: Signal, many: int
) -> None:
    cases = [handled(n, **(act if n < 60 else {})) for n in range(200)]
    seen = of_cases(*cases)
    assert {f.signal for f in seen} == {signal}
    assert {len(f.records) for f in seen} == {many}
    assert {(f.institution, f.unit) for f in seen} == {("NRB", "NRB-R")}


@pytest.mark.parametrize(("part", "names"), [(0.1, {"paused"}), (0.9, {"paused", "paused-late"})])
def test_questions_that_stop_the_clock_are_seen(part: float, names: set[str]) -> None:
    cases = []
    for n in range(200):
        case = handled(n)
        at = case.received_at + 7 * DAY * part
        cases.append(replace(case, questions=(at,)) if n < 60 else case)
    assert {f.subject.partition(":")[0] for f in of_cases(*cases)} == names


@pytest.mark.parametrize(
    ("part", "names"), [(0.1, {"transferred"}), (0.9, {"transferred", "transferred-late"})]
)
def test_passing_cases_on_is_seen_at_the_office_that_did_it(part: float, names: set[str]) -> None:
    cases = []
    for n in range(200):
        case = handled(n)
        move = Move(case.received_at + 7 * DAY * part, "NRB", "NRB-R")
        gone = replace(case, institution="DIS", unit="DIS-R", moves=(move,), **LATE)
        cases.append(gone if n < 60 else case)
    seen = of_cases(*cases)
    assert {f.subject.partition(":")[0] for f in seen} == names
    assert {f.institution for f in seen} == {"NRB"}


def test_a_desk_within_the_institution_may_be_given_the_case() -> None:
    cases = [
        handled(n, unit="NRB-2", moves=(Move(START + 6 * DAY, "NRB", "NRB-R"),)) for n in range(200)
    ]
    assert of_cases(*cases) == []


def test_one_text_for_whatever_was_complained_of_is_seen() -> None:
    words = "Your matter has been dealt with, reference {n}. Thank you for your patience."
    cases = [handled(n, **({"words": words.format(n=n)} if n < 60 else {})) for n in range(200)]
    (finding,) = of_cases(*cases)
    assert finding.signal is Signal.COPIED_WORDS
    assert len(finding.records) == 60
    assert finding.detail["categories"] == 4


def test_a_word_changed_in_each_answer_does_not_hide_the_copy() -> None:
    words = "Your matter has been looked at by {who} and is closed. Thank you for your patience."
    names = [f"{chr(97 + n % 26)}{chr(97 + n % 7)}o" for n in range(60)]
    cases = [
        handled(n, **({"words": words.format(who=names[n])} if n < 60 else {})) for n in range(200)
    ]
    (finding,) = of_cases(*cases)
    assert (finding.signal, len(finding.records)) == (Signal.COPIED_WORDS, 60)


@pytest.mark.parametrize(
    "about", [{"category": "delay"}, {"incident": "i", "likeness": 0.8}], ids=["canned", "incident"]
)
def test_a_canned_reply_and_an_incidents_answer_are_no_copies(about: dict[str, object]) -> None:
    same = {"words": "Your card is ready at window four of the office.", **about}
    cases = [handled(n, **(same if n < 60 else {})) for n in range(200)]
    assert of_cases(*cases) == []


def test_what_the_citizen_confirmed_at_the_quarters_end_was_solved() -> None:
    cases = [handled(n, **({"answered_at": END - DAY} if n < 60 else {})) for n in range(200)]
    assert of_cases(*cases) == []


def test_what_a_reviewer_found_usual_for_a_desk_is_usual() -> None:
    refused = {"rejected": True, "outcome": Outcome.NOT_UPHELD}
    cases = [handled(n, **(refused if n < 60 else {})) for n in range(200)]
    accepted = {("rejected", "NRB-R"): 0.3}
    assert look(Records(QUARTER, cases=cases, accepted=accepted)) == []


def test_a_share_that_all_offices_show_is_no_sign_and_cheats_in_company_are() -> None:
    def everywhere(of_a_hundred: int) -> list[Handled]:
        refused = {"rejected": True, "outcome": Outcome.NOT_UPHELD}
        return [
            handled(n, id=f"{unit}-{n}", unit=unit, **(refused if n % 100 < of_a_hundred else {}))
            for unit in (f"NRB-{u}" for u in range(30))
            for n in range(200)
        ]  # fmt: skip

    assert of_cases(*everywhere(12)) == []
    assert len(of_cases(*everywhere(50))) == 30


# --- The numbers ------------------------------------------------------------------------------


def test_every_question_has_its_numbers_and_every_signal_a_detector() -> None:
    given = parameters()
    assert given.questions.keys() == QUESTIONS.keys()
    singly = {Signal.SIM_BURST, Signal.STAFF_PHONE, Signal.HOARDED_CODES,
              Signal.MISSING_VISITS, Signal.COPIED_WORDS}  # fmt: skip
    assert {q.signal for q in given.questions.values()} | singly == set(Signal)


def test_an_unknown_version_is_named() -> None:
    with pytest.raises(UnknownMethod, match=r"integrity-2026\.1"):
        parameters("integrity-1999")


@pytest.mark.parametrize(("hits", "of", "usual"), [(3, 20, 0.1), (40, 300, 0.1), (1, 1, 0.5)])
def test_chances_without_spread_are_binomial(hits: int, of: int, usual: float) -> None:
    from math import comb

    exact = sum(comb(of, k) * usual**k * (1 - usual) ** (of - k) for k in range(hits, of + 1))
    assert at_least(hits, of, usual, 1e-7) == pytest.approx(exact, rel=1e-3)


def test_spread_makes_a_large_share_likelier() -> None:
    assert at_least(20, 100, 0.1, 0.02) > 3 * at_least(20, 100, 0.1, 0.001)
    assert at_least(0, 10, 0.1, 0.01) == 1.0
    assert at_least(11, 10, 0.1, 0.01) == 0.0
