"""A call about an own case that dropped after any key: the redial goes on, and what the citizen
does with the case is done once."""

import pytest
import sqlalchemy as sa

from feedback_service.domain.cases import Action
from feedback_service.models import Case, CaseEvent
from tests.handset import ME, Handset, events

pytestmark = pytest.mark.usefixtures("loaded_rt")

WORDS = ["1", "5", "1", "1", "Still * nothing #"]
WITHDRAW = ["1", "5", "1", "2", "1"]
OFFICE = ["1", "5", "1", "3", "0", "4", "0", "1", "Nobody called me"]
SOLVED = ["1", "5", "1", "1"]
NOT_SOLVED = ["1", "5", "1", "3", "0", "2"]
# the office's answer, if there is one, the keys, and what the citizen has done
DIALOGUES = {
    "add words": (False, WORDS, [Action.ANSWER]),
    "withdraw": (False, WITHDRAW, [Action.WITHDRAW]),
    "look who has it, then add": (False, OFFICE, [Action.ANSWER]),
    "solved": (True, SOLVED, [Action.CONFIRM]),
    "read, then not solved": (True, NOT_SOLVED, [Action.DISPUTE]),
}


@pytest.fixture
def begin(loaded_rt, redis, complain, office):
    """One case of this phone, answered or not, and nothing else."""

    def begun(*, answered):
        redis.flushdb()
        with loaded_rt.transaction() as session:
            session.execute(sa.text("truncate cases, citizens cascade"))
            session.execute(sa.text("delete from resumptions"))
        case = complain("Too slow", ME)
        if answered:
            office(case, Action.RESOLVE, "It is ready")

    return begun


def bare(screen):
    return "".join("9" if letter.isdigit() else letter for letter in screen)


def done(all_of):
    """What the citizen did to the case, and where that left it."""
    (case,) = all_of(Case)
    said = {e.number: (e.action, e.data.get("text")) for e in all_of(CaseEvent)}
    return [said[number] for number in sorted(said)], case.status


@pytest.mark.parametrize(("answered", "keys", "acts"), DIALOGUES.values(), ids=DIALOGUES)
def test_drop_after_any_key_of_my_cases(answered, keys, acts, begin, client, all_of):
    begin(answered=answered)
    phone = Handset(client)
    screens = [bare(screen) for screen in (phone.dial(), *(phone.keys(key) for key in keys))]
    assert screens[-1].startswith("END ")
    assert events(all_of)[-len(acts) :] == acts
    wanted = done(all_of)
    for pressed in range(len(keys)):
        begin(answered=answered)
        dropped, again = Handset(client), Handset(client)
        dropped.dial()
        dropped.keys(*keys[:pressed])
        assert bare(again.dial()) == screens[pressed]
        assert [bare(again.keys(key)) for key in keys[pressed:]] == screens[pressed + 1 :]
        for phone in (dropped, again):
            phone.send(phone.text)
        assert done(all_of) == wanted


@pytest.mark.parametrize(("answered", "keys", "acts"), DIALOGUES.values(), ids=DIALOGUES)
def test_redis_lost_at_any_key_after_the_redial_of_my_cases(
    answered, keys, acts, begin, client, redis, all_of
):
    begin(answered=answered)
    phone = Handset(client)
    phone.dial()
    phone.keys(*keys)
    wanted = done(all_of)
    for pressed in range(1, len(keys)):
        begin(answered=answered)
        phone, again = Handset(client), Handset(client)
        phone.dial()
        phone.keys(*keys[:pressed])
        again.dial()
        for key in keys[pressed:]:
            redis.flushdb()
            again.keys(key)
        assert done(all_of) == wanted


SECRET_WAYS = {
    "the quiet way of a complaint": ["1", "1003", "3", "1", "They shout at people", "2", "7391"],
    "a quiet sector's complaint": ["1", "1018", "3", "1", "They shout at people", "1", "7391"],
    "afraid": ["1", "4", "1", "He asked for money", "7391"],
}


@pytest.mark.parametrize("keys", SECRET_WAYS.values(), ids=SECRET_WAYS)
def test_a_redial_at_a_secret_shows_the_menu_and_the_case_stands_once(
    keys, client, loaded_rt, all_of
):
    """Whoever dials next learns of no case and of no secret."""
    for pressed in range(len(keys) - 1, len(keys) + 1):
        phone = Handset(client, f"+25471100000{pressed}")
        phone.dial()
        assert phone.keys(*keys[:pressed]).startswith(("CON ", "END "))
        again = Handset(client, f"+25471100000{pressed}")
        assert again.dial().startswith("CON Huduma Feedback\n1 Before you go")
    assert len(all_of(Case)) == 2


def test_no_secret_is_kept_where_the_session_is(client, redis, all_of):
    phone = Handset(client)
    phone.dial()
    phone.keys(*SECRET_WAYS["the quiet way of a complaint"])
    assert len(all_of(Case)) == 1
    kept = [redis.get(key) for key in redis.keys("ussd*") if redis.type(key) == b"string"]
    assert kept
    assert not any(b"7391" in each or b"shout" in each for each in kept)
