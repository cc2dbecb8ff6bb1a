"""Scorecards counted by the database: the same as counted by hand, safe to publish, never mixed."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from analytics.scorecards import Cell
from analytics.tallies import CaseFact, Cohort, RatingFact, count_cases, count_ratings, day_of
from feedback_service import scoring
from feedback_service.domain.cases import Action, Actor, Lane
from feedback_service.domain.periods import Period
from feedback_service.domain.ratings import Sample
from feedback_service.models import Case, CaseEvent, Rating, RollupState, new_id
from feedback_service.scoring import NoSuchInstitution, NotADimension, rollups
from feedback_service.scoring.counting import Days, Frame, bounds, tallies
from tests.integration.scoring_planting import (
    IN_QUARTER,
    PERIOD,
    a_case,
    a_citizen,
    a_rating,
    institutions,
    many_cases,
    many_ratings,
)

QUARTER = Period.parse(PERIOD)


@pytest.fixture
def loaded(rt: Any, own_registry: None) -> Any:
    return rt


def plant(rt: Any, *rows: Any) -> None:
    with rt.transaction() as session:
        session.add_all(rows)


def told_then_erased(rt: Any, institution: str, many: int = 5) -> None:
    """A body of which few ratings are left: in a running quarter none begins with few."""
    scoring.card(rt, institution, QUARTER)
    with rt.transaction() as session:
        some = sa.select(Rating.id).where(Rating.institution_id == institution).limit(many)
        session.execute(sa.delete(Rating).where(Rating.id.in_(some)))


def test_ratings_are_counted_as_by_hand(loaded: Any) -> None:
    rows = many_ratings(seed=1, count=400)
    plant(loaded, *rows)
    for institution in ("NRB", "DIS"):
        mine = [r for r in rows if r.institution_id == institution]
        complete = [r for r in mine if r.complete]
        figures = scoring.card(loaded, institution, QUARTER, public=False).figures
        satisfaction = figures["satisfaction"]
        assert satisfaction.n == len(complete)
        assert satisfaction.value == pytest.approx(sum(r.score for r in complete) / len(complete))
        assert satisfaction.excluded["contract-1"] == len(mine) - len(complete)
        kept = sum(r.on_time for r in complete) / len(complete)
        assert figures["charter_time_kept"].value == pytest.approx(kept)
        assert figures["cost_kept"].value == pytest.approx(
            sum(not r.paid_more for r in complete) / len(complete)
        )
        assert figures["courtesy"].value == pytest.approx(
            sum(r.courteous for r in complete) / len(complete)
        )


def test_cases_are_counted_as_the_tallies_count_facts(loaded: Any) -> None:
    rows = many_cases(seed=2, count=400, now=loaded.now())
    plant(loaded, *rows)
    start, end = bounds(QUARTER)
    facts, cohort = [_fact(row) for row in rows], Cohort(start, end, loaded.now())
    with loaded.transaction() as session:
        groups = tallies(session, Frame(QUARTER, loaded.now()))
    [cell] = groups.values()
    for kind, counted in (("complaint", cell.cases), ("information", cell.requests)):
        expected = count_cases((fact for fact in facts if fact.kind == kind), cohort)
        assert counted == expected
        assert min(sum(counted.days.values()), sum(counted.waiting.values()), counted.due) > 9


def test_a_case_that_a_supervisor_opened_again_counts_as_reopened(loaded: Any) -> None:
    rows = [a_case(number, resolved_at=IN_QUARTER, id=new_id()) for number in range(4)]
    plant(loaded, *rows)
    again = CaseEvent(
        case_id=rows[0].id, number=1, action=Action.REOPEN, actor=Actor.SUPERVISOR,
        at=IN_QUARTER, data={}, previous="", hash="",
    )  # fmt: skip
    plant(loaded, again)
    found = scoring.card(loaded, "NRB", QUARTER, public=False).figures["reopened"]
    assert (found.value, found.n) == (0.25, 4)


@pytest.mark.parametrize("built", [True, False], ids=["from rollups", "from facts"])
def test_a_register_figure_varies_as_the_quarters_before_did(loaded: Any, built: bool) -> None:
    rows = []
    for back, solved in enumerate((10, 3, 19, 4, 18)):
        due = IN_QUARTER - timedelta(days=91 * back)
        rows += [
            a_case(100 * back + n, due_at=due, resolved_at=due if n < solved else None)
            for n in range(20)
        ]
    plant(loaded, *rows)
    if built:
        rollups.keep_up(loaded)
    with loaded.transaction() as session:
        assert (session.get(RollupState, 1) is not None) is built
    figure = scoring.card(loaded, "NRB", QUARTER, public=False).figures["resolved"]
    assert figure.value == 0.5
    assert figure.basis.endswith("in the 4 quarters before")
    assert figure.low < 0.2 < 0.8 < figure.high, "as independent cases: 0.30 to 0.70"


def test_places_and_days_add_to_a_design_effect_as_by_hand(loaded: Any) -> None:
    rows = [
        row
        for seed, sample in enumerate(Sample)
        for row in many_ratings(seed, 150, sample=sample, institution_id="NRB")
    ]
    draw = random.Random(9)
    for row in rows:
        row.given_at += timedelta(days=draw.randrange(4))
        row.had_problem, row.reported_problem = (draw.choice((True, False, None)) for _ in "ab")
        row.paid_extra_kes = draw.choice((None, 0, 200)) if row.paid_more else None
    plant(loaded, *rows)
    with loaded.transaction() as session:
        [cell] = tallies(session, Frame(QUARTER, loaded.now())).values()
        days = tallies(session, Frame(QUARTER, loaded.now(), by_day=True))
        narrow = Frame(Days(IN_QUARTER.date(), IN_QUARTER.date()), loaded.now(), by_day=True)
        [(first, one)] = tallies(session, narrow).items()
    assert sum(days.values(), Cell()) == cell, "a day is a closed unit"
    assert days[first] == one
    for sample in Sample:
        facts = [_vote(row) for row in rows if row.sample is sample]
        assert cell.votes(sample) == count_ratings(facts)


@pytest.mark.parametrize("dimension", ["county", "service", "service_point", "channel", "language"])
def test_a_dimension_adds_up_to_the_card(loaded: Any, dimension: str) -> None:
    plant(loaded, *many_ratings(seed=3, count=300))
    table = scoring.by(loaded, "NRB", QUARTER, [dimension], public=False)
    total = scoring.card(loaded, "NRB", QUARTER, public=False).figures["satisfaction"].n
    rows = table[scoring.Dimension(dimension)].values()
    assert sum(row.figures["satisfaction"].n for row in rows) == total


def test_a_county_row_holds_the_ratings_of_that_county(loaded: Any) -> None:
    rows = many_ratings(seed=4, count=300, institution_id="NRB", complete=True)
    plant(loaded, *rows)
    table = scoring.by(loaded, "NRB", QUARTER, ["county"], public=False)["county"]
    by_hand = Counter(str(r.county_code or "") for r in rows)
    assert {key: row.figures["satisfaction"].n for key, row in table.items()} == by_hand


def test_a_quarter_ends_at_midnight_in_nairobi(loaded: Any) -> None:
    last = datetime(2026, 3, 31, 20, 59, 59, tzinfo=UTC)
    plant(loaded, a_rating(given_at=last), a_rating(given_at=last + timedelta(seconds=1)))
    for label, expected in ((PERIOD, 1), ("FY2025/26-Q4", 1), ("FY2025/26", 2)):
        found = scoring.card(loaded, "NRB", Period.parse(label), public=False)
        assert found.figures["satisfaction"].n == expected, label


def test_a_person_has_one_vote_per_service_and_day_the_last_complete_one(loaded: Any) -> None:
    with loaded.transaction() as session:
        person = a_citizen(session)
        hours = [IN_QUARTER + timedelta(hours=hour) for hour in range(3)]
        session.add_all(
            [
                a_rating(citizen_id=person, score=1, given_at=hours[0]),
                a_rating(citizen_id=person, score=5, given_at=hours[1]),
                a_rating(citizen_id=person, score=2, given_at=hours[2], complete=False),
                a_rating(citizen_id=person, score=3, given_at=hours[0] + timedelta(days=1)),
            ]
        )
    satisfaction = scoring.card(loaded, "NRB", QUARTER, public=False).figures["satisfaction"]
    assert (satisfaction.n, satisfaction.value) == (2, 4.0)
    assert satisfaction.excluded["contract-1"] == 0


def test_real_records_are_never_mixed_with_simulated_ones(loaded: Any) -> None:
    plant(loaded, *many_ratings(5, 60, institution_id="NRB", complete=True, simulated=True))
    assert scoring.card(loaded, "NRB", QUARTER).simulated
    assert scoring.edition(loaded, QUARTER).whole.simulated
    plant(loaded, a_rating())
    found = scoring.card(loaded, "NRB", QUARTER, public=False)
    assert (found.simulated, found.figures["satisfaction"].n) == (False, 1)
    table = scoring.by(loaded, "NRB", QUARTER, ["county"], public=False)["county"]
    assert {row.figures["satisfaction"].n for row in table.values()} == {1}


def test_the_confidential_lane_counts_in_totals_only(loaded: Any) -> None:
    rows = [a_case(n, lane=Lane.CONFIDENTIAL if n < 3 else Lane.OPEN) for n in range(10)]
    plant(loaded, *rows)
    total = scoring.card(loaded, "NRB", QUARTER, public=False)
    table = scoring.by(loaded, "NRB", QUARTER, ["county"], public=False)["county"]
    assert total.figures["resolved"].n == 10
    assert sum(row.figures["resolved"].n for row in table.values()) == 7


def test_a_rating_without_institution_counts_for_the_whole_service_only(loaded: Any) -> None:
    plant(loaded, a_rating(), a_rating(institution_id=None, county_code=None))
    found = scoring.edition(loaded, QUARTER, public=False)
    assert found.whole.figures["satisfaction"].n == 2
    assert sum(c.figures["satisfaction"].n for c in found.cards.values()) == 1


def test_every_institution_has_a_card_also_one_nobody_rated(loaded: Any) -> None:
    cards = {card.institution: card for card in scoring.national(loaded, QUARTER)}
    assert len(cards) == institutions()
    assert cards["KNH"].figures["satisfaction"].n == 0
    assert not cards["KNH"].figures["satisfaction"].shown


def test_the_public_card_of_an_institution_is_the_one_in_the_table(loaded: Any) -> None:
    plant(loaded, *many_ratings(6, 200))
    table = {card.institution: card for card in scoring.national(loaded, QUARTER)}
    assert scoring.card(loaded, "DIS", QUARTER) == table["DIS"]


def test_no_small_number_can_be_read_from_the_public_tables(loaded: Any) -> None:
    counties = {1: 60, 30: 3, 42: 40, 47: 8}
    for county, many in counties.items():
        plant(loaded, *(a_rating(county_code=county) for _ in range(many)))
    plant(loaded, *(a_rating(institution_id="DIS", complete=False) for _ in range(7)))
    told_then_erased(loaded, "DIS")
    table = scoring.by(loaded, "NRB", QUARTER, ["county"])["county"]
    assert "satisfaction" in table["1"].figures
    assert "satisfaction" in table["30"].hidden, "three ratings"
    assert "satisfaction" in table["47"].hidden, "the total less the others would give the three"
    assert scoring.card(loaded, "DIS", QUARTER).figures["satisfaction"].excluded == {}


def test_what_a_total_hides_no_row_of_it_shows(loaded: Any) -> None:
    for institution, many in (("NRB", 8), ("DIS", 12), ("NPS", 80)):
        plant(loaded, *(a_rating(institution_id=institution) for _ in range(many)))
    told_then_erased(loaded, "NRB")
    assert "satisfaction" in scoring.card(loaded, "DIS", QUARTER).hidden
    table = scoring.by(loaded, "DIS", QUARTER, ["county", "channel"])
    assert all("satisfaction" in row.hidden for rows in table.values() for row in rows.values())


def test_a_value_of_few_answers_is_kept_back_but_its_count_is_not(loaded: Any) -> None:
    plant(loaded, *(a_rating() for _ in range(20)))
    figure = scoring.card(loaded, "NRB", QUARTER).figures["satisfaction"]
    assert (figure.n, figure.value, figure.low, dict(figure.detail)) == (20, None, None, {})


def test_what_cannot_be_read_is_told_with_its_remedy(loaded: Any) -> None:
    for public in (True, False):
        with pytest.raises(NoSuchInstitution, match=r"'NOBODY'.*/api/v1/institutions"):
            scoring.card(loaded, "NOBODY", QUARTER, public=public)
    with pytest.raises(NotADimension, match=r"'colour'.*county, service"):
        scoring.by(loaded, "NRB", QUARTER, ["colour"])


def _vote(row: Rating) -> RatingFact:
    county = str(row.county_code or "")
    return RatingFact(
        row.service_id, row.institution_id or "", None, county, row.channel, row.language,
        row.score, row.on_time, row.paid_more, row.courteous, row.complete, sample=row.sample,
        day=day_of(row.given_at), paid_extra_kes=row.paid_extra_kes,
        had_problem=row.had_problem, reported_problem=row.reported_problem,
    )  # fmt: skip


def _fact(row: Case) -> CaseFact:
    return CaseFact(
        institution=row.institution_id, service=row.service_id, service_point=None,
        county=None, channel=row.channel, language=row.language, received_at=row.received_at,
        due_at=row.due_at, acknowledge_due_at=row.acknowledge_due_at,
        acknowledged_at=row.acknowledged_at, resolved_at=row.resolved_at,
        closed_at=row.closed_at, outcome=row.outcome, lane=row.lane, kind=row.kind,
        urgent=row.urgent, reopened=row.disputes > 0, received_on=row.received_on,
        first_due_at=row.first_due_at,
    )  # fmt: skip
