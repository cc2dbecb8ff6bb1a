"""An indicator of one institution over periods: each point with its class of ratings, and where the
questions changed, so that the line breaks there."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.indicators import Figure
from analytics.scorecards import Scorecard
from feedback_service.conversations import instruments
from feedback_service.domain.periods import Period
from feedback_service.domain.ratings import Sample
from feedback_service.models import Institution
from feedback_service.runtime import Runtime
from feedback_service.scoring.books import WHOLE, Reader, reader
from feedback_service.scoring.frozen import keeping
from feedback_service.scoring.reading import NoSuchInstitution, one_moment


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
    with one_moment(rt, periods, public=public, first=institution) as session:
        if session.get(Institution, institution) is None:
            raise NoSuchInstitution(institution)
        mine = reader(session, rt.now(), public, institution)
        for period in periods:
            card = card_of(rt, mine, institution, period)
            sample = card.sample if card else Sample.OPEN
            before = points[-1] if points else None
            breaks = instruments.changed_between(before.period, period) if before else ()
            other = before is not None and before.sample is not sample
            figure = card.figures.get(indicator) if card else None
            points.append(Point(period, figure, sample, breaks, other))
    return points


def card_of(rt: Runtime, of: Reader, institution: str, period: Period) -> Scorecard | None:
    """The card of an institution, or of WHOLE, as it was frozen where the period is closed; None
    where nothing was counted.

    A period's card costs the whole table of it: what may be seen depends on the others'.
    """
    frozen = keeping.cards(rt, of.session, period, public=of.public)
    if frozen is not None:
        return frozen.cards.get(institution)
    book = of.book(period)
    cards = book.whole.cards if institution == WHOLE else book.institutions.cards
    return cards.get("" if institution == WHOLE else institution)
