"""How a complaint is answered: by message after three minutes, at once, or never; and what a phone
that many hands hold may tell of it."""

import pytest

from feedback_service import redress
from feedback_service.domain.cases import Action
from feedback_service.domain.references import new_reference
from feedback_service.models import Case, Message, MessageState
from tests.handset import OTHER, arrived, sms, spoken

pytestmark = pytest.mark.usefixtures("loaded_rt")

WORDS = "They said come tomorrow"
PASSPORT = ["1", "1003", "3", "1", WORDS]
POLICE = ["1", "1019", "3", "1", "They beat him"]
AFRAID = ["1", "4", "1", "The guard asked for money"]


@pytest.fixture
def filed(dial, all_of):
    """The case of a complaint keyed so far."""

    def opened(*keys):
        _, screen = dial(*keys)
        (case,) = all_of(Case)
        return case, screen

    return opened


def of_case(all_of):
    """Messages by wording and state."""
    return [(m.wording, m.state.value) for m in all_of(Message)]


# --- The first message waits for the choice -----------------------------------------------------


def test_the_first_message_waits_three_minutes_for_the_choice(filed, loaded_rt, clock):
    case, screen = filed(*PASSPORT)
    assert spoken(case.reference) in screen
    assert arrived(loaded_rt) == []
    clock.forward(minutes=2, seconds=59)
    assert arrived(loaded_rt) == []
    clock.forward(seconds=1)
    (said,) = arrived(loaded_rt)
    assert said.startswith(f"Case {spoken(case.reference)} received. Immigration must answer by")


def test_choosing_a_message_lets_it_go_at_once(filed, loaded_rt, all_of):
    case, screen = filed(*PASSPORT, "1")
    assert screen.startswith(f"END Case {spoken(case.reference)}. Immigration must answer by")
    assert len(arrived(loaded_rt)) == 1
    assert not all_of(Case)[0].quiet


@pytest.mark.parametrize("then", [[], ["4071"]], ids=["dropped", "with its secret"])
def test_choosing_quiet_takes_the_message_back_for_good(then, filed, loaded_rt, clock, all_of):
    filed(*PASSPORT, "2", *then)
    assert of_case(all_of) == [("sms-received", MessageState.FAILED.value)]
    clock.forward(days=1)
    assert arrived(loaded_rt) == []
    assert all_of(Case)[0].quiet
    assert (all_of(Case)[0].secret_hash is not None) == bool(then)


@pytest.mark.parametrize("keys", [POLICE, [*POLICE, "1"], [*POLICE, "1", "4071"]])
def test_a_case_about_the_police_is_quiet_unless_its_citizen_says_otherwise(
    keys, filed, loaded_rt, clock, all_of
):
    case, _ = filed(*keys)
    assert case.quiet
    clock.forward(days=1)
    assert arrived(loaded_rt) == []
    assert of_case(all_of) == []


def test_a_case_about_the_police_is_told_of_where_its_citizen_wants_it(filed, loaded_rt, all_of):
    case, screen = filed(*POLICE, "2")
    assert screen.startswith("END Case")
    assert not all_of(Case)[0].quiet
    (said,) = arrived(loaded_rt)
    assert spoken(case.reference) in said


def test_a_confidential_case_tells_its_number_and_nothing_else(filed, loaded_rt, clock, all_of):
    case, screen = filed(*AFRAID)
    assert screen.startswith(f"CON Safe: {spoken(case.reference)}. ")
    assert not [name for name in ("EACC", "guard", "money") if name in screen]
    assert "999" in screen
    clock.forward(days=1)
    assert arrived(loaded_rt) == []
    assert case.quiet


def test_who_stopped_our_messages_is_told_how_to_get_them(client, dial, loaded_rt):
    sms(client, "STOP")
    said = arrived(loaded_rt)
    _, screen = dial(*PASSPORT, "1")
    assert "send START by SMS" in screen
    assert arrived(loaded_rt) == said


# --- The rest by SMS ----------------------------------------------------------------------------


