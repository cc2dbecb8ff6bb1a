"""The phone page as a test holds it: hooks by name, keys pressed, screens and messages awaited."""

from __future__ import annotations

from typing import Any

COMPLAINT = "I have waited three months for my passport at Immigration"


def hook(page: Any, name: str) -> Any:
    return page.get_by_test_id(name)


def wait_for(page: Any, words: str) -> None:
    hook(page, "screen").filter(has_text=words).wait_for()


def answer(page: Any, *replies: str) -> None:
    """Replies one after another, each to the screen that followed the one before."""
    for reply in replies:
        before = hook(page, "screen").inner_text()
        hook(page, "reply").fill(reply)
        hook(page, "send").click()
        hook(page, "screen").filter(has_not_text=before).wait_for()


def arrives(page: Any, words: str) -> None:
    hook(page, "messages").get_by_text(words).first.wait_for()


def tab_to(page: Any, name: str, most: int = 30) -> None:
    for _ in range(most):
        if hook(page, name).evaluate("field => field === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{most} presses of Tab did not reach {name}")
