"""Hidden and shown numbers as Twilio sends them: one person, told once what cannot reach them."""

import uuid

import pytest

from feedback_service.models import Alias, Case, Citizen, Message
from tests.handset import whatsapp

HIDDEN = "whatsapp:KE.13491208655302741918"


@pytest.mark.usefixtures("loaded_rt")
def test_a_webhook_that_shows_both_ties_them(client, all_of):
    whatsapp(client, "No water in Kisumu for a week", ExternalUserId=HIDDEN)
    whatsapp(client, "No light in Kisumu for a week", HIDDEN.removeprefix("whatsapp:"))
    assert len({case.citizen_id for case in all_of(Case)}) == 1
    assert len(all_of(Citizen)) == len(all_of(Alias)) == 1


@pytest.mark.usefixtures("loaded_rt")
def test_who_hides_the_number_is_told_once_what_cannot_reach_them(client, loaded_rt, all_of):
    for words in ("No water in Kisumu for a week", "No light in Kisumu for a week"):
        whatsapp(client, words, HIDDEN.removeprefix("whatsapp:"), uuid.uuid4().hex)
    told = [message.text for message in all_of(Message)]
    assert len([text for text in told if "Your number is hidden" in text]) == 1
    assert len(told) > 1
