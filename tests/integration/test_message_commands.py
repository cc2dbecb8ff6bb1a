"""What else a message can be: a mark for an invitation, a name, a greeting, an appeal."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from feedback_service import outbox
from feedback_service.conversations.wording import phrase
from feedback_service.domain.cases import Action, CaseStatus
from feedback_service.models import Case, CaseEvent, Citizen, Heard, Message, Rating
from tests import survey_world
from tests.handset import ME, OTHER, arrived, events, sms, spoken, whatsapp

pytestmark = pytest.mark.usefixtures("loaded_rt")

COMPLAINT = "I have waited three months for my passport at Immigration"


def last_of(rt, number=ME):
    """The newest message, without the notice of a first contact."""
    outbox.drain(rt)
    with rt.transaction() as session:
        mine = sa.select(Message).order_by(Message.created_at.desc(), Message.id.desc())
        return session.scalars(mine.limit(1)).one()


@pytest.fixture
def invite(loaded_rt):
    """Invite the one citizen there is to rate a passport office; returns the invitation's key."""

    def invited() -> str:
        with loaded_rt.transaction() as session:
            (citizen,) = session.scalars(sa.select(Citizen))
            return survey_world.planted(loaded_rt, session, citizen)

    return invited


@pytest.fixture
def invited(client, invite):
    sms(client, "ENGLISH")
    return invite()


# --- Marks --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "score"), [("5", 5), (" 4. ", 4), ("1 very bad", 1), ("tatu", 3)])
def test_a_mark_for_an_invitation_is_stored_once_under_its_key(
    text, score, invited, client, all_of, clock
):
    clock.forward(hours=3)
    sms(client, text, provider_id="mark")
    sms(client, text, provider_id="mark")
    (rating,) = all_of(Rating)
    assert rating.source == f"{invited}:rating"
    assert (rating.score, rating.service_id, rating.channel) == (
        score, "passport", "africastalking-sms",
    )  # fmt: skip
    assert all_of(Case) == []


def test_the_charters_questions_follow_and_complete_the_rating(invited, client, all_of, clock):
    for text in ("4", "2", "1", "1", "1"):
        clock.forward(minutes=1)
        sms(client, text)
    (rating,) = all_of(Rating)
    assert (rating.score, rating.on_time, rating.paid_more, rating.complete) == (
        4, True, False, True,
    )  # fmt: skip


def test_a_late_mark_is_thanked_and_not_counted(invited, client, loaded_rt, all_of, clock):
    clock.forward(hours=49)
    sms(client, "5")
    assert all_of(Rating) == []
    assert last_of(loaded_rt).wording == "sms-rated-late"


@pytest.mark.parametrize(("hours", "stored"), [(71, 1), (73, 0)])
def test_an_invitation_holds_for_as_long_as_it_was_sent_with(
    hours, stored, invited, client, loaded_rt, all_of, clock
):
    with loaded_rt.transaction() as session:
        message = session.scalars(sa.select(Message).where(Message.key == invited)).one()
        message.expires_at = clock() + timedelta(hours=72)
    clock.forward(hours=hours)
    sms(client, "5")
    assert len(all_of(Rating)) == stored


@pytest.mark.parametrize(("mark", "cases"), [("2", 1), ("5", 0)])
def test_words_beside_a_bad_mark_are_a_complaint(mark, cases, invited, client, all_of):
    sms(client, f"{mark}. They made me wait outside in the rain all day")
    assert len(all_of(Rating)) == 1
    assert len(all_of(Case)) == cases
    assert any("rain" in heard.text for heard in all_of(Heard))


def test_a_verdict_question_after_the_invitation_gets_the_next_number(
    invited, client, all_of, complain, office, clock
):
    office(complain(), Action.RESOLVE)
    clock.forward(hours=1)
    sms(client, "2")
    assert all_of(Rating) == []
    assert events(all_of)[-1] is Action.DISPUTE
    sms(client, "5")
    assert [rating.score for rating in all_of(Rating)] == [5]


@pytest.mark.parametrize("text", ["YES", "ndiyo", "solved"])
def test_yes_to_an_invitation_confirms_no_case(
    text, invite, client, loaded_rt, all_of, complain, office, clock
):
    office(complain(), Action.RESOLVE)
    clock.forward(hours=1)
    invite()
    clock.forward(hours=1)
    sms(client, text)
    assert all_of(Case)[0].status is CaseStatus.RESOLVED
    assert last_of(loaded_rt).wording == "sms-nothing-open"


# --- Names and greetings --------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["passport", "Pasipoti", "1003", "KRA PIN"])
@pytest.mark.parametrize("way", [sms, whatsapp], ids=["sms", "whatsapp"])
def test_the_name_or_code_of_a_service_brings_its_charter(text, way, client, loaded_rt, all_of):
    way(client, text)
    assert all_of(Case) == []
    card = last_of(loaded_rt)
    assert card.wording == "sms-card"
    assert "Official cost" in card.text
    assert "write what happened" in card.text


