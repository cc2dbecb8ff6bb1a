"""A Redis that takes calls and never answers: nobody on the line waits for it for long."""

from __future__ import annotations

import dataclasses
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from redis.exceptions import RedisError

from feedback_service import runtime

PATIENCE = 5.0
"""Seconds: ten times what is waited for, so that a slow machine is not taken for a long wait."""


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


@pytest.fixture
def hung(settings: Any, silent: socket.socket) -> Iterator[Any]:
    """A runtime as production connects it, to a Redis that hangs."""
    url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
    rt = runtime.connect(dataclasses.replace(settings, redis_url=url))
    yield rt
    rt.close()


def calls(silent: socket.socket) -> int:
    """How often it was called so far: each try is a call of its own."""
    number = 0
    while True:
        try:
            silent.accept()[0].close()
        except BlockingIOError:
            return number
        number += 1


def test_a_bell_that_hangs_is_soon_left(hung: Any, silent: socket.socket) -> None:
    began = time.monotonic()
    hung.ring("outbox")
    assert time.monotonic() - began < PATIENCE
    assert calls(silent) == 1


def test_a_question_that_hangs_is_asked_once(hung: Any, silent: socket.socket) -> None:
    began = time.monotonic()
    with pytest.raises(RedisError):
        hung.redis.get("anything")
    assert time.monotonic() - began < PATIENCE
    assert calls(silent) == 1
