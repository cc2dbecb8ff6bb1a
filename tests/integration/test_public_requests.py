"""Single cases as anyone may read them: which are told, and how much of each."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import CaseStatus, Lane
from feedback_service.models import Case, Category, Certainty, Conflict
from feedback_service.reports.requests import request, requests
from tests.integration.scoring_planting import a_case

FIRST, SECOND = date(2026, 1, 5), date(2026, 1, 20)


@pytest.fixture
def loaded(rt, own_registry):
    return rt


def planted(rt, *groups):
    """`groups` of (how many, what each is)."""
    numbers = iter(range(10_000_000, 10_100_000))
    with rt.transaction() as session:
        for many, particulars in groups:
            usual = {"received_on": FIRST}
            session.add_all(a_case(next(numbers), **usual | particulars) for _ in range(many))


def read(rt, *window):
    with rt.transaction() as session:
        return list(requests(rt, session, *window))


def test_four_alike_are_not_told_and_five_are(loaded):
    planted(loaded, (4, {"service_id": "id-first"}), (5, {"service_id": "id-replacement"}))
    assert {one.service for one in read(loaded)} == {"id-replacement"}


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
def test_what_must_not_be_told_is_in_no_list_and_has_no_address(loaded, kept_back):
    planted(loaded, (6, {}), (9, kept_back))
    assert len(read(loaded)) == 6


def test_invented_ones_stand_only_while_there_is_no_real_one(loaded):
    planted(loaded, (6, {"simulated": True}))
    assert {one.simulated for one in read(loaded)} == {True}
    planted_real = a_case(77_000_000, received_on=FIRST)
    with loaded.transaction() as session:
        session.add(planted_real)
    assert read(loaded) == []


def test_what_is_told_of_a_case_does_not_depend_on_the_question(loaded):
    planted(loaded, (6, {"received_on": FIRST}), (3, {"received_on": SECOND}))
    everything = {one.id: one for one in read(loaded)}
    asked = read(loaded, FIRST, SECOND)
    assert all(everything[one.id] == one for one in asked)
    assert len(asked) < len(everything)  # those told by their month alone lie on its first day


def test_one_is_found_by_its_id_as_it_stands_in_the_list(loaded):
    planted(
        loaded,
        (6, {"status": CaseStatus.CLOSED, "closed_at": datetime(2026, 2, 9, tzinfo=NAIROBI)}),
    )
    one = read(loaded)[0]
    assert (one.open, one.updated_on) == (False, date(2026, 2, 1))
    with loaded.transaction() as session:
        assert request(loaded, session, one.id) == one
        for wrong in ("", "10000000", one.id.upper(), "0" * 32, one.id[:-2], "é" * 32):
            assert request(loaded, session, wrong) is None


@pytest.mark.parametrize(
    ("certainty", "told"),
    [(Certainty.LIKELY, 6), (Certainty.NAMED, 6), (Certainty.CLEARED, 7)],
)
def test_a_case_that_names_one_of_the_staff_is_told_only_when_cleared(loaded, certainty, told):
    planted(loaded, (7, {}))
    with loaded.transaction() as session:
        case_id = session.scalars(sa.select(Case.id).limit(1)).one()
        session.add(
            Conflict(
                case_id=case_id, unit_id="NRB-R", certainty=certainty, how="test", at=loaded.now()
            )
        )
    assert len(read(loaded)) == told


def test_the_day_of_an_answer_is_not_told_to_who_asks_every_day(loaded, clock):
    planted(loaded, (5, {}))
    before = read(loaded)
    with loaded.transaction() as session:
        case = session.scalars(sa.select(Case).limit(1)).one()
        case.status, case.closed_at = CaseStatus.CLOSED, loaded.now()
    assert read(loaded) == before
    answered_in = loaded.now().astimezone(NAIROBI).date().replace(day=1)
    clock.forward(days=31)
    closed = [one for one in read(loaded) if not one.open]
    assert [one.updated_on for one in closed] == [answered_in]


def test_a_case_that_may_not_be_told_has_no_address_either(loaded):
    planted(loaded, (5, {}))
    known = read(loaded)[0].id
    loaded_before = loaded.now
    assert loaded_before() - timedelta(days=400) < loaded_before()
    with loaded.transaction() as session:
        case = session.get(type(a_case(1)), _key(loaded, known))
        case.lane = Lane.CONFIDENTIAL
    with loaded.transaction() as session:
        assert request(loaded, session, known) is None


def _key(rt, name):
    from feedback_service.reports.requests import _unsealed

    return _unsealed(rt, name)