def test_a_name_that_several_services_share_brings_their_menu(client, loaded_rt, all_of):
    sms(client, "ENGLISH")
    sms(client, "ID")
    assert last_of(loaded_rt).wording == "sms-step"
    assert "1 ID, first time" in last_of(loaded_rt).text
    sms(client, "1")
    assert "Official cost" in last_of(loaded_rt).text
    assert all_of(Case) == []


@pytest.mark.parametrize("text", ["hakuna maji", "blackout", "No water", "road is bad"])
def test_the_name_of_a_trouble_is_a_complaint(text, client, all_of):
    sms(client, text)
    assert [case.text for case in all_of(Case)] == [text]


@pytest.mark.parametrize("text", ["Hi", "MENU", "Habari yenu"])
@pytest.mark.parametrize("way", [sms, whatsapp], ids=["sms", "whatsapp"])
def test_a_greeting_brings_the_menu_and_opens_no_case(text, way, client, loaded_rt, all_of):
    way(client, text)
    assert all_of(Case) == []
    assert last_of(loaded_rt).wording == "sms-step"


@pytest.mark.parametrize("text", ["asante sana", "Thank you!", "ok"])
def test_thanks_cost_nobody_an_answer(text, client, loaded_rt, all_of):
    sms(client, text)
    assert (all_of(Case), all_of(Message)) == ([], [])
    assert [h.became for h in all_of(Heard)] == ["thanks"]


# --- What a citizen may do to a case ------------------------------------------------------------


def test_a_late_case_goes_up_by_the_citizens_word(client, loaded_rt, all_of, case, clock):
    sms(client, f"{case.reference} RUFAA")
    assert last_of(loaded_rt).wording == "sms-appeal-not-yet"
    assert all_of(Case)[0].level == 0
    clock.forward(days=30)
    sms(client, f"{spoken(case.reference)} appeal")
    assert events(all_of)[-1] is Action.ESCALATE
    assert all_of(Case)[0].level == 1


@pytest.mark.parametrize("word", ["WITHDRAW", "ondoa."])
def test_a_case_is_withdrawn_by_the_word_alone_after_its_reference(word, client, all_of, case):
    sms(client, f"{case.reference} {word}")
    assert all_of(Case)[0].status is CaseStatus.CLOSED
    assert events(all_of)[-1] is Action.WITHDRAW


@pytest.mark.parametrize("text", ["{} withdraw", "{} APPEAL", "{} SMS", "COUNTED {}", "WHO {}"])
def test_another_number_does_nothing_to_a_case(text, client, loaded_rt, all_of, case):
    sms(client, text.format(case.reference), OTHER)
    assert events(all_of) == [Action.RECEIVE]
    said = arrived(loaded_rt, OTHER)[0].split("\n")[0]
    assert said == phrase("sms-unknown", "en", reference=spoken(case.reference))


@pytest.mark.parametrize("word", ["COUNTED", "imehesabiwa"])
def test_whether_it_was_counted_is_said_and_never_how(word, client, loaded_rt, case, office):
    office(case, Action.RESOLVE)
    sms(client, "2")
    sms(client, f"{word} {case.reference}")
    said = last_of(loaded_rt)
    assert said.wording == "sms-counted"
    for value in ("solved", "NOT", " 2", "confirm", "disput"):
        assert value not in said.text.replace(spoken(case.reference), "")


def test_an_unclear_yes_confirms_nothing_and_is_asked_again(
    client, loaded_rt, all_of, case, office
):
    office(case, Action.RESOLVE)
    sms(client, "Yes but they asked me for more papers")
    assert all_of(Case)[0].status is CaseStatus.RESOLVED
    assert events(all_of)[-1] is Action.ANSWER
    assert last_of(loaded_rt).wording == "sms-unclear"
    sms(client, "2")
    assert events(all_of)[-1] is Action.DISPUTE


def test_the_words_of_a_no_stay_with_it(client, loaded_rt, all_of, case, office):
    office(case, Action.RESOLVE)
    sms(client, "Hapana, hawakunipigia")
    assert events(all_of)[-1] is Action.DISPUTE
    last = max(all_of(CaseEvent), key=lambda event: event.number)
    assert last.data["text"] == "Hapana, hawakunipigia"


def test_the_rest_of_a_dialled_complaint_comes_by_sms(client, loaded_rt, all_of, complain, clock):
    case = complain(more=True)
    clock.forward(minutes=5)
    sms(client, "It was at Nyayo House, counter 4, on Monday")
    clock.forward(minutes=2)
    sms(client, "and the man laughed at me")
    assert [c.id for c in all_of(Case)] == [case.id]
    assert events(all_of) == [Action.RECEIVE, Action.ANSWER, Action.ANSWER]


def test_a_place_alone_joins_the_next_complaint(client, all_of):
    where = {"Latitude": "-1.2864", "Longitude": "36.8172", "Label": "Duka Moja"}
    whatsapp(client, "", **where)
    whatsapp(client, "The water pipe burst")
    (case,) = all_of(Case)
    assert case.text.startswith("The water pipe burst\nPlace: Duka Moja")
    whatsapp(client, "", **where)
    assert events(all_of) == [Action.RECEIVE, Action.ANSWER]