def test_telling_it_by_sms_opens_the_case_and_asks_at_once(client, filed, loaded_rt, all_of):
    case, screen = filed(*PASSPORT[:-1], "1")
    assert screen.startswith(f"END Case {spoken(case.reference)} is open")
    (asked,) = arrived(loaded_rt)
    assert "Reply to this message with what happened, where and when." in asked
    assert (case.text, case.quiet) == ("", False)
    assert all_of(Message)[0].expects_reply
    sms(client, "At the Nyayo House counter they have lost my old passport")
    (only,) = all_of(Case)
    with loaded_rt.transaction() as session:
        events = [e.action for e in session.get_one(Case, only.id).events]
    assert events == [Action.RECEIVE, Action.ANSWER]


@pytest.mark.parametrize(("length", "wording"), [(74, "sms-received"), (75, "sms-received-tell")])
@pytest.mark.parametrize("then", [[], ["1"]], ids=["dropped", "chosen"])
def test_words_as_long_as_the_network_lets_through_are_asked_for_again(
    then, length, wording, filed, loaded_rt, clock, all_of
):
    filed(*PASSPORT[:-1], ("They lost my old passport and " * 3)[:length], *then)
    clock.forward(minutes=3)
    assert len(arrived(loaded_rt)) == 1
    assert [m.wording for m in all_of(Message)] == [wording]


def test_long_words_about_the_police_are_not_asked_for_again(filed, loaded_rt, clock):
    filed(*POLICE[:-1], "x" * 80, "1", "4071")
    clock.forward(minutes=3)
    assert arrived(loaded_rt) == []


def test_long_words_about_the_police_are_asked_for_where_messages_are_wanted(filed, all_of):
    filed(*POLICE[:-1], "x" * 80, "2")
    assert [m.wording for m in all_of(Message)] == ["sms-received-tell"]


def test_long_words_of_a_bribe_are_asked_for_by_the_central_desk(filed, loaded_rt, clock, all_of):
    filed(*PASSPORT[:-1], ("Askari wa lango aliniomba hongo " * 3)[:80], "1")
    assert [m.wording for m in all_of(Message)] == ["sms-received-held-tell"]


# --- What a shared phone shows ------------------------------------------------------------------


def test_a_shared_phone_lists_reference_and_date_and_no_quiet_case(complain, dial, all_of):
    seen = complain("They lost it", service_id="passport")
    quiet = complain("They beat him", service_id="crime-report", quiet=True)
    _, screen = dial("1", "5")
    assert screen == (
        f"CON Your cases. Or type a case number:\n1 {spoken(seen.reference)} due Mon 16 Mar\n0 Back"
    )
    assert spoken(quiet.reference) not in screen


def test_the_office_and_its_answer_stand_behind_a_key(complain, office, dial):
    case = complain()
    office(case, Action.RESOLVE, "Come to counter four")
    phone, screen = dial("1", "5", "1")
    assert screen.startswith(f"CON {spoken(case.reference)}: answered Mon 2 Mar. Is it solved?")
    assert "Immigration" not in screen
    assert phone.keys("3").startswith("CON Immigration: Come to counter four")


def test_who_has_it_says_who_must_answer_now(complain, dial, clock, loaded_rt):
    case = complain()
    clock.set(case.due_at)
    clock.forward(days=1)
    redress.raise_late_cases(loaded_rt)
    _, screen = dial("1", "5", "1", "3")
    assert "is with: Immigration. Must answer now: the supervisor." in screen


def test_somebody_elses_reference_gives_one_word_and_an_unknown_one_the_same_words(complain, dial):
    case = complain()
    _, screen = dial("1", "5", case.reference, number=OTHER)
    unknown = new_reference(lambda below: 0)
    _, other = dial("1", "5", unknown, number="+254711000111")
    word = f"{spoken(case.reference)}: received."
    assert screen.startswith(f"CON {word}")
    assert other == screen.replace(word, f"{spoken(unknown)}: not known.")


def test_references_are_not_asked_for_without_end(complain, dial):
    cases = [complain() for _ in range(12)]
    for again in range(15):
        _, screen = dial("1", "5", cases[again % 2].reference, number=OTHER)
        assert "received" in screen, "the same two again are no more than two"
    for asked, case in enumerate(cases):
        _, screen = dial("1", "5", case.reference, number=OTHER)
        assert ("received" in screen) == (asked < 10)
