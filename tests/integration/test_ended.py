"""The event at the end of a session: a key that never reached us counts, and nothing depends on
the event coming once, in time, or at all."""

import pytest
import sqlalchemy as sa

from feedback_service.app import create_app
from feedback_service.models import Case, Rating
from feedback_service.runtime import assemble
from tests.handset import ME, USSD, Handset

pytestmark = pytest.mark.usefixtures("loaded_rt")

RATE = ["1", "1003", "2", "2", "1", "2", "500", "1"]


@pytest.fixture
def end(client, clock):
    """The network tells how a session ended."""

    def ended(phone, keyed, status="Incomplete", client=client, **other):
        form = {
            "date": clock().strftime("%Y-%m-%d %H:%M:%S"), "sessionId": phone.session,
            "serviceCode": "*384*77#", "networkCode": "63902", "phoneNumber": ME,
            "status": status, "cost": "0.05", "durationInMillis": "31250", "hopsCount": "4",
            "hopsMetadata": "", "input": "*".join(keyed), "lastAppResponse": "CON Passport",
        } | other  # fmt: skip
        answer = client.post(f"{USSD}/ended", data=form)
        assert answer.status_code == 200

    return ended


def dropped(client, keys, number=ME):
    phone = Handset(client, number)
    phone.dial()
    phone.keys(*keys)
    return phone


def answers(all_of):
    return [(r.score, r.on_time, r.paid_more, r.courteous, r.complete) for r in all_of(Rating)]


@pytest.mark.parametrize("status", ["Success", "Incomplete", "Failed", "", "Something new"])
@pytest.mark.parametrize("heard", range(1, 8))
def test_what_was_keyed_last_and_never_reached_us_is_kept(heard, status, end, client, all_of):
    phone = dropped(client, RATE[:heard])
    for _ in range(3):
        end(phone, RATE, status)
    assert answers(all_of) == [(4, True, True, True, True)]


def test_a_session_that_we_heard_whole_is_left_as_it_is(end, client, all_of, redis):
    phone = dropped(client, RATE)
    for kept in (True, False):
        if not kept:
            redis.flushdb()
        for count in (8, 3, 8, 0):
            end(phone, RATE[:count], "Success")
        assert answers(all_of) == [(4, True, True, True, True)]


def test_an_event_before_the_last_call_takes_nothing_away_from_it(end, client, all_of):
    phone = dropped(client, RATE[:3])
    end(phone, RATE[:4])
    assert phone.keys(RATE[3]).startswith("CON Thank you, kept.")
    assert answers(all_of) == [(4, None, None, None, False)]


def test_a_redial_after_the_event_asks_what_was_not_answered(end, client, all_of):
    phone = dropped(client, RATE[:3])
    end(phone, RATE[:4])
    again = Handset(client)
    assert again.dial().startswith("CON Thank you, kept.")
    again.keys("2")
    assert answers(all_of) == [(4, False, None, None, False)]


def test_an_event_after_the_redial_takes_no_later_answer_back(end, client, all_of):
    phone = dropped(client, RATE[:3])
    again = Handset(client)
    assert again.dial().startswith("CON Passport: how was it?")
    again.keys("5")
    end(phone, RATE[:4])
    assert answers(all_of) == [(1, None, None, None, False)]


UNHEARD = {
    "of this minute": ({}, 1),
    "without a date": ({"date": ""}, 1),
    "with a date that is none": ({"date": "yesterday"}, 1),
    "of another day": ({"date": "2026-03-01 06:00:00"}, 0),
    "six minutes old": ({"date": "2026-03-02 05:54:00"}, 0),
    "of a foreign service code": ({"serviceCode": "*483*5#"}, 1),
    "without what was keyed": ({"input": ""}, 0),
    "from nobody": ({"phoneNumber": "nobody"}, 0),
    "from no session": ({"sessionId": ""}, 0),
}


@pytest.mark.parametrize(("other", "count"), UNHEARD.values(), ids=UNHEARD)
def test_a_session_we_know_only_from_its_end_counts_when_it_is_fresh(
    other, count, end, client, all_of
):
    end(Handset(client), RATE[:4], "Failed", **other)
    assert len(all_of(Rating)) == count


def test_a_session_known_from_its_end_does_not_take_the_place_of_another(end, client, all_of):
    end(Handset(client), RATE[:5])
    again = Handset(client)
    assert again.dial().startswith("CON Official cost: KES 7,550")
    end(Handset(client), RATE[:4])
    assert again.keys("2").startswith("CON How much MORE")
    assert len(all_of(Rating)) == 2


def test_the_words_of_a_complaint_keyed_last_open_its_case(end, client, all_of):
    phone = dropped(client, ["1", "1003", "3", "1"])
    end(phone, ["1", "1003", "3", "1", "Come tomorrow * they said"])
    assert [c.text for c in all_of(Case)] == ["Come tomorrow * they said"]


TOLD = {
    "a slip, back, another kind": (["1", "7", "0", "2", "No bed"], "quality", "No bed"),
    "slips, back": (["1", "99", "", "x", "0", "2", "No bed"], "quality", "No bed"),
    "a slip, back twice": (["1", "7", "0", "0", "3", "2", "No bed"], "quality", "No bed"),
    "a way back between spaces": (["1", "7", " 0 ", "2", "No bed"], "quality", "No bed"),
    "a slip, then words": (["1", "7", "No bed"], "delay", "7*No bed"),
    "a sum in the words": (["2", "5", "0", "1", "pay 5*0*00 now"], "delay", "pay 5*0*00 now"),
    "words of one letter": (["2", "a*b*c"], "quality", "a*b*c"),
}  # fmt: skip


@pytest.mark.parametrize(("keys", "category", "text"), TOLD.values(), ids=TOLD)
def test_what_was_keyed_before_a_way_back_is_no_part_of_later_words(
    keys, category, text, end, client, all_of
):
    """A session first heard of at its end: a `0` after refused answers was pressed as a key."""
    end(Handset(client), ["1", "1003", "3", *keys, "1"])
    assert [(c.category, c.text) for c in all_of(Case)] == [(category, text)]


def test_an_event_that_fits_no_history_changes_nothing(end, client, all_of):
    phone = dropped(client, RATE[:4])
    for keyed in (["9", "9"], ["1", "1003", "2", "5"], ["1003"], ["*"], [""]):
        end(phone, keyed)
    assert answers(all_of) == [(4, None, None, None, False)]


def test_an_event_while_the_database_is_gone_is_taken_and_may_come_again(
    end, client, loaded_rt, all_of
):
    phone = dropped(client, RATE[:3])
    nobody = sa.create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    rt = assemble(loaded_rt.settings, nobody, loaded_rt.redis, loaded_rt.ways, loaded_rt.now)
    rt.kept.update(loaded_rt.kept)
    end(phone, RATE[:4], client=create_app(rt).test_client())
    rt.quick.dispose()
    assert answers(all_of) == []
    end(phone, RATE[:4])
    assert answers(all_of) == [(4, None, None, None, False)]
