"""Ratings and cases planted for tests of scorecards, each with what a counter by hand needs."""

import csv
import random
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from feedback_service import registry
from feedback_service.domain.cases import CaseKind, CaseStatus, Lane, Outcome
from feedback_service.models import Case, Citizen, Rating, new_id

IN_QUARTER = datetime(2026, 1, 20, 7, 0, tzinfo=UTC)
"""A moment of FY2025/26-Q3, the quarter in which the tests' clock stands."""
PERIOD = "FY2025/26-Q3"


def institutions() -> int:
    """How many institutions the registry's files have."""
    with (registry.DATA / "institutions.csv").open(newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.DictReader(file))


def a_rating(**other: Any) -> Rating:
    """A complete rating of the ID service in Nairobi; the words given replace the usual ones."""
    usual = {
        "source": f"test:{new_id()}", "service_id": "id-first", "institution_id": "NRB",
        "county_code": 47, "channel": "africastalking-ussd", "language": "sw", "score": 4,
        "on_time": True, "paid_more": False, "courteous": True, "complete": True,
        "given_at": IN_QUARTER, "simulated": False,
    }  # fmt: skip
    return Rating(**(usual | other))


def a_case(number: int, **other: Any) -> Case:
    """A case of the ID service that was first due in the quarter and is still open."""
    usual = {
        "reference": f"{number:08d}", "source": f"test:case:{number}", "language": "sw",
        "channel": "africastalking-sms", "text": "invented words", "service_id": "id-first",
        "institution_id": "NRB", "county_code": 47, "unit_id": "NRB-R",
        "destination_unit_id": "NRB-R", "lane": Lane.OPEN, "status": CaseStatus.RECEIVED,
        "received_on": IN_QUARTER.date(), "received_at": IN_QUARTER - timedelta(days=14),
        "triaged_at": IN_QUARTER - timedelta(days=14),
        "acknowledge_due_at": IN_QUARTER - timedelta(days=13), "due_at": IN_QUARTER,
    }  # fmt: skip
    return Case(**(usual | other))


def a_citizen(session: Session) -> uuid.UUID:
    """Somebody whose votes can be told apart from others'."""
    person = Citizen(
        id=new_id(), lookup=uuid.uuid4().bytes, sealed=b"", kind="phone", created_at=IN_QUARTER
    )
    session.add(person)
    session.flush()  # Ratings point to the person.
    return person.id


def many_ratings(seed: int, count: int, **same: Any) -> list[Rating]:
    """Ratings of two institutions, four counties, two languages, some of them incomplete."""
    draw = random.Random(seed)
    answers = (True, False)
    drawn = [
        {
            "score": draw.randint(1, 5),
            "county_code": draw.choice((1, 30, 42, 47, None)),
            "language": draw.choice(("sw", "en")),
            "on_time": draw.choice(answers),
            "paid_more": draw.choice(answers),
            "courteous": draw.choice(answers),
            "complete": draw.random() < 0.8,
            "institution_id": draw.choice(("NRB", "DIS")),
        }
        for _ in range(count)
    ]
    return [a_rating(**(row | same)) for row in drawn]


def many_cases(seed: int, count: int, now: datetime) -> list[Case]:
    """Cases of one institution in every state that a cohort tells apart."""
    draw = random.Random(seed)
    return [_some_case(draw, number, now) for number in range(count)]


def _some_case(draw: random.Random, number: int, now: datetime) -> Case:
    due = draw.choice((IN_QUARTER, IN_QUARTER - timedelta(days=400), now + timedelta(days=3)))
    moments = (None, due - timedelta(days=1), due, due + timedelta(days=1))
    return a_case(
        number,
        due_at=due,
        first_due_at=due - draw.choice((0, 0, 1)) * timedelta(days=12),
        acknowledge_due_at=due,
        acknowledged_at=draw.choice(moments),
        resolved_at=draw.choice(moments),
        closed_at=draw.choice(moments),
        outcome=draw.choice((None, *Outcome)),
        lane=draw.choice(list(Lane)),
        kind=draw.choice(list(CaseKind)),
        urgent=draw.random() < 0.3,
        disputes=draw.choice((0, 0, 1)),
        received_on=(due - timedelta(days=draw.randint(1, 40))).date(),
        county_code=draw.choice((1, 47, None)),
    )
