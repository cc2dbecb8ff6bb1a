"""What a message means to an open talk: a key, words, or nothing that was asked."""

import re
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import registry
from feedback_service.conversations import engine
from feedback_service.conversations.flow_message import BY_MESSAGE
from feedback_service.conversations.flows import begin as beginning
from feedback_service.conversations.steps import SECRET, Ask, Choose, Conversation
from feedback_service.intake.talks import standing
from feedback_service.intake.talks.dialogue import Dialogue, go_to
from feedback_service.models import Citizen, Heard, Talk
from feedback_service.runtime import Runtime

MOST_WORDS, MOST_LETTERS = 4, 40
"""Whatever is longer is no slip at a menu: it is somebody telling us something."""
LONGEST_SECRET = 12
_USSD = "africastalking-ussd:"


def begin(
    rt: Runtime, session: Session, citizen: Citizen, channel: str, source: str, now: datetime,
    conversation: Conversation | None = None, effects_source: str = "", *, unasked: bool = False,
) -> None:  # fmt: skip
    """Begin a talk at the main menu, or go on with a `conversation`; an open one is dropped.

    `source` is that of the message that asked for it; `effects_source` begins the keys of effects,
    so that a dropped session's rating gets the later answers.  `unasked`: nobody has just written.
    """
    effects, catalogue = effects_source or f"{source}:talk", registry.catalogue(rt)
    talk = Dialogue(rt, session, citizen, channel, source, effects, now, catalogue)
    at = conversation or beginning(citizen.language or "", "", catalogue)
    standing.close(session, citizen.id, channel)
    go_to(talk, engine.Move(at, engine.needed(BY_MESSAGE, at)), unasked=unasked)


def hear(
    rt: Runtime, session: Session, citizen: Citizen, channel: str, text: str, source: str,
    now: datetime, about: str = "",
) -> bool:  # fmt: skip
    """Take a message as the answer to the open talk; False when it is none, or there is none.

    What a menu cannot read is asked again once; the second time, and at once when it is more than
    a few words, the talk is closed, so that the caller judges the message as any other.  `about` is
    the provider's id of the message whose button was tapped: an earlier question's answers nothing,
    and the present one is put again.
    """
    row = standing.held(session, citizen, channel)
    if row is None:
        return False
    catalogue = registry.catalogue(rt)
    talk = Dialogue(rt, session, citizen, channel, source, row.source, now, catalogue)
    move = _heard(talk, row, text, about)
    if move is None:
        session.delete(row)
        return False
    go_to(talk, move)
    _leave_the_phone(talk)
    return True


def _heard(talk: Dialogue, row: Talk, text: str, about: str) -> engine.Move | None:
    """What an answer does; None when somebody tells us something instead of choosing."""
    if standing.is_over(talk.session, row, talk.now):
        return None
    at = standing.stands_at(row)
    if standing.is_of_another_step(talk.session, row, about):
        return engine.Move(at)
    few = len(text) <= MOST_LETTERS and len(text.split()) <= MOST_WORDS
    if isinstance(BY_MESSAGE[at.step], Choose) and not few:
        return None
    offered = engine.offered(BY_MESSAGE, at, talk.catalogue, talk.medium)
    said = _key(text, {label.casefold(): key for key, label in offered})
    move = engine.hear(BY_MESSAGE, at, said, talk.catalogue, talk.medium)
    if move.hint and (standing.has_missed(row) or not few):
        return None
    if at.step.startswith(SECRET) and isinstance(BY_MESSAGE[at.step], Ask):
        _blacken(talk, text)
    return move


def _key(text: str, keys: Mapping[str, str]) -> str:
    """The key that was meant: `2.` and `(2)` are 2, and so is what stands beside it."""
    bare = text.strip()
    if number := re.fullmatch(r"\(?(\d+)[.):]?", bare):
        return number[1]
    return keys.get(bare.casefold(), text)


def _blacken(talk: Dialogue, text: str) -> None:
    """A secret is kept as a hash and nowhere else: what was heard forgets its digits."""
    if len(text) <= LONGEST_SECRET:
        said = sa.update(Heard).where(Heard.source == talk.source)
        talk.session.execute(said.values(text=re.sub(r"\d", "*", text)))


def _leave_the_phone(talk: Dialogue) -> None:
    """A redial must not ask again what is being answered here."""
    if talk.effects.startswith(_USSD):
        _, _, _, *code = talk.effects.split(":", 3)  # channel, session, person, another code
        talk.rt.conversations.leave(":".join([talk.citizen.lookup.hex(), *code]))
