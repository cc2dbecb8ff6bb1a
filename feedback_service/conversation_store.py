"""Unfinished USSD sessions in Redis: where each person's last one stands, what it was shown.

One MGET and one SET a step.  A copy of a call is given the screen it got the first time.  Losing
all of this costs a question asked again: the history that the network repeats is walked anew.
"""

import json
import logging
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2s
from json.encoder import encode_basestring_ascii as _quoted
from typing import Any, NamedTuple

from redis import Redis
from redis.exceptions import ConnectionError, RedisError

from feedback_service.conversations.engine import Screen
from feedback_service.conversations.steps import Conversation

logger = logging.getLogger(__name__)

KEPT_FOR = 15 * 60
"""Seconds a session is remembered: many times what any network lets one last."""
STANDING_FOR = 24 * 3600
"""Seconds somebody who dropped may come back to where they stood."""
LANGUAGE_KEPT_FOR = 400 * 24 * 3600
_STANDING = "ussd-standing"


class Session(NamedTuple):
    """One USSD session: how far the network's text was heard, where that led, all screens so far.

    The text itself is not kept, a secret or a complaint may stand in it: length and mark tell it.
    key: binds the network's id of it to the phone and the code that were dialled.
    at: seconds since 1970 of its last key.  source: what begins the key of its effects, that of an
    earlier session where it goes on with one.  standing: at a step that is worth going on with.
    sealed: the caller's address in hexadecimals, sealed, once it stood at such a step.  taken_up: a
    later session goes on with it.  screens: the members of a JSON object, mark of a text -> [words,
    whether they end it], not parsed: only copies of calls want them.  last: the screen just made.
    """

    key: str
    length: int
    mark: str
    conversation: Conversation
    at: int
    source: str
    standing: bool = False
    sealed: str = ""
    taken_up: bool = False
    screens: str = ""
    last: Screen | None = None

    def goes_on(self, text: str) -> bool:
        """Whether a text begins with what was heard and goes further."""
        length = self.length
        if not length:
            return bool(text)
        return text[length : length + 1] == "*" and _mark(text[:length]) == self.mark

    def said(self, text: str) -> Screen | None:
        """What a call with this text was answered."""
        return self._said(_mark(text))

    def shown(self, text: str, screen: Screen) -> "Session":
        """The session when a call with this text was answered by this screen."""
        mark = _mark(text)
        new = f'"{mark}":[{_quoted(screen.text)},{"true" if screen.ends else "false"}]'
        screens = f"{self.screens},{new}" if self.screens else new
        return self._replace(length=len(text), mark=mark, screens=screens, last=screen)

    @property
    def screen(self) -> Screen:
        """What it was shown last."""
        return self.last or self._said(self.mark) or Screen("", True)

    def _said(self, mark: str) -> Screen | None:
        found = json.loads(f"{{{self.screens}}}").get(mark)
        return Screen._make(found) if found else None


class Found(NamedTuple):
    """What is remembered of a caller: this session, or their last other one, and the language."""

    session: Session | None
    other: Session | None
    language: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """A session in which nobody pressed a key for a while, at a step that is worth going on with.

    person: what `forget` wants.  sealed: the address, as the key ring sealed it with its lookup.
    origin: the source of its effects, so that later answers join the same rating.
    """

    person: str
    sealed: bytes
    origin: str
    conversation: Conversation
    at: datetime


