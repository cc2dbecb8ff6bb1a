"""Hours after a session dropped, whoever holds the phone is asked first; some ways are never gone
on with, and a later session's answers are the ones that count."""

import pytest
import sqlalchemy as sa

from feedback_service.conversations.flow_resume import may_resume
from feedback_service.conversations.steps import Conversation
from feedback_service.models import Case, Rating, Resumption
from tests.handset import ME, OTHER, Handset

pytestmark = pytest.mark.usefixtures("loaded_rt")

QUESTION = "CON Go on where you stopped?\n1 Go on\n2 Main menu"
MENU = "CON Huduma Feedback\n1 Before you go"
ON_TIME, PAID = "CON Thank you, kept.", "CON Official cost: KES 7,550"
TO_ON_TIME = ["1", "1003", "2", "2"]


@pytest.fixture
def drop(client, clock):
    """Press keys, hang up, and let time pass."""

    def dropped(*keys, number=ME, **later):
        phone = Handset(client, number)
        phone.dial()
        phone.keys(*keys)
        clock.forward(**later)
        return phone

    return dropped


@pytest.fixture
def dial(client):
    """A new call and its first screen."""

    def dialled(number=ME, code="*384*77#"):
        phone = Handset(client, number, code)
        return phone, phone.dial()

    return dialled


# how long ago, what the redial shows
AGES = {
    "five minutes": ({"minutes": 5}, ON_TIME),
    "six minutes": ({"minutes": 6}, QUESTION),
    "a day": ({"hours": 24}, QUESTION),
    "more than a day": ({"hours": 24, "seconds": 1}, MENU),
}


@pytest.mark.parametrize(("later", "first"), AGES.values(), ids=AGES)
def test_what_a_redial_shows_depends_on_how_long_ago(later, first, drop, dial):
    drop(*TO_ON_TIME, **later)
    assert dial()[1].startswith(first)


def test_who_was_asked_and_pressed_something_else_is_asked_again(drop, dial):
    drop(*TO_ON_TIME, hours=1)
    phone, _ = dial()
    assert phone.keys("0").endswith(QUESTION.removeprefix("CON "))
    assert dial()[1] == QUESTION


@pytest.mark.parametrize("forgotten", [False, True], ids=["", "Redis forgot"])
def test_whoever_goes_on_gives_the_same_rating_its_answers(forgotten, drop, dial, redis, all_of):
    drop(*TO_ON_TIME, hours=3)
    phone, question = dial()
    assert question == QUESTION
    assert phone.send("") == QUESTION
    for key, screen in (("7", "CON Choose a number shown."), ("1", ON_TIME), ("2", PAID)):
        if forgotten:
            redis.flushdb()
        assert phone.keys(key).startswith(screen)
    assert phone.keys("0").startswith("CON Thank you, kept.")
    assert phone.keys("1", "1", "1").startswith("END Asante.")
    (rating,) = all_of(Rating)
    assert (rating.score, rating.on_time, rating.complete) == (4, True, True)


@pytest.mark.parametrize("forgotten", [False, True], ids=["", "Redis forgot"])
def test_whoever_begins_anew_gives_a_rating_of_their_own(forgotten, drop, dial, redis, all_of):
    drop(*TO_ON_TIME, hours=3)
    phone, _ = dial()
    for key, screen in (("2", MENU), ("1003", "CON Passport"), ("2", "CON Passport: how was it?")):
        if forgotten:
            redis.flushdb()
        assert phone.keys(key).startswith(screen)
    phone.keys("5")
    assert sorted((r.score, r.on_time) for r in all_of(Rating)) == [(1, None), (4, None)]


def test_the_question_is_asked_again_when_nobody_answered_it(drop, dial, clock):
    drop(*TO_ON_TIME, hours=3)
    assert dial()[1] == QUESTION
    clock.forward(minutes=1)
    assert dial()[1] == QUESTION
    clock.forward(hours=21)
    assert dial()[1].startswith(MENU)


NEVER_LATER = {
    "no service is known": ["1", "2"],
    "the charter was read": ["1", "1003", "1"],
    "the cases were looked at": ["1", "5"],
}


