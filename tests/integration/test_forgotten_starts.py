"""Redis is lost in the middle of a session, and its history is walked from where it truly began:
nothing is stored that was not said, and no secret ends among the words of a case."""

import pytest
import sqlalchemy as sa

from feedback_service.app import create_app
from feedback_service.models import Case, Rating, Resumption
from feedback_service.runtime import assemble
from tests.handset import ME, Handset

pytestmark = pytest.mark.usefixtures("loaded_rt")

LANGUAGE = "CON Karibu. Welcome.\n1 English\n2 Kiswahili"
MENU_SW = "CON Maoni ya Huduma\n1 Kabla hujaenda"


@pytest.fixture
def dial(client):
    def dialled(*keys, number=ME):
        phone = Handset(client, number)
        phone.dial()
        phone.keys(*keys)
        return phone

    return dialled


@pytest.fixture
def ratings(all_of):
    return lambda: [(r.service_id, r.score, r.on_time, r.paid_more) for r in all_of(Rating)]


def test_no_complaint_is_filed_for_who_said_that_they_did_not_pay_more(dial, redis, all_of):
    """The language was learnt a moment ago, in a session before this one."""
    dial("2")
    phone = dial("1002", "2", "3", "1")
    redis.flushdb()
    phone.keys("1")
    assert all_of(Case) == []
    (rating,) = all_of(Rating)
    assert (rating.score, rating.on_time, rating.paid_more) == (3, True, False)


def test_who_was_asked_the_language_again_loses_no_answer(dial, redis, clock, all_of):
    """The database has known the citizen for long; Redis did not, when the session began."""
    dial("2", "1003", "2", "2", "1", "1", "1")
    clock.forward(hours=1)
    redis.flushdb()
    phone = dial("1", "1003", "2", "3", "1", "1")
    redis.flushdb()
    assert phone.keys("1").startswith("END Asante.")
    assert [r.courteous for r in all_of(Rating)] == [True, True]


@pytest.mark.parametrize("known", [True, False], ids=["known for long", "never seen"])
def test_a_late_copy_of_the_first_call_costs_no_words(known, dial, redis, clock, all_of):
    """It finds nothing in Redis, and is no new session for that."""
    if known:
        dial("1", "1003", "2", "2", "1", "1", "1")
        clock.forward(hours=1)
    phone = Handset(dial(number="+254700000001")._client)
    first = phone.dial()
    phone.keys(*(() if known else ("1",)), "1003", "3", "1")
    redis.flushdb()
    assert phone.send("") == first
    assert phone.keys("They said come tomorrow").startswith("CON Case ")
    assert phone.keys("1").startswith("END ")
    assert [(c.text, c.quiet) for c in all_of(Case)] == [("They said come tomorrow", False)]


@pytest.mark.parametrize("late", ["1", "1*1003", "1*1003*3"])
def test_a_late_copy_of_an_early_call_keeps_later_keys_out_of_the_words(late, dial, redis, all_of):
    phone = dial("1", "1003", "3", "1", "They said come tomorrow")
    redis.flushdb()
    phone.send(late)
    assert "choose a secret number" in phone.keys("2")
    assert [(c.text, c.quiet) for c in all_of(Case)] == [("They said come tomorrow", True)]


WITH_CODES = ("dial *384*77#", "n590 *384*77#", "he asked 500*12", "pay 5*100 now * or else")


@pytest.mark.parametrize("words", WITH_CODES)
@pytest.mark.parametrize("late", [None, "1*1003"], ids=["walked anew", "known by a late copy"])
def test_words_typed_after_redis_was_lost_keep_their_tail(words, late, dial, redis, all_of):
    phone = dial("1", "1003", "3", "1")
    redis.flushdb()
    if late:
        phone.send(late)
    assert "How may we answer you?" in phone.keys(words)
    redis.flushdb()
    assert phone.keys("1").startswith("END ")
    assert [(c.text, c.quiet) for c in all_of(Case)] == [(words, False)]


