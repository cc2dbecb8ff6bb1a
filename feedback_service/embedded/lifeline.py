"""Children that end when we end, however we end: the kernel sends them a signal (Linux only)."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15
_LIBC = ctypes.CDLL(None)  # loaded before any fork: a child between fork and exec may load nothing


def name_process(name: str) -> None:
    """What `ps` calls this process: at most 15 letters; nothing where it cannot be said."""
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_NAME, name.encode()[:15], 0, 0, 0)


def die_with_parent(by: signal.Signals) -> Callable[[], None] | None:
    """A `preexec_fn` that has the child sent `by` when the thread that starts it ends."""
    if sys.platform != "linux":
        return None
    parent = os.getpid()

    def ask_the_kernel() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, by)
        if os.getppid() != parent:  # the parent died before we could ask
            os._exit(1)

    return ask_the_kernel
