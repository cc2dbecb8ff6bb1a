"""A session that dropped after any key: the redial shows the next step, and every answer is kept
once, as if nothing had happened."""

import pytest
import sqlalchemy as sa

from feedback_service.models import Case, Citizen, Rating
from tests.handset import ME, Handset, events

pytestmark = pytest.mark.usefixtures("loaded_rt")

QUESTION = "CON Go on where you stopped?\n1 Go on\n2 Main menu"
DIALOGUES = {
    "rating with every charter question": ["1", "1003", "2", "2", "1", "2", "500", "1"],
    "rating of a county's service": ["2", "1101", "2", "4", "na", "5", "1", "1", "2"],
    "rating by sector and letters": ["1", "2", "pass", "1", "2", "3", "1", "1"],
    "report by poster": ["1", "1003", "3", "1", "Come tomorrow * they said * again #", "1"],
    "report of a county's service": ["1", "3", "1101", "nairobi", "2", "No drugs for weeks"],
    "before you go": ["2", "1", "1003", "0", "2", "1"],
    "changed on the way": ["1", "2", "1003", "5", "0", "1", "2", "1", "2"],
}


def bare(screen):
    """A screen without the references that chance draws."""
    return "".join("9" if letter.isdigit() else letter for letter in screen)


def rows(all_of):
    """Everything that a session can have left, without what chance put in."""
    ratings = [
        (r.service_id, r.institution_id, r.service_point_id, r.county_code, r.channel, r.language,
         r.charter_version, r.score, r.on_time, r.paid_more, r.paid_extra_kes, r.courteous,
         r.complete) for r in all_of(Rating)
    ]  # fmt: skip
    cases = [
        (
            c.text,
            c.lane,
            c.category,
            c.service_id,
            c.institution_id,
            c.county_code,
            c.status,
            c.quiet,
        )
        for c in all_of(Case)
    ]
    return ratings, cases, events(all_of), len(all_of(Citizen))


def undropped(client, keys, all_of, number=ME):
    """The screens and rows of a dialogue that nothing disturbs."""
    phone = Handset(client, number)
    screens = [bare(screen) for screen in (phone.dial(), *(phone.keys(key) for key in keys))]
    return screens, rows(all_of)


def shown(phone, keys):
    """The texts that the network sent, with their screens."""
    screens = {"": phone.dial()}
    for key in keys:
        screen = phone.keys(key)
        screens[phone.text] = screen
    return screens


def empty(loaded_rt, redis):
    """As before the first call."""
    redis.flushdb()
    with loaded_rt.transaction() as session:
        for table in ("ratings", "resumptions"):
            session.execute(sa.text(f"delete from {table}"))
        session.execute(sa.text("truncate cases, citizens cascade"))


@pytest.mark.parametrize("dialogue", DIALOGUES)
@pytest.mark.parametrize("minutes", [0, 4])
def test_drop_after_any_key_and_the_redial_shows_the_next_step(
    dialogue, minutes, client, loaded_rt, redis, all_of, clock
):
    keys = DIALOGUES[dialogue]
    screens, wanted = undropped(client, keys, all_of)
    for pressed in range(len(keys)):
        empty(loaded_rt, redis)
        phone = Handset(client)
        phone.dial()
        phone.keys(*keys[:pressed])
        clock.forward(minutes=minutes)
        again = Handset(client)
        assert bare(again.dial()) == screens[pressed]
        assert [bare(again.keys(key)) for key in keys[pressed:]] == screens[pressed + 1 :]
        assert rows(all_of) == wanted


@pytest.mark.parametrize("dialogue", DIALOGUES)
def test_a_session_that_drops_after_every_key_ends_the_same(
    dialogue, client, loaded_rt, redis, all_of
):
    keys = DIALOGUES[dialogue]
    screens, wanted = undropped(client, keys, all_of)
    empty(loaded_rt, redis)
    for number, key in enumerate(keys):
        phone = Handset(client)
        assert bare(phone.dial()) == screens[number]
        assert bare(phone.keys(key)) == screens[number + 1]
    assert rows(all_of) == wanted


@pytest.mark.parametrize("dialogue", DIALOGUES)
def test_redis_lost_after_any_key_of_the_redial_costs_no_answer(
    dialogue, client, loaded_rt, redis, all_of
):
    """The history that the network repeats begins where the redial did, not at the menu."""
    keys = DIALOGUES[dialogue]
    screens, wanted = undropped(client, keys, all_of)
    for pressed in range(1, len(keys)):
        empty(loaded_rt, redis)
        phone = Handset(client)
        phone.dial()
        phone.keys(*keys[:pressed])
        again = Handset(client)
        again.dial()
        for number, key in enumerate(keys[pressed:], pressed + 1):
            redis.flushdb()
            assert bare(again.keys(key)) == screens[number]
        assert rows(all_of) == wanted


@pytest.mark.parametrize("forgotten", [False, True], ids=["", "Redis forgot"])
@pytest.mark.parametrize("dialogue", DIALOGUES)
def test_copies_of_both_sessions_say_the_same_and_change_nothing(
    dialogue, forgotten, client, loaded_rt, redis, all_of
):
    keys = DIALOGUES[dialogue]
    _, wanted = undropped(client, keys, all_of)
    for pressed in range(1, len(keys)):
        empty(loaded_rt, redis)
        phone, again = Handset(client), Handset(client)
        first, second = shown(phone, keys[:pressed]), shown(again, keys[pressed:])
        if forgotten:
            redis.flushdb()
        for text, screen in first.items():
            said = phone.send(text)
            assert forgotten or said == screen
        for text, screen in second.items():
            said = again.send(text)
            assert (forgotten and not text) or bare(said) == bare(screen)
        assert rows(all_of) == wanted
