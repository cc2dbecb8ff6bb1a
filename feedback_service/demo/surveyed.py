"""Invented visits of a few institutions, drawn and asked about as the service does it: the survey's
pages and the verified class have something to show.  All simulated; no message is written."""

import uuid
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from analytics import sampling
from analytics.sampling import LeftOut, Member, Stratum
from feedback_service.conversations import instruments
from feedback_service.demo.people import Person
from feedback_service.demo.rated import answers_of
from feedback_service.demo.world import Offer, World
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.domain.ratings import AnswerOrder, Sample
from feedback_service.models import (
    DeclaredCount,
    Invitation,
    Rating,
    SurveyDraw,
    SurveySeed,
    Visit,
    new_id,
)
from feedback_service.runtime import Runtime

BODIES = (("DIS", 0.97), ("NRB", 0.9), ("KRA", 0.62))
"""Institutions and how much of what they declare they feed: the last is not measured."""
COUNTIES = {
    47: (0.96, 0.75), 1: (0.95, 0.4), 42: (0.97, 0.99), 32: (0.96, 0.6), 37: (0.95, 0.3),
    27: (0.96, 0.97), 16: (0.97, 0.78), 22: (0.55, 0.6),
}  # fmt: skip
"""County governments that feed their visits: how much of it, and how good their services are, so
that the map has every side of the standard."""
A_COUNTY = 3
"""So many times fewer visits has a county than an institution of the country."""
LATEST = timedelta(days=4)
"""Younger days are left to the service's own clock."""
SUNDAY, AT_ONCE = 6, 1000
MOST_SERVICES = 4
"""Of a county, so that each has answers enough."""
_LEFT_OUT = {LeftOut.NO_NUMBER: 10, LeftOut.CAPPED: 7, LeftOut.GONE: 3, LeftOut.STOPPED: 2, "": 78}
_BECAME = {"delivered": 86, "sent": 7, "failed": 7}


@dataclass
class _Rows:
    """What is put into each table, in this order."""

    visits: list[dict[str, Any]]
    seeds: list[dict[str, Any]]
    draws: list[dict[str, Any]]
    invitations: list[dict[str, Any]]
    ratings: list[dict[str, Any]]
    declared: list[dict[str, Any]]


def fill(
    rt: Runtime, world: World, people: Sequence[Person], seed: int, span: tuple[datetime, datetime],
    a_day: int,
) -> int:  # fmt: skip
    """About `a_day` visits of each of a few institutions and working day; how many were added."""
    made = sa.select(Visit.id).where(Visit.source.startswith("demo/")).limit(1)
    with rt.transaction() as session:
        if not a_day or session.scalar(made):
            return 0
    rows = _Rows([], [], [], [], [], [])
    last = (span[1] - LATEST).astimezone(NAIROBI).date()
    days = [
        day for n in range((last - span[0].astimezone(NAIROBI).date()).days + 1)
        if (day := span[0].astimezone(NAIROBI).date() + timedelta(days=n)).weekday() != SUNDAY
    ]  # fmt: skip
    for day in days:
        rows.seeds.append(_seed(seed, day))
    for name, fed in BODIES:
        offers = [offer for offer in world.services.values() if offer.institution == name]
        if offers:
            quality = Random(f"{seed}:quality:{name}").betavariate(4, 3)
            body = _Body(name, offers, fed, quality, a_day)
            _body(rows, body, people, seed, days, span[1])
    theirs = [offer for offer in world.services.values() if offer.institution is None]
    for county, (fed, quality) in COUNTIES.items():
        if theirs and a_day >= A_COUNTY and county in world.governments:
            name, fewer = world.governments[county], a_day // A_COUNTY
            body = _Body(name, theirs[:MOST_SERVICES], fed, quality, fewer, county)
            _body(rows, body, people, seed, days, span[1])
    _put(rt, rows)
    return len(rows.visits)


@dataclass(frozen=True)
class _Body:
    """Who feeds visits: of which services, how much of what was declared, how good they are, how
    many a day at least; of a county's government, its county."""

    name: str
    offers: Sequence[Offer]
    fed: float
    quality: float
    a_day: int
    county: int | None = None


def _body(
    rows: _Rows, of: _Body, people: Sequence[Person], seed: int, days: Iterable[date], now: datetime
) -> None:
    rng, name = Random(f"{seed}:survey:{of.name}"), of.name
    so_far: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    since: dict[str, date] = {}
    quarter = Period.containing(now)
    whole: Counter[str] = Counter()
    for day in days:
        if Period.containing(day) != quarter:
            quarter, so_far, asked = Period.containing(day), Counter(), Counter()
            since = {}
        if rng.random() < 0.02:
            rows.draws.append(_draw(name, day, [], {}, [], now))
            continue
        visits = [_visit(rng, of, rng.choice(of.offers), people, day)
                  for _ in range(rng.randint(of.a_day, 2 * of.a_day))]  # fmt: skip
        frame = [_member(rng, visit) for visit in visits]
        today = Counter(member.stratum for member in frame)
        able = Counter(member.stratum for member in frame if not member.left_out)
        so_far += today
        whole[quarter.label] += len(visits)
        for stratum in today:
            since.setdefault(stratum, day)
        strata = {
            s: Stratum(today[s], able[s], so_far[s], asked[s],
                       *sampling.parts(quarter, since[s], day))
            for s in so_far
        }  # fmt: skip
        wanted = sampling.wanted(strata, _seed(seed, day)["seed"])
        taken = sampling.draw(frame, _seed(seed, day)["seed"], wanted)
        asked += Counter(member.stratum for member in taken)
        draw = _draw(name, day, frame, wanted, taken, now)
        rows.visits += visits
        rows.draws.append(draw)
        known = {str(visit["id"]): visit for visit in visits}
        for place, member in enumerate(taken, 1):
            _ask(rows, rng, draw, known[member.visit], place, of.quality, now)
    for label, many in whole.items():
        rows.declared.append(
            {"id": new_id(), "institution_id": name, "period": label, "kind": "tickets",
             "count": round(many / of.fed), "evidence": "simulated", "at": now, "simulated": True}
        )  # fmt: skip


