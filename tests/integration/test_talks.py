"""The menu by message on real servers: the same answers kept as by key, each message heard once."""

import pytest

from feedback_service.models import Case, Rating, Talk
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
