"""The visits of one day with what keeps each from being asked about: the frame of a draw."""

import uuid
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from analytics.sampling import LeftOut
from feedback_service import identity, outbox
from feedback_service.models import Citizen, Heard, Invitation, Message, MessageState, Stop, Visit
from feedback_service.runtime import Runtime

WHERE_WE_WRITE = "africastalking-sms"
"""To whom has never written to us: by SMS."""
DEAD = ("gone", "bad-number")
"""Causes by which the network has told that nobody has the number."""
DEAD_FOR = timedelta(days=90)


@dataclass(frozen=True)
class Framed:
    """One visit of the frame; `left_out` is empty where it may be asked about, by `channel`."""

    id: uuid.UUID
    service_id: str
    place_id: str | None
    county: int | None
    at: datetime
    citizen_id: uuid.UUID | None
    channel: str
    left_out: str


@dataclass(frozen=True)
class _Known:
    """What is known of the day's people, by their ids."""

    channels: Mapping[uuid.UUID, str]
    stops: Set[tuple[uuid.UUID, str]]
    capped: Set[uuid.UUID]
    dead: Set[uuid.UUID]


def frame_of(
    rt: Runtime, session: Session, institution: str, begin: datetime, end: datetime,
    closed_at: datetime, cap_days: int,
) -> list[Framed]:  # fmt: skip
    """Every visit of an institution and day, as they were fed."""
    mine = (
        Visit.institution_id == institution, Visit.at >= begin, Visit.at < end,
        Visit.simulated.is_(False),
    )  # fmt: skip
    people = sa.select(Visit.citizen_id).where(*mine, Visit.citizen_id.is_not(None))
    known = _known(session, people, rt.now(), cap_days)
    rows = session.execute(  # columns: a busy day has tens of thousands
        sa.select(
            Visit.id, Visit.service_id, Visit.service_point_id, Visit.county_code, Visit.at,
            Visit.citizen_id, (Visit.fed_at >= closed_at).label("late"), Citizen.kind,
            Citizen.retired_at.is_not(None).label("retired"),
            identity.current(rt.now()).label("current"),
        )
        .outerjoin(Citizen, Citizen.id == Visit.citizen_id)
        .where(*mine)
        .order_by(Visit.fed_at, Visit.id)
    )  # fmt: skip
    seen = set[tuple[uuid.UUID, str]]()
    found = []
    for row in rows:
        found.append(_framed(row, known, again=(row.citizen_id, row.service_id) in seen))
        seen.add((row.citizen_id, row.service_id))
    return found


def _framed(row: Any, known: _Known, *, again: bool) -> Framed:
    channel = known.channels.get(row.citizen_id, WHERE_WE_WRITE)
    return Framed(
        row.id, row.service_id, row.service_point_id, row.county_code, row.at, row.citizen_id,
        channel, _left_out(row, channel, known, again=again),
    )  # fmt: skip


def _left_out(row: Any, channel: str, known: _Known, *, again: bool) -> str:
    """The first reason that holds; "" where the visit may be asked about."""
    if row.kind not in (identity.PHONE, identity.WHATSAPP):
        return LeftOut.NO_NUMBER
    reasons = (
        (LeftOut.REPEATED, again),
        (LeftOut.FED_LATE, row.late),
        (LeftOut.GONE, row.retired or row.citizen_id in known.dead),
        (LeftOut.STOPPED, (row.citizen_id, outbox.family(channel)) in known.stops),
        (LeftOut.RECYCLED, not row.current),
        (LeftOut.CAPPED, row.citizen_id in known.capped),
    )
    return next((why for why, holds in reasons if holds), "")


def _known(session: Session, people: sa.Select[Any], now: datetime, cap_days: int) -> _Known:
    ids = people.distinct()
    asked = sa.select(Invitation.citizen_id).where(
        Invitation.citizen_id.in_(ids), Invitation.asked_at > now - timedelta(days=cap_days)
    )
    stops = sa.select(Stop.citizen_id, Stop.channel).where(Stop.citizen_id.in_(ids))
    return _Known(
        _channels(session, ids),
        {(citizen, channel) for citizen, channel in session.execute(stops)},
        set(session.scalars(asked)),
        _dead(session, ids, now),
    )


def _channels(session: Session, ids: sa.Select[Any]) -> dict[uuid.UUID, str]:
    """Where each of them last wrote to us: that is where they are asked."""
    last = (
        sa.select(Heard.citizen_id, Heard.channel)
        .where(Heard.citizen_id.in_(ids))
        .ext(distinct_on(Heard.citizen_id))
        .order_by(Heard.citizen_id, Heard.at.desc())
    )
    return dict(session.execute(last).all())


def _dead(session: Session, ids: sa.Select[Any], now: datetime) -> set[uuid.UUID]:
    """Numbers at which a message has failed for good, and none arrived since."""
    reached = sa.func.max(Message.delivered_at)
    failed = sa.func.max(Message.created_at).filter(
        Message.state == MessageState.FAILED, Message.cause.in_(DEAD)
    )
    found = (
        sa.select(Message.citizen_id)
        .where(Message.citizen_id.in_(ids), Message.created_at > now - DEAD_FOR)
        .group_by(Message.citizen_id)
        .having(failed.is_not(None), sa.or_(reached.is_(None), reached < failed))
    )
    return set(session.scalars(found))
