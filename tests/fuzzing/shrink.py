"""Cuts a failing run of operations down to those that matter, by playing fewer and fewer again."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


def shrink(
    things: Sequence[Thing], fails: Callable[[Sequence[Thing]], bool], seconds: float = 20
) -> list[Thing]:
    """The smallest part found, in its order, for which `fails` is still true.

    Pieces are left out by halves, then quarters, down to single ones, for `seconds` at most.
    """
    kept, size = list(things), max(1, len(things) // 2)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        shorter = kept
        for start in range(0, len(kept), size):
            piece = kept[start : start + size]
            candidate = [t for t in shorter if not any(t is p for p in piece)]
            if len(candidate) < len(shorter) and fails(candidate):
                shorter = candidate
            if time.monotonic() > until:
                break
        if shorter == kept and size == 1:
            break
        kept, size = shorter, max(1, size // 2) if shorter == kept else min(size, len(shorter) or 1)
    return kept
