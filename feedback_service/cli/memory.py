"""Memory habits of long-lived processes, told to the C library before anything large is loaded."""

import ctypes
import gc

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_KILOBYTE = 1024


def keep_small() -> None:
    """Two arenas instead of eight a core, and large blocks given back when they are freed.

    Left alone, glibc learns from the first 19 MB block of a password's hash to keep such blocks for
    ever.  Other C libraries have no such knobs and need none.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 2)
        mallopt(_M_MMAP_THRESHOLD, 256 * _KILOBYTE)
        mallopt(_M_TRIM_THRESHOLD, 256 * _KILOBYTE)


def before_fork() -> None:
    """What is there stays shared with whoever is forked now: the collector leaves it alone.

    What was freed is given back first, or each child would have pages of it to write into.
    """
    gc.collect()
    gc.freeze()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
