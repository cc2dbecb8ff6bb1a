"""Stop means stop: at once, per channel, over any dialogue; and who writes again is answered."""

import pytest

from feedback_service.conversations.wording import phrase
from feedback_service.domain.cases import Action, Actor
from feedback_service.models import Case, Stop
from feedback_service.redress import Act, act
from tests.handset import ME, SMS, arrived, events, sms, spoken, whatsapp

pytestmark = pytest.mark.usefixtures("loaded_rt")

COMPLAINT = "I have waited three months for my passport at Immigration"


@pytest.mark.parametrize("word", ["STOP", "acha", "Simamisha.", "#UNSUBSCRIBE"])
def test_stop_means_stop_at_once_and_is_confirmed_once(
    word, client, loaded_rt, all_of, case, office, clock
):
    arrived(loaded_rt)
    office(case, Action.ACKNOWLEDGE)  # written, not sent yet
    clock.forward(minutes=1)
    sms(client, word)
    office(case, Action.RESOLVE)
    after = arrived(loaded_rt)[1:]
    assert after in ([phrase("sms-stopped", "en")], [phrase("sms-stopped", "sw")])
    assert [s.channel for s in all_of(Stop)] == ["africastalking-sms"]


def test_stop_wins_while_a_question_waits(client, all_of, case, office):
    office(case, Action.ASK, "Which office was it?")
    sms(client, "STOP")
    assert events(all_of) == [Action.RECEIVE, Action.ASK]
    assert len(all_of(Stop)) == 1


def test_a_stop_counts_on_its_channel_only(client, loaded_rt, all_of, clock):
    whatsapp(client, COMPLAINT)
    sms(client, "STOP")
    (case,) = all_of(Case)
    clock.forward(hours=1)
    act(loaded_rt, case.id, Act(Action.ACKNOWLEDGE, Actor.OFFICER))
    assert "has started on it" in arrived(loaded_rt)[-1]


def test_who_said_stop_is_still_answered_when_they_write(client, loaded_rt, case, office, clock):
    sms(client, "STOP")
    clock.forward(hours=1)
    sms(client, case.reference)
    sms(client, "The toilets at Huduma Centre are locked all day")
    said = arrived(loaded_rt)
    assert said[-2].startswith(f"Case {spoken(case.reference)}: received.")
    assert " received. " in said[-1]
    office(case, Action.ACKNOWLEDGE)
    assert arrived(loaded_rt) == said


def test_start_brings_messages_back(client, loaded_rt, all_of, case, office):
    sms(client, "STOP")
    sms(client, "ANZA")
    assert all_of(Stop) == []
    office(case, Action.ACKNOWLEDGE)
    assert "has started on it" in arrived(loaded_rt)[-1]


def test_the_networks_own_opt_out_is_a_stop_without_an_answer(client, loaded_rt, all_of):
    form = {"senderId": "HUDUMA", "phoneNumber": ME}
    for _ in range(2):
        assert client.post(f"{SMS}/opt-outs", data=form).status_code == 200
    assert [s.channel for s in all_of(Stop)] == ["africastalking-sms"]
    assert arrived(loaded_rt) == []
