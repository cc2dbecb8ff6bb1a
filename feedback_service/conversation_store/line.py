"""A connection to Redis for the hot path: one answer and one write a key press."""

import os
import threading
from typing import Any

from redis import Redis
from redis.exceptions import ConnectionError

_NO_REPLY = b"*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n"
"""CLIENT REPLY SKIP, as it goes over the wire."""


class Line(threading.local):
    """Each thread's own connection, spoken to without the client's wrappers.

    A key press needs one answer and one write; the client's pool, retries and measurements around
    them cost more than both (see `make bench`).
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._connection: Any = None
        self._owner = 0

    def ask(self, *command: str | int) -> Any:
        """The reply to a command; a connection that died while idle is made anew, once."""
        try:
            return self._asked(command)
        except ConnectionError:
            return self._asked(command)

    def tell(self, *commands: tuple[str | int, ...]) -> None:
        """Write without waiting to hear that it was written.

        The server is told to keep its reply to itself, which saves a sleep and a wake-up a step.
        What such a write may lose is what this store may lose: the next call walks the history.
        """
        connection, packet = self._connected(), bytearray()
        for command in commands:
            packet += _NO_REPLY
            packet += b"".join(connection.pack_command(*command))
        connection.send_packed_command([packet])  # one packet: each is a wake-up of the server

    def _asked(self, command: tuple[str | int, ...]) -> Any:
        connection = self._connected()
        connection.send_command(*command)
        return connection.read_response()

    def _connected(self) -> Any:
        # A forked child finds its parent's connection here and must not speak on it.
        if self._connection is None or self._owner != os.getpid():
            pool = self._redis.connection_pool  # its kind of connection, outside its count
            self._connection = pool.connection_class(**pool.connection_kwargs)
            self._owner = os.getpid()
        return self._connection
