"""A connection to Redis for the hot path: one answer and one write a key press."""

import os
import socket
import ssl
import struct
import threading
from typing import Any

import hiredis
from redis import Redis, exceptions

_NO_REPLY = b"*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n"
"""CLIENT REPLY SKIP, as it goes over the wire."""
_PIECE = 64 * 1024


class Line(threading.local):
    """Each thread's own connection, spoken to without the client's wrappers.

    A key press needs one answer and one write; the client's pool, retries and measurements around
    them cost more than both (see `make bench`).
    """

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._free: _Connection | None = None

    def ask(self, *command: str | int) -> Any:
        """The reply to a command; a connection that died while idle is made anew, once."""
        packet = _packed(command)
        try:
            return self._asked(packet)
        except exceptions.ConnectionError:
            return self._asked(packet)

    def tell(self, *commands: tuple[str | int, ...]) -> None:
        """Write without waiting to hear that it was written.

        The server is told to keep its reply to itself, which saves a sleep and a wake-up a step.
        What such a write may lose is what this store may lose: the next call walks the history.
        """
        packets = [_NO_REPLY + _packed(command) for command in commands]
        connection = self._taken()
        connection.send(b"".join(packets))  # one packet: each is a wake-up of the server
        self._free = connection

    def _asked(self, packet: bytes) -> Any:
        connection = self._taken()
        connection.send(packet)
        reply = connection.hear()
        self._free = connection
        if isinstance(reply, exceptions.ResponseError):
            raise reply
        return reply

    def _taken(self) -> "_Connection":
        """The thread's connection; only who has spoken to the end gives it back."""
        connection, self._free = self._free, None
        # A forked child finds its parent's connection here and must not speak on it.
        if connection is None or connection.forks != _forks:
            return _Connection(self._redis)
        return connection


class _Connection:
    """A connection that the client makes and greets, and that is then spoken on directly."""

    def __init__(self, redis: Redis) -> None:
        pool = redis.connection_pool  # its kind of connection, outside its count
        self._made = pool.connection_class(**{**pool.connection_kwargs, "protocol": 2})
        self._made.connect()
        self._socket: socket.socket = self._made._sock
        self._replies = hiredis.Reader(replyError=exceptions.ResponseError)
        self.forks = _forks
        _wait_in_the_kernel(self._socket)

    def send(self, packet: bytes) -> None:
        try:
            self._socket.sendall(packet)
        except OSError as error:
            raise _told(error) from None

    def hear(self) -> Any:
        """The next reply, which may be an error of the server's."""
        while (reply := self._replies.gets()) is False:
            try:
                said = self._socket.recv(_PIECE)
            except OSError as error:
                raise _told(error) from None
            if not said:
                raise exceptions.ConnectionError("closed by Redis")
            self._replies.feed(said)
        return reply


def _wait_in_the_kernel(line: socket.socket) -> None:
    """The same time limit, kept by the kernel: else there is a `poll` before each call."""
    seconds = line.gettimeout()
    if not seconds or isinstance(line, ssl.SSLSocket):
        return
    limit = struct.pack("ll", int(seconds), int(seconds % 1 * 1_000_000))
    line.settimeout(None)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)


def _packed(command: tuple[str | int, ...]) -> bytes:
    packed: bytes = hiredis.pack_command(command)  # type: ignore[arg-type]  # its stub takes one
    return packed


def _told(error: OSError) -> exceptions.RedisError:
    if isinstance(error, BlockingIOError | TimeoutError):
        return exceptions.TimeoutError("Redis did not answer in time")
    return exceptions.ConnectionError(f"the line to Redis broke: {type(error).__name__}")


_forks = 0


def _forked() -> None:
    global _forks
    _forks += 1


os.register_at_fork(after_in_child=_forked)
