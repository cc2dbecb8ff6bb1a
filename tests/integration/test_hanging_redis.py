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


@pytest.fixture
def hung(settings: Any) -> Iterator[Any]:
    """A runtime as production connects it, to a Redis that hangs."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        rt = runtime.connect(dataclasses.replace(settings, redis_url=url))
        yield rt
        rt.close()


def test_a_bell_that_hangs_is_left_within_a_second(hung: Any) -> None:
    began = time.monotonic()
    hung.ring("outbox")
    assert time.monotonic() - began < 1.5


def test_a_question_that_hangs_is_asked_once(hung: Any) -> None:
    began = time.monotonic()
    with pytest.raises(RedisError):
        hung.redis.get("anything")
    assert time.monotonic() - began < 1.5
