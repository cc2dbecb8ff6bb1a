"""What operators and the desk ask: which messages are in trouble, send again, who is reachable."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from channels.contract import Sent
from feedback_service.models import Citizen, Heard, Message, MessageState, Stop
from feedback_service.outbox import moves
from feedback_service.outbox.pace import Breaker
from feedback_service.outbox.posting import BELL, SMS, WHATSAPP
from feedback_service.outbox.remedies import REMEDIES
from feedback_service.runtime import Runtime, after_commit

UNKNOWN_AFTER = timedelta(minutes=15)
"""How long a receipt is waited for before a person is asked to look."""
SHOWN_FOR = timedelta(days=14)
ALARMING = sorted(cause for cause, remedy in REMEDIES.items() if remedy.alert)
ALARMED_FOR = timedelta(hours=1)
"""How long an alarm stands after the last attempt that failed for its cause."""


class NotInTrouble(Exception):
    """A message that is on its way, or arrived, is not sent again: it would be a second copy."""


def troubles(session: Session, now: datetime, limit: int = 100) -> list[Message]:
    """Messages a person should look at, the newest first; those unknown after a quarter hour."""
    failed = sa.and_(Message.state == MessageState.FAILED, Message.cause != "")
    unknown = sa.and_(
        Message.state == MessageState.UNKNOWN,
        sa.func.coalesce(Message.claimed_at, Message.created_at) < now - UNKNOWN_AFTER,
    )
    rows = (
        sa.select(Message)
        .where(Message.created_at > now - SHOWN_FOR, sa.or_(failed, unknown))
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(limit)
    )
    return list(session.scalars(rows))


def broken(rt: Runtime) -> list[str]:
    """The companies that do not answer now: their messages wait or go by the other."""
    companies = {way.company for way in rt.ways.values()}
    return sorted(company for company in companies if Breaker(rt, company).is_open())


def refused(rt: Runtime) -> list[tuple[str, str, int]]:
    """Channel, cause and number of the last hour's attempts that failed for what only operators can
    mend; one that went another way counts where it failed."""
    since = rt.now() - ALARMED_FOR
    attempts = sa.func.jsonb_array_elements(Message.tried).table_valued(
        sa.column("value", JSONB), name="attempt"
    )
    channel, cause, at = (attempts.c.value[name].astext for name in ("channel", "cause", "at"))
    # What was written before a night's quiet hours and the last retry (2 h 40) is older than a day.
    lately = Message.created_at > since - timedelta(days=1)
    left = (
        sa.select(channel.label("channel"), cause.label("cause"))
        .select_from(Message)
        .join(attempts, sa.true())
        .where(lately, sa.text("tried <> '[]'::jsonb"), cause.in_(ALARMING))
        .where(sa.cast(at, sa.DateTime(timezone=True)) > since)
    )
    # `not_before_at` is when it was last tried, or will be next.
    here = sa.select(Message.channel, Message.cause).where(
        lately, Message.cause.in_(ALARMING), Message.not_before_at > since,
        Message.state.in_((MessageState.QUEUED, MessageState.FAILED)),
    )  # fmt: skip
    both = sa.union_all(left, here).subquery()
    counted = sa.select(both.c.channel, both.c.cause, sa.func.count()).group_by(
        both.c.channel, both.c.cause
    )
    with rt.transaction() as session:
        return sorted((row[0], row[1], row[2]) for row in session.execute(counted))


def send_again(rt: Runtime, message_id: uuid.UUID, staff_id: uuid.UUID) -> None:
    """A person has looked and wants it sent once more, from its first way on.

    Raises NotInTrouble unless it failed or is unknown.  Who asked is kept in `tried`.
    """
    with rt.transaction() as session:
        message = session.get_one(Message, message_id, with_for_update=True)
        if message.state not in {MessageState.FAILED, MessageState.UNKNOWN}:
            raise NotInTrouble(f"the message is {message.state}: only failed or unknown ones are")
        moves.anew(message, rt.now(), str(staff_id))
        after_commit(session, BELL)


def was_taken(rt: Runtime, message_id: uuid.UUID, staff_id: uuid.UUID) -> None:
    """A person has found it in the company's own log: it left, and no second copy is sent.

    It counts as sent: that it arrived is only ever the network's to say.  Raises NotInTrouble
    unless it is unknown.  Who said so is kept in `data`.
    """
    with rt.transaction() as session:
        message = session.get_one(Message, message_id, with_for_update=True)
        if message.state is not MessageState.UNKNOWN:
            raise NotInTrouble(f"the message is {message.state}: only unknown ones can be found")
        moves.taken(rt, message, Sent(""), message.claimed_at or message.created_at)
        message.state, message.failure, message.cause = MessageState.SENT, "", ""
        message.data = {**message.data, "found_by": str(staff_id)}


def reachable(session: Session, citizen_id: uuid.UUID) -> dict[str, bool]:
    """By "sms" and "whatsapp": whether a message can reach this person there.

    Why it cannot, a stop, a network's list or a dead number, is nobody's business at the desk.
    """
    found = sa.select(Citizen, *reach_facts()).where(Citizen.id == citizen_id)
    return reach(*session.execute(found).one())


def reach_facts() -> tuple[sa.ColumnElement[bool], sa.ColumnElement[list[str] | None]]:
    """Columns beside a citizen's: whether they wrote by WhatsApp, and the channels they stopped."""
    wrote = sa.exists().where(Heard.citizen_id == Citizen.id, Heard.channel == WHATSAPP)
    stopped = sa.select(sa.func.array_agg(Stop.channel)).where(Stop.citizen_id == Citizen.id)
    return wrote, stopped.correlate(Citizen).scalar_subquery()


def reach(citizen: Citizen, wrote: bool, stopped: Collection[str] | None) -> dict[str, bool]:
    """What `reachable` says, from the citizen's row and what `reach_facts` found beside it."""
    there, stopped = citizen.retired_at is None, stopped or ()
    phone = citizen.kind == "phone"
    return {
        "sms": there and phone and SMS not in stopped,
        "whatsapp": there and (wrote or not phone) and WHATSAPP not in stopped,
    }
