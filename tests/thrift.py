"""The garbage collector of a test process looks at what tests make, not at what pytest collected.

Some 600,000 objects live from the collection to the end: to look through them again and again took
every fifth second of a run.
"""

from __future__ import annotations

import gc

import pytest

OFTEN = (10_000, 20, 20)
"""After how many new objects the youngest are looked through, and after how many such looks the
older ones: Python's own 700 are for programs that make few."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection() -> None:
    gc.disable()  # what is made now stays


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(*OFTEN)
    gc.enable()
