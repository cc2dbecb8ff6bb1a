"""Four digits open a quiet case; those that anybody tries first are refused."""

import pytest

from feedback_service.domain.quiet import QUIET_SECTORS, BadSecret, is_easy, read_secret
from tests.talking import rows


@pytest.mark.parametrize(
    ("typed", "digits"), [("4071", "4071"), ("40 71", "4071"), ("0071", "0071")]
)
def test_a_secret_is_read_as_people_type_it(typed: str, digits: str) -> None:
    assert read_secret(typed) == digits


@pytest.mark.parametrize("typed", ["", "123", "12345", "12a4", "-123", "\u0661\u0662\u0663\u0664"])
def test_what_is_not_four_digits_is_no_secret(typed: str) -> None:
    with pytest.raises(BadSecret, match="choose 4"):
        read_secret(typed)


@pytest.mark.parametrize(
    ("digits", "easy"),
    [
        ("0000", True), ("7777", True), ("1234", True), ("4321", True), ("7890", True),
        ("1212", True), ("2020", True), ("4071", False), ("1235", False), ("1243", False),
        ("1221", False),
    ],
)  # fmt: skip
def test_digits_that_anybody_tries_first_are_easy(digits: str, easy: bool) -> None:
    assert is_easy(digits) is easy


def test_the_quiet_sectors_are_sectors_of_the_registry() -> None:
    assert {sector.key for sector in rows().sectors} >= QUIET_SECTORS
