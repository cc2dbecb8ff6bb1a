"""Everything papers are made of, read once: the public figures of a period and of the one before,
who reports by which line, and what is still to be decided."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.scorecards import ASKED, Scorecard
from feedback_service import government, reports, scoring
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import MATURES_IN, Period
from feedback_service.government import Status
from feedback_service.models import Contest, FrozenPeriod, Institution, Sector
from feedback_service.reports import Names
from feedback_service.reports.governments import Government, governments
from feedback_service.reports.history import Quarter, history
from feedback_service.runtime import Runtime
from feedback_service.scoring import Dimension, Edition
from feedback_service.scoring.survey import breaks

TRENDS = ("satisfaction", "charter_time_kept", "resolved_in_time", "citizen_confirmed")
"""The figures drawn and told first."""

Counted = Mapping[str, tuple[str, str]]
"""Indicator -> what it counts and what it leaves out, in words."""


@dataclass(frozen=True)
class Body:
    """An institution as papers sort it."""

    id: str
    line: str
    sector: str
    county: int | None


@dataclass(frozen=True)
class Gathered:
    """One moment's reading.  `frozen_on` is None while figures may still move; `changed` says that
    the questions changed since the period before, so that no answer is compared with one of then;
    `unanswered` counts contests without an answer."""

    owner: str
    period: Period
    frozen_on: date | None
    found: Edition
    before: Edition
    changed: bool
    names: Names
    governments: Mapping[int, Government]
    bodies: Mapping[str, Body]
    sectors: Mapping[str, Mapping[str, str]]
    lines: tuple[Status, ...]
    unanswered: int
    trend: tuple[Quarter, ...]
    counted: Mapping[str, Counted]

    @property
    def simulated(self) -> bool:
        return any(card.simulated for card in self.found.cards.values())

    @property
    def matures_on(self) -> date:
        return self.period.end + MATURES_IN

    def name(self, institution: str, lang: str) -> str:
        return self.names.institution(institution)[lang]

    def of_line(self, line: str) -> dict[str, Scorecard]:
        """The cards of a line's bodies, in the order of their names."""
        return self._cards(lambda body: body.line == line)

    def of_sector(self, sector: str) -> dict[str, Scorecard]:
        return self._cards(lambda body: body.sector == sector)

    def of_county(self, county: int) -> dict[str, Scorecard]:
        return self._cards(lambda body: body.county == county)

    def comparable(self, indicator: str) -> bool:
        """Whether it was counted the same way in the period before."""
        return not (self.changed and indicator in ASKED)

    def _cards(self, wanted: Callable[[Body], bool]) -> dict[str, Scorecard]:
        return {
            key: card
            for key, card in self.found.cards.items()
            if key in self.bodies and wanted(self.bodies[key])
        }


def gathered(rt: Runtime, period: Period, counted: Mapping[str, Counted]) -> Gathered:
    """Read all of it; the services' tables are those of every institution, as the public sees them.

    `counted`: by language, what every indicator counts, in the words of the pages.
    """
    found = scoring.edition(rt, period, (Dimension.SERVICE,))
    before = scoring.edition(rt, period.previous())
    names, held = reports.names(rt), governments(rt)
    trend = tuple(history(rt, scoring.WHOLE, period))
    lines, unanswered = waiting_now(rt, period)
    with rt.transaction() as session:
        frozen = session.get(FrozenPeriod, period.label)
        changed = breaks(session, [period.previous(), period])[-1]
        return Gathered(
            rt.settings.scorecard_owner, period,
            frozen.frozen_at.astimezone(NAIROBI).date() if frozen else None,
            found, before, bool(changed), names, held, _bodies(session), _sectors(session),
            lines, unanswered, trend, counted,
        )  # fmt: skip


def waiting_now(rt: Runtime, period: Period) -> tuple[tuple[Status, ...], int]:
    """Where every line stands, and how many contests have no answer: both change after a freeze."""
    with rt.transaction() as session:
        given = government.signatories(session, period)
        lines = government.standing(session, period, rt.now(), given)
        return tuple(lines), _unanswered(session, period)


def _bodies(session: Session) -> dict[str, Body]:
    rows = sa.select(
        Institution.id, Institution.reporting_line, Institution.sector, Institution.county_code
    )
    return {row[0]: Body(*row) for row in session.execute(rows)}


def _sectors(session: Session) -> dict[str, dict[str, str]]:
    rows = session.scalars(sa.select(Sector).order_by(Sector.position))
    return {row.key: {"en": row.short_en, "sw": row.short_sw} for row in rows}


def _unanswered(session: Session, period: Period) -> int:
    waiting = sa.select(sa.func.count(Contest.id)).where(
        Contest.period == period.label, Contest.answered_at.is_(None)
    )
    return session.scalar(waiting) or 0
