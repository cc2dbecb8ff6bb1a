"""The survey by every way: dropped calls, copies, a lost Redis, WhatsApp, Kiswahili, the card."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from feedback_service import registry, scoring
from feedback_service.conversations.wording import phrase
from feedback_service.domain.periods import Period
from feedback_service.domain.ratings import AnswerOrder, Sample
from feedback_service.intake import go_on_by_sms
from feedback_service.models import Case, Citizen, Invitation, Message, Rating, Stop
from feedback_service.scoring.counting import Frame, tallies
from feedback_service.visits import inviting
from tests import survey_world
from tests.handset import Handset, arrived, sms, whatsapp

pytestmark = pytest.mark.usefixtures("loaded_rt")


@pytest.fixture
def asked(loaded_rt, clock):
    survey_world.ask(loaded_rt, clock)
    with loaded_rt.transaction() as session:
        return session.scalars(sa.select(Invitation)).one()


def best(invitation):
    """The key of "very good" on this invitation's screen."""
    return "1" if invitation.answer_order is AnswerOrder.BEST_FIRST else "5"


def only(all_of):
    (rating,) = all_of(Rating)
    return rating


def test_the_first_key_counts_and_a_dropped_call_goes_on_by_sms(
    asked, client, loaded_rt, clock, all_of
):
    phone = Handset(client)
    phone.dial()
    phone.keys(best(asked))
    assert (only(all_of).score, only(all_of).complete) == (5, False)
    clock.forward(minutes=5)
    go_on_by_sms(loaded_rt)
    assert phrase("problem", "en") in arrived(loaded_rt)[-1]
    for text in ("1", "2", "2", "1", "1"):
        sms(client, text)
    rating = only(all_of)
    assert (rating.had_problem, rating.reported_problem) == (True, False)
    assert (rating.on_time, rating.sample, rating.complete) == (False, Sample.VERIFIED, True)


def test_copies_of_a_call_and_a_lost_memory_make_one_rating(asked, client, redis, all_of):
    phone = Handset(client)
    phone.dial()
    redis.flushdb()
    first = phone.keys(best(asked))
    assert phone.send(phone.text) == first
    redis.flushdb()
    phone.keys("2")
    rating = only(all_of)
    assert (rating.score, rating.had_problem, rating.visit_id) == (5, False, asked.visit_id)


def test_a_redial_after_the_mark_goes_on_and_asks_nothing_twice(asked, client, all_of):
    phone = Handset(client)
    phone.dial()
    phone.keys(best(asked))
    again = Handset(client)
    assert phrase("problem", "en") in again.dial()
    again.keys("2", "1", "1", "1")
    assert only(all_of).complete


def test_a_mark_by_sms_ends_the_question_on_dialling(asked, client, all_of):
    sms(client, "3")
    assert phrase("survey", "en", service="Passport") not in Handset(client).dial()
    assert only(all_of).score == 3


def test_a_second_answer_to_the_same_invitation_is_no_second_rating(asked, client, all_of, clock):
    sms(client, "3")
    clock.forward(hours=1)
    sms(client, "HELP")
    for text in ("5", "1"):
        sms(client, text)
    assert len(all_of(Rating)) == 1


def test_words_beside_a_bad_mark_open_a_case_and_keep_the_rating(asked, client, all_of):
    sms(client, "1. They asked me to come back four times and lost my papers")
    assert len(all_of(Case)) == 1
    assert (only(all_of).score, only(all_of).sample) == (1, Sample.VERIFIED)


def test_who_last_wrote_by_whatsapp_is_asked_there_in_their_language(
    loaded_rt, client, clock, all_of
):
    whatsapp(client, "KISWAHILI")
    clock.forward(hours=1)
    survey_world.ask(loaded_rt, clock)
    (message,) = [m for m in all_of(Message) if m.key.startswith("invite:")]
    assert (message.data["answers"]["language"], message.language) == ("sw", "sw")
    tried = [entry["channel"] for entry in message.tried]
    assert "twilio-whatsapp" in [message.channel, *tried]
    assert "Ulitumia Pasipoti" in message.text
    assert message.institution_id == "DIS"
    whatsapp(client, "4")
    assert (only(all_of).score, only(all_of).language) == (4, "sw")


