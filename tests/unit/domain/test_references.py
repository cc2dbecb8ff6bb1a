"""A reference survives being copied, read aloud and mistyped."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_service.domain.references import (
    is_reference,
    new_reference,
    read_reference,
    spoken,
)

payloads = st.integers(0, 8_999_999)


def _reference(payload: int) -> str:
    return new_reference(lambda below: payload % below)


KNOWN = _reference(234_567)


def test_the_check_digit_is_damms() -> None:
    # The published worked example is 572 -> 4; written twice it is a reference.
    assert [last for last in range(10) if is_reference(f"5724572{last}")] == [4]


@settings(max_examples=60, deadline=None)
@given(payloads)
def test_every_new_reference_is_eight_digits_and_valid(payload: int) -> None:
    reference = _reference(payload)
    assert len(reference) == 8
    assert reference[0] != "0"
    assert is_reference(reference)
    assert read_reference(spoken(reference)) == reference


@settings(max_examples=60, deadline=None)
@given(payloads)
def test_every_single_wrong_digit_is_caught(payload: int) -> None:
    reference = _reference(payload)
    for place, right in enumerate(reference):
        for wrong in "0123456789".replace(right, ""):
            mistyped = reference[:place] + wrong + reference[place + 1 :]
            assert not is_reference(mistyped)


def test_every_pair_of_neighbours_changed_over_is_caught() -> None:
    # Steps of a prime, so that every pair of digits meets every digit carried so far.
    for payload in range(0, 9_000_000, 9_973):
        reference = _reference(payload)
        for place in range(7):
            first, second = reference[place], reference[place + 1]
            swapped = reference[:place] + second + first + reference[place + 2 :]
            assert is_reference(swapped) == (first == second)


def test_the_smallest_and_the_largest_draw_are_references() -> None:
    assert _reference(0).startswith("1000000")
    assert _reference(8_999_999).startswith("9999999")


def test_a_seeded_draw_repeats() -> None:
    assert new_reference(Random(7).randrange) == new_reference(Random(7).randrange)


@pytest.mark.parametrize(
    "shape",
    [
        "{0}{1}",
        "{0} {1}",
        " {0} {1} ",
        "#{0}{1}",
        "# {0}-{1}",
        "{0}.{1}.",
        "{0} + {1}",
        "{0}+{1}",
        "{0}\u00a0{1}",
        "{0}\u2013{1}\n",
    ],
)
def test_a_reference_is_read_as_people_write_it(shape: str) -> None:
    assert read_reference(shape.format(KNOWN[:4], KNOWN[4:])) == KNOWN


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (KNOWN[:7], "too short"),
        (KNOWN + "1", "too long"),
        ("0" + KNOWN[1:], "begins with 0"),
        ("+" + KNOWN, "begins like a phone number"),
        (KNOWN[:4] + "/" + KNOWN[4:], "other punctuation"),
        (KNOWN[:-1] + "x", "a letter"),
        (KNOWN + " hello", "words follow"),
        ("".join(chr(0x660 + int(digit)) for digit in KNOWN), "digits of another script"),
    ],
)
def test_other_texts_are_not_references(text: str, why: str) -> None:
    assert read_reference(text) is None, why


def test_is_reference_takes_the_plain_form_only() -> None:
    assert is_reference(KNOWN)
    assert not is_reference(spoken(KNOWN))
    assert not is_reference(KNOWN + "\n")


def test_it_is_spoken_as_four_and_four() -> None:
    assert spoken("12345678") == "1234 5678"
