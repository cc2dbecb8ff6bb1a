"""Months of ordinary complaints at one office, and a rise of one thing on top of them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from analytics.triage.rows import read_corpus
from feedback_service.domain.calendar import NAIROBI
from feedback_service.models import Case, EmergingProblem, new_id

RISE = (
    "Mashine ya kuchapisha vitambulisho imeharibika",
    "The card printer broke down and no ID is printed",
    "Printer ya ID imekufa, hakuna kadi",
    "They say the printer has no ribbon, come back next month",
    "ID printing has stopped, the printer is broken again",
)


def today(rt: Any) -> date:
    found: date = rt.now().astimezone(NAIROBI).date()
    return found


def plant(rt: Any, day: date, texts: list[str], **more: Any) -> None:
    """So many cases of one day; more: columns that differ from an ordinary case of the bureau."""
    keep(rt, rows_of(day, texts, **more))


def keep(rt: Any, rows: list[dict[str, Any]]) -> None:
    with rt.transaction() as session:
        session.execute(sa.insert(Case), rows)


def rows_of(day: date, texts: list[str], **more: Any) -> list[dict[str, Any]]:
    at = datetime.combine(day, time(9), NAIROBI)
    rows = []
    for text in texts:
        case_id = new_id()
        rows.append({
            "id": case_id, "reference": case_id.hex[-12:], "source": f"test:{case_id}",
            "channel": "africastalking-ussd", "language": "en", "text": text,
            "service_id": "id-first", "institution_id": "NRB", "county_code": 47,
            "unit_id": "NRB-R", "destination_unit_id": "NRB-R", "lane": "open",
            "status": "received", "received_on": day, "received_at": at,
            "acknowledge_due_at": at, "due_at": at + timedelta(days=7), "triaged_at": at,
            "compared_at": at, "urgent": False, "quiet": False, "level": 0, "disputes": 0,
            "simulated": False, "kind": "complaint", **more,
        })  # fmt: skip
    return rows


def plant_history(rt: Any, days: int = 80, **more: Any) -> None:
    """Some complaints every day up to yesterday, in words of the corpus; the same every time."""
    rng = Random(7)
    said = [r.text for r in read_corpus() if r.sector == "civil_registration" and r.judges]
    rows = []
    for ago in range(days, 0, -1):
        day = today(rt) - timedelta(days=ago)
        number = rng.randint(1, 2) if day.weekday() > 4 else rng.randint(3, 6)
        rows += rows_of(day, rng.sample(said, number), **more)
    keep(rt, rows)


def plant_rise(rt: Any, number: int = 14, **more: Any) -> None:
    """The same trouble told in several words, today."""
    plant(rt, today(rt), [RISE[n % len(RISE)] for n in range(number)], **more)


def problems(rt: Any) -> list[EmergingProblem]:
    with rt.transaction() as session:
        return list(session.scalars(sa.select(EmergingProblem).order_by(EmergingProblem.raised_at)))