def test_a_stop_after_the_invitation_leaves_no_question_on_dialling(
    loaded_rt, client, clock, all_of
):
    survey_world.begin_day(loaded_rt, clock)
    survey_world.feed(loaded_rt)
    survey_world.close_day(loaded_rt, clock)
    clock.forward(minutes=1)
    sms(client, "STOP")
    survey_world.send(loaded_rt, clock)
    assert all_of(Stop)
    assert "You used" not in Handset(client).dial()


def test_a_sensitive_service_is_named_neither_in_the_message_nor_on_dialling(
    loaded_rt, client, clock, all_of
):
    quiet = next(s for s in registry.catalogue(loaded_rt).services.values() if s.is_quiet)
    survey_world.begin_day(loaded_rt, clock)
    survey_world.feed(loaded_rt, service=quiet.id, county="47")
    survey_world.close_day(loaded_rt, clock)
    survey_world.send(loaded_rt, clock)
    (message,) = [m for m in all_of(Message) if m.key.startswith("invite:")]
    assert quiet.short["en"] not in message.text
    assert phrase("a-service", "en") in message.text
    assert "You used" not in Handset(client).dial()
    sms(client, "2")
    assert only(all_of).service_id == quiet.id


def test_a_number_silent_for_half_a_year_is_left_out_and_stays_in_the_frame(
    loaded_rt, client, clock
):
    sms(client, "HELP")
    clock.forward(days=190)
    survey_world.begin_day(loaded_rt, clock)
    survey_world.feed(loaded_rt)
    (draw,) = survey_world.close_day(loaded_rt, clock)
    assert (draw.frame_size, draw.left_out, draw.taken) == (1, {"recycled": 1}, {})


def test_every_invitation_leaves_in_survey_hours_within_72_of_the_visit(loaded_rt, clock, all_of):
    people = [f"+2547110000{n:02}" for n in range(30)]
    survey_world.begin_day(loaded_rt, clock, days=4)  # a Friday: drawn on Saturday, never on Sunday
    survey_world.feed(loaded_rt, people[:1], at=clock() - timedelta(days=20))  # fed for weeks
    survey_world.feed(loaded_rt, people)
    visited = clock()
    survey_world.close_day(loaded_rt, clock)
    asked = all_of(Invitation)
    hours = inviting.Hours.of(loaded_rt.settings)
    assert len({invitation.ask_at for invitation in asked}) > 10
    for invitation in asked:
        assert hours.earliest(inviting.Purpose.SURVEY, invitation.ask_at) == invitation.ask_at
        assert clock() <= invitation.ask_at <= visited + hours.survey_within
    assert {invitation.answer_order for invitation in asked} == set(AnswerOrder)
    soon = clock() + timedelta(minutes=7)
    assert all(inviting.some_minute(hours, clock(), soon) < soon for _ in range(40))


def test_a_drawn_citizens_answer_is_counted_apart_as_verified(
    asked, client, loaded_rt, clock, all_of
):
    for text in ("4", "1", "2", "1", "1", "1"):
        sms(client, text)
    period = Period.containing(clock())
    with loaded_rt.transaction() as session:
        found = tallies(session, Frame(period, clock()))
    (cell,) = [cell for group, cell in found.items() if group.institution == "DIS"]
    assert (cell.ratings.score_4, cell.ratings.problem_unreported) == (1, 1)
    assert sum(cell.open.scores) == 0
    assert scoring.edition(loaded_rt, period, public=False).cards["DIS"].figures
    assert all_of(Citizen)[0].id == only(all_of).citizen_id