@pytest.mark.parametrize("words", [*WITH_CODES, "They said * come at 7351"])
def test_a_late_copy_of_the_call_before_the_words_loses_no_choice(words, dial, redis, all_of):
    """The session is known again, standing at the words question, which was answered since."""
    phone = dial("1", "1003", "3", "1", words)
    redis.flushdb()
    phone.send("1*1003*3*1")
    assert "choose a secret number" in phone.keys("2")
    assert phone.keys("7391").startswith("END ")
    (case,) = all_of(Case)
    assert (case.text, case.quiet, case.secret_hash is None) == (words, True, False)


@pytest.mark.parametrize("refused", ["12", "12345", "x"])
def test_a_refused_secret_swallows_no_choice_when_redis_is_lost(refused, dial, redis, all_of):
    phone = dial("1", "1003", "3", "1", "They said come tomorrow", "2", refused)
    redis.flushdb()
    assert phone.keys("7391").startswith("END ")
    (case,) = all_of(Case)
    assert (case.text, case.secret_hash is None) == ("They said come tomorrow", False)


def test_words_between_asterisks_are_words_to_their_end_while_nothing_is_lost(dial, all_of):
    dial("1", "1003", "3", "1", "They asked for * 1*2", "1")
    assert [(c.text, c.quiet) for c in all_of(Case)] == [("They asked for * 1*2", False)]


def test_a_late_first_call_of_a_session_gone_on_with_changes_nothing(dial, redis, ratings):
    dropped = dial("1", "1003", "2", "2")
    again = dial("1")
    redis.flushdb()
    assert dropped.send("").startswith(LANGUAGE)
    again.keys("2", "500", "1")
    assert ratings() == [("passport", 4, True, True)]


def test_a_late_copy_of_an_ended_session_brings_no_redial_back_into_it(dial, redis, all_of):
    """Its effects are used up: a second complaint would be lost in the first one's case."""
    ended = dial("1", "1003", "3", "1", "They said come tomorrow", "1")
    rated = dial("1003", "2", "2", "1", "1", "1")
    redis.flushdb()
    assert ended.send("1*1003*3").startswith("CON Passport")
    again = dial("1003", "3", "1", "He asked for a stamp", "1")
    assert again.text.endswith("*1")
    assert {c.text for c in all_of(Case)} == {"They said come tomorrow", "He asked for a stamp"}
    redis.flushdb()
    rated.send("1003*2")
    dial("1", "1003", "2", "5")
    assert sorted(r.score for r in all_of(Rating)) == [1, 4]


def test_where_each_session_began_is_written_down_unless_at_the_language(dial, all_of):
    dial("2", "1003")
    assert all_of(Resumption) == []
    again = dial()
    (row,) = all_of(Resumption)
    assert row.session.startswith(again.session)
    assert row.conversation["step"] == "service-menu"
    dial("2", "5", "1", "1", "1")
    third = dial()
    (mine,) = [row for row in all_of(Resumption) if row.session.startswith(third.session)]
    assert (mine.conversation["step"], mine.conversation["language"]) == ("main", "sw")
    assert mine.origin.startswith(f"africastalking-ussd:{third.session}:")


def test_without_the_database_nobody_is_shown_a_start_that_cannot_be_kept(
    dial, client, loaded_rt, redis
):
    dial("2")
    nobody = sa.create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    lame = assemble(loaded_rt.settings, nobody, redis, loaded_rt.ways, loaded_rt.now)
    lame.kept.update(loaded_rt.kept)
    phone = Handset(create_app(lame).test_client())
    assert phone.dial().startswith("END Samahani")
    redis.flushdb()
    assert phone.send("").startswith("END Samahani")
    lame.quick.dispose()
    known = Handset(client)
    known.session = phone.session
    assert known.send("").startswith(LANGUAGE)


SECRETS = ["7391", "73 91", " 7 3 9 1 ", "73-91", "7391#", "7391."]


@pytest.mark.parametrize("typed", SECRETS)
def test_a_secret_never_ends_among_the_words(typed, client, all_of):
    """A session first heard of at its end, or forgotten on its way."""
    for ways in (["1", "4", "1"], ["1", "1018", "3", "1"]):
        phone = Handset(client, f"+25470000000{len(ways)}")
        then = ["1"] if len(ways) == 4 else []
        phone.send("*".join((*ways, "They shout * at people", *then, typed)))
    assert {case.text for case in all_of(Case)} == {"They shout * at people"}
    assert len(all_of(Case)) == 2
