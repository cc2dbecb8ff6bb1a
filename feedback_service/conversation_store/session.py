"""One USSD session as a value, and how it is written down."""

import json
import logging
from collections.abc import Mapping
from hashlib import blake2s
from json.encoder import encode_basestring_ascii as _quoted
from typing import Any, NamedTuple

from feedback_service.conversations.engine import Screen
from feedback_service.conversations.steps import Conversation

logger = logging.getLogger(__name__)


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


def freeze(session: Session) -> str:
    """The session on one line, its screens on the next: they are added to, and seldom read."""
    s, c = session, session.conversation
    head = [
        s.key, s.length, s.mark, s.at, s.source, s.standing, s.sealed, s.taken_up,
        c.step, c.language, c.answers, c.path, c.page, c.facts,
    ]  # fmt: skip
    return f"{_written(head)}\n{s.screens}"


def thaw(found: bytes) -> Session | None:
    """The session as it was kept; None for what another release kept differently."""
    try:
        return _read(found)
    except (ValueError, TypeError, AttributeError) as error:
        logger.warning("a conversation cannot be understood: %s", type(error).__name__)
        return None


def _read(found: bytes) -> Session:
    text = found.decode()
    head, end = _parsed(text)
    (key, length, mark, at, source, standing, sealed, taken_up,
     step, language, answers, path, page, facts) = head  # fmt: skip
    screens = text[end + 1 :]
    conversation = Conversation(step, language, answers, tuple(path), page, facts)
    return Session(key, length, mark, conversation, at, source, standing, sealed, taken_up, screens)


def _mark(text: str) -> str:
    return blake2s(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


_written = json.JSONEncoder(separators=(",", ":")).encode
_parsed = json.JSONDecoder().raw_decode
