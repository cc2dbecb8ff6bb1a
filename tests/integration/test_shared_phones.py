"""A case that stands open on a phone may be made quiet by dialling; a phone long silent is told
nothing of what it filed; what was sent before a call belongs to the case of the call."""

import pytest

from feedback_service.domain.cases import Action, Actor
from feedback_service.identity import RECYCLED_AFTER
from feedback_service.models import Attachment, Case, Citizen, Message, MessageState
from tests.handset import ME, OTHER, Handset, arrived, events, sms, spoken, whatsapp

pytestmark = pytest.mark.usefixtures("loaded_rt")

MAKE_QUIET = "5"
"""The key of "Make it quiet" on the screen of a case that is open."""


@pytest.fixture
def dial(client):
    """The last screen of a call in which these keys are pressed."""

    def pressed(*keys, number=ME):
        phone = Handset(client, number)
        if phone.dial().startswith("CON Karibu"):
            phone.keys("1")
        return phone.keys(*keys)

    return pressed


# --- Quiet by dialling --------------------------------------------------------------------------


def test_an_open_case_is_made_quiet_by_dialling(complain, dial, loaded_rt, all_of):
    case = complain()
    assert "5 Make it quiet" in dial("5", "1")
    screen = dial("5", "1", MAKE_QUIET, "4071")
    assert screen.startswith(f"END Kept, no messages. Case {spoken(case.reference)}")
    assert all_of(Case)[0].quiet
    assert arrived(loaded_rt) == []
    assert [m.state for m in all_of(Message)] == [MessageState.FAILED]


def test_a_case_made_quiet_leaves_the_list_and_opens_by_its_secret(complain, dial):
    case = complain()
    dial("5", "1", MAKE_QUIET, "4071")
    assert "No cases from this number" in dial("5")
    for number in (ME, OTHER):
        opened = dial("5", case.reference, "4071", number=number)
        assert opened.startswith(f"CON {spoken(case.reference)}: received")
        assert "Make it quiet" not in opened


@pytest.mark.parametrize("typed", ["1234", "40712", "four"])
def test_nothing_is_quiet_before_its_secret_is_chosen(typed, complain, dial, all_of):
    complain()
    assert dial("5", "1", MAKE_QUIET, typed).startswith("CON ")
    assert not all_of(Case)[0].quiet


def test_a_secret_for_quiet_is_not_gone_on_with_by_who_redials(complain, dial, client):
    case = complain()
    dial("5", "1", MAKE_QUIET)
    again = Handset(client).dial()
    assert again.startswith("CON Huduma Feedback")
    assert spoken(case.reference) not in again


def test_an_answered_case_takes_words_by_dialling(complain, dial, office, all_of):
    case = complain()
    office(case, Action.RESOLVE)
    assert "5 Add words" in dial("5", "1")
    assert dial("5", "1", "5", "Friday is too late").startswith("END Added to")
    assert events(all_of)[-1] is Action.ANSWER


# --- A number that was silent -------------------------------------------------------------------


def test_news_for_a_number_that_was_silent_says_no_more_than_a_stranger_hears(
    complain, office, loaded_rt, clock
):
    case = complain()
    before = len(arrived(loaded_rt))
    clock.forward(days=RECYCLED_AFTER.days + 1)
    for answer in ("Come to Nyayo House", "Come again"):
        office(case, Action.RESOLVE, answer)
        office(case, Action.REOPEN, actor=Actor.SUPERVISOR)
    (said,) = arrived(loaded_rt)[before:]
    assert said.startswith(f"{spoken(case.reference)}: answered. This number was silent")
    assert not [name for name in ("Immigration", "Nyayo") if name in said]


def test_who_asks_for_their_cases_by_dialling_is_heard(complain, dial, clock, all_of):
    case = complain()
    for _ in range(3):
        clock.forward(days=RECYCLED_AFTER.days - 10)
        assert spoken(case.reference) in dial("5")
    assert all_of(Citizen)[0].heard_at == clock()


def test_a_silent_number_is_not_made_another_ones_by_asking(complain, dial, clock):
    case = complain()
    clock.forward(days=RECYCLED_AFTER.days + 1)
    for _ in range(2):
        assert spoken(case.reference) not in dial("5")


# --- Before the call ----------------------------------------------------------------------------

FILINGS = {
    "a complaint": ("1003", "3", "1", "They lost it"),
    "the confidential way": ("4", "1", "The guard asked for money"),
}


@pytest.mark.parametrize("keys", FILINGS.values(), ids=FILINGS.keys())
def test_a_photo_sent_alone_belongs_to_the_case_of_the_next_call(keys, client, dial, all_of):
    media = {"NumMedia": "1", "MediaContentType0": "image/jpeg", "MediaUrl0": "https://x.test/1"}
    whatsapp(client, "", **media)
    dial(*keys)
    assert [thing.case_id for thing in all_of(Attachment)] == [all_of(Case)[0].id]


def test_words_by_sms_after_a_case_was_hushed_open_their_own_case(complain, dial, client, all_of):
    complain()
    dial("5", "1", MAKE_QUIET, "4071")
    sms(client, "The street lamps of Ngong Road have been dark for a week")
    assert len(all_of(Case)) == 2
