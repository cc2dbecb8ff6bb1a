"""Who else has a case open now: a note in Redis that goes out by itself.

A Redis that is away means that nobody is warned, never that a page fails: what two people do at
once is caught by the number of events their forms carry.
"""

import logging
from datetime import timedelta

from redis.exceptions import RedisError

from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer

logger = logging.getLogger(__name__)

STAYS = timedelta(seconds=90)
"""How long somebody counts as looking after their page last said so; it says so twice as often."""


def arrive(rt: Runtime, reference: str, who: Viewer) -> list[str]:
    """Note that the viewer has the case open; the names of the others who have."""
    key, now = f"looking:{reference}", rt.now()
    me = f"{who.staff_id} {who.name}"
    try:
        with rt.redis.pipeline(transaction=False) as pipe:
            pipe.zremrangebyscore(key, "-inf", (now - STAYS).timestamp())
            pipe.zadd(key, {me: now.timestamp()})
            pipe.expire(key, STAYS)
            pipe.zrange(key, 0, -1)
            there = pipe.execute()[-1]
    except RedisError as error:
        logger.warning("nobody told who else looks (%s)", type(error).__name__)
        return []
    people = [one.decode() if isinstance(one, bytes) else str(one) for one in there]
    return sorted(one.partition(" ")[2] for one in people if one != me)


def leave(rt: Runtime, reference: str, who: Viewer) -> None:
    """The viewer has closed the case, or done with it what they came for."""
    try:
        rt.redis.zrem(f"looking:{reference}", f"{who.staff_id} {who.name}")
    except RedisError as error:
        logger.warning("nobody told who left (%s)", type(error).__name__)
