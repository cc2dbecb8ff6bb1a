"""Published tables attacked with an integer solver: quarters, their year and all institutions of
every family of figures, and what the figures of one card say of each other."""

import random
from dataclasses import replace

import numpy as np
import pytest

from analytics.scorecards import Cell, card
from analytics.tallies import CaseCounts, RatingCounts
from feedback_service.scoring.public import Heading, Table, added, published, published_places
from tests.unit.figures.solving import feasible

BODIES = "ABCDE"
QUARTERS = ("Q1", "Q2", "Q3", "Q4")
SIZES = (0, 0, 1, 2, 3, 4, 5, 6, 9, 17, 60)
FIGURES = (
    "satisfaction", "charter_time_kept", "hidden_problems", "extra_paid", "resolved",
    "citizen_confirmed", "urgent_in_time", "reopened", "median_days", "backlog_days",
    "requests_answered",
)  # fmt: skip


def some_cell(draw: random.Random) -> Cell:
    def cut(whole: int, parts: int) -> list[int]:
        ends = sorted(draw.randint(0, whole) for _ in range(parts - 1))
        return [b - a for a, b in zip([0, *ends], [*ends, whole], strict=True)]

    complete, incomplete = draw.choice(SIZES), draw.choice(SIZES)
    kept, late = cut(complete, 2)
    none, told, hidden, unsaid, unasked = cut(complete + incomplete, 5)
    no_more, said, unsaid_cost = cut(complete, 3)
    ratings = RatingCounts(
        score_2=complete // 4, score_4=complete - complete // 4, on_time=kept, late=late,
        cost_kept=no_more, paid_more=said + unsaid_cost,
        paid_extra_said=said, paid_extra_kes=100 * said,
        no_problem=none, problem_reported=told, problem_unreported=hidden, problem_unsaid=unsaid,
        problem_unasked=unasked, incomplete=incomplete,
    )  # fmt: skip
    cases, requests = (some_cases(draw, cut) for _ in range(2))
    return Cell(open=ratings, cases=cases, requests=requests)


def some_cases(draw: random.Random, cut) -> CaseCounts:
    due = draw.choice(SIZES)
    in_time, late, unresolved = cut(due, 3)
    yes, no, silent, unreached, awaiting, rest = cut(due, 6)
    urgent = draw.choice((0, due, draw.randint(0, due)))
    return CaseCounts(
        acknowledged_in_time=due, resolved_in_time=in_time, resolved_late=late,
        unresolved=unresolved, confirmed=yes, disputed=no, silent=silent, unreached=unreached,
        awaiting=awaiting, nothing_to_confirm=rest, urgent_in_time=urgent,
        reopened_unresolved=min(unresolved, 2), reopened=min(unresolved, 2),
        waiting={"739000": unresolved} if unresolved else {},
        days={"5": due - unresolved} if due > unresolved else {},
        not_yet_due=draw.choice(SIZES), confidential=draw.randint(0, min(3, due)),
    )  # fmt: skip


def national(cells: dict[str, Cell], period: str, parts: list[tuple[Table, Table]]):
    """As the reader of scorecards draws a period up: the whole, then every institution."""
    heading = Heading("national", period, adds_up=True)
    whole = published({"": added(cells.values())}, heading, [one for one, _ in parts])
    heading = replace(heading, total=whole.cards[""])
    return whole, published(cells, heading, [one for _, one in parts])


@pytest.mark.parametrize("seed", [0, 3, 4, 17])
def test_no_table_gives_a_hidden_number_back(seed):
    draw = random.Random(seed)
    truth = {quarter: {body: some_cell(draw) for body in BODIES} for quarter in QUARTERS}
    parts = {quarter: national(cells, quarter, []) for quarter, cells in truth.items()}
    year = {body: added(truth[quarter][body] for quarter in QUARTERS) for body in BODIES}
    parts["year"] = national(year, "year", list(parts.values()))
    for name in FIGURES:
        attack(name, lambda figure: figure.n, parts)
    for name, part in SMALL_PRINT:
        attack_small_print(name, part, parts)


SMALL_PRINT = (
    ("satisfaction", "contract-1"), ("satisfaction", "share_2"),
    ("hidden_problems", "did not say"), ("citizen_confirmed", "silent"),
)  # fmt: skip
PLACES = [(body, quarter) for body in BODIES for quarter in QUARTERS]


def attack(name: str, number_of, parts) -> None:
    """Unknown: the figure's n of every body and quarter, and how many cases no row shows."""
    rows, sums, hidden = equations(name, number_of, parts)
    for row in hidden:
        if all(any(np.array_equal(one, known) for known in rows) for one in singles(row)):
            continue  # The sum of numbers that all are shown hides nobody.
        assert feasible(row, np.array(rows), np.array(sums)) > 1, (name, row)


