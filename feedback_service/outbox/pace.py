"""How fast each company is asked, by all workers together, and whether it is asked at all.

Both are counters in Redis: where it is away there is no brake, the companies say themselves when it
is too much, and each message finds out for itself that nobody answers.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from redis.exceptions import RedisError

from feedback_service.runtime import Runtime

logger = logging.getLogger(__name__)

SECONDS_IN_LINE = 5.0
"""How long a message waits for its turn before another worker may have it."""
TOO_MANY = 3
"""Failures in a row after which a company is left alone."""
PROBE_EVERY = timedelta(seconds=15)
OPEN_FOR, FORGOTTEN_AFTER = 3600, 600


def take_turn(rt: Runtime, company: str) -> bool:
    """Wait for this company's next free place in a second; False when the line is too long."""
    limit = {"africastalking": rt.settings.at_per_second, "twilio": rt.settings.twilio_per_second}
    until = time.monotonic() + SECONDS_IN_LINE
    while time.monotonic() < until:
        now = time.time()
        try:
            if _count(rt, f"pace:{company}:{int(now)}") <= limit.get(company, 1000):
                return True
        except RedisError:
            logger.warning("no pace is kept for %s: Redis is away", company)
            return True
        time.sleep(1 - now % 1)
    return False


def _count(rt: Runtime, key: str, seconds: int = 10) -> int:
    with rt.redis.pipeline() as pipe:
        pipe.incr(key)
        pipe.expire(key, seconds)
        return int(pipe.execute()[0])


class Breaker:
    """Leaves a company alone that does not answer, and finds out when it is back.

    After three failures in a row only a probe goes to it, one in fifteen seconds: a call that
    sends nothing to anybody, and, if that is answered, one message.  Its success lets all go.
    """

    def __init__(self, rt: Runtime, company: str) -> None:
        self._rt, self._failed, self._open = rt, f"failed:{company}", f"broken:{company}"
        self._company = company

    def is_open(self) -> bool:
        return bool(self._ask(lambda: self._rt.redis.exists(self._open)))

    def lets_pass(self, reachable: Callable[[], bool]) -> bool:
        """Whether a message may go to the company now; `reachable` is the call that probes."""
        if not self.is_open():
            return True
        slot = int(self._rt.now().timestamp() // PROBE_EVERY.total_seconds())
        mine = self._ask(
            lambda: self._rt.redis.set(f"probe:{self._company}:{slot}", 1, nx=True, ex=60)
        )
        return bool(mine) and reachable()

    def failed(self) -> None:
        """The company was not there, or did not answer clearly."""

        def count() -> None:
            if _count(self._rt, self._failed, FORGOTTEN_AFTER) >= TOO_MANY:
                self._rt.redis.set(self._open, 1, ex=OPEN_FOR)

        self._ask(count)

    def answered(self) -> None:
        """The company took a message or refused it in order."""
        self._ask(lambda: self._rt.redis.delete(self._failed, self._open))

    def _ask(self, what: Callable[[], object]) -> object:
        try:
            return what()
        except RedisError as error:
            logger.warning("no breaker for %s (%s)", self._company, type(error).__name__)
            return None
