"""Where a session begins: at a dropped one's step or past the language question, and a row says so.

Without the row the history of a session that Redis forgot would be walked from the wrong start,
its keys would mean something else, and what nobody said would be stored.
"""

import json
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from feedback_service.conversation_store import STANDING_FOR, Session, as_dict, from_dict
from feedback_service.conversations import flow_code, flow_resume
from feedback_service.conversations.catalogue import Catalogue
from feedback_service.conversations.flows import START, begin
from feedback_service.conversations.steps import Conversation
from feedback_service.domain.visit_codes import read_code
from feedback_service.intake.walking import FLOW, has_ended, source_of
from feedback_service.runtime import Runtime

AT_ONCE = 5 * 60
"""Seconds in which whoever redials is taken to be who dropped; later they are asked."""
_KEPT = timedelta(days=1)

# Another start of the same session may have come first: what stands in the row is what counts.
# Nobody waits for the commit: by a crash of the database in that instant one key at most is lost.
_KEEP = sa.text("""
with old as (
  delete from resumptions where session in (
    select session from resumptions where at < :expired limit 20 for update skip locked)
)
insert into resumptions (session, origin, conversation, at)
select :session, :origin, cast(:conversation as jsonb), :at
where set_config('synchronous_commit', 'off', true) = 'off'
on conflict (session) do update set session = excluded.session
returning jsonb_build_array(origin, conversation)
""")

_FIND = sa.text("""
select jsonb_build_array(
  case when mine.session is not null then jsonb_build_array(mine.origin, mine.conversation) end,
  exists (select from resumptions later
          where later.session <> :session
            and (later.origin = :source or later.origin = mine.origin and later.at > mine.at)))
from (values (1)) as one left join resumptions mine on mine.session = :session
""")

# What a session has stored that a conversation does not know of.
_DONE_MORE = sa.text("""
select not :filed and exists (select from cases where source = :case)
    or exists (select from ratings where source = :rating
                 and (not :rated or complete and not :finished))
""")


@dataclass(frozen=True)
class Start:
    """Where a session begins, and the source of its effects: another's that it goes on with, or its
    own.  at: seconds since 1970 of the last key before it.
    """

    conversation: Conversation
    at: int
    origin: str


@dataclass(frozen=True)
class Remembered:
    """What the rows say of a session that Redis forgot."""

    start: Start | None
    taken_up: bool
    """A later session has gone on with it: its answers are that one's to give."""


def take_up(
    rt: Runtime, catalogue: Catalogue, key: str, dropped: Session, dialled: str, *, forgot: bool
) -> Start | None:
    """The start of a new session that goes on with a dropped one; None when it begins anew.

    forgot: what is known of the dropped one may come from a late copy of one of its calls.
    """
    conversation = _goes_on_at(dropped, int(rt.now().timestamp()), catalogue)
    if conversation is None or _is_for_another(dialled, conversation, catalogue):
        return None
    if conversation == begin(conversation.language, "", catalogue):
        return None
    if forgot and has_done_more(rt, dropped.source, dropped.conversation):
        return None
    return _kept(rt, key, Start(conversation, dropped.at, dropped.source))


def begin_anew(rt: Runtime, key: str, conversation: Conversation) -> Start:
    """The start of a session of its own; at the language question it costs no row."""
    start = Start(conversation, int(rt.now().timestamp()), source_of(key))
    return start if conversation.step == START else _kept(rt, key, start)


def remembered(rt: Runtime, key: str) -> Remembered:
    """Where a session began, if not at the language question; whether another went on with it."""
    found, taken_up = rt.at_once(_FIND, {"session": key, "source": source_of(key)})
    if not found:
        return Remembered(None, taken_up)
    return Remembered(Start(from_dict(found[1]), int(rt.now().timestamp()), found[0]), taken_up)


def has_done_more(rt: Runtime, source: str, known: Conversation) -> bool:
    """Whether a session went further than is known of it, from a late copy of one of its calls.

    Its effects are used up: what comes now is another complaint, or was answered to the end.
    """
    row = {
        "rating": f"{source}:rating",
        "case": f"{source}:case",
        "rated": "score" in known.answers,
        "finished": "courtesy" in known.answers,
        "filed": "reference" in known.facts,
    }
    return bool(rt.at_once(_DONE_MORE, row))


def seconds_to_keep(rt: Runtime, session: Session) -> int:
    """How long a session may be gone on with."""
    if session.conversation.step == flow_resume.RESUME:
        return STANDING_FOR - int(rt.now().timestamp()) + session.at
    return STANDING_FOR if session.standing else 0


def _kept(rt: Runtime, key: str, start: Start) -> Start:
    """The start of a session, safe in its row before its first screen is shown."""
    now = rt.now()
    row = {
        "session": key, "origin": start.origin, "at": now,
        "conversation": json.dumps(as_dict(start.conversation)), "expired": now - _KEPT,
    }  # fmt: skip
    origin, kept = rt.at_once(_KEEP, row)
    return Start(from_dict(kept), start.at, origin)


def _goes_on_at(dropped: Session, now: int, catalogue: Catalogue) -> Conversation | None:
    """Where a dropped session is gone on with: its step, or the question before it."""
    if dropped.taken_up or dropped.conversation.step not in FLOW or has_ended(dropped):
        return None
    conversation = dropped.conversation
    was_asked = conversation.step == flow_resume.RESUME
    if was_asked:
        conversation = flow_resume.stood(conversation)
    if not flow_resume.may_resume(conversation):
        return None
    conversation = flow_resume.without_secrets(conversation)
    if now - dropped.at <= AT_ONCE and not was_asked:
        return conversation
    if now - dropped.at <= STANDING_FOR and flow_resume.is_worth_asking(conversation, catalogue):
        return flow_resume.asked_first(conversation)
    return None


def _is_for_another(dialled: str, conversation: Conversation, catalogue: Catalogue) -> bool:
    """Whether a long dial names another service or place than the one that was spoken of."""
    if digits := read_code(dialled):
        return conversation.answers.get(flow_code.CODE) != digits
    poster = catalogue.poster(dialled) if dialled else None
    if poster is None:
        return False
    said = conversation.answers
    return any(
        named and named != said.get(what)
        for what, named in (("service", poster.service), ("place", poster.place))
    )