def attack_small_print(name: str, part: str, parts) -> None:
    """Unknown: how many persons are that part of the figure, of every body and quarter."""

    def told(figure) -> int | None:
        if part.startswith("share_"):
            share = figure.detail.get(part)
            return None if share is None else round(share * figure.n)
        return figure.excluded.get(part)

    rows, sums, hidden = equations(name, told, parts)
    truth = [full_number(name, part, parts[quarter][1].cells[body]) for body, quarter in PLACES]
    aims = [row for row in hidden if 0 < np.dot(row, truth) < 5]
    aims += [one for one in singles([1.0] * len(PLACES)) if 0 < np.dot(one, truth) < 5]
    assert aims, f"{name}, {part}: a table without small numbers proves nothing"
    for row in aims:
        given = (np.array(rows), np.array(sums)) if rows else (np.zeros((1, len(row))), [0])
        assert feasible(row, *given) > 1, (name, part, row)


def full_number(name: str, part: str, cell: Cell) -> int:
    figure = card("", "", cell).figures[name]
    share = figure.detail.get(part, 0)
    return round(share * figure.n) if part.startswith("share_") else figure.excluded[part]


def equations(name: str, number_of, parts):
    """What is told: sums of cells, as rows of weights, and the rows that are not told."""
    rows, sums, hidden = [], [], []
    for quarter, (whole, bodies) in parts.items():
        for key, table in [*((body, bodies) for body in BODIES), ("", whole)]:
            row = [float(b in (key or b) and q in (quarter, *"_"[: quarter != "year"]))
                   or float(quarter == "year" and b in (key or b)) for b, q in PLACES]  # fmt: skip
            shown = table.cards[key].figures.get(name)
            number = None if shown is None else number_of(shown)
            if number is None:
                hidden.append(row)
            else:
                rows.append(row)
                sums.append(number)
    return rows, sums, hidden


def singles(row: list[float]) -> list[list[float]]:
    """The cells a row sums."""
    return [[float(at == place) for at in range(len(row))] for place, one in enumerate(row) if one]


def test_an_attack_finds_a_number_that_is_not_hidden_well():
    """Rows and total with one row missing: the solver must see it."""
    rows, sums = np.array([[1.0, 0, 0], [0, 1, 0], [1, 1, 1]]), np.array([9, 20, 32])
    assert feasible([0.0, 0, 1], rows, sums) == 1


@pytest.mark.parametrize("incomplete", range(1, 5))
@pytest.mark.parametrize("unasked", [0, 2, 7])
def test_figures_of_one_card_do_not_give_small_exclusions_back(incomplete, unasked):
    """Votes are complete or not, and also of who was asked about problems, and who was not."""
    votes = 40 + incomplete
    cell = Cell(
        open=RatingCounts(
            score_4=40, on_time=40, cost_kept=40, courteous=40, incomplete=incomplete,
            no_problem=votes - unasked, problem_unasked=unasked,
        )
    )  # fmt: skip
    card = published({"A": cell}, Heading("A", "Q1")).cards["A"]
    # Unknown: incomplete votes, votes not asked, votes that did not say.
    hidden = card.figures.get("hidden_problems")
    if hidden is None:
        return
    asked = {"not asked": 1, "did not say": 2}
    rows, sums = [[1.0, -1, -1]], [hidden.n - card.figures["satisfaction"].n]
    for reason, place in asked.items():
        if reason in hidden.excluded:
            rows.append([float(place == at) for at in range(3)])
            sums.append(hidden.excluded[reason])
    # Who knows the rule knows that what is not named is under five.
    most = [4, 10_000 if "not asked" in hidden.excluded else 4, 4]
    assert feasible([1.0, 0, 0], np.array(rows), np.array(sums), most) > 1


def test_places_of_a_county_hold_all_its_cases_so_one_is_never_hidden_alone():
    """Only the open lane is divided: a county's row has no case that none of its places shows."""
    cells = {
        ("47", place): Cell(cases=CaseCounts(resolved_in_time=many))
        for place, many in (("a", 3), ("b", 20), ("c", 30))
    }
    heading = Heading("NRB", "Q1")
    counties = published({"47": added(cells.values())}, heading)
    table = published_places(cells, heading, counties)
    shown = {key: card.figures["resolved"].n for key, card in table.cards.items()
             if "resolved" in card.figures}  # fmt: skip
    assert shown == {"c": 30}
