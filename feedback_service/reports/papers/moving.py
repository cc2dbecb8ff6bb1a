"""What rose or fell beyond its interval since the period before: both intervals apart, and further
than chance explains among so many figures compared."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analytics.indicators import DEFINITIONS, Figure
from analytics.scorecards import Scorecard, standards
from analytics.tiers import changed
from feedback_service.reports.papers.gathering import Gathered
from feedback_service.scoring import WHOLE

Key = tuple[str, str]
"""Institution and indicator."""
TOLD = 5
"""So many moves a paper tells."""


@dataclass(frozen=True)
class Move:
    """A figure then and now; `better` follows the indicator's own direction.  `apart` is the gap
    between the intervals over the wider of the two: what moves are ordered by."""

    institution: str
    indicator: str
    then: Figure
    now: Figure
    better: bool
    apart: float


def moves(gathered: Gathered) -> list[Move]:
    """All of the country and of its bodies, the clearest first; judged indicators only, and none
    that was counted in another way in the period before."""
    now = {WHOLE: gathered.found.whole, **gathered.found.cards}
    then = {WHOLE: gathered.before.whole, **gathered.before.cards}
    names = [name for name in standards() if gathered.comparable(name)]
    return clear(dict(_pairs(now, then, names)))


def clear(pairs: Mapping[Key, tuple[Figure, Figure]]) -> list[Move]:
    """The moves among all figures compared, by institution and indicator: of so many some would
    have their intervals apart by chance, so the share of such is held at 5 %."""
    sure = changed(pairs)
    found = [moved(*key, *pair) for key, pair in pairs.items() if key in sure]
    told = [one for one in found if one is not None]
    return sorted(told, key=lambda one: (-one.apart, one.institution, one.indicator))


def _pairs(
    now: Mapping[str, Scorecard], then: Mapping[str, Scorecard], names: Sequence[str]
) -> Iterator[tuple[Key, tuple[Figure, Figure]]]:
    for key, card in now.items():
        old = then.get(key)
        for name in names:
            # Who answers of their own accord may be others by now: no move of the figure.
            if old is None or not (card.measured(name) and old.measured(name)):
                continue
            before, after = old.figures.get(name), card.figures.get(name)
            alike = before and after and before.version == after.version
            if before and after and alike and card.simulated == old.simulated:
                yield (key, name), (before, after)


def moved(key: str, name: str, then: Figure | None, now: Figure | None) -> Move | None:
    """The move of one figure; None where either is not to be seen, or was counted by another
    definition, or their intervals meet."""
    ends = [_ends(then), _ends(now)]
    if then is None or now is None or None in ends or then.version != now.version:
        return None
    (low, high), (new_low, new_high) = [one for one in ends if one]
    gap = new_low - high if new_low > high else low - new_high
    if gap <= 0:
        return None
    rose, widest = new_low > high, max(high - low, new_high - new_low)
    better = rose == (DEFINITIONS[name].better != "lower")
    return Move(key, name, then, now, better, gap / widest if widest else float("inf"))


def _ends(figure: Figure | None) -> tuple[float, float] | None:
    if figure is None or not figure.shown or figure.value is None:
        return None
    if figure.low is None or figure.high is None:
        return None
    return figure.low, figure.high
