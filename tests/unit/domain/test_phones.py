"""Numbers as they come from networks, forms and people become one E.164 number, or none."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback_service.domain.phones import NotAPhone, normalise

mobiles = st.from_regex(r"[17][0-9]{8}", fullmatch=True)

WRITTEN = [
    "+254{0}",
    "254{0}",
    " 254{0}",
    "0{0}",
    "{0}",
    "00254{0}",
    "000254{0}",
    "+2540{0}",
    "+254 (0) {0}",
    "+254-{0}",
    "\u202a+254{0}\u202c",
    "0{0}\n",
]


@pytest.mark.parametrize("shape", WRITTEN)
@settings(max_examples=60, deadline=None)
@given(mobile=mobiles)
def test_a_kenyan_mobile_is_one_number_however_written(shape: str, mobile: str) -> None:
    assert normalise(shape.format(mobile)) == f"+254{mobile}"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("0712 345-678", "+254712345678"),
        ("0712.345.678", "+254712345678"),
        ("+254155123456", "+254155123456"),  # a block the metadata does not know
        ("0202270000", "+254202270000"),
        (" 254202270000", "+254202270000"),
        ("+254 20 2270000", "+254202270000"),
        ("+447911123456", "+447911123456"),
        ("+44 (0)7911 123456", "+447911123456"),
        ("0044 7911 123456", "+447911123456"),
        (" 447911123456", "+447911123456"),
        ("+1 202-555-0123", "+12025550123"),
        ("+255712345678", "+255712345678"),
    ],
)
def test_other_shapes_and_countries(raw: str, expected: str) -> None:
    assert normalise(raw) == expected


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "MPESA",
        "22555",
        "40404",
        "1919",
        "071234567",
        "07123456789",
        "+2547123456789",
        "+254912345678",
        "+0712345678",
        "6834000",  # neither a landline without its 0 nor Niue without its plus
        "0712345678x",
        "0712345678;ext=5",
        "+99912345678",
        "\u0660\u0667\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668",
        "KE.a1b2c3d4",
        "+" + "1" * 100,
    ],
)
def test_what_is_not_a_phone_is_refused(raw: str) -> None:
    with pytest.raises(NotAPhone):
        normalise(raw)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=45) | st.from_regex(r"\+?[0-9]{1,20}", fullmatch=True))
def test_any_text_gives_a_number_or_a_refusal_and_a_number_stays_itself(raw: str) -> None:
    try:
        number = normalise(raw)
    except NotAPhone:
        return
    assert number[0] == "+"
    assert number[1:].isascii()
    assert number[1:].isdigit()
    assert normalise(number) == number


@pytest.mark.parametrize("raw", ["07123456789", "+2547123456789", "0712345678x"])
def test_a_refusal_shows_the_last_two_digits_and_no_more(raw: str) -> None:
    with pytest.raises(NotAPhone) as refusal:
        normalise(raw)
    digits = "".join(c for c in raw if c.isdigit())
    shown = repr(refusal.value) + str(refusal.value) + repr(vars(refusal.value))
    assert f"ending in {digits[-2:]}" in shown
    assert digits[-3:] not in shown
    assert digits[:4] not in shown


def test_a_refusal_of_a_short_text_shows_no_digit_of_it() -> None:
    assert "ending" not in str(NotAPhone("1919"))


def test_kenyan_mobiles_never_load_the_library() -> None:
    program = (
        "import sys; from feedback_service.domain.phones import normalise\n"
        "for raw in ('+254712345678', ' 254112345678', '0712 345 678', '00254712345678'):\n"
        "    normalise(raw)\n"
        "sys.exit('phonenumbers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
