"""Single cases as anyone may read them: which are told, how much of each, and for how long."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import CaseStatus, Lane
from feedback_service.models import Case, Category, Certainty, Citizen, Conflict, ToldRequest
from feedback_service.privacy import erasing
from feedback_service.reports.requests import Wanted, bring_up, by_names, requests
from tests.integration.scoring_planting import a_case, a_citizen

FIRST, SECOND = date(2026, 1, 5), date(2026, 1, 20)
LEAST = {"service_id": "kra-pin", "county_code": 30}
"""Five of these lie beside all others: the row that tables keep back so that the confidential
cannot be counted, and so does the list."""


@pytest.fixture
def loaded(loaded_rt):
    return loaded_rt


def planted(rt, *groups):
    """`groups` of (how many, what each is)."""
    numbers = iter(range(10_000_000, 10_100_000))
    beside = LEAST | {key: value for key, value in groups[0][1].items() if key == "simulated"}
    with rt.transaction() as session:
        for many, particulars in (*groups, (5, beside)):
            usual = {"received_on": FIRST}
            session.add_all(a_case(next(numbers), **usual | particulars) for _ in range(many))


def read(rt, **wanted):
    bring_up(rt)
    with rt.transaction() as session:
        return list(requests(session, Wanted(**wanted)))


def change(rt, **values):
    """One of the cases that are told becomes something else; returns the name it is told by."""
    with rt.transaction() as session:
        told = session.scalars(sa.select(ToldRequest).order_by(ToldRequest.id).limit(1)).one()
        for name, value in values.items():
            setattr(session.get_one(Case, told.case_id), name, value)
        return told.id


def test_four_alike_are_not_told_nor_what_would_give_them_back(loaded):
    planted(
        loaded,
        (4, {"service_id": "id-first"}),
        (6, {"service_id": "id-replacement"}),
        (5, {"service_id": "passport", "institution_id": "DIS"}),
        (9, {"service_id": "passport", "institution_id": "DIS", "lane": Lane.CONFIDENTIAL}),
    )
    # kra-pin is as far from four as its total is, and passport lies beside nine confidential ones.
    assert {one.service for one in read(loaded)} == {"id-replacement", "passport"}


def test_two_that_are_due_in_another_quarter_keep_no_others_back_but_three(loaded):
    later = datetime(2026, 4, 2, tzinfo=NAIROBI)
    planted(loaded, (20, {}), (2, {"due_at": later, "first_due_at": later}))
    assert len(read(loaded)) == 17, "nobody can tell how many are due then"


def test_county_and_day_stand_only_where_five_share_them(loaded):
    planted(
        loaded,
        (6, {"county_code": 47, "received_on": FIRST}),
        (7, {"county_code": 47, "received_on": SECOND}),
        (3, {"county_code": 1, "received_on": FIRST}),
        (2, {"county_code": 30, "received_on": SECOND}),
    )
    told = Counter((one.county, one.received_on, one.by_day) for one in read(loaded))
    month = FIRST.replace(day=1)
    assert told == {(47, FIRST, True): 6, (47, SECOND, True): 7, (None, month, False): 5}


@pytest.mark.parametrize(
    "kept_back",
    [
        {"lane": Lane.HELD},
        {"lane": Lane.CONFIDENTIAL},
        {"quiet": True},
        {"category": Category.BRIBERY},
        {"category": Category.STAFF_CONDUCT},
        {"service_id": None},
        {"simulated": True},
        {"received_on": date(2026, 3, 1)},
    ],
    ids=str,
)
def test_what_must_not_be_told_is_in_no_list(loaded, kept_back):
    planted(loaded, (6, {}), (9, kept_back))
    assert [one.service for one in read(loaded)].count("id-first") == 6


def test_what_the_model_has_not_read_waits_a_week_and_is_not_told(loaded, clock):
    planted(loaded, (6, {"received_on": date(2026, 2, 5)}))
    planted_unread = a_case(77_000_000, received_on=date(2026, 2, 20), triaged_at=None)
    with loaded.transaction() as session:
        session.add(planted_unread)
    assert read(loaded) == []
    clock.set(datetime(2026, 3, 9, tzinfo=NAIROBI))
    assert read(loaded) == [], "the other six are kept back too, or they would tell of it"
    planted_later = (a_case(78_000_000 + n, received_on=date(2026, 2, 5)) for n in range(6))
    with loaded.transaction() as session:
        session.add_all(planted_later)
    assert read(loaded) == [], "what was drawn up once gets nothing added"


def test_invented_ones_stand_only_while_there_is_no_real_one(loaded):
    planted(loaded, (6, {"simulated": True}), (1, {"simulated": True, "quiet": True}))
    assert [one.simulated for one in read(loaded)] == [True] * 11, "there is nobody to protect"
    planted_real = a_case(77_000_000, received_on=FIRST)
    with loaded.transaction() as session:
        session.add(planted_real)
    assert read(loaded) == []


def test_one_is_found_by_its_name_as_it_stands_in_the_list(loaded):
    closed = {"status": CaseStatus.CLOSED, "closed_at": datetime(2026, 2, 9, tzinfo=NAIROBI)}
    planted(loaded, (6, closed), (6, {"received_on": SECOND}))
    one, *others = read(loaded, until=FIRST)
    assert (len(others), one.open, one.updated_on) == (5, False, date(2026, 2, 1))
    with loaded.transaction() as session:
        wrong = ("", "10000000", one.id.upper(), "0" * 32, one.id[:-2], "é" * 32)
        assert by_names(session, (*wrong, one.id, one.id)) == [one]
    assert len(read(loaded, open=True)) == 6
    assert [two.id for two in read(loaded, after=one.place)] == [two.id for two in others]


@pytest.mark.parametrize(
    ("certainty", "told"),
    [(Certainty.LIKELY, 7), (Certainty.NAMED, 7), (Certainty.CLEARED, 12)],
)
def test_a_case_that_names_one_of_the_staff_cannot_be_counted(loaded, certainty, told):
    """Four go with it: who knows how many there are would learn of one."""
    planted(loaded, (12, {}))
    with loaded.transaction() as session:
        found = sa.select(Case.id).where(Case.service_id == "id-first").limit(1)
        session.add(
            Conflict(
                case_id=session.scalars(found).one(), unit_id="NRB-R", certainty=certainty,
                how="test", at=loaded.now(),
            )
        )  # fmt: skip
    assert len(read(loaded)) == told


def test_the_day_of_an_answer_is_not_told_to_who_asks_every_day(loaded, clock):
    planted(loaded, (6, {}))
    before = read(loaded)
    change(loaded, status=CaseStatus.CLOSED, closed_at=loaded.now())
    assert read(loaded) == before
    answered_in = loaded.now().astimezone(NAIROBI).date().replace(day=1)
    clock.forward(days=31)
    assert [one.updated_on for one in read(loaded) if not one.open] == [answered_in]
    change(loaded, status=CaseStatus.RECEIVED, closed_at=None)
    assert [one.open for one in read(loaded)].count(False) == 1, "reopened this month"
    clock.forward(days=31)
    assert all(one.open for one in read(loaded))


@pytest.mark.parametrize(
    "becomes",
    [{"lane": Lane.CONFIDENTIAL}, {"category": Category.BRIBERY}, {"quiet": True}],
    ids=str,
)
def test_a_case_that_is_told_does_not_vanish_when_it_is_moved(loaded, clock, becomes):
    planted(loaded, (6, {}))
    before = read(loaded)
    change(loaded, **becomes)
    clock.forward(days=31)
    assert read(loaded) == before


def test_a_case_that_is_cleared_later_does_not_appear(loaded, clock):
    planted(loaded, (6, {}), (6, {"category": Category.BRIBERY}))
    before = read(loaded)
    with loaded.transaction() as session:
        session.execute(sa.update(Case).values(category=Category.DELAY))
    clock.forward(days=31)
    assert read(loaded) == before


def test_only_an_erasure_takes_a_case_out_and_five_still_share_what_is_told(loaded, clock):
    planted(loaded, (5, {"received_on": FIRST}), (6, {"received_on": SECOND}))
    assert Counter(one.by_day for one in read(loaded)) == {True: 11}
    with loaded.transaction() as session:
        person = a_citizen(session)
        told = sa.select(ToldRequest).where(ToldRequest.received_on == FIRST).limit(1)
        one = session.scalars(told).one()
        session.get_one(Case, one.case_id).citizen_id = person
        erasing.erase(loaded, session, session.get_one(Citizen, person))
    with loaded.transaction() as session:
        assert by_names(session, [one.id]) == [], "at once"
    left = read(loaded)
    assert len(left) == 10
    assert not any(two.by_day for two in left), "four of a day take the other day with them"
    clock.forward(days=31)
    assert len(read(loaded)) == 10


def test_a_month_is_told_when_it_is_over(loaded, clock):
    planted(loaded, (6, {"received_on": loaded.now().date()}))
    assert read(loaded) == []
    clock.forward(days=31)
    assert len(read(loaded)) == 6
    assert read(loaded, until=loaded.now().date() - timedelta(days=60)) == []
