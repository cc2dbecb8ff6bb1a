"""Unfinished USSD sessions in Redis: where each stands and every screen it was shown.

One GET and one SET a step.  A copy of a call is given the screen it got the first time.  Losing
all of this costs a question asked again: the history that the network repeats is walked anew.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from redis import Redis
from redis.exceptions import RedisError

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
        self._redis = redis

    def load(self, key: str, person: str) -> tuple[Session | None, str]:
        """The session if we have it, and the person's language (empty when not known)."""
        try:
            # The command is sent as it stands: mget() spends more than the server does.
            found = cast(
                list[bytes | None],
                self._redis.execute_command(  # type: ignore[no-untyped-call]
                    "MGET", f"ussd:{key}", f"language:{person}"
                ),
            )
        except RedisError as error:
            logger.warning("conversations cannot be read: %s", type(error).__name__)
            return None, ""
        session, language = found
        return (_thaw(session) if session else None), (language or b"").decode()

    def save(self, key: str, session: Session) -> None:
        self._write("SET", f"ussd:{key}", _freeze(session), "EX", KEPT_FOR)

    def remember_language(self, person: str, language: str) -> None:
        self._write("SET", f"language:{person}", language, "EX", LANGUAGE_KEPT_FOR)

    def _write(self, *command: str | int) -> None:
        try:
            self._redis.execute_command(*command)  # type: ignore[no-untyped-call]
        except RedisError as error:
            logger.warning("conversations cannot be kept: %s", type(error).__name__)


def _freeze(session: Session) -> str:
    c = session.conversation
    return json.dumps(
        [
            session.text,
            [c.step, c.language, c.answers, c.path, c.page, c.facts],
            {text: [s.text, s.ends] for text, s in session.screens.items()},
        ],
        separators=(",", ":"),
    )


def _thaw(found: bytes) -> Session:
    text, (step, language, answers, path, page, facts), screens = json.loads(found)
    conversation = Conversation(step, language, answers, tuple(path), page, facts)
    return Session(text, conversation, {t: Screen(*s) for t, s in screens.items()})
