"""Quiet cases by SMS: one answer that tells nothing, then silence, and four digits that open it."""

import pytest

from feedback_service.conversations.wording import phrase
from feedback_service.domain.cases import Action, CaseStatus
from feedback_service.models import Case
from tests.handset import ME, OTHER, arrived, events, sms, spoken

pytestmark = pytest.mark.usefixtures("loaded_rt")

POLICE = "Officers at the police station refused to give me my abstract"
TELLING = ("police", "polisi", "Police", "abstract", "Officers")


@pytest.fixture
def quiet(client, all_of, clock):
    """A case that is quiet by rule, filed by SMS, a minute ago."""
    sms(client, POLICE)
    clock.forward(minutes=1)
    (case,) = all_of(Case)
    assert case.quiet
    return case


def said(rt, number=ME):
    """The newest answer, without the notice of a first contact."""
    return arrived(rt, number)[-1].split("\n")[0]


def test_it_is_answered_once_without_office_or_content(quiet, loaded_rt, office, clock):
    office(quiet, Action.ACKNOWLEDGE)
    office(quiet, Action.RESOLVE)
    (message,) = arrived(loaded_rt)
    assert message.startswith(f"{spoken(quiet.reference)} received, answer due ")
    assert not [word for word in TELLING if word in message]


def test_words_of_danger_get_the_emergency_numbers(client, loaded_rt, all_of):
    sms(client, "Police are beating my neighbour now, he is dying")
    (case,) = all_of(Case)
    assert (case.quiet, case.urgent) == (True, True)
    assert arrived(loaded_rt)[0].startswith("In danger now? Call 999; for a child 116.")


def test_the_first_four_digits_are_kept_and_open_it_from_any_phone(
    quiet, client, loaded_rt, all_of
):
    sms(client, f"{quiet.reference} 4071")
    assert "your 4 digits are kept" in said(loaded_rt)
    sms(client, f"{spoken(quiet.reference)} 4071", OTHER)
    opened = said(loaded_rt, OTHER)
    assert opened.startswith(f"{spoken(quiet.reference)}: received. Answer due ")
    assert not [word for word in TELLING if word in opened]
    sms(client, f"{quiet.reference} 9999", OTHER)
    assert said(loaded_rt, OTHER) == f"{spoken(quiet.reference)}: not known"
    assert all_of(Case)[0].quiet


def test_digits_that_anybody_tries_are_not_taken(quiet, client, loaded_rt, all_of):
    sms(client, f"{quiet.reference} 1234")
    assert "Choose 4 others" in said(loaded_rt)
    assert all_of(Case)[0].secret_hash is None


def test_a_stranger_chooses_no_secret(quiet, client, loaded_rt, all_of):
    sms(client, f"{quiet.reference} 4071", OTHER)
    assert said(loaded_rt, OTHER) == f"{spoken(quiet.reference)}: not known"
    assert all_of(Case)[0].secret_hash is None


def test_with_the_secret_words_and_verdict_join_it_from_any_phone(quiet, client, all_of, office):
    sms(client, f"{quiet.reference} 4071")
    sms(client, f"{quiet.reference} 4071 they came to my house", OTHER)
    assert events(all_of)[-1] is Action.ANSWER
    office(quiet, Action.RESOLVE)
    sms(client, f"{quiet.reference} 4071 NO", OTHER)
    assert events(all_of)[-1] is Action.DISPUTE


@pytest.mark.parametrize("text", ["{} YES", "{} NO", "{} withdraw", "{} sms", "{} appeal"])
def test_once_it_has_a_secret_its_own_phone_needs_it_too(
    text, quiet, client, loaded_rt, all_of, office
):
    sms(client, f"{quiet.reference} 4071")
    office(quiet, Action.RESOLVE)
    sms(client, text.format(quiet.reference))
    assert "your 4 digits" in said(loaded_rt)
    (case,) = all_of(Case)
    assert (case.status, case.quiet) == (CaseStatus.RESOLVED, True)


def test_words_from_its_own_phone_are_kept_and_not_echoed(quiet, client, loaded_rt, all_of):
    sms(client, f"{quiet.reference} they came again")
    assert said(loaded_rt) == f"{spoken(quiet.reference)}: kept."
    assert events(all_of)[-1] is Action.ANSWER


def test_sms_brings_messages_and_quiet_takes_them_away(quiet, client, loaded_rt, office):
    sms(client, f"{quiet.reference} SMS")
    assert said(loaded_rt) == phrase("sms-unhushed", "en", reference=spoken(quiet.reference))
    office(quiet, Action.ACKNOWLEDGE)
    assert "has started on it" in said(loaded_rt)
    sms(client, f"{quiet.reference} kimya")
    count = len(arrived(loaded_rt))
    office(quiet, Action.RESOLVE)
    assert len(arrived(loaded_rt)) == count


def test_another_phone_changes_nothing_by_the_reference_alone(quiet, client, loaded_rt, all_of):
    for text in ("{} SMS", "{} withdraw", "{} NO", "{} they lie"):
        sms(client, text.format(quiet.reference), OTHER)
    assert events(all_of) == [Action.RECEIVE]
    assert all_of(Case)[0].quiet


def test_a_quiet_case_is_in_no_list_and_takes_no_free_words(quiet, client, all_of, clock):
    clock.forward(hours=1)
    sms(client, "They told me to come back tomorrow")
    assert len(all_of(Case)) == 2
    assert events(all_of) == [Action.RECEIVE] * 2
