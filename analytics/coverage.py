"""How much of what should have been fed was fed: whether a body's frame is measured, and why not.

| a visit fed | counts |
|---|---|
| with a number, in time to be asked, one of that number, service and day | yes |
| whose number is stopped or dead | yes: nobody gains by a dead number, nobody is punished for one |
| without a number, too late to be asked, fed again, of that number's fourth service of a day | no |

Gaps in serial numbers stand beside and lower nothing: several offices may tear from one roll.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from analytics.intervals import Interval, wilson
from analytics.methods import chosen

_RULE = chosen("coverage")
NEEDED = float(_RULE["needed"])
"""Coverage from which on a frame is measured (PRODUCT, promise 16)."""
FEED_CLOSES = timedelta(hours=int(_RULE["closes_hours"]))
"""From the first moment of the visit's day in Nairobi: noon of the next day, when the day is drawn.
What is fed later is never asked about, so it covers nothing: nobody feeds the unhappy ones late."""
MOST_A_DAY = int(_RULE["services_a_day"])
"""Services of one body that one number is believed to have used on one day, each once."""
FEWEST_CONTROLS = int(_RULE["fewest_controls"])
"""Control visits from which on their share is published, and judges: one lost of one is chance."""
LONGEST_GAP = int(_RULE["longest_gap"])
"""Serial numbers missing in a row; a longer jump is a new roll of tickets, not a gap."""


class WhyNot(StrEnum):
    """Why a body's figures read "not measured"."""

    NO_FEED = "no feed"
    NOT_DECLARED = "nothing declared"
    UNDER = "under 80 %"
    CONTROLS = "control visits missing"


@dataclass(frozen=True)
class Coverage:
    """The frame of one institution in one period; every number counts visits.

    `counted` are those that cover (the table above), `declared` what tickets, payments or the
    institution's own record say there were, None where nobody has said.  `gaps` are serial numbers
    never fed, among `serials` that were.  `dead` went to numbers that are no more; `repeated` are
    those beyond one of a number, service and day, or beyond three of a number and day.  `lowered`:
    how often a count was entered below an earlier one of its record.  `planted` and `found` are
    control visits: 0 until the period is over, so that no number tells of one.
    """

    institution: str
    period: str
    visited: int = 0
    counted: int = 0
    without_number: int = 0
    late: int = 0
    repeated: int = 0
    dead: int = 0
    declared: int | None = None
    serials: int = 0
    gaps: int = 0
    planted: int = 0
    found: int = 0
    simulated: bool = False
    lowered: int = 0

    @property
    def coverage(self) -> float | None:
        """Share of what was declared; above 1 where more was fed.  None without a count."""
        return self.counted / self.declared if self.declared else None

    @property
    def found_share(self) -> float | None:
        return self.found / self.planted if self.planted else None

    @property
    def found_interval(self) -> Interval | None:
        """Wilson's 95 % interval of the share of control visits that the feed brought."""
        return wilson(self.found, self.planted)

    @property
    def why_not(self) -> WhyNot | None:
        """None where the frame is measured."""
        found = self.found_interval
        if not self.visited:
            return WhyNot.NO_FEED
        if self.coverage is None:
            return WhyNot.NOT_DECLARED
        if self.coverage < NEEDED:
            return WhyNot.UNDER
        # Beyond doubt only, and never by so few that the reason tells of one control.
        enough = self.planted >= FEWEST_CONTROLS
        return WhyNot.CONTROLS if enough and found and found.high < NEEDED else None

    @property
    def measured(self) -> bool:
        return self.why_not is None


def together(institution: str, period: str, parts: Iterable[Coverage]) -> Coverage:
    """A year from its quarters.  A quarter that fed and declared nothing leaves no trace; one that
    fed and declared nothing leaves the year without a count."""
    given = [part for part in parts if part.visited or part.declared]
    counts = [part.declared for part in given]
    declared = None if not counts or None in counts else sum(count or 0 for count in counts)
    numbers = {
        name: sum(getattr(part, name) for part in given)
        for name in (
            "visited", "counted", "without_number", "late", "repeated", "dead", "serials", "gaps",
            "planted", "found", "lowered",
        )
    }  # fmt: skip
    simulated = bool(given) and all(part.simulated for part in given)
    return Coverage(institution, period, declared=declared, simulated=simulated, **numbers)


def declared_by(whole: int | None, places: Iterable[int]) -> int | None:
    """What there was: the larger of the institution's own count and the sum of its places.

    The larger, so that nobody covers more by forgetting a place.  None where nobody has said.
    """
    counts = list(places)
    known = [count for count in (whole, sum(counts) if counts else None) if count is not None]
    return max(known, default=None)
