"""A quiet case opens by its reference and four digits, from any phone, and tells nobody else."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from redis import Redis

from feedback_service import redress
from feedback_service.domain.cases import Lane
from feedback_service.domain.references import new_reference
from feedback_service.identity import KeyRing
from feedback_service.models import Case
from feedback_service.redress.quiet import MOST_WRONG_BY_PERSON, MOST_WRONG_FOR_CASE
from tests.handset import ME, OTHER

pytestmark = pytest.mark.usefixtures("loaded_rt")


@pytest.fixture
def quiet(loaded_rt, complain):
    """A quiet case of ME whose secret is 4071."""
    case = complain("They beat him", service_id="crime-report", quiet=True)
    with loaded_rt.transaction() as session:
        redress.set_secret(loaded_rt, session, session.get_one(Case, case.id), "4071")
    return case


@pytest.fixture
def tries(loaded_rt):
    """Whether digits open a case for somebody."""

    def opens(reference: str, digits: str, number: str = OTHER) -> bool:
        person = KeyRing(loaded_rt.settings.phone_keys).lookup(number)
        with loaded_rt.transaction() as session:
            return redress.open_quiet(loaded_rt, session, person, reference, digits) is not None

    return opens


def test_the_right_secret_opens_from_any_phone_and_a_wrong_one_from_none(quiet, tries):
    assert tries(quiet.reference, "4071")
    assert tries(f"{quiet.reference[:4]} {quiet.reference[4:]}", "4071", ME)
    assert not tries(quiet.reference, "4072")
    assert not tries(quiet.reference, "4072", ME)
    assert not tries("10000008", "4071")


def test_a_case_without_a_secret_opens_for_nobody(complain, tries):
    case = complain("They beat him", service_id="crime-report", quiet=True)
    for digits in ("", "0000", "4071"):
        assert not tries(case.reference, digits)


def test_one_person_has_five_wrong_tries_a_day_and_right_ones_are_not_counted(quiet, tries):
    for _ in range(MOST_WRONG_BY_PERSON + 1):
        assert tries(quiet.reference, "4071")
    for wrong in range(MOST_WRONG_BY_PERSON):
        assert not tries(quiet.reference, f"000{wrong}")
    assert not tries(quiet.reference, "4071")
    assert tries(quiet.reference, "4071", ME)


def test_many_phones_cannot_try_all_secrets_nor_lock_out_who_filed_it(quiet, tries):
    for n in range(MOST_WRONG_FOR_CASE):
        assert not tries(quiet.reference, "0000", f"+2547110000{n:02d}")
    assert not tries(quiet.reference, "4071")
    assert tries(quiet.reference, "4071", ME)


def at_once(tries, *calls):
    """Whether each call opened the case, all of them made at the same moment."""
    with ThreadPoolExecutor(len(calls)) as many:
        return list(many.map(lambda call: tries(*call), calls))


def test_copies_of_a_try_are_one_try_however_many_come_at_once(quiet, tries):
    for wrong in range(MOST_WRONG_BY_PERSON - 1):
        assert at_once(tries, *[(quiet.reference, f"000{wrong}")] * 3) == [False] * 3
    assert at_once(tries, *[(quiet.reference, "4071")] * 3) == [True] * 3
    assert tries(quiet.reference, "4071")
    assert not tries(quiet.reference, "0009")
    assert at_once(tries, *[(quiet.reference, "4071")] * 3) == [False] * 3


def test_tries_at_once_open_no_more_than_tries_one_after_the_other(quiet, tries):
    wrong = [f"000{digit}" for digit in range(MOST_WRONG_BY_PERSON)]
    at_once(tries, *[(quiet.reference, digits) for digits in wrong])
    assert not tries(quiet.reference, "4071")


def test_one_secret_tried_for_two_cases_is_two_tries(quiet, tries):
    for number in range(MOST_WRONG_BY_PERSON):
        unknown = new_reference(lambda below, number=number: number)
        assert not tries(unknown, "4071")
    assert not tries(quiet.reference, "4071")


def test_tries_that_cannot_be_counted_are_refused(quiet, loaded_rt):
    away = replace(loaded_rt, redis=Redis(unix_socket_path="/nowhere/redis.sock"))
    with loaded_rt.transaction() as session:
        assert redress.open_quiet(away, session, b"me", quiet.reference, "4071") is None


@pytest.mark.parametrize("digits", ["", "123", "12345", "12a4", "١٢٣٤"])
def test_what_is_not_four_digits_is_no_secret(digits, quiet, loaded_rt):
    with loaded_rt.transaction() as session:
        case = session.get_one(Case, quiet.id)
        with pytest.raises(redress.BadSecret, match="choose 4"):
            redress.set_secret(loaded_rt, session, case, digits)


def test_the_secret_is_not_in_the_database(quiet, all_of):
    (case,) = all_of(Case)
    assert len(case.secret_hash) == 36  # which key, then the hash
    assert b"4071" not in case.secret_hash


DEFAULTS = {
    "police": ("crime-report", None, Lane.OPEN, True),
    "health": ("maternity", None, Lane.OPEN, True),
    "school": ("public-school", None, Lane.HELD, True),
    "confidential": (None, None, Lane.CONFIDENTIAL, True),
    "an institution of health": (None, "KNH", Lane.OPEN, True),
    "passport": ("passport", None, Lane.OPEN, False),
    "a held complaint about a passport": ("passport", None, Lane.HELD, False),
    "nothing known": (None, None, Lane.OPEN, False),
    "the power company": (None, "KPLC", Lane.OPEN, False),
}


@pytest.mark.parametrize(
    ("service", "institution", "lane", "quiet"), DEFAULTS.values(), ids=DEFAULTS.keys()
)
def test_police_health_school_and_confidential_cases_are_quiet(
    service, institution, lane, quiet, loaded_rt
):
    with loaded_rt.transaction() as session:
        assert redress.quiet_by_default(session, service, institution, lane) is quiet