def _visit(
    rng: Random, of: _Body, offer: Offer, people: Sequence[Person], day: date
) -> dict[str, Any]:
    at = datetime.combine(day, time(8), NAIROBI) + timedelta(minutes=rng.randrange(540))
    inside = [one for one in offer.places if of.county in (None, one[1])]
    nowhere = (None, of.county or 47)
    place, county = rng.choice(inside) if inside and rng.random() < 0.8 else nowhere
    visit = uuid.UUID(int=rng.getrandbits(128), version=4)  # the lots hang on it: the same again
    return {
        "id": visit, "source": f"demo/{visit}", "institution_id": of.name,
        "service_id": offer.service, "service_point_id": place, "county_code": county,
        "citizen_id": rng.choice(people).id, "at": at, "serial": "", "amount_kes": None,
        "fed_at": at + timedelta(hours=10), "simulated": True,
    }  # fmt: skip


def _member(rng: Random, visit: dict[str, Any]) -> Member:
    why = rng.choices(list(_LEFT_OUT), list(_LEFT_OUT.values()))[0]
    if why == LeftOut.NO_NUMBER:
        visit["citizen_id"] = None
    name = sampling.stratum(visit["service_id"], visit["service_point_id"])
    return Member(str(visit["id"]), name, 0, why)


def _seed(seed: int, day: date) -> dict[str, Any]:
    text = sampling.lot(f"{seed}", f"survey:{day}")[:32]
    begins = datetime.combine(day, time(), NAIROBI)
    return {
        "day": day, "seed": text, "seed_hash": sampling.seed_hash(text),
        "committed_at": begins - timedelta(hours=14), "drawn_at": begins + timedelta(hours=36),
    }  # fmt: skip


def _draw(
    name: str, day: date, frame: Sequence[Member], wanted: dict[str, int],
    taken: Sequence[Member], now: datetime,
) -> dict[str, Any]:  # fmt: skip
    at = datetime.combine(day, time(12), NAIROBI) + timedelta(days=1)
    return {
        "id": new_id(), "institution_id": name, "day": day, "method": sampling.method().version,
        "frame_size": len(frame), "frame_hash": sampling.frame_hash(frame),
        "frame": zlib.compress(sampling.listing(frame).encode()),
        "sizes": sampling.by_stratum(frame), "wanted": wanted,
        "taken": sampling.by_stratum(taken), "left_out": sampling.reasons(frame),
        "drawn_at": min(at, now), "simulated": True,
    }  # fmt: skip


def _ask(
    rows: _Rows, rng: Random, draw: dict[str, Any], visit: dict[str, Any], position: int,
    quality: float, now: datetime,
) -> None:  # fmt: skip
    asked = draw["drawn_at"]
    sent = asked + timedelta(minutes=rng.randrange(300))
    became = rng.choices(list(_BECAME), list(_BECAME.values()))[0]
    order = rng.choice(list(AnswerOrder))
    reached = became == "delivered"
    given = sent + timedelta(minutes=rng.randrange(5, 1200))
    answers = reached and rng.random() < 0.32 and given < now
    rows.invitations.append(
        {"id": new_id(), "draw_id": draw["id"], "visit_id": visit["id"],
         "citizen_id": visit["citizen_id"], "institution_id": visit["institution_id"],
         "stratum": sampling.stratum(visit["service_id"], visit["service_point_id"]),
         "day": draw["day"], "position": position, "message_key": f"demo:invite:{visit['id']}",
         "answer_order": order, "instrument": instruments.in_use(), "asked_at": asked,
         "ask_at": sent, "state": became, "failure": "", "simulated": True,
         "sent_at": None if became == "failed" else sent,
         "delivered_at": sent if reached else None, "expires_at": sent + timedelta(hours=48),
         "answered_at": given if answers else None}
    )  # fmt: skip
    if answers:
        had = rng.random() < 0.4 - 0.3 * quality
        rows.ratings.append(
            {"id": new_id(), "source": f"demo:invite:{visit['id']}:rating",
             "citizen_id": visit["citizen_id"], "service_id": visit["service_id"],
             "institution_id": visit["institution_id"], "county_code": visit["county_code"],
             "service_point_id": visit["service_point_id"], "channel": "africastalking-sms",
             "language": rng.choice(("en", "sw")), "given_at": given, "simulated": True,
             "sample": Sample.VERIFIED, "visit_id": visit["id"], "answer_order": order,
             "instrument": instruments.in_use(), "had_problem": had,
             "reported_problem": rng.random() < 0.3 if had else None, "charter_version": None,
             **answers_of(rng, quality)}
        )  # fmt: skip


def _put(rt: Runtime, rows: _Rows) -> None:
    tables = (
        (Visit, rows.visits), (SurveySeed, rows.seeds), (SurveyDraw, rows.draws),
        (Invitation, rows.invitations), (Rating, rows.ratings), (DeclaredCount, rows.declared),
    )  # fmt: skip
    with rt.engine.begin() as connection:  # no session: many rows in few statements
        for table, given in tables:
            for start in range(0, len(given), AT_ONCE):
                statement = insert(table).on_conflict_do_nothing()
                connection.execute(statement, given[start : start + AT_ONCE])
