"""Two rows that one signed call has proven to be one person: what was said under the one becomes
the other's.  Nothing else ever joins two persons."""

import os
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback_service.models import (
    Alias,
    Attachment,
    Case,
    Citizen,
    Compliment,
    ControlVisit,
    Heard,
    Invitation,
    Message,
    Rating,
    Stop,
    SubjectRequest,
    Talk,
    Unsealing,
    Visit,
)

FOLLOWS = (
    Case, Rating, Message, Heard, Attachment, Alias, SubjectRequest, Unsealing, Visit, Invitation,
    Compliment, ControlVisit,
)  # fmt: skip
"""What a person owns: it follows them.  A dialogue begun under the other name is begun again."""


def join(session: Session, gone: Citizen, into: Citizen, now: datetime) -> None:
    """Make all that is `gone`'s `into`'s; the emptied row stays, retired, found by nobody."""
    for table in FOLLOWS:
        move = sa.update(table).where(table.citizen_id == gone.id)
        session.execute(move.values(citizen_id=into.id))
    stopped = sa.select(sa.literal(into.id), Stop.channel, Stop.at).where(
        Stop.citizen_id == gone.id
    )
    columns = ["citizen_id", "channel", "at"]
    session.execute(insert(Stop).from_select(columns, stopped).on_conflict_do_nothing())
    session.execute(sa.delete(Stop).where(Stop.citizen_id == gone.id))
    session.execute(sa.delete(Talk).where(Talk.citizen_id == gone.id))
    into.language = into.language or gone.language
    into.noticed_at = into.noticed_at or gone.noticed_at
    gone.lookup, gone.sealed, gone.retired_at = os.urandom(32), b"", now
    session.flush()  # The name is free before it is given to the other.
