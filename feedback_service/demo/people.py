"""Invented citizens: numbers from one block that we hold for this, sealed like anybody's."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from random import Random

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback_service.identity import KeyRing
from feedback_service.models import Citizen, Stop, new_id
from feedback_service.runtime import Runtime

NUMBERS = tuple(f"+254100000{ending:03}" for ending in range(1000))
CHANNELS = ("africastalking-sms", "twilio-whatsapp", "twilio-sms")


@dataclass(frozen=True)
class Person:
    id: uuid.UUID
    language: str


def invent(rt: Runtime, rng: Random, since: datetime) -> list[Person]:
    """A thousand citizens, or those who are there from an earlier run."""
    ring = KeyRing(rt.settings.phone_keys)
    rows = []
    for number in NUMBERS:
        lookup = ring.lookup(number)
        rows.append(
            {
                "id": new_id(), "lookup": lookup, "sealed": ring.seal(number, lookup),
                "kind": "phone", "language": "sw" if rng.random() < 0.6 else "en",
                "created_at": since,
            }
        )  # fmt: skip
    with rt.engine.begin() as connection:
        connection.execute(insert(Citizen).on_conflict_do_nothing(index_elements=["lookup"]), rows)
        found = connection.execute(
            sa.select(Citizen.lookup, Citizen.id, Citizen.language).where(
                Citizen.lookup.in_([row["lookup"] for row in rows])
            )
        )
        by_lookup = {row.lookup: Person(row.id, row.language or "sw") for row in found}
    return [by_lookup[row["lookup"]] for row in rows]  # in the order of the numbers


def hear(session: Session, citizen: uuid.UUID) -> None:
    """Messages are written to this citizen again, for as long as this transaction lasts."""
    session.execute(sa.delete(Stop).where(Stop.citizen_id == citizen))


def silence(session: Session, citizen: uuid.UUID, at: datetime) -> None:
    """No message can leave to this citizen from now on, whatever anybody does to a case."""
    rows = [{"citizen_id": citizen, "channel": channel, "at": at} for channel in CHANNELS]
    session.execute(insert(Stop).values(rows).on_conflict_do_nothing())
