"""A key press on real servers: every answer kept once, whatever the network does with the calls."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from feedback_service.domain.cases import Action, CaseStatus, Lane
from feedback_service.models import Case, CaseEvent, Citizen, Rating
from tests.handset import ME, OTHER, Handset, events, spoken

pytestmark = pytest.mark.usefixtures("loaded_rt")

RATE = ["1", "1003", "2", "2", "1", "2", "500", "1"]
REPORT = ["1", "1003", "3", "1", "They said come tomorrow", "1"]
COUNTY = ["1", "1101", "2", "4", "nairobi", "1", "1", "2"]
AFRAID = ["2", "4", "1", "Aliomba hongo langoni", "4071"]
OPENS_AT = {"report": 5, "afraid": 4}
"""The key after which the case stands."""
JOURNEYS = {"rate": RATE, "report": REPORT, "county": COUNTY, "afraid": AFRAID}


def effects(all_of):
    """Everything that a key press can have left, without what time and chance put in."""
    ratings = [
        (r.source, r.service_id, r.institution_id, r.county_code, r.score, r.on_time, r.paid_more,
         r.paid_extra_kes, r.courteous, r.complete) for r in all_of(Rating)
    ]  # fmt: skip
    cases = [(c.source, c.text, c.service_id, c.lane, c.category, c.status) for c in all_of(Case)]
    return ratings, cases, len(all_of(CaseEvent)), len(all_of(Citizen))


def test_a_whole_rating_is_stored_as_it_was_given(client, all_of):
    phone = Handset(client)
    phone.dial()
    assert phone.keys(*RATE).startswith("END Asante.")
    (rating,) = all_of(Rating)
    assert (rating.service_id, rating.institution_id, rating.score) == ("passport", "DIS", 4)
    assert (rating.on_time, rating.paid_more, rating.paid_extra_kes) == (True, True, 500)
    assert (rating.courteous, rating.complete, rating.charter_version) == (True, True, 2)
    assert (rating.language, rating.channel) == ("en", "africastalking-ussd")


def test_a_county_service_is_counted_for_the_county_that_gives_it(client, all_of):
    phone = Handset(client)
    phone.dial()
    phone.keys(*COUNTY)
    (rating,) = all_of(Rating)
    assert (rating.institution_id, rating.county_code) == ("CG-047", 47)


def test_a_report_opens_a_dated_case_at_its_desk(client, all_of):
    phone = Handset(client)
    phone.dial()
    screen = phone.keys(*REPORT)
    (case,) = all_of(Case)
    assert f"Case {spoken(case.reference)}. Immigration must answer by " in screen
    assert (case.lane, case.unit_id, case.category.value) == (Lane.OPEN, "DIS-R", "delay")
    assert (case.text, case.language) == ("They said come tomorrow", "en")


# What must stand after each key, before anybody presses another.
STORED = {
    "rate": [(0, None), (0, None), (0, None), (1, None), (1, "on_time"), (1, "paid_more"),
             (1, "paid_extra_kes"), (1, "courteous")],
    "county": [(0, None)] * 3 + [(1, None), (1, "county_code"), (1, "on_time"), (1, "paid_more"),
                                 (1, "courteous")],
}  # fmt: skip


@pytest.mark.parametrize("journey", STORED)
@pytest.mark.parametrize("dropped_after", range(8))
def test_an_answer_is_stored_before_the_next_screen(journey, dropped_after, client, all_of):
    phone = Handset(client)
    phone.dial()
    phone.keys(*JOURNEYS[journey][: dropped_after + 1])
    count = STORED[journey][dropped_after][0]
    ratings = all_of(Rating)
    assert len(ratings) == count
    given = [name for _, name in STORED[journey][: dropped_after + 1] if name]
    for rating in ratings:
        for name in given:
            assert getattr(rating, name) is not None
        assert rating.complete is (dropped_after == 7)


@pytest.mark.parametrize("journey", ["report", "afraid"])
def test_a_case_is_stored_before_its_screen_and_not_sooner(journey, client, all_of):
    keys = JOURNEYS[journey]
    for pressed in range(1, len(keys) + 1):
        phone = Handset(client, f"+25471100000{pressed}")
        phone.dial()
        phone.keys(*keys[:pressed])
        assert len(all_of(Case)) == max(0, pressed + 1 - OPENS_AT[journey])


# --- Copies -----------------------------------------------------------------------------------


@pytest.mark.parametrize("journey", JOURNEYS)
def test_the_same_call_twice_gives_the_same_screen_and_one_effect(journey, client, all_of):
    phone = Handset(client)
    assert phone.dial() == phone.dial()
    for key in JOURNEYS[journey]:
        screen, once = phone.keys(key), effects(all_of)
        assert phone.send(phone.text) == screen
        assert effects(all_of) == once


@pytest.mark.parametrize("journey", JOURNEYS)
def test_copies_that_come_late_say_the_same_and_change_nothing(journey, client, all_of):
    phone = Handset(client)
    screens = {"": phone.dial()}
    for key in JOURNEYS[journey]:
        screen = phone.keys(key)
        screens[phone.text] = screen
    done = effects(all_of)
    assert {text: phone.send(text) for text in reversed(screens)} == screens
    assert effects(all_of) == done


@pytest.mark.parametrize("journey", JOURNEYS)
def test_eight_copies_at_once_have_one_effect(journey, client, app, all_of):
    alone = Handset(app.test_client(), OTHER)
    alone.dial()
    phone = Handset(client)
    phone.dial()
    with ThreadPoolExecutor(8) as network:
        for count in range(1, len(JOURNEYS[journey]) + 1):
            text = "*".join(JOURNEYS[journey][:count])
            clients = [app.test_client() for _ in range(8)]

            def call(each, text=text):
                copy = Handset(each)
                copy.session = phone.session
                return copy.send(text)

            assert len(set(network.map(call, clients))) == 1
    ratings, cases, events, citizens = effects(all_of)
    assert len(ratings) + len(cases) == 1
    assert (events, citizens) == (len(cases), 1)


def test_two_phones_with_one_session_id_do_not_hear_each_other(client, all_of):
    one, two = Handset(client, ME), Handset(client, OTHER)
    two.session = one.session
    one.dial()
    two.dial()
    one.keys("1", "1003", "2", "1")
    two.keys("2", "1003", "2", "5")
    assert sorted(r.score for r in all_of(Rating)) == [1, 5]
    assert len({r.citizen_id for r in all_of(Rating)}) == 2


def test_a_second_session_is_a_second_rating(client, all_of, clock):
    for language in (["1"], []):
        phone = Handset(client)
        phone.dial()
        phone.keys(*language, "1003", "2", "2")
        clock.forward(days=2)
    assert len(all_of(Rating)) == 2
    assert len(all_of(Citizen)) == 1


# --- Going back -------------------------------------------------------------------------------


def test_a_changed_score_and_service_are_the_ones_that_count(client, all_of):
    phone = Handset(client)
    phone.dial()
    phone.keys("1", "2", "1003", "5", "1", "1", "0", "0", "0", "0", "1004", "1")
    (rating,) = all_of(Rating)
    assert (rating.service_id, rating.institution_id, rating.score) == (
        "birth-certificate",
        "CRS",
        5,
    )
    assert (rating.on_time, rating.paid_more, rating.complete) == (None, None, False)


def test_another_county_on_second_thought_is_another_institution(client, all_of):
    phone = Handset(client)
    phone.dial()
    phone.keys("1", "1101", "2", "4", "1", "0", "47")
    (rating,) = all_of(Rating)
    assert (rating.county_code, rating.institution_id) == (47, "CG-047")


def test_a_branch_gone_back_from_leaves_nothing_behind(client, all_of):
    phone = Handset(client)
    phone.dial()
    phone.keys("1", "4", "3", "0", "0", "3", "1003", "2", "The photo is not mine")
    (case,) = all_of(Case)
    assert (case.lane, case.urgent, case.category.value) == (Lane.OPEN, False, "quality")


# --- My cases ---------------------------------------------------------------------------------


def test_a_case_that_was_withdrawn_can_be_seen_and_is_closed_once(client, all_of):
    phone = Handset(client)
    phone.dial()
    phone.keys(*REPORT)
    again = Handset(client)
    assert again.dial().startswith("CON Huduma Feedback")
    assert "1 " + spoken(all_of(Case)[0].reference) in again.keys("5")
    assert again.keys("1", "2", "1").startswith("END ")
    (case,) = all_of(Case)
    assert case.status is CaseStatus.CLOSED
    assert events(all_of) == [Action.RECEIVE, Action.WITHDRAW]


def test_somebody_elses_phone_lists_none_of_it(client):
    phone = Handset(client)
    phone.dial()
    phone.keys(*REPORT)
    other = Handset(client, OTHER)
    other.dial()
    assert other.keys("1", "5").startswith("CON No cases from this number.")
