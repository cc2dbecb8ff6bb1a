"""A key press when Redis forgets or is gone, when the database is gone, and when the network's text
is not what it should be: the session ends right and every answer is kept once."""

import pytest
import sqlalchemy as sa
from redis import Redis

from feedback_service.app import create_app
from feedback_service.domain import gsm7
from feedback_service.domain.cases import Action, Actor
from feedback_service.models import Case, CaseEvent, Citizen, Rating
from feedback_service.redress import Act, act
from feedback_service.runtime import assemble
from tests.handset import ME, Handset, events

pytestmark = pytest.mark.usefixtures("loaded_rt")

RATE = ["1", "1003", "2", "2", "1", "2", "500", "1"]
COUNTY = ["2", "1101", "2", "4", "na", "5", "1", "1", "2"]
REPORT = ["1", "1003", "3", "1", "Come tomorrow * they said * again #", "1"]
AFRAID = ["1", "4", "2", "A man * threatened me", "7391"]
JOURNEYS = {"rate": RATE, "county": COUNTY, "report": REPORT, "afraid": AFRAID}


@pytest.fixture
def lame(loaded_rt):
    """Runtimes of which one server is replaced by an address where nobody answers."""
    made, dead = [], Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=0.2)

    def assembled(engine=loaded_rt.engine, redis=dead):
        rt = assemble(loaded_rt.settings, engine, redis, loaded_rt.ways, loaded_rt.now)
        made.append(rt)
        return rt

    yield assembled
    for rt in made:
        rt.quick.dispose()
    dead.close()


@pytest.fixture
def without_redis(lame):
    """A client of the service whose Redis nobody answers at."""
    return create_app(lame()).test_client()


def undisturbed(client, keys, number="+254700000001"):
    """The screens of the same keys when nothing goes wrong."""
    phone = Handset(client, number)
    return [phone.dial(), *(phone.keys(key) for key in keys)]


def bare(screen: str) -> str:
    """A screen without the references that chance draws."""
    return "".join("9" if letter.isdigit() else letter for letter in screen)


def kept(all_of):
    ratings = [
        (r.service_id, r.institution_id, r.score, r.on_time, r.paid_more, r.paid_extra_kes,
         r.courteous, r.complete) for r in all_of(Rating)
    ]  # fmt: skip
    return ratings, [(c.text, c.lane, c.category, c.service_id) for c in all_of(Case)]


@pytest.mark.parametrize("journey", JOURNEYS)
def test_redis_emptied_after_any_key_costs_no_answer(journey, client, redis, all_of):
    keys = JOURNEYS[journey]
    wanted = [bare(screen) for screen in undisturbed(client, keys)]
    once = kept(all_of)
    for lost_after in range(len(keys)):
        phone = Handset(client, f"+2547110000{lost_after:02d}")
        phone.dial()
        for number, key in enumerate(keys):
            if number == lost_after:
                redis.flushdb()
            assert bare(phone.keys(key)) == wanted[number + 1]
    for rows, one in zip(kept(all_of), once, strict=True):
        assert rows == one * (len(keys) + 1)


@pytest.mark.parametrize("journey", JOURNEYS)
def test_without_any_redis_a_session_ends_right(journey, client, without_redis, all_of):
    keys = JOURNEYS[journey]
    wanted = [bare(screen) for screen in undisturbed(client, keys)]
    once = kept(all_of)
    phone = Handset(without_redis)
    assert [bare(s) for s in (phone.dial(), *(phone.keys(key) for key in keys))] == wanted
    assert bare(phone.send(phone.text)) == wanted[-1]
    for rows, one in zip(kept(all_of), once, strict=True):
        assert rows == one * 2


@pytest.mark.parametrize("pressed", ["1", "2"], ids=["solved", "not solved"])
def test_a_verdict_repeated_without_redis_is_one_verdict(
    pressed, client, without_redis, loaded_rt, all_of, clock
):
    """A verdict changes what the keys of the case mean: a copy must not press the new ones."""
    phone = Handset(client)
    phone.dial()
    phone.keys(*REPORT)
    (case,) = all_of(Case)
    act(loaded_rt, case.id, Act(Action.RESOLVE, Actor.OFFICER, "It is ready"))
    clock.forward(minutes=10)
    again = Handset(without_redis)
    again.dial()
    end = again.keys("1", "5", "1", pressed)
    assert end.startswith("END ")
    assert {again.send(again.text) for _ in range(3)} == {end}
    said = {e.number: e.action for e in all_of(CaseEvent) if e.actor is Actor.CITIZEN}
    verdicts = [said[number] for number in sorted(said)][1:]
    assert verdicts == [Action.CONFIRM if pressed == "1" else Action.DISPUTE]


def test_a_withdrawal_repeated_without_redis_does_not_bring_the_case_back(
    client, without_redis, all_of, clock
):
    phone = Handset(client)
    phone.dial()
    phone.keys(*REPORT)
    clock.forward(minutes=10)
    again = Handset(without_redis)
    again.dial()
    end = again.keys("1", "5", "1", "2", "1")
    assert again.send(again.text) == end
    assert events(all_of) == [Action.RECEIVE, Action.WITHDRAW]


def test_a_late_copy_without_redis_takes_no_later_answer_back(without_redis, all_of):
    phone = Handset(without_redis)
    phone.dial()
    phone.keys(*RATE)
    once = kept(all_of)
    for count in range(1, len(RATE)):
        phone.send("*".join(RATE[:count]))
    assert kept(all_of) == once


