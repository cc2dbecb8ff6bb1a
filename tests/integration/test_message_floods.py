"""Flooding is set aside for a person, never refused, and danger always goes through."""

import pytest

from feedback_service import intake
from feedback_service.conversations.commands import MOST_COMPLAINTS, MOST_MESSAGES
from feedback_service.domain.cases import Action
from feedback_service.intake import NotSetAside
from feedback_service.models import Case, CaseEvent, Heard, Role, Staff
from tests.handset import SMS, arrived, sms, whatsapp

pytestmark = pytest.mark.usefixtures("loaded_rt")

PLACES = ("Kisumu", "Nakuru", "Mombasa", "Eldoret", "Thika", "Nyeri", "Meru", "Embu", "Kitale",
          "Garissa", "Lamu", "Voi", "Isiolo", "Machakos")  # fmt: skip


@pytest.fixture
def flood(client, complain, clock, all_of):
    """As many complaints as one number may open in an hour, and one more; its row."""
    texts = [f"The street lights are out in {place}" for place in PLACES]
    for number, text in enumerate(texts[: MOST_COMPLAINTS + 1]):
        sms(client, text, provider_id=f"flood-{number}")
        sms(client, "HELP")  # so that no text goes on from the one before
        if number < MOST_COMPLAINTS:
            settle_all(client, clock)
    return next(h for h in all_of(Heard) if h.source.endswith(f"flood-{MOST_COMPLAINTS}"))


def settle_all(client, clock):
    """Whatever asked which case, the citizen says it is a new one."""
    sms(client, "NEW")
    clock.forward(minutes=1)


def test_the_eleventh_complaint_of_an_hour_is_kept_for_a_person(flood, client, loaded_rt, all_of):
    assert len(all_of(Case)) == MOST_COMPLAINTS
    assert (flood.became, flood.case_id, flood.settled_at) == ("set-aside", None, None)
    assert "a person will read them" in " ".join(arrived(loaded_rt))


def test_danger_goes_through_the_flood(flood, client, all_of):
    sms(client, "A child is being beaten in Busia now, please come")
    assert len(all_of(Case)) == MOST_COMPLAINTS + 1


def test_an_hour_later_the_same_number_is_heard_again(flood, client, all_of, clock):
    clock.forward(days=2)
    sms(client, "The street lights are out in Kakamega")
    assert len(all_of(Case)) == MOST_COMPLAINTS + 1


def test_a_person_makes_it_a_case_or_lets_it_be_once(flood, loaded_rt, all_of):
    with loaded_rt.transaction() as session:
        person = Staff(
            email="amina@central.example.go.ke", name="Amina", password_hash="-",
            role=Role.SUPERVISOR, created_at=loaded_rt.now(),
        )  # fmt: skip
        session.add(person)
        session.flush()  # its id is wanted now
        who = person.id
    case_id = intake.settle(loaded_rt, flood.source, who, as_case=True)
    opened = next(case for case in all_of(Case) if case.id == case_id)
    assert opened.text == flood.text
    row = next(h for h in all_of(Heard) if h.source == flood.source)
    assert (row.case_id, row.settled_by_id) == (case_id, who)
    with pytest.raises(NotSetAside):
        intake.settle(loaded_rt, flood.source, who, as_case=False)
    assert len(all_of(Case)) == MOST_COMPLAINTS + 1


@pytest.fixture
def spent(case, client):
    """A number that has written as many words on its case as are answered in an hour; the case."""
    for number in range(1, MOST_MESSAGES):  # the complaint was the first
        sms(client, f"{case.reference} and piece {number} of what happened")
    return case


def test_words_on_a_case_beyond_the_hours_number_join_it_and_are_answered_once(
    spent, client, loaded_rt, all_of
):
    before = len(arrived(loaded_rt))
    texts = [f"piece {number} after that" for number in range(5)]
    for text in texts:
        sms(client, f"{spent.reference} {text}")
    said = [e.data["text"] for e in all_of(CaseEvent) if e.action is Action.ANSWER]
    assert len(said) == MOST_MESSAGES - 1 + len(texts)
    assert set(texts) <= set(said)
    (told,) = arrived(loaded_rt)[before:]
    assert "We keep them all" in told


def test_an_hour_later_words_on_a_case_are_answered_again(spent, client, loaded_rt, clock):
    sms(client, f"{spent.reference} one too many")
    clock.forward(hours=1, minutes=1)
    before = len(arrived(loaded_rt))
    sms(client, f"{spent.reference} they called me back")
    (told,) = arrived(loaded_rt)[before:]
    assert told.startswith("Added to case")


@pytest.mark.parametrize("asked", ["HELP", "MENU", "{reference}", "WHO {reference}", "1003"])
def test_what_is_asked_beyond_the_hours_number_is_heard_and_not_answered(
    asked, case, client, loaded_rt, all_of, clock
):
    text = asked.format(reference=case.reference)
    for _ in range(MOST_MESSAGES):
        sms(client, text)
    before, heard = len(arrived(loaded_rt)), len(all_of(Heard))
    sms(client, text)
    assert (len(arrived(loaded_rt)), len(all_of(Heard))) == (before, heard + 1)
    sms(client, "STOP")
    sms(client, "START")
    assert len(arrived(loaded_rt)) > before, "what changes something is answered"
    clock.forward(hours=1, minutes=1)
    before = len(arrived(loaded_rt))
    sms(client, text)
    assert len(arrived(loaded_rt)) == before + 1


def test_danger_in_words_that_are_not_answered_still_raises_the_case(spent, client, all_of):
    sms(client, f"{spent.reference} now a child is being beaten there, please come")
    assert all_of(Case)[0].urgent


@pytest.mark.parametrize("sender", ["MPESA", "KCB Bank", "22555", "Safaricom"])
def test_a_sender_without_a_number_is_kept_and_not_answered(sender, client, loaded_rt, all_of):
    form = {"from": sender, "to": "22123", "text": "You have received KES 500", "id": sender}
    assert client.post(SMS, data=form).status_code == 200
    assert all_of(Case) == []
    assert [h.became for h in all_of(Heard)] == ["machine"]
    assert loaded_rt.phones.arrived(sender) == []


ODD = {
    "nothing": "",
    "spaces": "  \n ",
    "a long one": "The road is bad. " * 300,
    "pictures": "\U0001f620\U0001f620\U0001f620",
    "a picture and words": "\U0001f620 hakuna maji Kisumu",
    "NUL bytes": "No water\0 in\0 Kisumu",
    "base64": "Tm8gd2F0ZXIgaW4gS2lzdW11IGZvciBhIHdlZWssIG5vYm9keSBjb21lcyE=",
    "no base64": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJz",
    "control characters": "No\x01water\x1b[31m here\u202e",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("way", [sms, whatsapp], ids=["sms", "whatsapp"])
def test_odd_messages_are_taken_and_answered(text, way, client, loaded_rt, all_of):
    assert way(client, text).status_code == 200
    assert len(all_of(Heard)) == 1
    assert len(arrived(loaded_rt)) == 1
