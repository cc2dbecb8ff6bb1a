"""The menu by message on real servers: the same answers kept as by key, each message heard once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from channels.contract import Media
from feedback_service import outbox
from feedback_service.domain.cases import Action, Lane
from feedback_service.intake import expire_talks
from feedback_service.models import Attachment, Case, Citizen, Heard, Message, Rating, Talk
from tests.handset import events, whatsapp
from tests.texting import Texting

pytestmark = pytest.mark.usefixtures("loaded_rt")

CHANNELS = ["twilio-whatsapp", "africastalking-sms"]
RATE = {
    "en": ["MENU", "1", "1003", "2", "2", "1", "2", "500", "1"],
    "sw": ["MENU", "2", "1003", "2", "2", "1", "2", "500", "1"],
}
ENDS = {"en": "Asante. Your answers are stored", "sw": "Asante. Majibu yako yamehifadhiwa"}


@pytest.mark.parametrize("language", RATE)
@pytest.mark.parametrize("channel", CHANNELS)
def test_a_whole_rating_by_message_is_stored_as_it_was_given(channel, language, loaded_rt, all_of):
    phone = Texting(loaded_rt, channel)
    assert phone.says(*RATE[language]).startswith(ENDS[language])
    (rating,) = all_of(Rating)
    assert (rating.service_id, rating.institution_id, rating.score) == ("passport", "DIS", 4)
    assert (rating.on_time, rating.paid_more, rating.paid_extra_kes) == (True, True, 500)
    assert (rating.courteous, rating.complete, rating.channel) == (True, True, channel)
    assert rating.language == language
    assert all_of(Talk) == []
    assert len(phone.sent()) == len(RATE[language])


def test_somebody_whose_number_is_hidden_rates_too(loaded_rt, all_of):
    Texting(loaded_rt, number="KE.1a2b3c4d").says(*RATE["en"])
    (rating,), (citizen,) = all_of(Rating), all_of(Citizen)
    assert (rating.citizen_id, rating.complete, citizen.kind) == (citizen.id, True, "whatsapp")


def test_a_report_by_message_opens_one_case(loaded_rt, all_of):
    Texting(loaded_rt).says("MENU", "1", "1003", "3", "1", "They keep telling us to come tomorrow")
    (case,) = all_of(Case)
    assert (case.service_id, case.channel) == ("passport", "twilio-whatsapp")
    assert case.text == "They keep telling us to come tomorrow"


def test_a_step_carries_its_options_for_lists_and_buttons(loaded_rt):
    phone = Texting(loaded_rt)
    phone.say("MENU")
    assert phone.last().data["options"] == [["1", "English"], ["2", "Kiswahili"]]
    phone.say("1")
    assert phone.last().data["options"][:2] == [["1", "Before you go"], ["2", "Rate a service"]]
    assert phone.last().data["options"][-1] == ["0", "Back"]
    assert phone.last().expects_reply


@pytest.mark.parametrize("typed", ["2", " 2. ", "(2)", "rate a service", "Rate a service"])
def test_an_option_is_chosen_by_its_number_or_its_words(typed, loaded_rt):
    phone = Texting(loaded_rt)
    phone.says("MENU", "1")
    assert "Poster number" in phone.say(typed)


# --- What is no answer --------------------------------------------------------------------------


def test_what_a_menu_cannot_read_is_asked_again_once(loaded_rt, all_of):
    phone = Texting(loaded_rt)
    phone.says("MENU", "1")
    assert phone.say("77").startswith("Choose a number shown.\n")
    assert phone.understood
    phone.say("77")
    assert not phone.understood
    assert all_of(Talk) == []


def test_an_answer_after_the_hint_goes_on(loaded_rt):
    phone = Texting(loaded_rt)
    assert "how was it?" in phone.says("MENU", "1", "77", "1003", "what now", "2")
    phone.say("what now")
    assert phone.understood


@pytest.mark.parametrize("keys", [["1"], ["1", "2"], ["1", "1003", "2"]])
def test_whoever_tells_something_at_a_menu_is_not_held_up(keys, loaded_rt, all_of):
    phone = Texting(loaded_rt)
    phone.says("MENU", *keys)
    assert "received" in phone.say("Water has been off all week in Kisumu")
    assert [case.text for case in all_of(Case)] == ["Water has been off all week in Kisumu"]
    assert all_of(Talk) == []


def test_a_talk_is_over_after_a_day_of_silence(loaded_rt, clock, all_of):
    phone = Texting(loaded_rt)
    phone.says("MENU", "1")
    clock.forward(hours=23)
    phone.say("2")
    assert phone.understood
    clock.forward(hours=24)
    phone.say("1003")
    assert not phone.understood
    assert all_of(Talk) == []


@pytest.mark.parametrize("word", ["STOP", "MSAADA", "48219038", "48219038 4071"])
def test_a_command_wins_over_a_talk(word, loaded_rt, all_of):
    phone = Texting(loaded_rt)
    phone.says("MENU", "1", "2")
    phone.say(word)
    assert not phone.understood
    assert all_of(Case) == []


def test_the_clock_forgets_what_nobody_goes_on_with(loaded_rt, clock, all_of):
    Texting(loaded_rt).says("MENU", "1")
    expire_talks(loaded_rt)
    assert len(all_of(Talk)) == 1
    clock.forward(hours=24)
    expire_talks(loaded_rt)
    assert all_of(Talk) == []


def test_after_a_stop_a_number_answers_no_talk(loaded_rt, clock, all_of):
    phone = Texting(loaded_rt)
    phone.says("MENU", "1", "1003", "2")
    clock.forward(seconds=5)
    phone.says("STOP", "2")
    assert not phone.understood
    assert all_of(Rating) == all_of(Talk) == []


def test_words_as_long_as_need_be_are_kept_whole(loaded_rt, all_of):
    words = " ".join(["They sent me from counter to counter"] * 50)[:2000].strip()
    Texting(loaded_rt).says("MENU", "1", "1003", "3", "1", words)
    assert [case.text for case in all_of(Case)] == [words]


# --- Every message once -------------------------------------------------------------------------


def test_a_copy_of_an_answer_moves_nothing(loaded_rt, all_of):
    phone = Texting(loaded_rt)
    phone.says("MENU", "1", "1003", "2")
    phone.say("2", provider_id="one")
    asked = len(phone.sent())
    phone.say("2", provider_id="one")
    assert len(phone.sent()) == asked
    assert [rating.score for rating in all_of(Rating)] == [4]


def test_two_copies_at_once_are_one_answer(loaded_rt, all_of):
    phone = Texting(loaded_rt)
    phone.says("MENU", "1", "1003", "2")
    with ThreadPoolExecutor(2) as network:
        list(network.map(lambda _: phone.say("2", provider_id="one"), range(2)))
    (talk,) = all_of(Talk)
    assert talk.conversation["step"] == "on-time"


def test_two_answers_at_once_are_heard_one_after_the_other(loaded_rt, all_of):
    phone = Texting(loaded_rt)
    phone.says("MENU", "1", "1003", "2", "2")
    with ThreadPoolExecutor(2) as network:
        list(network.map(phone.say, ["1", "2"]))
    (talk,), (rating,) = all_of(Talk), all_of(Rating)
    assert talk.conversation["step"] in ("courtesy", "paid-amount")
    assert rating.on_time is not None
    assert rating.paid_more is not None


def test_a_talk_outlives_redis(loaded_rt, redis, all_of):
    phone = Texting(loaded_rt)
    phone.says(*RATE["en"][:5])
    redis.flushdb()
    phone.says(*RATE["en"][5:])
    assert [rating.complete for rating in all_of(Rating)] == [True]


def test_what_fails_leaves_nothing_of_the_message(loaded_rt, all_of):
    phone = Texting(loaded_rt)
    phone.says("MENU", "1", "1003", "2")
    asked = len(phone.sent())
    with loaded_rt.transaction() as session:
        talk = session.scalars(sa.select(Talk)).one()
        kept, talk.conversation = talk.conversation, {**talk.conversation, "answers": {}}
    with pytest.raises(KeyError):
        phone.say("2", provider_id="one")
    assert len(phone.sent()) == asked
    assert "twilio-whatsapp:one" not in {heard.source for heard in all_of(Heard)}
    with loaded_rt.transaction() as session:
        session.scalars(sa.select(Talk)).one().conversation = kept
    phone.say("2", provider_id="one")
    assert [rating.score for rating in all_of(Rating)] == [4]


# --- Cases by message ---------------------------------------------------------------------------


def test_a_case_is_acknowledged_once(loaded_rt, all_of):
    phone = Texting(loaded_rt)
    phone.says("MENU", "1", "1003", "3", "1")
    asked = len(phone.sent())
    phone.say("They keep telling us to come tomorrow")
    (said,) = phone.sent()[asked:]
    assert said.wording == "sms-received"
    assert all_of(Talk) == []


def test_a_quiet_case_tells_its_number_and_hides_its_secret(loaded_rt, all_of):
    phone = Texting(loaded_rt)
    found = phone.says("MENU", "1", "3", "police", "1")
    said = phone.says("1", "They refused to write down what I said")
    (case,) = all_of(Case)
    assert case.quiet, found
    assert case.reference[:4] in said
    phone.say("1")
    last = phone.say("4071")
    assert f"send: {case.reference[:4]} {case.reference[4:]} and your secret" in last
    assert "4071" not in [heard.text for heard in all_of(Heard)]
    assert all_of(Case)[0].secret_hash is not None


def test_the_confidential_way_is_worded_for_who_writes(loaded_rt, all_of):
    phone = Texting(loaded_rt)
    assert "delete it afterwards" in phone.says("MENU", "1", "4")
    said = phone.says("1", "A guard at the gate asked for 500 shillings", "1")
    assert "then delete this chat" in said
    (case,) = all_of(Case)
    assert (case.lane, case.quiet) == (Lane.CONFIDENTIAL, True)


def test_my_cases_by_message_lead_to_a_dispute(loaded_rt, all_of, complain, office):
    case = complain()
    office(case, Action.RESOLVE)
    phone = Texting(loaded_rt)
    phone.says("MENU", "5", "1")
    answers = {words: key for key, words in phone.last().data["options"]}
    assert "NOT solved" in phone.say(answers["Not solved"])
    assert events(all_of)[-1] is Action.DISPUTE
    assert len([m for m in phone.sent() if m.wording == "sms-disputed"]) == 0


def test_long_words_by_message_were_not_cut_by_a_keypad(loaded_rt):
    phone = Texting(loaded_rt)
    phone.says("MENU", "1", "1003", "3", "1", "They keep telling us to come tomorrow " * 5)
    assert phone.last().wording == "sms-received"


# --- Taps and photos ----------------------------------------------------------------------------


def test_a_tapped_option_is_its_number(client, loaded_rt, all_of):
    Texting(loaded_rt).says("MENU", "1", "1003", "2")
    whatsapp(client, "Good", ButtonText="Good", ButtonPayload="2", MessageType="interactive")
    assert [rating.score for rating in all_of(Rating)] == [4]


def test_a_tap_on_an_earlier_question_is_no_answer_to_this_one(loaded_rt, all_of):
    phone = Texting(loaded_rt)
    phone.says("MENU", "1", "1003", "2")
    outbox.drain(loaded_rt)
    earlier = phone.last().provider_id
    phone.say("2", about=earlier)
    assert "Was it kept?" in phone.say("3", about=earlier)
    assert [(rating.score, rating.on_time) for rating in all_of(Rating)] == [(4, None)]
    outbox.drain(loaded_rt)
    phone.say("1", about=phone.last().provider_id)
    assert [(rating.score, rating.on_time) for rating in all_of(Rating)] == [(4, True)]


def test_a_photo_with_the_words_joins_the_case_they_open(loaded_rt, all_of):
    phone = Texting(loaded_rt)
    phone.says("MENU", "1", "1003", "3", "1")
    photo = Media("https://api.twilio.com/2010-04-01/Accounts/AC1/Media/E1", "image/jpeg")
    phone.say("The queue this morning", media=(photo,))
    (case,), (attachment,) = all_of(Case), all_of(Attachment)
    assert attachment.case_id == case.id
    assert case.id in {heard.case_id for heard in all_of(Heard)}


def test_a_question_that_had_to_leave_by_sms_is_answered_by_sms(loaded_rt, all_of):
    by_whatsapp, by_sms = Texting(loaded_rt), Texting(loaded_rt, "africastalking-sms")
    by_whatsapp.says("MENU", "1", "1003", "2")
    with loaded_rt.transaction() as session:  # as the outbox does when WhatsApp refuses it
        asked = session.scalars(sa.select(Message).order_by(Message.id.desc())).first()
        asked.channel = "africastalking-sms"
    assert "Was it kept?" in by_sms.say("2")
    assert [rating.score for rating in all_of(Rating)] == [4]
    (talk,) = all_of(Talk)
    assert talk.channel == by_sms.last().channel == "africastalking-sms"
