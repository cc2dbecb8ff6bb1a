"""Forms are read as the standard library reads them, only sooner."""

import random
from urllib.parse import parse_qsl, urlencode

import pytest

from feedback_service.web.webhooks import read_form

ODD = [
    "",
    "&",
    "=",
    "a",
    "a=",
    "=a",
    "a=b=c",
    "a&&b=1",
    "%",
    "%2",
    "%zz=%2",
    "a=%2a%2A%41",
    "a+b=c+d",
]


@pytest.mark.parametrize("form", ODD)
def test_an_odd_form_is_read_as_the_library_reads_it(form):
    assert list(read_form(form)) == parse_qsl(form, keep_blank_values=True, errors="replace")


def test_whatever_is_quoted_comes_back_and_whatever_is_not_does_no_harm():
    chance = random.Random(1)
    for _ in range(2000):
        words = [
            "".join(chance.choices("a1*#+&=% \u00e9\u20ac\U0001f620\n", k=9)) for _ in range(4)
        ]
        form = urlencode(list(zip(words[::2], words[1::2], strict=True)))
        assert list(read_form(form)) == list(zip(words[::2], words[1::2], strict=True))
        broken = "".join(chance.choices("%2Aa+&=F9z\u00e9", k=20))
        assert list(read_form(broken)) == parse_qsl(
            broken, keep_blank_values=True, errors="replace"
        )
