"""Unfinished USSD sessions in Redis: where each stands and every screen it was shown.

One GET and one SET a step.  A copy of a call is given the screen it got the first time.  Losing
all of this costs a question asked again: the history that the network repeats is walked anew.
"""

import json
import logging
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from redis import Redis
from redis.exceptions import ConnectionError, RedisError

from feedback_service.conversations.engine import Screen
from feedback_service.conversations.steps import Conversation

logger = logging.getLogger(__name__)

KEPT_FOR = 15 * 60
LANGUAGE_KEPT_FOR = 400 * 24 * 3600


@dataclass(frozen=True)
class Session:
    """One USSD session: the last text the network sent, where that led, all screens so far."""

    text: str
    conversation: Conversation
    screens: Mapping[str, Screen] = field(default_factory=dict)

    def shown(self, text: str, conversation: Conversation, screen: Screen) -> "Session":
        return replace(
            self, text=text, conversation=conversation, screens={**self.screens, text: screen}
        )


class Conversations:
    """Sessions by key; a key binds the network's session id to the phone that dialled."""

    def __init__(self, redis: Redis) -> None:
        self._line = _Line(redis)

    def load(self, key: str, person: str) -> tuple[Session | None, str]:
        """The session if we have it, and the language the person had when it began, or empty."""
        try:
            session, language = self._line.ask("MGET", f"ussd:{key}", f"language:{person}")
        except RedisError as error:
            logger.warning("conversations cannot be read: %s", type(error).__name__)
            return None, ""
        known, _, learnt_in = (language or b"").decode().partition(" ")
        return (_thaw(session) if session else None), "" if learnt_in == key else known

    def save(self, key: str, session: Session) -> None:
        self._write("SET", f"ussd:{key}", _freeze(session), "EX", KEPT_FOR)

    def remember_language(self, person: str, language: str, learnt_in: str = "") -> None:
        """Keep a person's language; `learnt_in` is the session that began by asking for it.

        Should that session be lost and its history walked anew, it must begin with the same
        question: its first key is the answer.
        """
        said = f"{language} {learnt_in}".strip()
        self._write("SET", f"language:{person}", said, "EX", LANGUAGE_KEPT_FOR)

    def _write(self, *command: str | int) -> None:
        try:
            self._line.tell(*command)
        except RedisError as error:
            logger.warning("conversations cannot be kept: %s", type(error).__name__)


_NO_REPLY = b"*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$4\r\nSKIP\r\n"
"""CLIENT REPLY SKIP, as it goes over the wire."""


class _Line(threading.local):
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

    def tell(self, *command: str | int) -> None:
        """Write without waiting to hear that it was written.

        The server is told to keep its reply to itself, which saves a sleep and a wake-up a step.
        What such a write may lose is what this store may lose: the next call walks the history.
        """
        connection = self._connected()
        connection.send_packed_command([_NO_REPLY, *connection.pack_command(*command)])

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


def _freeze(session: Session) -> str:
    c = session.conversation
    return json.dumps(
        [
            session.text,
            [c.step, c.language, c.answers, c.path, c.page, c.facts],
            session.screens,  # each is a pair, and so is written as one
        ],
        separators=(",", ":"),
    )


def _thaw(found: bytes) -> Session | None:
    """The session as it was kept; None for what another release kept differently."""
    try:
        return _read(found)
    except (ValueError, TypeError, AttributeError) as error:
        logger.warning("a conversation cannot be understood: %s", type(error).__name__)
        return None


def _read(found: bytes) -> Session:
    text, (step, language, answers, path, page, facts), screens = json.loads(found)
    conversation = Conversation(step, language, answers, tuple(path), page, facts)
    return Session(text, conversation, {t: Screen._make(s) for t, s in screens.items()})
