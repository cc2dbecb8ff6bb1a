"""What a table leaves out of its small print cannot be had from its total, its year or its card."""

from dataclasses import replace

import pytest

from analytics.scorecards import Cell, Scorecard
from analytics.tallies import CaseCounts, RatingCounts
from feedback_service.scoring.public import Heading, added, published, published_places

ALONE = Heading("NRB", "FY2025/26-Q2", adds_up=True)


def heard(ones: int, incomplete: int, silent: int) -> Cell:
    """Of 100 complete ratings and 100 cases, all answered, half of them confirmed."""
    return Cell(
        open=RatingCounts(
            score_1=ones, score_5=100 - ones, incomplete=incomplete,
            problem_unasked=100 + incomplete,
        ),
        cases=CaseCounts(
            resolved_in_time=100, confirmed=50, silent=silent, awaiting=50 - silent
        ),
    )  # fmt: skip


FEW, MANY, MORE = heard(2, 3, 4), heard(20, 30, 20), heard(30, 40, 30)


def cards(cells: dict[str, Cell]) -> dict[str, Scorecard]:
    whole = published({"": added(cells.values())}, ALONE).cards[""]
    return {"": whole, **published(cells, replace(ALONE, total=whole)).cards}


@pytest.mark.parametrize(
    ("figure", "part"), [("satisfaction", "contract-1"), ("citizen_confirmed", "silent")]
)
def test_a_total_and_the_other_rows_do_not_give_a_small_exclusion_back(
    figure: str, part: str
) -> None:
    told = cards({"sms": FEW, "ussd": MANY, "whatsapp": MORE})
    read = {key for key, card in told.items() if part in card.figures[figure].excluded}
    assert read == {"", "whatsapp"}


def test_the_shares_of_a_score_fall_with_those_of_the_row_that_has_few() -> None:
    told = cards({"sms": FEW, "ussd": MANY, "whatsapp": MORE})
    spread = {key for key, card in told.items() if card.figures["satisfaction"].detail}
    assert spread == {"", "whatsapp"}


def test_a_year_does_not_give_back_what_its_quarter_left_out() -> None:
    quarters = tuple(published({"sms": cell}, ALONE) for cell in (FEW, MANY))
    year = published({"sms": FEW + MANY}, ALONE, quarters).cards["sms"]
    assert year.figures["satisfaction"].excluded == {}


def test_what_a_case_cost_does_not_give_back_how_many_had_no_price() -> None:
    def paid(unpriced: int) -> Scorecard:
        counts = CaseCounts(
            resolved_in_time=100, confirmed=50, messages_cost=900_000, unpriced=unpriced,
            awaiting=50,
        )  # fmt: skip
        return published({"sms": Cell(cases=counts)}, ALONE).cards["sms"]

    assert paid(2).figures["cost_per_confirmed"].detail == {}
    assert paid(20).figures["cost_per_confirmed"].detail["a_case"] == 90 / 80


def test_rows_keep_to_themselves_what_their_total_does() -> None:
    whole = cards({"NRB": MANY, "DIS": FEW})["NRB"]
    assert whole.figures["satisfaction"].excluded == {}
    rows = published({"sms": heard(10, 10, 10), "ussd": heard(10, 20, 10)},
                     replace(ALONE, total=whole)).cards  # fmt: skip
    assert all(row.figures["satisfaction"].excluded == {} for row in rows.values())


def test_a_card_tells_no_exclusion_that_the_rest_of_it_gives_back() -> None:
    """Due cases less those told leave the silent over, unless none of them is told."""
    cell = Cell(
        cases=CaseCounts(
            resolved_in_time=100, confirmed=50, silent=1, awaiting=49, not_yet_due=3
        )
    )  # fmt: skip
    card = published({"": cell}, ALONE).cards[""]
    assert card.figures["citizen_confirmed"].excluded == {}


def test_places_tell_no_small_print_since_they_add_up_to_their_counties() -> None:
    counties = published({"47": MANY + MORE}, ALONE)
    places = published_places({("47", "a"): MANY, ("47", "b"): MORE}, ALONE, counties)
    assert all(not row.figures["satisfaction"].excluded for row in places.cards.values())


@pytest.mark.parametrize(
    ("answers", "figure"),
    [
        ({"on_time": 38}, "charter_time_kept"),
        ({"cost_kept": 37, "paid_more": 2}, "cost_kept"),
        ({"courteous": 36}, "courtesy"),
        ({"cost_kept": 37, "paid_more": 2, "paid_extra_said": 2}, "extra_paid"),
    ],
)
def test_a_figure_falls_whose_number_tells_how_few_left_its_question_out(
    answers: dict[str, int], figure: str
) -> None:
    """The denominator of satisfaction less that of the figure."""
    given = {"score_4": 40, "on_time": 40, "cost_kept": 40, "courteous": 40, **answers}
    of = {**given, "problem_unasked": 40}
    card = published({"": Cell(open=RatingCounts(**of))}, ALONE).cards[""]
    assert figure in card.hidden
    assert card.figures["satisfaction"].n == 40


def test_nothing_is_kept_back_where_nothing_is_small() -> None:
    told = cards({"ussd": MANY, "whatsapp": MORE})
    assert told["ussd"].figures["citizen_confirmed"].excluded["silent"] == 20
    assert told["ussd"].figures["satisfaction"].detail["share_1"] == 0.2
