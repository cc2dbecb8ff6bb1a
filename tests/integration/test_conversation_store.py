"""Unfinished sessions in Redis: what cannot be read or reached is as if it were not there."""

import threading

import pytest
from redis import Redis

from feedback_service.conversation_store import Conversations, Session
from feedback_service.conversations.engine import Screen
from feedback_service.conversations.steps import Conversation
from tests.handset import ME, Handset

TALK = Conversation("main", "sw", {"do": "rate"}, ("language",), 2, {"cases": '[["1", "\u00e9"]]'})
KEPT = Session("", Conversation("language"), {"": Screen("Karibu", False)})
KEPT = KEPT.shown("1*\u20ac \U0001f620", TALK, Screen("Huduma", True))


@pytest.fixture
def store(redis):
    return Conversations(redis)


def test_a_session_comes_back_as_it_was_kept(store):
    store.save("s:1", KEPT)
    store.remember_language("me", "sw")
    assert store.load("s:1", "me") == (KEPT, "sw")
    assert store.load("s:2", "you") == (None, "")


def test_what_is_kept_expires(store, redis):
    store.save("s:1", KEPT)
    store.remember_language("me", "sw")
    store.load("s:1", "me")
    assert 0 < redis.ttl("ussd:s:1") <= 15 * 60
    assert redis.ttl("language:me") > 300 * 24 * 3600


@pytest.mark.parametrize(
    "found",
    [b"", b"{", b"null", b"[]", b'["", ["main"], {}]', b'{"text": ""}', b"\xff\xfe", b"[1,2,3]"],
)
def test_a_session_that_cannot_be_read_is_none(found, store, redis):
    redis.set("ussd:s:1", found)
    assert store.load("s:1", "me") == (None, "")


def test_connections_that_died_while_idle_are_made_anew(store, redis):
    store.save("s:1", KEPT)
    assert store.load("s:1", "me")[0] == KEPT
    redis.client_kill_filter(_type="normal", skipme=True)
    assert store.load("s:1", "me")[0] == KEPT


def test_a_late_reply_is_never_given_to_the_next_who_asks(redis, redis_url):
    """A reply that nobody waited for must not be read as another citizen's session."""
    with Redis.from_url(redis_url, socket_timeout=0.1) as hasty:
        store = Conversations(hasty)
        store.save("s:mine", KEPT)
        store.remember_language("me", "sw")
        assert store.load("s:mine", "me") == (KEPT, "sw")
        redis.client_pause(400)
        assert store.load("s:mine", "me") == (None, "")
        redis.client_unpause()
        assert store.load("s:yours", "you") == (None, "")
        assert store.load("s:mine", "me") == (KEPT, "sw")


def test_threads_do_not_read_each_others_replies(store):
    wrong = []

    def ask(number):
        mine = Session(str(number), TALK, {})
        for _ in range(50):
            store.save(f"s:{number}", mine)
            found, _ = store.load(f"s:{number}", "me")
            if found != mine:
                wrong.append((number, found))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
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
        redis.client_kill_filter(_type="normal", skipme=True)
    else:
        redis.set(key, redis.get(key).replace(b'"service-menu"', b'"menu-of-old"'))
    assert phone.keys("2").startswith("CON Passport: how was it?")
