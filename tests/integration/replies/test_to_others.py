"""What a stranger hears of a quiet case by its secret, and who quotes no number at all."""

from datetime import timedelta

import pytest

from feedback_service.domain.cases import Action
from feedback_service.models import Case
from tests.handset import OTHER, arrived, sms, spoken

pytestmark = pytest.mark.usefixtures("loaded_rt")


@pytest.fixture
def quiet(case, says):
    for text in ("QUIET", "4071"):
        says(f"{case.reference} {text}")
    return case


@pytest.fixture
def stranger(client, loaded_rt):
    """What another phone hears of the quiet case, its secret given."""

    def said(case, text=""):
        sms(client, f"{case.reference} 4071 {text}", OTHER)
        return arrived(loaded_rt, OTHER)[-1].partition("\nHuduma Feedback (")[0]

    return said


@pytest.mark.parametrize(
    ("text", "done"), [("ONDOA", Action.WITHDRAW), ("withdraw", Action.WITHDRAW)]
)
def test_a_quiet_case_is_withdrawn_by_its_secret(text, done, quiet, stranger, of):
    assert stranger(quiet, text) == f"{spoken(quiet.reference)}: kept."
    assert of(quiet)[-1] is done


def test_a_quiet_case_goes_up_by_its_secret(quiet, stranger, clock, of):
    assert "cannot go higher before" in stranger(quiet, "APPEAL")
    clock.set(quiet.due_at + timedelta(minutes=1))
    assert stranger(quiet, "RUFAA") == f"{spoken(quiet.reference)}: kept."
    assert of(quiet)[-1] is Action.ESCALATE


def test_an_answered_quiet_case_says_how_it_is_judged(quiet, stranger, office, of):
    office(quiet, Action.RESOLVE, "Come to window 3")
    said = stranger(quiet)
    assert said.startswith(f"{spoken(quiet.reference)}: answered Mon 2 Mar. To read the answer")
    assert "window" not in said
    stranger(quiet, "NO")
    assert of(quiet)[-1] is Action.DISPUTE


def test_a_closed_quiet_case_promises_no_day(quiet, stranger):
    stranger(quiet, "withdraw")
    assert stranger(quiet).endswith(": closed Mon 2 Mar. You withdrew it.")


# --- Without its number -------------------------------------------------------------------------

ASKED = [
    "hali ya kesi yangu ikoje?", "kesi yangu imefika wapi", "What is the status of my case?",
    "How far is my complaint", "where is my case",
]  # fmt: skip


@pytest.mark.parametrize("text", ASKED)
def test_who_asks_where_their_case_is_hears_its_status(text, case, says, clock, all_of):
    clock.forward(days=2)
    assert spoken(case.reference) in says(text)
    assert len(all_of(Case)) == 1


@pytest.mark.parametrize("text", ["Kesi yangu mahakamani Milimani imefika mwaka wa tatu", ASKED[0]])
def test_who_has_no_case_or_says_more_is_heard(text, client, all_of):
    sms(client, text)
    assert len(all_of(Case)) == 1


@pytest.mark.parametrize("text", ["4071", "#4819."])
def test_a_code_that_nobody_asked_for_opens_no_case(text, says, all_of):
    assert says(text).startswith("No case of yours waits for that answer.")
    assert all_of(Case) == []


def test_doubt_beside_a_reference_is_kept_and_asked_about_again(case, says, office, of):
    office(case, Action.RESOLVE)
    said = says(f"{case.reference} ni ile ile tu, bado")
    assert "Is it solved? Reply 1 YES or 2 NO." in said
    assert of(case)[-1] is Action.ANSWER
    says("zii")
    assert of(case)[-1] is Action.DISPUTE
