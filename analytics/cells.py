"""The tallies of one row of a table of scorecards, and what its figures need beside them: plain
values that add, and that say by being equal that nothing changed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from analytics.tallies import CaseCounts, RatingCounts
from analytics.verification import Calls
from feedback_service.domain.ratings import Sample


@dataclass(frozen=True)
class Cell:
    """The tallies of one row of a table: a county, a service, a channel.

    `ratings` are those of citizens drawn by the sampler; `open` and `assisted` ones are other
    classes, never added to them.  `cases` are complaints, `requests` those for information.
    """

    ratings: RatingCounts = field(default_factory=RatingCounts)
    open: RatingCounts = field(default_factory=RatingCounts)
    assisted: RatingCounts = field(default_factory=RatingCounts)
    cases: CaseCounts = field(default_factory=CaseCounts)
    requests: CaseCounts = field(default_factory=CaseCounts)
    calls: Calls = field(default_factory=Calls)

    def __add__(self, other: "Cell") -> "Cell":
        return self.total((self, other))

    @classmethod
    def total(cls, cells: Iterable["Cell"]) -> "Cell":
        """All of them added."""
        given = list(cells)
        if len(given) < 2:
            return given[0] if given else cls()
        return cls(
            RatingCounts.total(cell.ratings for cell in given),
            RatingCounts.total(cell.open for cell in given),
            RatingCounts.total(cell.assisted for cell in given),
            CaseCounts.total(cell.cases for cell in given),
            CaseCounts.total(cell.requests for cell in given),
            sum((cell.calls for cell in given), Calls()),
        )

    def votes(self, sample: Sample) -> RatingCounts:
        """The ratings of one class."""
        return {
            Sample.VERIFIED: self.ratings, Sample.OPEN: self.open, Sample.ASSISTED: self.assisted
        }[sample]  # fmt: skip

    @property
    def simulated(self) -> bool:
        """Whether invented records are among those counted."""
        parts = (self.ratings, self.open, self.assisted, self.cases, self.requests)
        return any(part.simulated for part in parts)


@dataclass(frozen=True)
class Beside:
    """What a card needs beside its tallies, None where it is not known: the day up to which cases
    were followed, the visits fed, and the same row in the quarters before.  `cost_kes` is read from
    what was kept before messages had prices, and is None."""

    today: date | None = None
    visits: int | None = None
    cost_kes: float | None = None
    before: tuple[Cell, ...] = ()


NOTHING = Beside()
