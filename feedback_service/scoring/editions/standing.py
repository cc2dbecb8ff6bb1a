"""How a quarter's institutions stand, each by its whole: what was told, what is, and which of it
may be told anew."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from math import ceil
from typing import Any

from sqlalchemy.orm import Session

from analytics import batches
from analytics.batches import BLOCKS, Block
from analytics.scorecards import Cell
from analytics.suppression import MINIMUM
from analytics.tallies import RatingCounts
from analytics.verification import Calls
from analytics.verification import Group as Called
from feedback_service.domain.periods import Period
from feedback_service.scoring import rollups
from feedback_service.scoring.counting import Frame, Group
from feedback_service.scoring.editions import keeping
from feedback_service.scoring.editions.keeping import CLASSES

SHARE, AT_ONCE = 0.02, timedelta(hours=1)
"""A busy office's answers are told when they are so much of what was told, or after so long: each
telling sums up all its divisions."""


@dataclass(frozen=True)
class Track:
    """What moves by itself: of real records or invented ones, of a class, a block of numbers."""

    simulated: bool
    part: str
    block: Block

    def of(self, cell: Cell) -> RatingCounts:
        counts: RatingCounts = getattr(cell, self.part)
        return counts

    def all_of_class(self) -> list["Track"]:
        """The tracks that together are all there is of the class."""
        return [replace(self, block=block) for block in BLOCKS]

    def all_onto(self, cell: Cell, live: Cell) -> Cell:
        """The whole class as it is, where all its tracks move: no number is taken over alone."""
        moved: dict[str, Any] = {self.part: self.of(live)}
        return replace(cell, **moved)

    def onto(self, cell: Cell, live: Cell) -> Cell:
        moved: dict[str, Any] = {
            self.part: batches.taken_over(self.block, self.of(cell), self.of(live))
        }
        return replace(cell, **moved)


TRACKS = tuple(
    Track(simulated, part, block)
    for simulated in (False, True)
    for part in CLASSES
    for block in BLOCKS
)


@dataclass(frozen=True)
class Standing:
    """The wholes of a quarter's institutions, as they are now and as they were told."""

    live: Mapping[Group, Cell]
    told: Mapping[Group, Cell]
    told_at: Mapping[str, datetime]
    now: datetime

    @classmethod
    def of(cls, session: Session, now: datetime, quarter: Period) -> "Standing":
        return cls(
            rollups.said(session, Frame(quarter, now)),
            keeping.kept(session, quarter),
            keeping.moments(session, quarter),
            now,
        )

    def due(self) -> list[str]:
        """Institutions with anything to tell anew, those with the fewest answers first."""
        sizes = self.sizes()
        names = sorted(sizes, key=lambda name: (sizes[name], name))
        return [name for name in names if self.tracks(name) or self.calls(name)]

    def sizes(self) -> dict[str, int]:
        """How many ratings each institution has."""
        found = {group.institution: 0 for group in (*self.live, *self.told)}
        for group, cell in self.live.items():
            found[group.institution] += sum(getattr(cell, part).votes for part in CLASSES)
        return found

    def tracks(self, name: str) -> list[Track]:
        """Those of an institution that may be told anew."""
        changed = self._changed.get(name, ())
        return [
            track
            for track in TRACKS
            if (track.simulated, track.part) in changed and self._is_ripe(name, track)
        ]

    @cached_property
    def _changed(self) -> dict[str, list[tuple[bool, str]]]:
        """By institution the classes, of real records or invented ones, that are not as told."""
        nothing, found = Cell(), dict[str, list[tuple[bool, str]]]()
        for group in {**self.live, **self.told}:
            told, live = self.told.get(group, nothing), self.live.get(group, nothing)
            for part in CLASSES:
                if getattr(told, part) != getattr(live, part):
                    found.setdefault(group.institution, []).append((group.simulated, part))
        return found

    def whole(self, name: str, track: Track) -> tuple[RatingCounts, RatingCounts]:
        """As it was told, and as it is."""
        group, nothing = Group(name, "", "", track.simulated), Cell()
        return track.of(self.told.get(group, nothing)), track.of(self.live.get(group, nothing))

    def calls(self, name: str) -> bool:
        """Whether what the calls heard may be told anew: calls that five answered, or none."""
        group, nothing = Group(name, "", "", False), Cell()
        told, live = (of.get(group, nothing).calls for of in (self.told, self.live))
        return told != live and (not self.told or batches.far(_heard(told), _heard(live)))

    def _is_ripe(self, name: str, track: Track) -> bool:
        told, live = self.whole(name, track)
        if self.told:
            return batches.ripe(track.block, told, live, self._least(name, told))
        # Of a quarter of which nothing was told there is nothing to compare the first cards with;
        # but a body that few rated waits, since what hides it is not the same at each telling.
        return live.votes >= MINIMUM

    def _least(self, name: str, told: RatingCounts) -> int:
        if name in self.told_at and self.now - self.told_at[name] >= AT_ONCE:
            return MINIMUM
        return ceil(SHARE * told.votes)


def _heard(calls: Calls) -> tuple[int, ...]:
    """What was said in them, by group."""
    return tuple(
        sum(getattr(one, said) for one in calls.strata if one.group is group)
        for group in Called
        for said in ("solved", "unsolved")
    )
