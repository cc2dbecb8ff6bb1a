"""Which process of a run gets which tests: those that share a dear set-up stay together.

The mark `xdist_group` of pytest-xdist would say the same, but has no effect under pytest 9.2, and
says nothing of that: what was meant to be set up once was set up in every process.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

UNIT = "tests/unit/"

TOGETHER = {
    "tests/e2e/test_public_browser.py": "demo",
    "tests/integration/test_demo.py": "demo",
}
"""Files whose tests look at one simulated quarter, filled once for all of them."""

WHOLE = frozenset({"tests/e2e/test_run.py"})
"""Files besides those of the unit ring whose tests one process runs one after the other."""


MOST = 5
"""Processes of one run: each collects all tests for itself, and some tests look at a watch."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """With `-n auto` one process more than cores: a quarter of a process's time it only waits.

    Asked before plugins are registered: `conftest` has it under this name.
    """
    return min(len(os.sched_getaffinity(0)) + 1, MOST)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return _Scheduler(config, log)


def kept_together(test: str) -> str:
    """The name under which a test, named by its address, goes to a process with others.

    Files of the unit ring stay whole: their tests are short and share what a file reads. Of the
    others each test goes by itself, as their seconds differ too much.
    """
    file = test.partition("::")[0]
    if file.startswith(UNIT) or file in WHOLE:
        return file
    return TOGETHER.get(file, test)


class _Scheduler(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """Hands out the names with the most tests first, so that what is left for the end is short."""

    def _split_scope(self, nodeid: str) -> str:
        return kept_together(nodeid)
