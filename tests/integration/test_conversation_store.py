"""Unfinished sessions in Redis: what cannot be read or reached is as if it were not there."""

import threading
from datetime import timedelta

import pytest
from redis import Redis

from feedback_service.conversation_store import (
    LONGEST_SESSION,
    STANDING_FOR,
    Conversations,
    Session,
)
from feedback_service.conversations.engine import Screen
from feedback_service.conversations.steps import Conversation
from tests.handset import ME, Handset
from tests.servers import kill_connections

TALK = Conversation("main", "sw", {"do": "rate"}, ("language",), 2, {"cases": '[["1", "\u00e9"]]'})
WORDS = "1*\u20ac \U0001f620"
KEPT = Session("s:1", 0, "", TALK, 1_772_434_800, "origin", True, "5ea1ed")
KEPT = KEPT.shown("", Screen("Karibu", False)).shown(WORDS, Screen('Hu"duma\n', True))
KEPT = KEPT._replace(last=None)
NOW = 1_772_434_800
LATER = NOW + LONGEST_SESSION


@pytest.fixture
def store(redis):
    """A store whose Redis has forgotten nothing for long."""
    store = Conversations(redis)
    store.load("nobody", "s:0", NOW)
    return store


def test_a_session_comes_back_as_it_was_kept(store):
    store.save("me", KEPT)
    store.remember_language("me", "sw")
    assert store.load("me", "s:1", LATER) == (KEPT, None, "sw", False, "")
    found = store.load("me", "s:1", LATER).session
    assert [found.said(text) for text in ("", WORDS, "1")] == [
        ("Karibu", False), ('Hu"duma\n', True), None,
    ]  # fmt: skip
    assert found.screen == ('Hu"duma\n', True)
    assert store.load("you", "s:2", LATER) == (None, None, "", False, "")


def test_another_session_of_the_same_person_is_told_apart(store):
    store.save("me", KEPT)
    assert store.load("me", "s:2", LATER) == (None, KEPT, "", False, "")
    later = KEPT._replace(key="s:2")
    store.save("me", later, instead_of=KEPT)
    assert store.load("me", "s:1", LATER) == (None, later, "", False, "")
    assert store.load_earlier("s:1") == KEPT
    store.save_earlier(KEPT._replace(at=7))
    assert store.load_earlier("s:1").at == 7
    assert store.load_earlier("s:2") is None


def test_a_language_learnt_in_a_session_was_not_known_when_it_began(store):
    store.remember_language("me", "sw", "s:1")
    assert [store.load("me", key, LATER).language for key in ("s:1", "s:2")] == ["", "sw"]


def test_a_redis_that_lost_everything_says_so_for_as_long_as_a_session_lasts(redis):
    store = Conversations(redis)
    passed = (0, 1, LONGEST_SESSION - 1, LONGEST_SESSION, 10 * LONGEST_SESSION)
    said = [store.load("me", "s:1", NOW + seconds).forgot for seconds in passed]
    assert said == [True, True, True, False, False]
    redis.flushdb()
    assert store.load("me", "s:1", NOW + 11 * LONGEST_SESSION).forgot


def test_what_is_kept_expires(store, redis):
    store.save("me", KEPT)
    store.save("you", KEPT, seconds=STANDING_FOR, instead_of=KEPT)
    store.remember_language("me", "sw")
    store.load("me", "s:1", LATER)
    assert 0 < redis.ttl("ussd:me") <= 15 * 60
    assert 0 < redis.ttl("ussd-was:s:1") <= 15 * 60
    assert 15 * 60 < redis.ttl("ussd:you") <= 24 * 3600
    assert redis.ttl("language:me") > 300 * 24 * 3600


@pytest.mark.parametrize(
    "found",
    [b"", b"{", b"null", b"[]", b'["", ["main"], {}]', b'{"text": ""}', b"\xff\xfe", b"[1,2,3]"],
)
def test_a_session_that_cannot_be_read_is_none(found, store, redis):
    redis.set("ussd:me", found)
    assert store.load("me", "s:1", LATER) == (None, None, "", False, "")


def test_connections_that_died_while_idle_are_made_anew(store, redis):
    store.save("me", KEPT)
    assert store.load("me", "s:1", LATER).session == KEPT
    kill_connections(redis)
    assert store.load("me", "s:1", LATER).session == KEPT


