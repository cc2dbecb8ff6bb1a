"""From a fed visit to a verified rating: by SMS and by dialling, from the invited number only."""

import json

import pytest
import sqlalchemy as sa

from feedback_service import outbox
from feedback_service.conversations.wording import phrase
from feedback_service.domain.ratings import AnswerOrder, Sample
from feedback_service.identity import KeyRing
from feedback_service.models import Case, Invitation, Message, Rating, SurveyDraw
from feedback_service.visits import drawing, inviting
from tests import survey_world
from tests.handset import ME, OTHER, Handset, arrived, sms

pytestmark = pytest.mark.usefixtures("loaded_rt")


@pytest.fixture
def asked(loaded_rt, clock):
    """One person was invited to rate a passport office; their invitation."""
    survey_world.ask(loaded_rt, clock)
    with loaded_rt.transaction() as session:
        return session.scalars(sa.select(Invitation)).one()


def only(all_of):
    (rating,) = all_of(Rating)
    return rating


def order_as(rt, order):
    """Have the one invitation show its answers in this order, as another lot would have it."""
    with rt.transaction() as session:
        session.execute(sa.update(Invitation).values(answer_order=order))
        message = session.scalars(sa.select(Message).where(Message.key.startswith("invite:"))).one()
        message.data = message.data | {"answers": message.data["answers"] | {"order": order}}
        answers = message.data["answers"]
    return answers


def test_a_visit_becomes_a_verified_rating_by_sms(asked, client, loaded_rt, all_of):
    (invitation,) = arrived(loaded_rt)
    assert "You used" in invitation
    for text in ("2", "1", "2", "1", "1", "2"):  # bad; a problem, not reported; charter kept
        sms(client, text)
    rating = only(all_of)
    assert (rating.sample, rating.visit_id, rating.score) == (Sample.VERIFIED, asked.visit_id, 2)
    assert (rating.had_problem, rating.reported_problem) == (True, False)
    assert (rating.instrument, rating.answer_order) == ("2026", asked.answer_order)
    assert rating.complete
    assert rating.institution_id == asked.institution_id


def test_who_dials_in_time_begins_with_the_survey_and_is_asked_once(asked, client, all_of):
    phone = Handset(client)
    assert "You used" in phone.dial()
    key = "1" if asked.answer_order is AnswerOrder.BEST_FIRST else "5"
    assert phrase("problem", "en") in phone.keys(key)
    rating = only(all_of)
    assert (rating.score, rating.sample) == (5, Sample.VERIFIED)
    for said in ("2", "1", "1"):
        phone.keys(said)
    phone.keys("1")
    rating = only(all_of)
    assert (rating.had_problem, rating.reported_problem, rating.complete) == (False, None, True)
    assert "You used" not in Handset(client).dial()


def test_who_dials_for_something_else_has_the_menu_and_rates_openly(asked, client, all_of):
    phone = Handset(client)
    phone.dial()
    assert phrase("main-rate", "en") in phone.keys("6")
    assert all_of(Rating) == []
    phone.keys("2", "1003", "1")
    rating = only(all_of)
    assert (rating.sample, rating.visit_id) == (Sample.OPEN, None)
    assert (rating.instrument, rating.answer_order) == ("2026", AnswerOrder.BEST_FIRST)


@pytest.mark.parametrize("order", AnswerOrder)
def test_the_keys_mean_what_the_screen_shows_in_both_orders(
    order, asked, client, loaded_rt, all_of
):
    answers = order_as(loaded_rt, order)
    person = KeyRing(loaded_rt.settings.phone_keys).lookup(ME).hex()
    loaded_rt.conversations.invite(person, json.dumps(answers), 3600)
    phone = Handset(client)
    screen = phone.dial()
    line = next(line for line in screen.split("\n") if line.endswith("Very bad"))
    assert line[0] == ("5" if order is AnswerOrder.BEST_FIRST else "1")
    phone.keys(line[0])
    assert (only(all_of).score, only(all_of).answer_order) == (1, order)
    phone.keys("0")
    phone.keys("3")
    assert only(all_of).score == 3


