"""SMS and WhatsApp on real servers: what is written becomes what it says, once, and is answered."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from feedback_service.conversations.wording import phrase
from feedback_service.domain.cases import Action, CaseStatus
from feedback_service.intake.messages import MOST_GUESSES
from feedback_service.models import Attachment, Case, CaseEvent, Citizen, Heard, Message, Stop
from tests.handset import ME, OTHER, SMS, arrived, events, sms, spoken, whatsapp

pytestmark = pytest.mark.usefixtures("loaded_rt")

COMPLAINT = "I have waited three months for my passport at Immigration"
LALAMIKO = "Nimengoja pasipoti yangu kwa miezi mitatu na bado sijapata"


@pytest.mark.parametrize(
    ("text", "language", "says"),
    [(COMPLAINT, "en", "Case {} received."), (LALAMIKO, "sw", "Tumepokea kesi {}.")],
)
def test_a_complaint_becomes_a_case_and_is_acknowledged_in_its_language(
    text, language, says, client, loaded_rt, all_of
):
    assert sms(client, text).status_code == 200
    (case,) = all_of(Case)
    (message,) = arrived(loaded_rt)
    said, notice = message.split("\n")
    assert said.startswith(says.format(spoken(case.reference)))
    assert (case.text, case.language, case.channel) == (text, language, "africastalking-sms")
    assert notice == phrase("sms-notice", language)


def test_an_acknowledgement_names_office_and_date_where_the_text_names_an_institution(
    client, loaded_rt, all_of
):
    sms(client, "KRA has not given me my PIN certificate for two weeks")
    (case,) = all_of(Case)
    assert case.institution_id == "KRA"
    assert "KRA must answer by Mon 9 Mar." in arrived(loaded_rt)[0]


def test_the_notice_of_a_first_contact_comes_once(client, loaded_rt):
    for text in (COMPLAINT, "HELP", "The water has been off all week in Kisumu"):
        sms(client, text)
    notice = phrase("sms-notice", "en")
    assert [notice in message for message in arrived(loaded_rt)] == [True, False, False]


def test_the_notice_comes_once_to_a_known_citizen_who_writes_twice_at_once(
    client, app, loaded_rt, complain
):
    complain(quiet=True)  # known, and never written to
    texts = [f"No water in Kisumu, day {day} of this" for day in range(6)]
    with ThreadPoolExecutor(6) as network:
        list(network.map(lambda text: sms(app.test_client(), text), texts))
    notice = phrase("sms-notice", "en")
    assert sorted(notice in message for message in arrived(loaded_rt)) == [False] * 5 + [True]


def test_a_copy_of_a_message_has_no_second_effect(client, loaded_rt, all_of):
    for _ in range(3):
        assert sms(client, COMPLAINT, provider_id="one").status_code == 200
    assert len(all_of(Case)) == len(all_of(Heard)) == len(arrived(loaded_rt)) == 1


def test_the_same_words_within_the_hour_open_no_second_case(client, loaded_rt, all_of, clock):
    sms(client, COMPLAINT, provider_id="one")
    sms(client, f"  {COMPLAINT.upper()}!", provider_id="two")
    (case,) = all_of(Case)
    assert {(h.case_id, h.became) for h in all_of(Heard)} == {
        (case.id, "complaint"), (case.id, "repeat"),
    }  # fmt: skip
    assert arrived(loaded_rt)[-1].endswith("answer due Mon 16 Mar.")
    clock.forward(days=2)
    sms(client, COMPLAINT, provider_id="three")
    assert len(all_of(Case)) == 2


def test_one_id_on_two_channels_is_two_messages(client, all_of):
    sms(client, COMPLAINT, provider_id="SM1")
    whatsapp(client, COMPLAINT, provider_id="SM1")
    assert len(all_of(Heard)) == 2
    assert len(all_of(Citizen)) == 1


def test_a_stop_inside_a_sentence_is_a_complaint(client, all_of):
    sms(client, "Acha kutuibia pesa")
    assert [c.text for c in all_of(Case)] == ["Acha kutuibia pesa"]
    assert all_of(Stop) == []


def test_pictures_alone_are_kept_and_asked_about_once(client, loaded_rt, all_of):
    for name in ("1", "2"):
        picture = {"NumMedia": "1", "MediaUrl0": f"https://x/{name}"}
        whatsapp(client, "", **picture, MediaContentType0="image/png")
    assert all_of(Case) == []
    (message,) = arrived(loaded_rt)
    assert message.startswith("We have it. What is it about?")
    whatsapp(client, COMPLAINT)
    (case,) = all_of(Case)
    assert [a.case_id for a in all_of(Attachment)] == [case.id] * 2


# --- Status -----------------------------------------------------------------------------------


def test_a_reference_answers_fully_to_the_number_that_filed_it(client, loaded_rt, case):
    sms(client, spoken(case.reference))
    said = arrived(loaded_rt)[-1]
    assert said.startswith(f"Case {spoken(case.reference)}: received. ")
    assert said.endswith("answer due Mon 16 Mar.")


def test_a_reference_gives_one_word_to_any_other_number(client, loaded_rt, case):
    sms(client, case.reference, OTHER)
    assert arrived(loaded_rt, OTHER)[0].split("\n")[0] == f"{spoken(case.reference)}: received"


def test_a_number_that_asks_for_many_references_of_others_hears_nothing_more(
    client, loaded_rt, case
):
    for _ in range(MOST_GUESSES + 3):
        sms(client, case.reference, OTHER)
    assert len(arrived(loaded_rt, OTHER)) == MOST_GUESSES
    for _ in range(MOST_GUESSES + 3):
        sms(client, case.reference)
    assert arrived(loaded_rt)[-1].startswith(f"Case {spoken(case.reference)}")
    assert len(arrived(loaded_rt)) == 1 + MOST_GUESSES + 3


def test_words_sent_twice_at_once_are_both_added(client, loaded_rt, all_of, case):
    texts = [f"{case.reference} paper number {n} is missing" for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda text: sms(client, text).status_code, texts))
    assert answers == [200] * 4
    assert len([e for e in all_of(CaseEvent) if e.action is Action.ANSWER]) == 4


@pytest.mark.parametrize("reference", ["48219038", "48219039"], ids=["unused", "mistyped"])
def test_a_reference_nobody_has_is_not_known_and_opens_no_case(
    reference, client, loaded_rt, all_of
):
    sms(client, reference, OTHER)
    assert arrived(loaded_rt, OTHER)[0].split("\n")[0] == f"{spoken(reference)}: not known"
    assert all_of(Case) == []


def test_words_for_anothers_case_are_read_by_a_person_and_not_taken(
    client, loaded_rt, all_of, case
):
    for text in (f"{case.reference} close it please", f"{case.reference} YES"):
        sms(client, text, OTHER)
    assert events(all_of) == [Action.RECEIVE]
    assert {h.became for h in all_of(Heard)} == {"complaint", "set-aside", "not-theirs"}
    assert "A person will read what you wrote" in arrived(loaded_rt, OTHER)[0]


def test_words_behind_a_reference_that_nobody_has_are_a_complaint(client, all_of):
    sms(client, "12345674 walinifukuza leo")
    assert [case.text for case in all_of(Case)] == ["12345674 walinifukuza leo"]


# --- Verdicts and answers ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "action", "status"),
    [
        ("1", Action.CONFIRM, CaseStatus.CLOSED),
        ("NDIYO", Action.CONFIRM, CaseStatus.CLOSED),
        ("yes.", Action.CONFIRM, CaseStatus.CLOSED),
        ("2", Action.DISPUTE, CaseStatus.ACKNOWLEDGED),
        ("La", Action.DISPUTE, CaseStatus.ACKNOWLEDGED),
        ("Hapana", Action.DISPUTE, CaseStatus.ACKNOWLEDGED),
        ("{} NO", Action.DISPUTE, CaseStatus.ACKNOWLEDGED),
        ("{} ndiyo", Action.CONFIRM, CaseStatus.CLOSED),
    ],
)
def test_a_verdict_is_the_citizens_reply(
    reply, action, status, client, loaded_rt, all_of, case, office
):
    office(case, Action.RESOLVE)
    assert "Come on Friday" in arrived(loaded_rt)[-1]
    sms(client, reply.format(case.reference))
    assert all_of(Case)[0].status is status
    assert events(all_of)[-1] is action
    assert spoken(case.reference) in arrived(loaded_rt)[-1]


def test_a_bare_verdict_is_about_the_last_question(client, all_of, case, office, clock):
    clock.forward(days=2)
    sms(client, "The lights in Nakuru town are out")
    first, second = sorted(all_of(Case), key=lambda c: c.id != case.id)
    office(second, Action.RESOLVE)
    office(first, Action.RESOLVE)
    sms(client, "2")
    assert {c.id: c.status for c in all_of(Case)} == {
        first.id: CaseStatus.ACKNOWLEDGED, second.id: CaseStatus.RESOLVED,
    }  # fmt: skip


def test_a_verdict_that_answers_nothing_says_so(client, loaded_rt, all_of):
    sms(client, "1")
    assert arrived(loaded_rt)[0].startswith("No case of yours waits")
    assert all_of(Case) == []


def test_words_answer_the_desks_question_once(client, all_of, case, office, clock):
    office(case, Action.ASK, "Which office was it?")
    clock.forward(hours=1)
    sms(client, "Nyayo House, counter 4")
    assert events(all_of) == [Action.RECEIVE, Action.ASK, Action.ANSWER]
    clock.forward(hours=1)
    sms(client, "My road in Kitale is full of holes")
    assert len(all_of(Case)) == 2


def test_a_number_can_be_an_answer_too(client, all_of, case, office, clock):
    office(case, Action.ASK, "How many times did you go?")
    clock.forward(hours=1)
    sms(client, "2")
    assert events(all_of) == [Action.RECEIVE, Action.ASK, Action.ANSWER]


def test_an_old_question_no_longer_claims_new_words(client, all_of, case, office, clock):
    office(case, Action.ASK, "Which office was it?")
    clock.forward(days=15)
    sms(client, "My road in Kitale is full of holes")
    assert len(all_of(Case)) == 2


def test_a_reference_and_words_are_added_to_the_case(client, loaded_rt, all_of, case):
    sms(client, f"{spoken(case.reference)} they also lost my photo")
    (added,) = [e for e in all_of(CaseEvent) if e.action is Action.ANSWER]
    assert added.data["text"] == "they also lost my photo"
    assert arrived(loaded_rt)[-1].startswith(f"Added to case {spoken(case.reference)}.")


@pytest.mark.parametrize(
    ("word", "says"), [("YES", "can no longer be changed"), ("NO", "goes on with it")]
)
def test_a_verdict_a_month_after_closing_comes_too_late(
    word, says, client, loaded_rt, case, office, clock
):
    office(case, Action.RESOLVE)
    sms(client, "1")
    clock.forward(days=31)
    sms(client, f"{case.reference} {word}")
    assert says in arrived(loaded_rt)[-1]


@pytest.mark.parametrize("word", ["KISWAHILI", "ENGLISH"])
def test_the_language_is_changed_at_will(word, client, loaded_rt, case, office):
    language = {"KISWAHILI": "sw", "ENGLISH": "en"}[word]
    sms(client, word)
    assert arrived(loaded_rt)[-1] == phrase("sms-language", language)
    office(case, Action.ACKNOWLEDGE)
    assert arrived(loaded_rt)[-1].startswith({"sw": "Kesi", "en": "Case"}[language])


@pytest.mark.parametrize(("word", "begins"), [("MSAADA", "Andika"), ("HELP", "Write")])
def test_help_comes_in_the_language_it_was_asked_in(word, begins, client, loaded_rt):
    sms(client, word)
    assert arrived(loaded_rt)[0].startswith(begins)


# --- WhatsApp ---------------------------------------------------------------------------------


def test_a_whatsapp_user_without_a_number_is_heard_and_answered(client, loaded_rt, all_of):
    whatsapp(client, COMPLAINT, "KE.1a2b3c4d")
    (citizen,) = all_of(Citizen)
    assert citizen.kind == "whatsapp"
    assert "received." in arrived(loaded_rt, "whatsapp:KE.1a2b3c4d")[0]
    assert {m.channel for m in all_of(Message)} == {"twilio-whatsapp"}


def test_a_case_by_whatsapp_can_be_followed_by_sms(client, loaded_rt, all_of):
    whatsapp(client, COMPLAINT)
    sms(client, all_of(Case)[0].reference)
    assert arrived(loaded_rt)[-1].endswith("answer due Mon 16 Mar.")


def test_words_sent_long_ago_are_dated_by_the_network(client, all_of, loaded_rt):
    form = {"from": ME, "to": "22123", "text": COMPLAINT, "id": "x1"}
    for date in ("2026-03-01 05:00:00", "2026-03-01T05:00:00Z"):
        client.post(SMS, data=form | {"date": date, "id": date})
    assert {loaded_rt.now() - h.at for h in all_of(Heard)} == {timedelta(days=1, hours=1)}
