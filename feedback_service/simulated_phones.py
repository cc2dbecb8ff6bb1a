"""Where messages land when a channel has no provider: the phone page in the browser shows them."""

import json
import uuid
from datetime import datetime
from typing import cast

from redis import Redis

KEPT_FOR = 7 * 24 * 3600
MOST = 100


class SimulatedPhones:
    """The messages that arrived at each number, newest last."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def deliver(self, channel: str, sender: str, address: str, text: str, at: datetime) -> str:
        """Put a message on a phone; returns the id a provider would have given."""
        provider_id = f"sim-{uuid.uuid4().hex}"
        message = {
            "id": provider_id, "channel": channel, "from": sender, "text": text,
            "at": at.isoformat(),
        }  # fmt: skip
        key = f"phone:{address}"
        with self._redis.pipeline() as pipe:
            pipe.rpush(key, json.dumps(message))
            pipe.ltrim(key, -MOST, -1)
            pipe.expire(key, KEPT_FOR)
            pipe.execute()
        return provider_id

    def arrived(self, address: str, after: str = "") -> list[dict[str, str]]:
        """The messages on a phone, those after the message `after` when it is given."""
        rows = cast(list[bytes], self._redis.lrange(f"phone:{address}", 0, -1))
        messages: list[dict[str, str]] = [json.loads(row) for row in rows]
        ids = [message["id"] for message in messages]
        return messages[ids.index(after) + 1 :] if after in ids else messages
