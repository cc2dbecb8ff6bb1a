"""One USSD step: the same call always gets the same screen, and every answer is stored before it.

The network repeats the whole history with each key.  What we remember of a session tells the new
part from the old; without a memory (Redis lost, a long dial) the history is walked from its start,
which is safe because every effect can be done twice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.contract import Inbound
from feedback_service import identity, registry, triage
from feedback_service.conversation_store import Session
from feedback_service.conversations.catalogue import Catalogue
from feedback_service.conversations.engine import BACK, Screen, hear, needed, show
from feedback_service.conversations.flows import FLOW, begin
from feedback_service.conversations.steps import Ask, Conversation, Effect, End
from feedback_service.domain.phones import normalise
from feedback_service.identity import KeyRing
from feedback_service.intake.effects import perform
from feedback_service.runtime import Runtime

CHANNEL = "africastalking-ussd"
LONGEST_SESSION = timedelta(minutes=5)
"""No network keeps a session half as long: who was known before it began, was known in it."""


@dataclass(frozen=True)
class Caller:
    """Who dialled; `session` is the key of theirs, `source` begins the key of every effect."""

    address: str
    lookup: bytes
    channel: str
    source: str
    session: str
    at: datetime


def take_step(rt: Runtime, heard: Inbound) -> Screen:
    """The screen that answers one call; NotAPhone when nobody can be behind its number."""
    history = heard.history or ""
    address = normalise(heard.address)
    lookup = KeyRing(rt.settings.phone_keys).lookup(address)
    person = lookup.hex()
    key = f"{heard.session}:{person[:16]}"
    session, language = rt.conversations.load(key, person)
    if session and (said := session.screens.get(history)):
        return said
    caller = Caller(address, lookup, CHANNEL, f"{CHANNEL}:{key}", key, rt.now())
    step = _Walk(rt, caller, registry.catalogue(rt))
    if session and session.conversation.step in FLOW and _follows(history, session.text):
        session = step.go_on(session, history)
    else:
        if history:
            # Walking what was keyed, we must start where the session did.  A new session asks
            # again instead: a question costs less than a look-up for every first call.
            language = language or identity.language_of(rt, lookup, rt.now() - LONGEST_SESSION)
        session = step.from_start(language, _dialled(rt, heard), history)
    rt.conversations.save(key, session)
    return session.screens[history]


def warm_up(rt: Runtime) -> None:
    """Read the registry and its names, so that the first step is as quick as the thousandth."""
    registry.catalogue(rt)
    with rt.transaction() as session:
        registry.calendar(rt, session)
        triage.names_of(rt, session, "")


@dataclass(frozen=True)
class _Walk:
    rt: Runtime
    caller: Caller
    catalogue: Catalogue

    def from_start(self, language: str, dialled: str, history: str) -> Session:
        """A new session, walked through whatever was keyed before we came to know it."""
        conversation = begin(language, dialled, self.catalogue)
        session = Session("", conversation, {"": self._screen(conversation)})
        return self.go_on(session, history) if history else session

    def go_on(self, session: Session, history: str) -> Session:
        """What was keyed since the session's last text: one answer, or several we missed."""
        walked = session.text
        pieces = history[len(walked) + 1 if walked else 0 :].split("*")
        while pieces and not session.screens[session.text].ends:
            rest = "*".join(pieces)
            said = rest if self._are_words(session.conversation, pieces[0], rest) else pieces[0]
            pieces = [] if said is rest else pieces[1:]
            walked = f"{walked}*{said}" if walked else said
            session = self.answer(session, said, walked)
        if session.text == history:
            return session
        return session.shown(history, session.conversation, session.screens[session.text])

    def _are_words(self, conversation: Conversation, piece: str, rest: str) -> bool:
        """Whether all of it is a citizen's last words, which may hold the network's own `*`."""
        if piece == BACK or not isinstance(FLOW[conversation.step], Ask):
            return False
        move = hear(FLOW, conversation, rest, self.catalogue)
        return isinstance(FLOW[move.conversation.step], End)

    def answer(self, session: Session, text: str, history: str) -> Session:
        """One answer heard, its effects done, its screen shown."""
        move = hear(FLOW, session.conversation, text, self.catalogue)
        conversation = self._do(move.conversation, move.effects)
        screen = show(FLOW, conversation, self.catalogue, move.hint)
        return session.shown(history, conversation, screen)

    def _screen(self, conversation: Conversation) -> Screen:
        conversation = self._do(conversation, needed(FLOW, conversation))
        return show(FLOW, conversation, self.catalogue)

    def _do(self, conversation: Conversation, effects: tuple[Effect, ...]) -> Conversation:
        for effect in effects:
            facts = perform(self.rt, self.caller, effect, conversation, self.catalogue)
            if facts:
                conversation = conversation.knowing(facts)
        return conversation


def _follows(history: str, text: str) -> bool:
    """Whether a history goes on from what was keyed before; else it is walked from its start."""
    return not text or history.startswith(f"{text}*")


def _dialled(rt: Runtime, heard: Inbound) -> str:
    """What followed our own code in a long dial: `*384*77*1234#` on `*384*77#` gives `1234`."""
    ours = rt.settings.at_ussd_code.rstrip("#") + "*"
    if heard.service_code.startswith(ours):
        return heard.service_code.removeprefix(ours).rstrip("#")
    return ""