def test_by_sms_a_mark_is_itself_in_both_orders(asked, client, loaded_rt, all_of):
    order_as(loaded_rt, AnswerOrder.WORST_FIRST)
    sms(client, "4")
    assert only(all_of).score == 4


def test_a_problem_nobody_was_told_of_is_reported_at_once(asked, client, all_of):
    for text in ("1", "1", "3", "2", "1", "2"):
        sms(client, text)
    assert only(all_of).complete
    sms(client, "1")
    sms(client, "I waited three hours and nobody came")
    (case,) = all_of(Case)
    assert case.service_id == "passport"
    assert (only(all_of).had_problem, only(all_of).reported_problem) == (True, False)


def test_an_answer_after_48_hours_is_thanked_and_not_counted(
    asked, client, loaded_rt, all_of, clock
):
    clock.forward(hours=49)
    sms(client, "5")
    assert all_of(Rating) == []
    assert arrived(loaded_rt)[-1] == phrase("sms-rated-late", "en")


def test_nobody_else_can_answer_for_who_was_invited(asked, client, loaded_rt, all_of):
    sms(client, "5", number=OTHER)
    assert "You used" not in Handset(client, OTHER).dial()
    assert all_of(Rating) == []


def test_one_person_is_asked_once_in_ninety_days_by_all_offices(asked, loaded_rt, all_of, clock):
    for _ in range(3):
        survey_world.begin_day(loaded_rt, clock)
        survey_world.feed(loaded_rt)
        survey_world.feed(loaded_rt, at=loaded_rt.now(), service="id-first", county="47",
                          source=f"id-{clock().isoformat()}")  # fmt: skip
        survey_world.close_day(loaded_rt, clock)
    assert len(all_of(Invitation)) == 1
    later = [draw for draw in all_of(SurveyDraw) if draw.frame_size and not draw.taken]
    assert {reason for draw in later for reason in draw.left_out} == {"capped"}


def test_stop_wins_before_the_draw_and_after_it(loaded_rt, client, all_of, clock):
    sms(client, "STOP")
    survey_world.begin_day(loaded_rt, clock)
    survey_world.feed(loaded_rt, [ME, OTHER])
    (draw,) = survey_world.close_day(loaded_rt, clock)
    assert (draw.frame_size, draw.left_out) == (2, {"stopped": 1})
    clock.forward(minutes=1)
    sms(client, "STOP", number=OTHER)
    survey_world.send(loaded_rt, clock)
    (invitation,) = all_of(Invitation)
    assert (invitation.state, invitation.sent_at) == ("failed", None)
    assert "stop" in invitation.failure


def test_no_invitation_leaves_72_hours_after_the_visit(loaded_rt, all_of, clock):
    survey_world.begin_day(loaded_rt, clock)
    survey_world.feed(loaded_rt)
    survey_world.close_day(loaded_rt, clock)
    (message,) = [m for m in all_of(Message) if m.key.startswith("invite:")]
    clock.forward(hours=46)  # 74 since the visit, 46 since it was written
    outbox.drain(loaded_rt)
    inviting.follow(loaded_rt)
    (invitation,) = all_of(Invitation)
    assert (invitation.state, message.expires_at) == ("failed", None)
    assert "too late" in invitation.failure


def test_what_is_fed_after_the_day_was_closed_is_counted_and_not_asked(loaded_rt, all_of, clock):
    survey_world.begin_day(loaded_rt, clock)
    visited = clock()
    clock.forward(hours=29)
    survey_world.feed(loaded_rt, at=visited)
    (draw,) = [draw for draw in drawing.draw_due(loaded_rt) if draw.frame_size]
    assert (draw.left_out, draw.taken) == ({"fed-late": 1}, {})
