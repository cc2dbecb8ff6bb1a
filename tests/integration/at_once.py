"""Two who do the same at the same moment: each reads the clock between looking and writing, and
there waits a moment for the other, so that both have looked before either writes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from threading import Barrier, BrokenBarrierError
from typing import Any

WAITS = 0.5
"""Seconds; where one keeps the other out, they do not meet."""


def at_once(rt: Any, do: Callable[[Any], object]) -> list[BaseException | None]:
    """What `do` raised for each of the two, None where it went through."""
    both = Barrier(2)

    def now() -> datetime:
        with suppress(BrokenBarrierError):
            both.wait(WAITS)
        return rt.now()  # type: ignore[no-any-return]

    own = replace(rt, now=now)
    with ThreadPoolExecutor(2) as two:
        return [done.exception() for done in [two.submit(do, own) for _ in range(2)]]
