"""A quiet case lived by dialling: opened by its secret from any phone, and by nothing else."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from feedback_service.domain.cases import Action, CaseStatus
from feedback_service.models import Case
from tests.handset import ME, OTHER, Handset, arrived, spoken

pytestmark = pytest.mark.usefixtures("loaded_rt")

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


@pytest.fixture
def quiet(filed):
    case, _ = filed(*POLICE, "1", "4071")
    return case


@pytest.mark.parametrize("number", [ME, OTHER])
def test_a_quiet_case_opens_by_its_secret_from_any_phone(number, quiet, dial):
    phone, screen = dial("1", "5", quiet.reference, number=number)
    assert screen.startswith(f"CON {spoken(quiet.reference)}: received. To open it, type its")
    assert phone.keys("4071").startswith(f"CON {spoken(quiet.reference)}: received. Answer due")


@pytest.mark.parametrize("number", [ME, OTHER])
def test_a_quiet_case_opens_by_no_other_number(number, quiet, dial, all_of):
    phone, _ = dial("1", "5", quiet.reference, number=number)
    assert phone.keys("4072").startswith("CON This number and secret open no case")
    assert phone.keys("1", "4073").startswith("CON This number and secret open no case")
    assert phone.keys("2").startswith("CON Choose a number shown.")
    assert all_of(Case)[0].status is CaseStatus.RECEIVED


def test_a_call_that_comes_three_times_at_once_tries_its_secret_once(quiet, dial, app):
    """The network repeats a call while the first of it is being answered."""
    phone, _ = dial("1", "5", quiet.reference, number=OTHER)

    def send(_):
        copy = Handset(app.test_client(), OTHER)
        copy.session = phone.session
        return copy.send(phone.text)

    with ThreadPoolExecutor(3) as network:
        for wrong in ("4072", "4073", "4074", "4075"):
            phone.text += f"*{wrong}"
            (screen,) = set(network.map(send, range(3)))
            assert screen.startswith("CON This number and secret open no case")
            phone.keys("1")
    assert phone.keys("4071").startswith(f"CON {spoken(quiet.reference)}: received. Answer due")


def test_a_quiet_case_without_a_secret_gets_one_only_from_the_phone_that_filed_it(filed, dial):
    case, _ = filed(*POLICE)
    to_it = ("1", "5", case.reference)
    stranger, _ = dial(*to_it, number=OTHER)
    assert stranger.keys("4071").startswith("CON This number and secret open no case")
    filer, screen = dial(*to_it)
    assert screen.startswith("CON Choose a secret number of 4 digits for")
    assert filer.keys("1234").startswith("CON Too easy.")
    assert filer.keys("4071").startswith(f"CON {spoken(case.reference)}: received. Answer due")
    stranger, _ = dial(*to_it, number=OTHER)
    assert stranger.keys("4071").startswith(f"CON {spoken(case.reference)}: received. Answer due")


def test_a_confidential_case_is_followed_by_its_secret_from_another_phone(filed, dial):
    case, screen = filed(*AFRAID, "4071")
    assert screen.startswith(f"END Kept. Write down {spoken(case.reference)}.")
    _, screen = dial("1", "5", case.reference, "4071", number=OTHER)
    assert screen.startswith(f"CON {spoken(case.reference)}: received.")


LIFE = {
    "add": (None, ["1", "They came back"], Action.ANSWER, "END Added to"),
    "withdraw": (None, ["2", "1"], Action.WITHDRAW, "END "),
    "confirm": (Action.RESOLVE, ["1"], Action.CONFIRM, "END Asante."),
    "dispute": (Action.RESOLVE, ["2"], Action.DISPUTE, "END Noted:"),
    "accept": (Action.REJECT, ["1"], Action.CONFIRM, "END Asante."),
    "refuse": (Action.REJECT, ["2"], Action.DISPUTE, "END Noted:"),
}


@pytest.mark.parametrize(("before", "keys", "action", "end"), LIFE.values(), ids=LIFE.keys())
@pytest.mark.parametrize("number", [ME, OTHER])
def test_the_whole_life_of_a_quiet_case_is_lived_from_any_phone(
    number, before, keys, action, end, quiet, office, dial, loaded_rt, clock, all_of
):
    if before:
        office(quiet, before, "Done")
    phone, screen = dial("1", "5", quiet.reference, "4071", *keys, number=number)
    assert screen.startswith(end)
    assert phone.send(phone.text) == screen
    with loaded_rt.transaction() as session:
        done = [e.action for e in session.get_one(Case, quiet.id).events]
    assert done.count(action) == 1
    clock.forward(days=1)
    assert arrived(loaded_rt, ME) + arrived(loaded_rt, OTHER) == []


def test_the_wrong_case_is_not_acted_on_with_another_ones_secret(complain, dial, quiet, all_of):
    other = complain("She hit me", number=OTHER, service_id="maternity", quiet=True)
    phone, _ = dial("1", "5", quiet.reference, "4071", "0", "0", number="+254711000222")
    phone.keys(other.reference, "4071")
    assert phone.keys("2", "1").startswith("CON ")
    assert {case.status for case in all_of(Case)} == {CaseStatus.RECEIVED}


def test_a_secret_stands_nowhere_in_what_is_kept_of_a_session(quiet, dial, loaded_rt):
    dial("1", "5", quiet.reference, "4071", number=OTHER)
    kept = b"".join(loaded_rt.redis.get(key) or b"" for key in loaded_rt.redis.keys("ussd:*"))
    assert b'"secret":"4071"' not in kept.replace(b" ", b"")
