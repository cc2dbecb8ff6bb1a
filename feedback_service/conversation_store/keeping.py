"""Unfinished USSD sessions in Redis: where each person's last one stands, what it was shown.

One MGET and one SET a step.  A copy of a call is given the screen it got the first time.  Losing
all of this costs a question asked again: the history that the network repeats is walked anew.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from redis import Redis
from redis.exceptions import RedisError

from feedback_service.conversation_store.line import Line
from feedback_service.conversation_store.session import Session, freeze, thaw
from feedback_service.conversations.steps import Conversation

logger = logging.getLogger(__name__)

KEPT_FOR = 15 * 60
"""Seconds a session is remembered: many times what any network lets one last."""
STANDING_FOR = 24 * 3600
"""Seconds somebody who dropped may come back to where they stood."""
LANGUAGE_KEPT_FOR = 400 * 24 * 3600
LONGEST_SESSION = 5 * 60
"""No network keeps a session for half as many seconds."""
_STANDING = "ussd-standing"
_SINCE = "ussd-since"
"""When this Redis was first asked for a conversation: whatever began before is not known to it."""


class Found(NamedTuple):
    """What is remembered of a caller: this session, or their last other one, and the language.

    forgot: a session that goes on at this moment may have begun here and be lost.  invited: the
    answers that a survey's talk begins with, as `invite` was given them.
    """

    session: Session | None
    other: Session | None
    language: str
    forgot: bool
    invited: str = ""


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
        self._line = Line(redis)

    def load(self, person: str, key: str, now: int) -> Found:
        """What we have of the session and its caller; the language is that when it began.

        now: seconds since 1970.
        """
        try:
            found, language, since, invited = self._line.ask(
                "MGET", f"ussd:{person}", f"language:{person[:64]}", _SINCE, f"invited:{person}"
            )
        except RedisError as error:
            logger.warning("conversations cannot be read: %s", type(error).__name__)
            return Found(None, None, "", True)
        if since is None:
            self._write(("SET", _SINCE, now, "NX"))
        forgot = since is None or now - int(since) < LONGEST_SESSION
        known, _, learnt_in = (language or b"").decode().partition(" ")
        session = thaw(found) if found else None
        language = "" if learnt_in == key else known
        asked = (invited or b"").decode()
        if session is None or session.key == key:
            return Found(session, None, language, forgot, asked)
        return Found(None, session, language, forgot, asked)

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
            ("SET", f"ussd:{person}", freeze(session), "EX", max(seconds, KEPT_FOR))
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
            session = thaw(record) if record else None
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
            kept = "SET", f"ussd:{person}", freeze(left), "EX", KEPT_FOR
            self._write(kept, ("ZREM", _STANDING, person))

    def erase(self, person: str) -> None:
        """Nothing is kept of this person."""
        keys = f"ussd:{person}", f"language:{person[:64]}", f"invited:{person}"
        self._write(("DEL", *keys), ("ZREM", _STANDING, person))

    def invite(self, person: str, answers: str, seconds: int) -> None:
        """For so long this person's calls begin with the survey they were invited to."""
        self._write(("SET", f"invited:{person}", answers, "EX", seconds))

    def forget_invitation(self, person: str) -> None:
        """It is answered, or its holder dialled for something else."""
        self._write(("DEL", f"invited:{person}"))

    def _kept(self, key: str) -> Session | None:
        try:
            found = self._line.ask("GET", key)
        except RedisError as error:
            logger.warning("conversations cannot be read: %s", type(error).__name__)
            return None
        return thaw(found) if found else None

    def _write(self, *commands: tuple[str | int, ...]) -> None:
        try:
            self._line.tell(*commands)
        except RedisError as error:
            logger.warning("conversations cannot be kept: %s", type(error).__name__)


def _earlier(session: Session) -> tuple[str | int, ...]:
    return "SET", f"ussd-was:{session.key}", freeze(session), "EX", KEPT_FOR


def _dropped(person: str, session: Session) -> Dropped:
    at = datetime.fromtimestamp(session.at, UTC)
    sealed = bytes.fromhex(session.sealed)
    return Dropped(person, sealed, session.source, session.conversation, at)