@pytest.mark.parametrize("keys", NEVER_LATER.values(), ids=NEVER_LATER)
def test_without_a_question_waiting_an_hour_later_is_the_menu(keys, drop, dial):
    drop(*keys, hours=1)
    assert dial()[1].startswith(MENU)


def test_the_confidential_way_leaves_no_trace_on_the_phone(drop, dial, redis, all_of):
    for keys in (["1", "4"], ["4", "1"]):
        drop(*keys)
        assert dial()[1].startswith(MENU)
    drop("4", "2", "0", "0", "1003", "2")
    assert dial()[1].startswith("CON Passport: how was it?")
    rows = all_of(Resumption)
    assert [row.conversation["step"] for row in rows].count("score") == 1
    for row in rows:
        assert "afraid" not in row.conversation["answers"]
        assert "threat" not in str(row.conversation)


@pytest.mark.parametrize(
    "step", ["afraid", "afraid-words", "filed-afraid", "secret", "secret-case"]
)
def test_secret_steps_are_never_gone_on_with(step):
    assert not may_resume(Conversation(step, "en", path=("main",)))


def test_after_the_end_a_redial_begins_anew(drop, dial):
    drop("1", "1003", "2", "2", "1", "1", "1")
    assert dial()[1].startswith(MENU)


def test_another_phone_goes_on_with_nothing(drop, dial):
    drop(*TO_ON_TIME)
    assert dial(OTHER)[1].startswith("CON Karibu. Welcome.")


@pytest.mark.parametrize(
    ("poster", "first"), [("1003", ON_TIME), ("1004", "CON Birth certificate")]
)
def test_a_long_dial_for_another_service_is_for_that_service(poster, first, drop, dial):
    drop(*TO_ON_TIME)
    assert dial(code=f"*384*77*{poster}#")[1].startswith(first)


def test_a_dropped_long_dial_is_gone_on_with(client, dial):
    Handset(client, code="*384*77*1003#").dial()
    phone, first = dial()
    assert first.startswith("CON Karibu. Welcome.")
    assert phone.keys("1").startswith("CON Passport\n1 Before you go")


def test_what_the_first_session_heard_too_late_takes_no_later_answer_back(
    drop, dial, redis, all_of, clock
):
    first = drop(*TO_ON_TIME)
    second, _ = dial()
    second.keys("0", "4")
    clock.forward(seconds=20)
    third, _ = dial()
    third.keys("0", "5")
    for phone in (first, second):
        phone.keys("1")
        assert [(r.score, r.on_time) for r in all_of(Rating)] == [(1, None)]
        redis.flushdb()
        phone.send(phone.text)
        phone.keys("2")
        assert [(r.score, r.on_time, r.paid_more) for r in all_of(Rating)] == [(1, None, None)]


def test_a_start_sent_several_times_is_one_redial(drop, client, app, all_of):
    drop(*TO_ON_TIME)
    again = Handset(client)
    assert len({again.dial() for _ in range(3)}) == 1
    assert len(all_of(Resumption)) == 1


def test_rows_of_yesterday_are_taken_away(drop, dial, loaded_rt, clock):
    for number in (ME, OTHER):
        drop(*TO_ON_TIME, number=number)
        dial(number)
        clock.forward(days=1, minutes=1)
    with loaded_rt.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Resumption)) == 1


def test_a_dropped_session_is_listed_with_whom_to_tell(drop, loaded_rt, clock):
    from feedback_service.identity import KeyRing

    drop(*TO_ON_TIME, minutes=5)
    drop("1", "4", number=OTHER, minutes=5)
    (dropped,) = loaded_rt.conversations.dropped(clock(), 10)
    ring = KeyRing(loaded_rt.settings.phone_keys)
    assert ring.unseal(dropped.sealed, bytes.fromhex(dropped.person)) == ME
    assert dropped.conversation.step == "on-time"
    assert dropped.origin.startswith("africastalking-ussd:ATUid_")


def test_a_case_that_was_opened_is_not_opened_again(drop, dial, all_of):
    drop("1", "1003", "3", "1")
    phone, first = dial()
    assert first.startswith("CON ")
    phone.keys("They said come tomorrow")
    assert len(all_of(Case)) == 1
