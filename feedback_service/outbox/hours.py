"""When a message may leave: news not in quiet hours, surveys in survey hours of ordinary days.

What a citizen waits for is answered at any hour.  Source: the operators' rules for surveys (within
72 hours of the contact, over after 48) and the hours of marketing, kept by us for all surveys.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from feedback_service.conversations.wording.kinds import Purpose
from feedback_service.domain.calendar import NAIROBI
from feedback_service.settings import Settings

Span = tuple[time, time] | None
SUNDAY = 6


@dataclass(frozen=True)
class Hours:
    """The hours in force; None in place of a span: no such rule.  `holidays` have no surveys."""

    quiet: Span
    survey: Span
    survey_within: timedelta
    holidays: Set[date] = frozenset()

    @classmethod
    def of(cls, settings: Settings, holidays: Set[date] = frozenset()) -> "Hours":
        within = timedelta(hours=settings.survey_within_hours)
        return cls(settings.quiet_hours, settings.survey_hours, within, holidays)

    def earliest(self, purpose: Purpose, now: datetime, *, urgent: bool = False) -> datetime:
        """The first moment from `now` on at which a message of this purpose may leave."""
        if purpose is Purpose.SURVEY and self.survey:
            return self._survey_time(self.survey, now)
        if purpose is Purpose.NEWS and not urgent and self.quiet and within(self.quiet, now):
            return _next(self.quiet[1], now)
        return now

    def too_late(self, purpose: Purpose, created_at: datetime, now: datetime) -> bool:
        """Whether the contact that a survey asks about is too long ago to ask."""
        return purpose is Purpose.SURVEY and now - created_at > self.survey_within

    def _survey_time(self, span: tuple[time, time], now: datetime) -> datetime:
        moment = now if within(span, now) else _next(span[0], now)
        while (day := moment.astimezone(NAIROBI).date()) in self.holidays or (
            day.weekday() == SUNDAY
        ):
            moment = _next(span[0], moment)
        return moment


def within(span: tuple[time, time], moment: datetime) -> bool:
    """Whether a moment lies in a span of Nairobi's hours, its end excluded."""
    begin, end = span
    at = moment.astimezone(NAIROBI).time()
    return begin <= at < end if begin < end else at >= begin or at < end


def _next(hour: time, after: datetime) -> datetime:
    local = after.astimezone(NAIROBI)
    at = local.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    return (at if at > local else at + timedelta(days=1)).astimezone(after.tzinfo)
