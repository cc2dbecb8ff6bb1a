"""The last resort against a test that hangs: its process is ended, and every stack is told.

`--timeout` raises an error in the test, once. What hangs again while it is cleaned up, a browser
that does not close or a server that does not go, would then hang for ever; so would a process
that does not end. xdist names the test, and goes on with another process.
"""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Iterator

import pytest

GRACE = 120
"""Seconds that a test has beyond its time to clean up, and a process to end."""


class LastResort:
    """A pytest plugin: it ends its process when a test or the end of the run takes too long."""

    def __init__(self, seconds: float, grace: float = GRACE) -> None:
        self._seconds, self._grace = seconds, grace
        self._told_to = os.dup(2)  # while a test runs, 2 itself leads to what it is heard to say

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._end_after(time_of(item, self._seconds) + self._grace)
        try:
            return (yield)
        finally:
            faulthandler.cancel_dump_traceback_later()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        self._end_after(self._grace)

    def _end_after(self, seconds: float) -> None:
        faulthandler.dump_traceback_later(seconds, exit=True, file=self._told_to)


def time_of(item: pytest.Item, otherwise: float) -> float:
    """The seconds a test may take: those of its mark `timeout`, or those of every test."""
    mark = item.get_closest_marker("timeout")
    return float(mark.args[0]) if mark else otherwise
