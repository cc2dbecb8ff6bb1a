"""A redial goes on where the last session dropped; a row says so, should Redis forget it.

Without the row a lost session's history would be walked from the wrong start, and its keys would
mean something else.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from feedback_service.conversation_store import STANDING_FOR, Session, as_dict, from_dict
from feedback_service.conversations import flow_resume
from feedback_service.conversations.catalogue import Catalogue
from feedback_service.conversations.flows import begin
from feedback_service.conversations.steps import Conversation
from feedback_service.intake.walking import FLOW, has_ended, source_of
from feedback_service.runtime import Runtime

AT_ONCE = 5 * 60
"""Seconds in which whoever redials is taken to be who dropped; later they are asked."""
_KEPT = timedelta(days=1)

# Another start of the same session may have come first: what stands in the row is what counts.
_KEEP = sa.text("""
with old as (
  delete from resumptions where session in (
    select session from resumptions where at < :expired limit 20 for update skip locked)
)
insert into resumptions (session, origin, conversation, at)
values (:session, :origin, cast(:conversation as jsonb), :at)
on conflict (session) do update set session = excluded.session
returning jsonb_build_array(origin, conversation)
""")

_FIND = sa.text("""
select jsonb_build_array(
  case when mine.session is not null then jsonb_build_array(mine.origin, mine.conversation) end,
  exists (select from resumptions later
          where later.origin = coalesce(mine.origin, :source)
            and (mine.session is null or later.at > mine.at)))
from (values (1)) as one left join resumptions mine on mine.session = :session
""")


@dataclass(frozen=True)
class Start:
    """Where a session begins: another's step and source, or its own menu when `origin` is empty.

    at: seconds since 1970 of the last key before it.
    """

    conversation: Conversation
    at: int
    origin: str = ""


@dataclass(frozen=True)
class Remembered:
    """What the rows say of a session that Redis forgot."""

    start: Start | None
    taken_up: bool
    """A later session has gone on with it: its answers are that one's to give."""


def take_up(
    rt: Runtime, catalogue: Catalogue, key: str, dropped: Session, dialled: str
) -> Start | None:
    """The start of a new session that goes on with a dropped one; None when it begins anew."""
    now = rt.now()
    conversation = _goes_on_at(dropped, int(now.timestamp()), catalogue)
    if conversation is None or _is_for_another(dialled, conversation, catalogue):
        return None
    if conversation == begin(conversation.language, "", catalogue):
        return None
    row = {
        "session": key, "origin": dropped.source, "at": now,
        "conversation": json.dumps(as_dict(conversation)), "expired": now - _KEPT,
    }  # fmt: skip
    origin, kept = rt.at_once(_KEEP, row)
    return Start(from_dict(kept), dropped.at, origin)


def remembered(rt: Runtime, key: str, at: datetime) -> Remembered:
    """Whether a session went on with another, or another with it."""
    found, taken_up = rt.at_once(_FIND, {"session": key, "source": source_of(key)})
    if not found:
        return Remembered(None, taken_up)
    return Remembered(Start(from_dict(found[1]), int(at.timestamp()), found[0]), taken_up)


def seconds_to_keep(rt: Runtime, session: Session) -> int:
    """How long a session may be gone on with."""
    if session.conversation.step == flow_resume.RESUME:
        return STANDING_FOR - int(rt.now().timestamp()) + session.at
    return STANDING_FOR if session.standing else 0


def _goes_on_at(dropped: Session, now: int, catalogue: Catalogue) -> Conversation | None:
    """Where a dropped session is gone on with: its step, or the question before it."""
    if dropped.taken_up or dropped.conversation.step not in FLOW or has_ended(dropped):
        return None
    conversation = dropped.conversation
    if conversation.step == flow_resume.RESUME:
        conversation = flow_resume.stood(conversation)
    if not flow_resume.may_resume(conversation):
        return None
    conversation = flow_resume.without_secrets(conversation)
    if now - dropped.at <= AT_ONCE:
        return conversation
    if now - dropped.at <= STANDING_FOR and flow_resume.is_worth_asking(conversation, catalogue):
        return flow_resume.asked_first(conversation)
    return None


def _is_for_another(dialled: str, conversation: Conversation, catalogue: Catalogue) -> bool:
    """Whether a long dial names another service or place than the one that was spoken of."""
    poster = catalogue.poster(dialled) if dialled else None
    if poster is None:
        return False
    said = conversation.answers
    return any(
        named and named != said.get(what)
        for what, named in (("service", poster.service), ("place", poster.place))
    )
