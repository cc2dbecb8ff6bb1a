"""A mark of 1-5 in answer to an invitation: stored once, then the charter's questions."""

import uuid
from dataclasses import dataclass

from feedback_service import registry
from feedback_service.conversations import engine
from feedback_service.conversations.commands import Command
from feedback_service.conversations.flow_survey import ORDER, invited, marks_in
from feedback_service.conversations.flows import FLOW
from feedback_service.conversations.wording.kinds import Question
from feedback_service.identity import KeyRing
from feedback_service.intake import talks
from feedback_service.intake.effects import perform
from feedback_service.intake.messages.cases import complain
from feedback_service.intake.messages.praising import praise_beside
from feedback_service.intake.messages.situation import asked_message
from feedback_service.intake.messages.talk import Talk
from feedback_service.intake.within import within
from feedback_service.models import Message

LATE = "late"
BAD = frozenset({"1", "2", "3"})
"""Marks whose words are a complaint; praise beside a good one opens no case."""


@dataclass(frozen=True)
class _Invited:
    """The citizen as effects see them; the invitation's key begins the key of every effect."""

    address: str
    lookup: bytes
    channel: str
    source: str
    session: str = ""


def rate(talk: Talk, command: Command) -> uuid.UUID | None:
    """Store the mark, once for its invitation; words beside a bad one become a complaint.

    A late one is thanked: the invitation has expired, and the sample it was drawn for is closed.
    """
    invitation = asked_message(talk, Question.RATING)
    service = invitation.data.get("answers", {}).get("service") if invitation else ""
    catalogue = registry.catalogue(talk.rt)
    if invitation is None or LATE in command.also or service not in catalogue.services:
        talk.reply("sms-rated-late")
    else:
        _store(talk, invitation, command.value)
    if command.words and command.value in BAD:
        return complain(talk, command.words).id
    if command.words:
        praise_beside(talk, command.words)
    return None


def _store(talk: Talk, invitation: Message, mark: str) -> None:
    """The mark by the same effect as on the menu, and its later answers by the same questions."""
    rt, session, citizen = talk.rt, talk.session, talk.citizen
    catalogue = registry.catalogue(rt)
    address = KeyRing(rt.settings.phone_keys).unseal(citizen.sealed, citizen.lookup)
    caller = _Invited(address, citizen.lookup, talk.channel, invitation.key)
    at = invited(talk.language, dict(invitation.data["answers"]))
    key = 1 + marks_in(at.answers[ORDER]).index(mark)
    move = engine.hear(FLOW, at, str(key), catalogue)
    for effect in move.effects:
        perform(within(rt, session), caller, effect, move.conversation, catalogue)
    talks.begin(
        rt, session, citizen, talk.channel, talk.source, talk.now, move.conversation,
        invitation.key,
    )  # fmt: skip
