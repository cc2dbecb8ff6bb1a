"""Invented praise for the register of compliments: marked as simulated, thanked for to nobody."""

from datetime import datetime
from random import Random

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from feedback_service.demo.people import Person
from feedback_service.models import Compliment, ComplimentState, Service, new_id
from feedback_service.runtime import Runtime

WORDS = {
    "en": (
        "The lady at the second counter was patient with my mother. Thank you",
        "I was served in ten minutes and nobody asked for anything extra. Well done",
        "They called me when it was ready, as they had promised. Good work",
    ),
    "sw": (
        "Asante sana, kijana wa dawati la tatu alinisaidia hadi mwisho",
        "Nimepata huduma siku hiyo hiyo, hongera kwa kazi nzuri",
        "Afisa alinieleza vizuri bila haraka, nashukuru sana",
    ),
}


def fill(
    rt: Runtime, citizens: list[Person], seed: int, span: tuple[datetime, datetime], most: int
) -> None:
    """As many compliments as `most`, over the span; again, nothing happens."""
    rng, (start, end) = Random(f"{seed}:praise"), span
    with rt.transaction() as session:
        given = sa.select(Service.id, Service.institution_id).where(
            Service.institution_id.is_not(None), Service.ended_on.is_(None)
        )
        services = list(session.execute(given.order_by(Service.id)))
        for number in range(1, most + 1 if services else 1):
            person, service = rng.choice(citizens), rng.choice(services)
            at = start + (end - start) * rng.random()
            row = {
                "id": new_id(), "source": f"demo:praise:{number}", "citizen_id": person.id,
                "channel": "africastalking-sms", "language": person.language,
                "text": rng.choice(WORDS[person.language]), "service_id": service.id,
                "institution_id": service.institution_id, "county_code": rng.randint(1, 47),
                "rated": False, "state": ComplimentState.KEPT, "received_at": at, "read_at": at,
                "simulated": True,
            }  # fmt: skip
            session.execute(insert(Compliment).values(row).on_conflict_do_nothing())