class Conversations:
    """Each person's last session, by the lookup of their number in hexadecimals."""

    def __init__(self, redis: Redis) -> None:
        self._line = _Line(redis)

    def load(self, person: str, key: str) -> Found:
        """What we have of the session and its caller; the language is that when it began."""
        try:
            found, language = self._line.ask("MGET", f"ussd:{person}", f"language:{person[:64]}")
        except RedisError as error:
            logger.warning("conversations cannot be read: %s", type(error).__name__)
            return Found(None, None, "")
        known, _, learnt_in = (language or b"").decode().partition(" ")
        session = _thaw(found) if found else None
        language = "" if learnt_in == key else known
        if session is None or session.key == key:
            return Found(session, None, language)
        return Found(None, session, language)

    def load_earlier(self, key: str) -> Session | None:
        """A session that is not its caller's last one any more."""
        return self._kept(f"ussd-was:{key}")

    def save(
        self, person: str, session: Session, *, seconds: int = KEPT_FOR, is_new_there: bool = False,
        instead_of: Session | None = None,
    ) -> None:  # fmt: skip
        """Keep a person's last session.

        is_new_there: it came to a step worth going on with, and must be found by `dropped`.
        instead_of: their last one until now; late copies of its calls still get their screens.
        """
        commands: list[tuple[str | int, ...]] = [
            ("SET", f"ussd:{person}", _freeze(session), "EX", max(seconds, KEPT_FOR))
        ]
        if is_new_there:
            commands.append(("ZADD", _STANDING, session.at, person))
        if instead_of:
            commands.append(_earlier(instead_of))
        self._write(*commands)

    def save_earlier(self, session: Session) -> None:
        """Keep a session that is not its caller's last one any more."""
        self._write(_earlier(session))

    def remember_language(self, person: str, language: str, learnt_in: str = "") -> None:
        """Keep a person's language; `learnt_in` is the session that began by asking for it.

        Should that session be lost and its history walked anew, it must begin with the same
        question: its first key is the answer.
        """
        said = f"{language} {learnt_in}".strip()
        self._write(("SET", f"language:{person}", said, "EX", LANGUAGE_KEPT_FOR))

    def dropped(self, before: datetime, limit: int) -> list[Dropped]:
        """Sessions whose last key is older than `before`, the oldest first; `limit` are looked at.

        The list says only whom to look at; the session says whether it still stands there.  Whoever
        is told calls `forget`, or is given the same again.  Raises RedisError.
        """
        until = int(before.timestamp())
        listed = self._line.ask("ZRANGEBYSCORE", _STANDING, "-inf", f"({until}", "LIMIT", 0, limit)
        persons = [person.decode() for person in listed]
        if not persons:
            return []
        found = self._line.ask("MGET", *(f"ussd:{person}" for person in persons))
        standing = []
        for person, record in zip(persons, found, strict=True):
            session = _thaw(record) if record else None
            if session and session.at >= until:
                self._write(("ZADD", _STANDING, session.at, person))
            elif session and session.standing:
                standing.append(_dropped(person, session))
            else:
                self._write(("ZREM", _STANDING, person))
        return standing

    def forget(self, person: str) -> None:
        """A dropped session was dealt with: it is not listed again; a redial still goes on."""
        self._write(("ZREM", _STANDING, person))

    def leave(self, person: str) -> None:
        """Somebody goes on another way: a redial begins anew, late calls change nothing more."""
        if (session := self._kept(f"ussd:{person}")) and session.standing:
            left = session._replace(standing=False, taken_up=True)
            kept = "SET", f"ussd:{person}", _freeze(left), "EX", KEPT_FOR
            self._write(kept, ("ZREM", _STANDING, person))

    def _kept(self, key: str) -> Session | None:
        try:
            found = self._line.ask("GET", key)
        except RedisError as error:
            logger.warning("conversations cannot be read: %s", type(error).__name__)
            return None
        return _thaw(found) if found else None

    def _write(self, *commands: tuple[str | int, ...]) -> None:
        try:
            self._line.tell(*commands)
        except RedisError as error:
            logger.warning("conversations cannot be kept: %s", type(error).__name__)


def as_dict(conversation: Conversation) -> dict[str, Any]:
    """A conversation for a column of JSON."""
    c = conversation
    return {
        "step": c.step, "language": c.language, "answers": dict(c.answers), "path": list(c.path),
        "page": c.page, "facts": dict(c.facts),
    }  # fmt: skip


def from_dict(kept: Mapping[str, Any]) -> Conversation:
    """The conversation that `as_dict` wrote down."""
    return Conversation(**{**kept, "path": tuple(kept["path"])})


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


def _earlier(session: Session) -> tuple[str | int, ...]:
    return "SET", f"ussd-was:{session.key}", _freeze(session), "EX", KEPT_FOR


def _dropped(person: str, session: Session) -> Dropped:
    at = datetime.fromtimestamp(session.at, UTC)
    sealed = bytes.fromhex(session.sealed)
    return Dropped(person, sealed, session.source, session.conversation, at)


def _mark(text: str) -> str:
    return blake2s(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


_written = json.JSONEncoder(separators=(",", ":")).encode


def _freeze(session: Session) -> str:
    """The session on one line, its screens on the next: they are added to, and seldom read."""
    s, c = session, session.conversation
    head = [
        s.key, s.length, s.mark, s.at, s.source, s.standing, s.sealed, s.taken_up,
        c.step, c.language, c.answers, c.path, c.page, c.facts,
    ]  # fmt: skip
    return f"{_written(head)}\n{s.screens}"


def _thaw(found: bytes) -> Session | None:
    """The session as it was kept; None for what another release kept differently."""
    try:
        return _read(found)
    except (ValueError, TypeError, AttributeError) as error:
        logger.warning("a conversation cannot be understood: %s", type(error).__name__)
        return None


def _read(found: bytes) -> Session:
    line, _, screens = found.decode().partition("\n")
    (key, length, mark, at, source, standing, sealed, taken_up,
     step, language, answers, path, page, facts) = json.loads(line)  # fmt: skip
    conversation = Conversation(step, language, answers, tuple(path), page, facts)
    return Session(key, length, mark, conversation, at, source, standing, sealed, taken_up, screens)