def test_a_late_reply_is_never_given_to_the_next_who_asks(redis, redis_url):
    """A reply that nobody waited for must not be read as another citizen's session."""
    with Redis.from_url(redis_url, socket_timeout=0.5) as hasty:
        store = Conversations(hasty)
        store.load("nobody", "s:0", NOW)
        store.save("me", KEPT)
        store.remember_language("me", "sw")
        assert store.load("me", "s:1", LATER) == (KEPT, None, "sw", False, "")
        redis.client_pause(1500)
        assert store.load("me", "s:1", LATER) == (None, None, "", True, "")
        redis.client_unpause()
        assert store.load("you", "s:1", LATER) == (None, None, "", False, "")
        assert store.load("me", "s:1", LATER) == (KEPT, None, "sw", False, "")


def test_threads_do_not_read_each_others_replies(store):
    wrong = []

    def ask(number):
        mine = KEPT._replace(key=str(number))
        for _ in range(50):
            store.save(f"person {number}", mine)
            found, *_ = store.load(f"person {number}", str(number), LATER)
            if found != mine:
                wrong.append((number, found))

    threads = [threading.Thread(target=ask, args=(number,), daemon=True) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.usefixtures("loaded_rt")
@pytest.mark.parametrize("harm", ["garbage", "a step of an older release", "killed connections"])
def test_a_session_goes_on_over_a_harmed_store(harm, client, redis):
    phone = Handset(client, ME)
    phone.dial()
    phone.keys("1", "1003")
    (key,) = redis.keys("ussd:*")
    if harm == "garbage":
        redis.set(key, b"{")
    elif harm == "killed connections":
        kill_connections(redis)
    else:
        redis.set(key, redis.get(key).replace(b'"service-menu"', b'"menu-of-old"'))
    assert phone.keys("2").startswith("CON Passport: how was it?")


# --- Dropped sessions -------------------------------------------------------------------------


def listed(store, clock, minutes=3):
    return [(d.person, d.at) for d in store.dropped(clock() - timedelta(minutes=minutes), 10)]


def test_a_session_is_dropped_when_no_key_was_pressed_for_a_while(store, clock):
    began = clock()
    session = KEPT._replace(at=int(began.timestamp()))
    store.save("me", session, is_new_there=True)
    assert listed(store, clock) == []
    clock.forward(minutes=2)
    store.save("me", session._replace(at=int(clock().timestamp())))
    clock.forward(minutes=2)
    assert listed(store, clock) == [], "a key was pressed two minutes ago"
    clock.forward(minutes=2)
    pressed = began + timedelta(minutes=2)
    assert listed(store, clock) == [("me", pressed)] == listed(store, clock)
    (dropped,) = store.dropped(clock(), 10)
    assert (dropped.sealed, dropped.origin, dropped.conversation) == (
        bytes.fromhex("5ea1ed"), "origin", TALK,
    )  # fmt: skip
    store.forget("me")
    assert listed(store, clock) == []
    assert store.load("me", "s:1", LATER).session, "a redial still goes on"


@pytest.mark.parametrize("how", ["ended", "moved on", "expired"])
def test_a_session_that_stands_there_no_more_is_not_dropped(how, store, redis, clock):
    session = KEPT._replace(at=int(clock().timestamp()))
    store.save("me", session, is_new_there=True)
    if how == "expired":
        redis.delete("ussd:me")
    else:
        store.save("me", session._replace(standing=False))
    clock.forward(minutes=5)
    assert listed(store, clock) == []
    assert redis.zcard("ussd-standing") == 0


def test_the_oldest_dropped_sessions_come_first_and_no_more_than_wanted(store, clock):
    for person in ("first", "second", "third"):
        session = KEPT._replace(at=int(clock().timestamp()))
        store.save(person, session, is_new_there=True)
        clock.forward(minutes=1)
    found = store.dropped(clock(), 2)
    assert [dropped.person for dropped in found] == ["first", "second"]


def test_who_is_invited_is_told_by_the_same_look_until_it_is_over(store):
    store.invite("me", '{"invite": "invite:1"}', 60)
    assert store.load("me", "s:1", LATER).invited == '{"invite": "invite:1"}'
    assert store.load("you", "s:1", LATER).invited == ""
    store.forget_invitation("me")
    assert store.load("me", "s:1", LATER).invited == ""
