"""Walks one USSD session through what was keyed: effects done, screens shown, copies remembered."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa

from feedback_service.conversation_store import Session
from feedback_service.conversations import flow_code, flow_resume
from feedback_service.conversations.catalogue import Catalogue
from feedback_service.conversations.engine import BACK, hear, needed, plain, show
from feedback_service.conversations.flows import FLOW as MENU
from feedback_service.conversations.flows import begin
from feedback_service.conversations.steps import Ask, Conversation, Effect, End, Flow
from feedback_service.identity import KeyRing
from feedback_service.intake.effects import perform
from feedback_service.runtime import Runtime

CHANNEL = "africastalking-ussd"
FLOW: Flow = {**MENU, **flow_resume.STEPS}
_LOOKS = (Effect.LIST_CASES, Effect.READ_CASE, Effect.FIND_CASE, Effect.READ_LOOKS,
          Effect.READ_CODE)  # fmt: skip
"""Effects that only fetch what a screen shows."""
_TAKE_WORDS = (Effect.OPEN_CASE, Effect.OPEN_CONFIDENTIAL, Effect.ADD_WORDS)
"""Effects after which a citizen's words stand with their case, and no longer here."""
_KEY = re.compile(r"\W*(?:\d\W*){1,4}")
_TAKEN_KEY = re.compile(r"\W*\d\W*(?:(?:\d\W*){3})?")
"""One digit or four, as the screens after the words take them: a choice, or a secret."""
_SAID = sa.text("select text from cases where source = :source")


@dataclass(frozen=True)
class Caller:
    """Who dialled, as effects see them; `source` begins the key of every effect."""

    address: str
    lookup: bytes
    channel: str
    source: str
    session: str


