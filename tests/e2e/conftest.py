"""What tests of the phone in the browser share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.web_process import served


@pytest.fixture
def phone(loaded_rt: Any, app: Any) -> Iterator[str]:
    """The address of a running phone page."""
    with served(app) as address:
        yield f"{address}/phone"


@pytest.fixture
def work(rt: Any) -> Callable[[], None]:
    """What a worker does when the bell rings, done when the test says so."""
    from feedback_service import jobs

    jobs.use(rt)
    return jobs.outbox


@pytest.fixture
def menu(rt: Any, work: Any) -> Callable[[], None]:
    """The first number's WhatsApp shows the menu, in English."""
    from tests.texting import Texting

    def sent() -> None:
        Texting(rt, number="+254712000001").says("MENU", "1")
        work()

    return sent
