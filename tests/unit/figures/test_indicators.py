"""What each indicator counts, what it leaves out."""

from datetime import UTC, datetime, timedelta

import pytest

from analytics.indicators import (
    DEFINITIONS,
    SURVEYED,
    Kind,
    case_figures,
    rating_figures,
)
from analytics.scorecards import FAMILIES, Cell, card
from analytics.tallies import (
    CaseFact,
    Cohort,
    RatingCounts,
    RatingFact,
    count_cases,
    count_ratings,
)
from feedback_service.domain.cases import Lane, Outcome

START = datetime(2026, 7, 1, tzinfo=UTC)
DUE = START + timedelta(days=30)
COHORT = Cohort(START, START + timedelta(days=92), START + timedelta(days=60))


def rating(score=5, **answers):
    return RatingFact("id", "nrb", "huduma-gpo", "047", "ussd", "en", score, **answers)


def case(**facts):
    told = {"acknowledge_due_at": START + timedelta(days=1), "due_at": DUE} | facts
    return CaseFact("nrb", "id", None, "047", "ussd", "sw", received_at=START, **told)


def figure(name, facts):
    if name in SURVEYED:
        return rating_figures(count_ratings(facts))[name]
    return case_figures(count_cases(facts, COHORT))[name]


@pytest.mark.parametrize(
    ("name", "facts", "value", "n"),
    [
        ("satisfaction", [rating(5), rating(2)], 3.5, 2),
        ("satisfaction", [rating(5), rating(1, complete=False)], 5.0, 1),
        ("satisfaction", [rating(1, complete=False)], None, 0),
        ("charter_time_kept", [rating(on_time=True), rating(on_time=False)], 0.5, 2),
        ("charter_time_kept", [rating(on_time=True), rating()], 1.0, 1),
        ("cost_kept", [rating(paid_more=True), rating(paid_more=False)], 0.5, 2),
        ("cost_kept", [rating(paid_more=True, complete=False)], None, 0),
        ("courtesy", [rating(courteous=False)], 0.0, 1),
    ],
)
def test_a_survey_indicator_counts_complete_ratings_that_answer(name, facts, value, n):
    found = figure(name, facts)
    assert (found.value, found.n) == (value, n)


ON_TIME, LATE = DUE, DUE + timedelta(seconds=1)
EARLY = START + timedelta(hours=24)


@pytest.mark.parametrize(
    ("name", "facts", "value"),
    [
        pytest.param("acknowledged_in_time", {"acknowledged_at": EARLY}, 1, id="to the second"),
        pytest.param("acknowledged_in_time", {"acknowledged_at": LATE}, 0, id="acknowledged late"),
        pytest.param("acknowledged_in_time", {}, 0, id="never acknowledged"),
        pytest.param("acknowledged_in_time", {"acknowledge_due_at": None}, None, id="no moment"),
        pytest.param("resolved_in_time", {"resolved_at": ON_TIME}, 1, id="resolved to the second"),
        pytest.param("resolved_in_time", {"resolved_at": LATE}, 0, id="resolved late"),
        pytest.param("resolved", {"resolved_at": LATE}, 1, id="late is resolved all the same"),
        pytest.param("resolved", {}, 0, id="open past its date"),
        pytest.param("resolved", {"due_at": COHORT.end}, None, id="due in the next period"),
        pytest.param("resolved", {"due_at": COHORT.as_of + timedelta(1)}, None, id="not yet due"),
        pytest.param(
            "resolved_in_time",
            {"due_at": COHORT.as_of + timedelta(1), "resolved_at": EARLY},
            None,
            id="an early success waits too, or the early would all look good",
        ),
        pytest.param(
            "resolved",
            {"outcome": Outcome.WITHDRAWN, "closed_at": ON_TIME},
            None,
            id="withdrawn in time is left out",
        ),
        pytest.param(
            "resolved",
            {"outcome": Outcome.WITHDRAWN, "closed_at": LATE},
            0,
            id="withdrawn when already late stays late",
        ),
        pytest.param(
            "resolved_in_time",
            {"outcome": Outcome.DISPUTED, "resolved_at": None},
            0,
            id="a disputed resolution that no longer stands",
        ),
        pytest.param("resolved", {"lane": Lane.CONFIDENTIAL}, 0, id="confidential, in the total"),
    ],
)
def test_a_register_indicator_counts_cases_first_due_in_the_period(name, facts, value):
    assert figure(name, [case(**facts)]).value == value


