"""What a reader of GeoReport asks for: a window of at most 90 days, states, a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from feedback_service.domain.calendar import NAIROBI
from feedback_service.reports.requests import Place
from feedback_service.web.geo_report.written import Wrong

LONGEST = timedelta(days=90)
MOST = 1_000
"""Requests of a page, and without `page_size` too: the standard's own limit."""
LAST_PAGE = 10_000
FURTHEST = 100_000
"""Requests that pages are counted over: beyond, `Link` goes on without counting."""


@dataclass(frozen=True)
class Window:
    """From which day to which, both told."""

    first: date
    last: date


def window(asked: Mapping[str, str], now: datetime) -> Window:
    """The window asked for, else the last 90 days.  Raises Wrong."""
    start, end = _moment(asked, "start_date"), _moment(asked, "end_date")
    try:
        end = end or (start + LONGEST if start else now)
        start = start or end - LONGEST
        if end < start or end - start > LONGEST:
            raise Wrong(400, "start_date and end_date: give a window of 0 to 90 days")
        return Window(start.astimezone(NAIROBI).date(), end.astimezone(NAIROBI).date())
    except OverflowError:
        raise Wrong(400, "start_date or end_date is no day of this calendar") from None


def statuses(asked: Mapping[str, str]) -> set[str]:
    """open, closed or both.  Raises Wrong."""
    given = {word.strip() for word in asked.get("status", "").split(",") if word.strip()}
    if given - {"open", "closed"}:
        raise Wrong(400, "status: give open, closed, or both with a comma")
    return given or {"open", "closed"}


def page_of(asked: Mapping[str, str]) -> tuple[int, int]:
    """The page, from 1, and how many requests it holds.  Raises Wrong."""
    page, size = _number(asked, "page", 1, LAST_PAGE), _number(asked, "page_size", MOST, MOST)
    if page * size > FURTHEST:
        raise Wrong(400, f"page: follow the Link header, or ask for the first {FURTHEST:,} at most")
    return page, size


def place(asked: Mapping[str, str]) -> Place | None:
    """Where the page before has ended, as its `Link` header says it.  Raises Wrong."""
    given = asked.get("after", "").strip()
    if not given:
        return None
    day, _, name = given.partition(".")
    try:
        return date.fromisoformat(day), name
    except ValueError:
        raise Wrong(400, "after: take it from the Link header of the page before") from None


def _number(asked: Mapping[str, str], name: str, usual: int, most: int) -> int:
    given = asked.get(name, "").strip()
    if not given:
        return usual
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:9]) <= most):
        raise Wrong(400, f"{name}: give a whole number from 1 to {most}")
    return int(given[:9])


def _moment(asked: Mapping[str, str], name: str) -> datetime | None:
    """A moment in ISO 8601; without a zone it is Kenya's.  A "+" may have become a space."""
    given = asked.get(name, "").strip().replace(" ", "+")
    if not given:
        return None
    try:
        read = datetime.fromisoformat(given)
        return read if read.tzinfo else read.replace(tzinfo=NAIROBI)
    except ValueError:
        raise Wrong(400, f"{name}: write it like 2026-01-01T00:00:00Z") from None
