"""When citizens may be called: in the hours of surveys, on working days, never on a Sunday."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from feedback_service import registry
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.closing import DAYTIME
from feedback_service.runtime import Runtime

SUNDAY = 6
PARTS_OF_THE_DAY = 3
"""Who did not answer in the morning is called at noon, then in the afternoon."""


@dataclass(frozen=True)
class CallHours:
    """The hours of a day (Nairobi), and the days on which nobody is called."""

    begin: time
    end: time
    holidays: Set[date]

    def now(self, moment: datetime) -> bool:
        local = moment.astimezone(NAIROBI)
        return self.begin <= local.time() < self.end and self._is_a_day(local.date())

    def after_today(self, moment: datetime, attempts: int = 0) -> datetime:
        """The next day's call: later in the day, the more often nobody answered."""
        day = moment.astimezone(NAIROBI).date() + timedelta(days=1)
        while not self._is_a_day(day):
            day += timedelta(days=1)
        begin = datetime.combine(day, self.begin, NAIROBI)
        length = datetime.combine(day, self.end, NAIROBI) - begin
        return begin + length * (attempts % PARTS_OF_THE_DAY) / PARTS_OF_THE_DAY

    def _is_a_day(self, day: date) -> bool:
        return day.weekday() != SUNDAY and day not in self.holidays


def call_hours(rt: Runtime, session: Session) -> CallHours:
    begin, end = rt.settings.survey_hours or DAYTIME
    return CallHours(begin, end, registry.calendar(rt, session).holidays)
