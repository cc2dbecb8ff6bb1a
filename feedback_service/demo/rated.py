"""Invented ratings: every institution has its own quality, and answers agree with the score."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from sqlalchemy.dialects.postgresql import insert as insert_or_leave

from feedback_service.demo.people import Person
from feedback_service.demo.world import BUSY, Season, World
from feedback_service.domain.ratings import CharterAnswers, is_complete
from feedback_service.models import Rating, new_id
from feedback_service.runtime import Runtime

AT_ONCE = 1000
_CHANNELS = {"africastalking-ussd": 72, "twilio-whatsapp": 16, "africastalking-sms": 12}


def plan(
    world: World, citizens: list[Person], rng: Random, seed: int, season: Season, count: int
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """`count` rows of the ratings table, in no order."""
    offers = list(world.services.values())
    weights = [BUSY.get(offer.service, 1) for offer in offers]
    quality: dict[str | None, float] = {}
    for number in range(1, count + 1):
        offer = rng.choices(offers, weights)[0]
        # A first round through the counties, so that none is without a word.
        round_one = number <= len(world.counties)
        county = world.counties[number - 1] if round_one else world.county_for(rng, offer)
        owner = world.owner(offer, county)
        if owner not in quality:
            quality[owner] = Random(f"{seed}:quality:{owner}").betavariate(4, 3)
        person, at = rng.choice(citizens), season.moment(rng)
        places = [place for place, where in offer.places if where == county]
        yield {
            "id": new_id(), "source": f"demo:rating:{number}", "citizen_id": person.id,
            "service_id": offer.service, "institution_id": owner,
            "service_point_id": rng.choice(places) if places and rng.random() < 0.6 else None,
            "county_code": county, "language": person.language, "given_at": at,
            "channel": rng.choices(list(_CHANNELS), list(_CHANNELS.values()))[0],
            "charter_version": offer.charter_on(at.date()), "simulated": True,
            **answers_of(rng, quality[owner]),
        }  # fmt: skip


def insert(rt: Runtime, rows: Iterator[dict[str, Any]], say: Callable[[int], None]) -> int:
    """Put the rows that are not there yet into the table; returns how many."""
    added = done = 0
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == AT_ONCE:
            added, done = added + _insert(rt, batch), done + len(batch)
            say(done)
            batch = []
    if batch:
        added, done = added + _insert(rt, batch), done + len(batch)
        say(done)
    return added


def _insert(rt: Runtime, rows: list[dict[str, Any]]) -> int:
    statement = (
        insert_or_leave(Rating)
        .on_conflict_do_nothing(index_elements=["source"])
        .returning(Rating.id)
    )
    with rt.engine.begin() as connection:  # no session: many rows in few statements
        return len(connection.execute(statement, rows).all())


def answers_of(rng: Random, quality: float) -> dict[str, Any]:
    """A score, and charter answers as somebody with that score would give them."""
    score = min(5, max(1, round(rng.gauss(1.7 + 3 * quality, 1.05))))
    content = (score - 1) / 4
    paid_more = rng.random() < 0.22 * (1 - content) + 0.02
    answers = CharterAnswers(
        on_time=_said(rng, 0.95, 0.2 + 0.7 * content),
        paid_more=paid_more if rng.random() < 0.9 else None,
        courteous=_said(rng, 0.88, 0.3 + 0.65 * content),
    )
    extra = rng.choice((50, 100, 200, 200, 500, 1000, 2000))
    return {
        "score": score, "on_time": answers.on_time, "paid_more": answers.paid_more,
        "paid_extra_kes": extra if answers.paid_more and rng.random() < 0.7 else None,
        "courteous": answers.courteous, "complete": is_complete(answers),
    }  # fmt: skip


def _said(rng: Random, answered: float, yes: float) -> bool | None:
    """An answer, or none from those who had hung up."""
    return rng.random() < yes if rng.random() < answered else None