class Walk(NamedTuple):
    """One call's way through the menu.  quiet: another session's answers count, none of these."""

    rt: Runtime
    catalogue: Catalogue
    address: str
    lookup: bytes
    key: str
    quiet: bool = False

    def begin(self, conversation: Conversation, at: int, source: str) -> Session:
        """A session that stands where its first screen is shown."""
        session = Session(self.key, 0, "", conversation, at, source, taken_up=self.quiet)
        session = self._do(session, needed(FLOW, conversation))
        screen = show(FLOW, session.conversation, self.catalogue)
        return self._standing(session).shown("", screen)

    def go_on(self, session: Session, history: str, *, missed: bool = False) -> Session:
        """What was keyed since the session's last text: one answer, or several if calls `missed`.

        The network joins answers by asterisks and escapes none, so that only what we know already
        tells a citizen's own from the network's.
        """
        walked, begun = history[: session.length], session.length > 0
        # Several answers to a menu are a long dial's, or calls before them were missed.
        missed = missed or not isinstance(FLOW[session.conversation.step], Ask)
        pieces = history[len(walked) + begun :].split("*")
        while pieces and not has_ended(session):
            count = self._in_words(session, pieces, missed=missed)
            said, pieces = "*".join(pieces[:count]), pieces[count:]
            walked = f"{walked}*{said}" if begun else said
            begun = True
            if walked:  # Nothing at all is the text of the first call, and has its screen.
                session = self._answer(session, said, walked)
        if session.length == len(history):
            return session
        return session.shown(history, session.screen)

    def _in_words(self, session: Session, pieces: Sequence[str], *, missed: bool) -> int:
        """How many pieces are one answer: all of a citizen's words, which may hold any `*`.

        Where calls were missed, a `0` after answers that were refused went back, so that none of
        them began the words that came later.
        """
        conversation = session.conversation
        if len(pieces) == 1 or not isinstance(FLOW[conversation.step], Ask):
            return 1
        if plain(pieces[0]) == BACK or (missed and self._goes_back(conversation, pieces)):
            return 1
        after = self._heard(conversation, pieces)
        if after.step == conversation.step or not after.answers.get("words"):
            return 1
        if isinstance(FLOW[after.step], End):
            return len(pieces)
        return self._before_keys(session, pieces, missed=missed)

    def _before_keys(self, session: Session, pieces: Sequence[str], *, missed: bool) -> int:
        """How many pieces are a complaint's words; the rest are keys of the screens after them.

        A case that stands already tells where its words end.  Else nobody has heard them before:
        they go to the end, save for the keys and the secret of a session first heard of here, typed
        as some type it: `73 51`, `73-51`.
        """
        stored = self.rt.at_once(_SAID, {"source": f"{session.source}:case"})
        if stored is None and not missed:
            return len(pieces)
        for count in range(1, len(pieces) + 1):
            if stored and self._words(session.conversation, pieces[:count]) == stored:
                return count
        key = _TAKEN_KEY if stored is None else _KEY
        count = len(pieces)
        while count > 1 and key.fullmatch(pieces[count - 1]):
            count -= 1
        return count

    def _words(self, conversation: Conversation, pieces: Sequence[str]) -> str:
        return self._heard(conversation, pieces).answers.get("words", "")

    def _heard(self, conversation: Conversation, pieces: Sequence[str]) -> Conversation:
        return hear(FLOW, conversation, "*".join(pieces), self.catalogue).conversation

    def _goes_back(self, conversation: Conversation, pieces: Sequence[str]) -> bool:
        """Whether nothing but answers that the question refuses stands before a `0`."""
        for piece in pieces:
            if plain(piece) == BACK:
                return True
            if not hear(FLOW, conversation, piece, self.catalogue).hint:
                return False
        return False

    def _answer(self, session: Session, text: str, history: str) -> Session:
        """One answer heard, its effects done, its screen shown."""
        asked = session.conversation.step == flow_resume.RESUME
        move = hear(FLOW, session.conversation, text, self.catalogue)
        session = session._replace(conversation=move.conversation, at=int(self._now()))
        if asked and not move.hint:
            session = self._decided(session)
            move = move._replace(effects=needed(FLOW, session.conversation))
        session = self._do(session, move.effects)
        screen = show(FLOW, session.conversation, self.catalogue, move.hint)
        return self._standing(session).shown(history, screen)

    def _decided(self, session: Session) -> Session:
        """Go on where somebody stood, or begin anew with answers of its own."""
        decided = session.conversation
        if flow_resume.goes_on(decided):
            return session._replace(conversation=flow_resume.stood(decided))
        anew = begin(decided.language, "", self.catalogue)
        return session._replace(conversation=anew, source=source_of(self.key))

    def _do(self, session: Session, effects: tuple[Effect, ...]) -> Session:
        """What an answer or its screen asks for; the facts that it brings join the conversation."""
        if not effects:
            return session
        conversation = session.conversation
        origin = session.source.removeprefix(f"{CHANNEL}:")
        caller = Caller(self.address, self.lookup, CHANNEL, session.source, origin)
        for effect in effects:
            done = not self.quiet or effect in _LOOKS
            facts = perform(self.rt, caller, effect, conversation, self.catalogue) if done else {}
            conversation = flow_code.placed(conversation.knowing(facts))
            if effect in _TAKE_WORDS:
                conversation = flow_resume.without_words(conversation)
        return session._replace(conversation=conversation)

    def _standing(self, session: Session) -> Session:
        """The session with its mark whether it is worth going on with, and whom to tell."""
        standing = flow_resume.is_worth_asking(session.conversation, self.catalogue)
        if standing and not session.sealed:
            ring = KeyRing(self.rt.settings.phone_keys)
            sealed = ring.seal(self.address, self.lookup).hex()
            return session._replace(standing=True, sealed=sealed)
        return session if standing == session.standing else session._replace(standing=standing)

    def _now(self) -> float:
        return self.rt.now().timestamp()


def source_of(key: str) -> str:
    """What begins the key of every effect of a session."""
    return f"{CHANNEL}:{key}"


def has_ended(session: Session) -> bool:
    return isinstance(FLOW[session.conversation.step], End)