def judged(outcome, many=1):
    return [case(outcome=outcome, resolved_at=ON_TIME)] * many


def test_only_the_citizen_confirms_and_silence_is_not_a_yes():
    facts = judged(Outcome.CONFIRMED, 3) + judged(Outcome.DISPUTED) + judged(None, 2)
    facts += judged(Outcome.CLOSED_UNCONFIRMED) + judged(Outcome.UNREACHED)
    found = figure("citizen_confirmed", facts)
    assert (found.value, found.n) == (0.75, 4)
    assert found.detail == {
        "reply_rate": 0.8,
        "if_none_of_the_silent_agreed": 0.5,
        "if_all_of_the_silent_agreed": pytest.approx(5 / 6),
    }


def test_three_silences_stay_apart_and_who_may_still_speak_is_none_of_them():
    facts = judged(Outcome.CLOSED_UNCONFIRMED, 3) + judged(Outcome.UNREACHED, 2) + judged(None)
    left_out = figure("citizen_confirmed", [*facts, case(), case()]).excluded
    names = ("silent", "unreached", "may still answer", "unresolved")
    assert [left_out[name] for name in names] == [3, 2, 1, 2]


@pytest.mark.parametrize(
    "unmoved",
    [Outcome.CLOSED_UNCONFIRMED, Outcome.UNREACHED, Outcome.WITHDRAWN, Outcome.NOT_UPHELD, None],
)
def test_an_officers_closing_moves_the_confirmed_share_by_nought(unmoved):
    facts = judged(Outcome.CONFIRMED, 3) + judged(Outcome.DISPUTED, 2)
    before, after = (
        figure("citizen_confirmed", more) for more in (facts, facts + judged(unmoved, 9))
    )
    assert (before.value, before.low, before.high) == (after.value, after.low, after.high)


def test_a_disputed_case_open_again_still_counts_as_disputed():
    assert figure("citizen_confirmed", [case(outcome=Outcome.DISPUTED)]).value == 0.0


def test_every_exclusion_is_counted_under_its_reason():
    found = figure("charter_time_kept", [rating(on_time=True), rating(), rating(complete=False)])
    assert found.excluded == {"contract-1": 1, "not answered": 1}
    waiting = [case(due_at=COHORT.as_of + timedelta(1)), case(acknowledge_due_at=None)]
    assert figure("acknowledged_in_time", waiting).excluded == {
        "not yet due": 1,
        "withdrawn before due": 0,
        "no promised moment": 1,
    }


def test_satisfaction_shows_the_distribution_and_the_top_two():
    found = figure("satisfaction", [rating(score) for score in (1, 4, 4, 5)])
    assert found.detail["top_two"] == 0.75
    assert [found.detail[f"share_{score}"] for score in range(1, 6)] == [0.25, 0, 0, 0.5, 0.25]


@pytest.mark.parametrize(
    ("many", "deff", "why"),
    [
        (29, 1.0, "fewer than 30 answers"),
        (30, 1.0, None),
        (59, 2.0, "fewer than 30 answers"),
        (60, 2.0, None),
        (0, 1.0, "fewer than 30 answers"),
    ],
)
def test_a_survey_figure_under_thirty_effective_answers_is_computed_but_not_shown(many, deff, why):
    found = rating_figures(RatingCounts(score_4=many), deff)["satisfaction"]
    assert (found.shown, found.why_hidden, found.effective_n) == (why is None, why, many / deff)
    assert (found.value is None) == (many == 0)


def test_a_register_figure_is_shown_from_the_first_case():
    assert figure("resolved", [case()]).shown
    assert figure("resolved", []).why_hidden == "nothing to count"


def test_every_figure_carries_a_definition_in_both_languages():
    figures = card("nrb", "FY2026/27-Q1", Cell()).figures
    assert set(figures) == set(DEFINITIONS)
    assert set(figures) == {name for _, family, _ in FAMILIES for name in family}
    for name, found in figures.items():
        definition = DEFINITIONS[name]
        assert found.version == definition.version
        assert definition.name_en != definition.name_sw
        assert definition.counted
        assert definition.excluded


def test_the_kinds_say_where_the_uncertainty_comes_from():
    kinds = {name: DEFINITIONS[name].kind for name in DEFINITIONS}
    assert kinds["citizen_confirmed"] is Kind.SURVEY
    assert kinds["resolved_in_time"] is Kind.REGISTER
