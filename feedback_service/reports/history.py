"""The quarters behind a figure: the cards of an institution, or of the whole service, one a
quarter; one reader goes through all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.scorecards import Scorecard
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.models import Case
from feedback_service.runtime import Runtime
from feedback_service.scoring.books import reader
from feedback_service.scoring.reading import extent, one_moment
from feedback_service.scoring.survey import breaks
from feedback_service.scoring.trends import card_of

QUARTERS = 8
"""How many a trend goes back."""


@dataclass(frozen=True)
class Quarter:
    """A quarter and the card of it, None where nothing was counted; `changed` names the versions of
    the questions by which only this quarter or only the one before was asked."""

    period: Period
    card: Scorecard | None
    changed: tuple[str, ...] = ()


def quarters_until(period: Period, count: int = QUARTERS) -> list[Period]:
    """The last quarters up to the end of a period, oldest first."""
    last = period if period.quarter else Period(period.year, 4)
    found = [last]
    while len(found) < count:
        found.append(found[-1].previous())
    return found[::-1]


def history(rt: Runtime, institution: str, until: Period, *, public: bool = True) -> list[Quarter]:
    """The quarters up to `until`, from the first in which anything was counted of anybody.

    `institution` may be scoring.WHOLE: all of them together.
    """
    with rt.transaction() as session:
        first = begun(session)
    wanted = [q for q in quarters_until(until) if first and q.end >= first]
    with one_moment(rt, wanted, public=public, first=institution) as session:
        mine = reader(session, rt.now(), public, institution)
        return [
            Quarter(quarter, card_of(rt, mine, institution, quarter), changed)
            for quarter, changed in zip(wanted, breaks(session, wanted), strict=True)
        ]


def begun(session: Session) -> date | None:
    """The first day that any figure counts, in Kenya; None where nothing does."""
    firsts: Iterable[datetime | None] = (
        extent(session)[0],
        session.scalar(sa.select(sa.func.min(Case.first_due_at))),
    )
    first = min((one for one in firsts if one), default=None)
    return first.astimezone(NAIROBI).date() if first else None
