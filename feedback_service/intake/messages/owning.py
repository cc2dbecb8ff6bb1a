"""What citizens ask of their own data by message: to have it, to be forgotten, to confirm it."""

from datetime import timedelta

import sqlalchemy as sa

from feedback_service.conversations.commands import Command, Kind
from feedback_service.conversations.wording import day
from feedback_service.domain.calendar import NAIROBI
from feedback_service.intake.messages.talk import Talk
from feedback_service.models import Heard, RequestKind, SubjectRequest
from feedback_service.privacy import access, requests

ONCE_IN = timedelta(hours=24)
"""A link for everything is made once a day: whoever finds a phone cannot have it made all day."""


def mydata(talk: Talk, command: Command) -> None:
    """How much we keep, and the link to all of it."""
    lately = sa.select(SubjectRequest.id).where(
        SubjectRequest.citizen_id == talk.citizen.id,
        SubjectRequest.kind == RequestKind.ACCESS,
        SubjectRequest.asked_at > talk.now - ONCE_IN,
    )
    if talk.session.scalar(lately.limit(1)):
        talk.reply("sms-mydata-again")
        return
    asked = requests.ask_access(talk.session, talk.citizen, talk.channel, talk.source, talk.now)
    link = access.make_link(talk.rt, asked)
    asked.done_at = talk.now
    known = {name: str(n) for name, n in access.counts(talk.session, talk.citizen).items()}
    since = day(talk.citizen.created_at.astimezone(NAIROBI).date(), talk.language)
    talk.reply("sms-mydata", None, **known, day=since, link=link)


def forget(talk: Talk, command: Command) -> None:
    """Nothing yet: it is asked once more, saying what will go."""
    if waiting := len(requests.open_cases(talk.session, talk.citizen.id)):
        talk.reply("sms-forget-open", n=str(waiting))
    else:
        talk.reply("sms-forget")


def forget_yes(talk: Talk, command: Command) -> None:
    """To be forgotten; said again while open cases hold it up, at once."""
    standing = requests.standing(talk.session, talk.citizen)
    if standing is None and not _asked_lately(talk):
        forget(talk, command)
        return
    waiting = len(requests.open_cases(talk.session, talk.citizen.id))
    if standing is None:
        requests.ask_erasure(talk.session, talk.citizen, talk.channel, talk.source, talk.now)
        at_once = False
    else:
        at_once = requests.confirm(talk.session, standing, talk.now)
    if waiting and not at_once:
        talk.reply("sms-forget-waits", n=str(waiting))
    else:
        talk.reply("sms-forget-done")


def _asked_lately(talk: Talk) -> bool:
    """Whether FORGET ME came within a day: two messages, so that no slip forgets anybody."""
    said = sa.select(Heard.source).where(
        Heard.citizen_id == talk.citizen.id,
        Heard.became == Kind.FORGET.value,
        Heard.at > talk.now - requests.CONFIRM_WITHIN,
    )
    return talk.session.scalar(said.limit(1)) is not None
