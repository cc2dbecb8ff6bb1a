"""The browser ring: tests marked `browser` drive a real Chromium, or are left out as one ring."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

AXE = """async () => {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const only = dark ? {runOnly: ["color-contrast"]} : {};
  const {violations} = await axe.run({resultTypes: ["violations"], ...only});
  const told = node => `  ${node.target.join(" ")}: ${node.failureSummary}`;
  return violations.map(v => [`${v.id}: ${v.help}`, ...v.nodes.map(told)].join("\\n"));
}"""
"""Only what is wrong comes back: all that axe looked at takes longer to send than to look at.

In the dark nothing but colours is another, so nothing but contrast is looked at again.
"""

REMEDY = "apt-get install chromium, or FEEDBACK_CHROMIUM=/path/to/chromium"


def chromium() -> str | None:
    """The Chromium to drive: the one FEEDBACK_CHROMIUM names, else one on the path."""
    named = os.environ.get("FEEDBACK_CHROMIUM")
    return shutil.which(named) if named else shutil.which("chromium")


def leave_out_without_chromium(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep one browser test, skipped in the name of all; fail instead if REQUIRE_BROWSER=1."""
    ring = [item for item in items if item.get_closest_marker("browser")]
    if not ring or chromium():
        return
    if os.environ.get("REQUIRE_BROWSER") == "1":
        raise pytest.UsageError(f"REQUIRE_BROWSER=1, but there is no Chromium: {REMEDY}")
    why = f"the browser ring, {len(ring)} tests: no Chromium. To run it: {REMEDY}"
    ring[0].add_marker(pytest.mark.skip(reason=why))
    gone = set(ring[1:])
    items[:] = [item for item in items if item not in gone]
    config.hook.pytest_deselected(items=list(gone))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A running Chromium; `browser.new_page()` opens a tab of its own."""
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        yield running
        running.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh tab the size of a small telephone's browser, forgotten after the test."""
    context = browser.new_context(
        locale="en-KE",
        timezone_id="Africa/Nairobi",
        reduced_motion="reduce",  # a button half-way to another colour has neither's contrast
    )
    yield context.new_page()
    context.close()


def sign_in(page: Any, app: Any, colleague: Any) -> None:
    """The desk is open to the colleague in this browser from now on."""
    from feedback_service.web.access import TOKEN

    signed = app.session_interface.get_signing_serializer(app).dumps({TOKEN: colleague.token})
    # The path of the desk's own cookie, or the browser would keep two of that name.
    cookie = {"name": "session", "value": signed, "domain": "127.0.0.1", "path": "/"}
    page.context.add_cookies([cookie])


def check(page: Any, name: str) -> None:
    """Axe finds nothing, and the page is no wider than its window.

    With FEEDBACK_SCREENSHOTS naming a folder, a picture called `name` is left there.
    """
    from axe_playwright_python.base import AXE_SCRIPT

    if folder := os.environ.get("FEEDBACK_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
    page.evaluate(AXE_SCRIPT)
    found = "\n".join(page.evaluate(AXE))
    assert found == "", f"{name}: {found}"
    wide, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= window, f"{name}: {wide} px in a window of {window}"
