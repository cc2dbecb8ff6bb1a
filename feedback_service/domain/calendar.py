"""Working time: when an office answers, and how much of that time lies between two moments.

Everything rests on one number, the working time passed since a fixed day long ago.  It is counted
by whole weeks, so a span of years costs as much as a span of minutes, and differences of it add up
exactly whatever the moments are.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import cached_property

# Kenya has kept UTC+3 without summer time since 1960.  A fixed offset needs no zone files, which a
# small container may not have.
NAIROBI: tzinfo = timezone(timedelta(hours=3), "EAT")

_NONE, _MINUTE = timedelta(0), timedelta(minutes=1)


class NaiveTime(ValueError):
    """A moment came without a zone."""


class NotACalendar(ValueError):
    """The hours or the weekend leave no working time at all."""


class NegativeSpan(ValueError):
    """Working time is only ever added."""


def require_aware(at: datetime, field: str = "at") -> datetime:
    """The same moment; raises `NaiveTime` when it has no zone."""
    if at.utcoffset() is None:
        raise NaiveTime(f"{field} is {at.isoformat()}, which has no zone: give it one, such as UTC")
    return at


@dataclass(frozen=True)
class WorkingCalendar:
    """Office hours, weekend (Monday is 0) and holidays of one office.

    Hours are half-open: an office that closes at 17:00 is shut at 17:00.  `zone` must be one
    without summer time.  Moments are returned in `zone`.
    """

    opens: time = time(8)
    closes: time = time(17)
    weekend: frozenset[int] = frozenset({5, 6})
    holidays: frozenset[date] = frozenset()
    zone: tzinfo = NAIROBI

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise NotACalendar(
                f"closes is {self.closes}, not after {self.opens}: give a later time"
            )
        if not self._weekdays:
            raise NotACalendar("weekend has all seven days: leave at least one to work on")

    @cached_property
    def day_length(self) -> timedelta:
        """Working time of one whole working day."""
        return datetime.combine(date.min, self.closes) - datetime.combine(date.min, self.opens)

    def is_working_day(self, day: date) -> bool:
        return day.weekday() not in self.weekend and day not in self.holidays

    def next_working_moment(self, at: datetime) -> datetime:
        """`at` itself while the office is open, else the next opening."""
        local = require_aware(at).astimezone(self.zone)
        if self.is_working_day(local.date()) and local.time() < self.closes:
            return max(local, self._opening(local.date()))
        later = local.date() + timedelta(days=1)
        return self._opening(self._day_after(later, 0))

    def add_time(self, start: datetime, span: timedelta) -> datetime:
        """The moment `span` of working time after `start`; a whole day ends at closing time."""
        if span < _NONE:
            raise NegativeSpan(f"span is {span}: give zero or more")
        begun = self.next_working_moment(start)
        if not span:
            return begun
        days, rest = divmod(begun - self._opening(begun.date()) + span, self.day_length)
        if not rest:
            days, rest = days - 1, self.day_length
        return self._opening(self._day_after(begun.date(), days)) + rest

    def add_minutes(self, start: datetime, minutes: int) -> datetime:
        """The moment `minutes` of working time after `start`."""
        return self.add_time(start, minutes * _MINUTE)

    def add_days(self, start: datetime, days: int) -> datetime:
        """Closing time of the working day that comes `days` working days after the day of `start`.

        A start outside working time counts from the next working moment: what comes in on Saturday
        with one day to go is due when Tuesday closes.
        """
        if days < 0:
            raise NegativeSpan(f"days is {days}: give zero or more")
        first = self.next_working_moment(start).date()
        return self._opening(self._day_after(first, days)) + self.day_length

    def time_between(self, a: datetime, b: datetime) -> timedelta:
        """Working time from `a` to `b`, exact, negative when `b` comes first; spans add up."""
        return self._worked(b) - self._worked(a)

    def minutes_between(self, a: datetime, b: datetime) -> int:
        """Working minutes from `a` to `b`.

        Counted as the minute marks of the office clock that are passed, not as seconds rounded
        down, because only so do neighbouring spans add up to the whole.
        """
        return self._worked(b) // _MINUTE - self._worked(a) // _MINUTE

    def _opening(self, day: date) -> datetime:
        return datetime.combine(day, self.opens, self.zone)

    def _worked(self, at: datetime) -> timedelta:
        """Working time from 1 January of year 1 to `at`."""
        local = require_aware(at).astimezone(self.zone)
        whole = self._days_before(local.toordinal()) * self.day_length
        if not self.is_working_day(local.date()):
            return whole
        today = local - self._opening(local.date())
        return whole + min(max(today, _NONE), self.day_length)

    def _day_after(self, first: date, days: int) -> date:
        """The working day that has `days` working days between `first` (counted) and itself."""
        low = first.toordinal()
        wanted = self._days_before(low) + days + 1
        # Each week has a working day or a holiday on it, so the answer lies within this many weeks.
        high = min(low + 7 * (days + len(self._shut) + 2), date.max.toordinal())
        at = bisect_left(range(low, high), wanted, key=lambda day: self._days_before(day + 1))
        return date.fromordinal(low + at)

    def _days_before(self, ordinal: int) -> int:
        """Working days before the day of that ordinal; day 1 was a Monday."""
        weeks, rest = divmod(ordinal - 1, 7)
        plain = weeks * len(self._weekdays) + bisect_left(self._weekdays, rest)
        return plain - bisect_left(self._shut, ordinal)

    @cached_property
    def _weekdays(self) -> tuple[int, ...]:
        return tuple(day for day in range(7) if day not in self.weekend)

    @cached_property
    def _shut(self) -> tuple[int, ...]:
        """Holidays that take a working day away, in order."""
        taken = (day for day in self.holidays if day.weekday() not in self.weekend)
        return tuple(sorted(day.toordinal() for day in taken))
