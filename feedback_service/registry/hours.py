"""Office hours of institutions and counties, from the day they take effect.

A case keeps the hours of the day it came: its opening event writes them down.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import audit
from feedback_service.domain.calendar import NAIROBI, NotACalendar, WorkingCalendar
from feedback_service.models import Institution, OfficeHours
from feedback_service.registry.phrases import newer

COUNTY = "county:"


@dataclass(frozen=True)
class Hours:
    """When an office answers; weekdays on which it is shut are numbers, Monday is 0."""

    scope: str
    effective_from: date
    opens: time
    closes: time
    weekend: frozenset[int]


class BadHours(ValueError):
    """These hours cannot be kept; `field` says which of `Hours` is wrong."""

    def __init__(self, field: str, wrong: str) -> None:
        super().__init__(wrong)
        self.field = field


def all_of(session: Session) -> list[Hours]:
    """Every office's hours, the newest first."""
    found = sa.select(OfficeHours).order_by(OfficeHours.effective_from.desc(), OfficeHours.scope)
    return [
        Hours(row.scope, row.effective_from, row.opens, row.closes, frozenset(row.weekend))
        for row in session.scalars(found)
    ]


def within(
    calendar: WorkingCalendar, known: Sequence[Hours], whose: tuple[str | None, int], on: date
) -> WorkingCalendar:
    """The calendar in the hours of an institution, else of its county, else the usual ones.

    known: as `all_of` gives them; whose: the institution and the county.
    """
    institution, county = whose
    for scope in (institution, f"{COUNTY}{county}"):
        for row in known:
            if row.scope == scope and row.effective_from <= on:
                return replace(calendar, opens=row.opens, closes=row.closes, weekend=row.weekend)
    return calendar


def keep(session: Session, wanted: Hours, by_id: uuid.UUID | None, now: datetime) -> None:
    """Keep an office's hours from a day on, today or later; raises BadHours.

    Hours that have taken effect stay as they are, so that a clock can always be reckoned again.
    """
    _check(session, wanted, now)
    key = (wanted.scope, wanted.effective_from)
    row = session.get(OfficeHours, key)
    if row is None:
        row = OfficeHours(scope=key[0], effective_from=key[1])
        session.add(row)
    row.opens, row.closes, row.weekend = wanted.opens, wanted.closes, sorted(wanted.weekend)
    row.set_by_id, row.set_at = by_id, now
    said = {
        "from": wanted.effective_from.isoformat(), "opens": wanted.opens.isoformat("minutes"),
        "closes": wanted.closes.isoformat("minutes"), "weekend": row.weekend,
    }  # fmt: skip
    audit.note(session, "hours.set", wanted.scope, now, by_id, said)
    newer(session, now)


def _check(session: Session, wanted: Hours, now: datetime) -> None:
    today = now.astimezone(NAIROBI).date()
    if wanted.effective_from < today:
        raise BadHours(
            "effective_from", f"{wanted.effective_from} has passed: choose a day to come"
        )
    if not wanted.scope.startswith(COUNTY) and session.get(Institution, wanted.scope) is None:
        raise BadHours("scope", f"{wanted.scope} is no institution: choose one of the registry")
    try:
        WorkingCalendar(wanted.opens, wanted.closes, wanted.weekend)
    except NotACalendar as error:
        field = "weekend" if len(wanted.weekend) == 7 else "closes"
        raise BadHours(field, str(error)) from None
