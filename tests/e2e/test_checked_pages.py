"""The check of every page in a browser finds what shuts people out: it can fail."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import check

pytestmark = pytest.mark.browser

WHOLE = "<html lang=en><title>A page</title><main><h1>A page</h1>{}</main></html>"
FAULTS = {
    "a field without a name": ("<input>", "label"),
    "words too pale to read": ("<p style='color:#ccc;background:#fff'>Hello</p>", "contrast"),
    "a box wider than its window": ("<div style='width:3000px'>Hello</div>", "3008 px"),
}


def test_a_good_page_passes(page: Any) -> None:
    page.set_content(WHOLE.format("<p>Hello</p>"))
    check(page, "good")


@pytest.mark.parametrize(("body", "told"), FAULTS.values(), ids=FAULTS.keys())
def test_what_shuts_people_out_is_found(page: Any, body: str, told: str) -> None:
    page.set_content(WHOLE.format(body))
    with pytest.raises(AssertionError, match=told):
        check(page, "bad")


def test_words_too_pale_in_the_dark_are_found(page: Any) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_content(WHOLE.format("<p style='color:#333;background:#000'>Hello</p>"))
    with pytest.raises(AssertionError, match="contrast"):
        check(page, "bad")
