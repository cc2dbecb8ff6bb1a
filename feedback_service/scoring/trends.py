"""An indicator of one institution over periods: each point with its class of ratings, and where the
questions changed, so that the line breaks there."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.indicators import Figure
from feedback_service.conversations import instruments
from feedback_service.domain.periods import Period
from feedback_service.domain.ratings import Sample
from feedback_service.runtime import Runtime
from feedback_service.scoring.reading import edition


@dataclass(frozen=True)
class Point:
    """`figure` is None where it may not be seen.  `breaks` names versions of the questions that
    only one of this period and the one before it was asked by; `other_sample`: the class of ratings
    changed, which is a break too."""

    period: Period
    figure: Figure | None
    sample: Sample
    breaks: tuple[str, ...] = ()
    other_sample: bool = False


def trend(
    rt: Runtime, institution: str, indicator: str, periods: Sequence[Period], *, public: bool = True
) -> list[Point]:
    """A point for each period, in their order.  Raises NoSuchInstitution."""
    points: list[Point] = []
    for period in periods:
        card = edition(rt, period, public=public, only=institution).cards[institution]
        before = points[-1] if points else None
        breaks = instruments.changed_between(before.period, period) if before else ()
        other = before is not None and before.sample is not card.sample
        points.append(Point(period, card.figures.get(indicator), card.sample, breaks, other))
    return points