def test_a_returning_citizen_is_understood_after_redis_forgot(client, redis, all_of, clock):
    """Who is known begins at the menu, so the keys mean what they meant before the loss."""
    phone = Handset(client)
    phone.dial()
    phone.keys(*RATE)
    clock.forward(minutes=10)
    again = Handset(client)
    assert again.dial().startswith("CON Huduma Feedback")
    again.keys("2", "1004")
    redis.flushdb()
    assert again.keys("5").startswith("CON Thank you, kept.")
    assert [r.score for r in all_of(Rating)] == [4, 1]


# --- Calls we did not see ---------------------------------------------------------------------


def test_a_session_first_heard_of_in_its_middle_walks_its_history(client, all_of):
    assert Handset(client).send("*".join(RATE)).startswith("END Asante.")
    (rating,) = all_of(Rating)
    assert (rating.score, rating.complete) == (4, True)


def test_a_call_that_skips_answers_is_walked_through_them(client, all_of):
    phone = Handset(client)
    phone.dial()
    phone.send("1")
    assert phone.send("1*1003*2*5").startswith("CON Thank you, kept.")
    assert [r.score for r in all_of(Rating)] == [1]


LONG_DIALS = {
    "in the service code": ("*384*77*1003#", ["2", "2", "5"]),
    "as the first text": ("*384*77#", ["1003", "2", "2", "5"]),
    "in both": ("*384*77*1003#", ["1003", "2", "2", "5"]),
}


@pytest.mark.parametrize(("code", "keys"), LONG_DIALS.values(), ids=LONG_DIALS.keys())
def test_a_poster_in_the_dial_string_leads_to_its_service(code, keys, client, all_of):
    phone = Handset(client, code=code)
    if keys[0] != "1003":
        phone.dial()
    assert phone.keys(*keys).startswith("CON Asante, tumehifadhi.")
    assert [r.service_id for r in all_of(Rating)] == ["passport"]


@pytest.mark.parametrize("code", ["*384*77*1003#", "*384*77#"])
def test_a_known_citizen_dials_straight_into_the_service(code, client):
    phone = Handset(client)
    phone.dial()
    phone.keys("2", "1004", "2", "2")
    again = Handset(client, code=code)
    screen = again.send("1003") if code.endswith("77#") else again.dial()
    assert screen.startswith("CON Pasipoti\n1 Kabla hujaenda")
    assert again.keys("2").startswith("CON Pasipoti: ilikuwaje?") or again.text


@pytest.mark.parametrize("code", ["*384*77*9999#", "*384*99*1003#", "", "*384*77*#", "384"])
def test_a_strange_dial_string_shows_the_first_screen(code, client):
    assert Handset(client, code=code).dial().startswith("CON Karibu. Welcome.")


WORDS = {
    "asterisks": "pay 5*100 now * or else *",
    "hash": "dial *384*77# to see #1",
    "only asterisks between": "a*b*c*d",
    "ampersand and plus": "me & you + 2 = 3 %",
    "accents": "chai ya caf\u00e9 \u00f1and\u00fa",
    "beyond GSM": "K\u0129r\u0129nyaga \u201cjana\u201d \U0001f620",
    "lines": "one\ntwo\r\nthree",
    "long": "neno " * 80,
}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS.keys())
def test_a_citizens_words_arrive_as_they_were_written(words, client, all_of):
    phone = Handset(client)
    phone.dial()
    assert phone.keys("1", "1003", "3", "1", words).startswith("CON Case ")
    assert [c.text for c in all_of(Case)] == [words.strip()]


@pytest.mark.parametrize("number", [" 254712345678", "254712345678", "0712345678", "2540712345678"])
def test_a_number_that_lost_its_plus_is_the_same_citizen(number, client, all_of, clock):
    for each in (ME, number):
        phone = Handset(client, each)
        phone.dial()
        phone.keys(*(["1"] if each == ME else []), "1003", "2", "1")
        clock.forward(days=2)
    assert len(all_of(Citizen)) == 1
    assert len(all_of(Rating)) == 2


# --- The database is gone ---------------------------------------------------------------------


NOBODY = sa.create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")


def test_without_a_database_the_caller_gets_an_apology_that_fits(lame, loaded_rt):
    client = create_app(lame(NOBODY, loaded_rt.redis)).test_client()
    screen = Handset(client).dial()
    assert screen.startswith("END Samahani")
    assert gsm7.fits(screen)
    assert screen.endswith(".")


def test_a_database_that_goes_in_the_middle_keeps_the_session_for_a_copy(
    lame, loaded_rt, client, all_of, caplog
):
    phone = Handset(client)
    phone.dial()
    phone.keys(*RATE[:3])
    rt = lame(NOBODY, loaded_rt.redis)
    rt.kept.update(loaded_rt.kept)
    copy = Handset(create_app(rt).test_client())
    copy.session = phone.session
    assert copy.send("*".join(RATE[:4])).startswith("END Samahani")
    (record,) = [r for r in caplog.records if r.getMessage() == "hook failed"]
    assert record.error == "OperationalError"
    assert not record.exc_info
    assert ME.removeprefix("+254") not in caplog.text
    assert all_of(Rating) == []
    assert phone.keys(RATE[3]).startswith("CON Thank you, kept.")
    assert len(all_of(Rating)) == 1


def test_a_poster_typed_where_the_language_is_asked_teaches_no_language(client, rt):
    phone = Handset(client)
    phone.dial()
    assert phone.keys("1003").startswith("CON Karibu. Welcome.")
    assert list(rt.redis.scan_iter("language:*")) == []
    assert phone.keys("1").startswith("CON Passport")
    assert len(list(rt.redis.scan_iter("language:*"))) == 1
