"""What lay beside a case whose citizen was forgotten: five must still share what is told."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.generalising import told
from analytics.suppression import MINIMUM
from feedback_service.models import ToldRequest

_CELL = (
    ToldRequest.month, ToldRequest.kind, ToldRequest.service_id, ToldRequest.institution_id
)  # fmt: skip


def look_again(session: Session) -> None:
    """Take out what was erased; tell less of what is left where it has become too few."""
    gone = sa.delete(ToldRequest).where(ToldRequest.erased).returning(*_CELL)
    for cell in {tuple(row) for row in session.execute(gone)}:
        same = [column == value for column, value in zip(_CELL, cell, strict=True)]
        left = list(session.scalars(sa.select(ToldRequest).where(*same)))
        if len(left) < MINIMUM:
            session.execute(sa.delete(ToldRequest).where(*same))
            continue
        for county, here in told(left, lambda one: one.county_code).items():
            for day, together in told(here, _day).items():
                for one in together:
                    _say(one, county, day)


def _day(one: ToldRequest) -> Any:
    return one.received_on if one.by_day else None


def _say(one: ToldRequest, county: int | None, day: Any) -> None:
    one.county_code, one.by_day = county, day is not None
    one.received_on = day or one.month
