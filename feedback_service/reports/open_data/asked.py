"""What a package is made of: the service, the periods it holds."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.scorecards import Scorecard
from feedback_service import scoring
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.models import Case, Rating
from feedback_service.runtime import Runtime


@dataclass(frozen=True)
class Asked:
    """The periods of a package, oldest first, quarters before their year; `moment`: the transaction
    in which all its tables of figures are read."""

    rt: Runtime
    periods: Sequence[Period]
    moment: Session | None = None

    def leaves(
        self, period: Period, dimensions: Iterable[str] = ()
    ) -> Iterator[tuple[Scorecard, scoring.Divisions]]:
        """The public cards of a period: in a package as of its one moment."""
        return scoring.leaves(self.rt, period, dimensions, moment=self.moment)

    @property
    def quarters(self) -> list[Period]:
        return [period for period in self.periods if period.quarter]


def periods_of(rt: Runtime) -> list[Period]:
    """Every quarter that has begun since the first record, and the financial years over them."""
    with rt.transaction() as session:
        firsts = (
            session.scalar(sa.select(sa.func.min(Rating.given_at))),
            session.scalar(sa.select(sa.func.min(Case.first_due_at))),
        )
    today = rt.now().astimezone(NAIROBI).date()
    last = Period.containing(today)
    begun = min((Period.containing(at) for at in firsts if at), key=_start, default=last)
    found = [last]
    while found[-1].start > begun.start:
        found.append(found[-1].previous())
    years = {quarter.financial_year for quarter in found}
    return sorted([*found, *years], key=lambda period: (period.end, -period.start.toordinal()))


def _start(period: Period) -> int:
    return period.start.toordinal()
