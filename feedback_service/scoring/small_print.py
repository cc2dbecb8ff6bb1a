"""The small print of a table of scorecards (how many each reason left out, how scores are spread):
which rows keep it to themselves, so that no number of one to four persons can be worked out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from analytics.indicators import Figure
from analytics.scorecards import Scorecard
from analytics.suppression import MINIMUM


def small_print(
    full: Mapping[str, Scorecard],
    total: Scorecard | None,
    quarters: Sequence[Mapping[str, Scorecard]],
) -> dict[str, frozenset[str]]:
    """By row, the figures whose exclusions and shares stay untold: those with one to four persons
    in any, and others with them, since rows add up to their total and quarters to their year."""
    untold: dict[str, set[str]] = {key: set() for key in full}
    for name in {name: None for card in full.values() for name in card.figures}:
        counts = {key: _parts(card.figures[name]) for key, card in full.items()}
        gone = {
            key
            for key, parts in counts.items()
            if any(0 < many < MINIMUM for many in parts.values())
            or _is_untold(total, name)
            or any(_is_untold(quarter.get(key), name) for quarter in quarters)
        }
        for key in _with_rest(counts, gone):
            untold[key].add(name)
    return {key: frozenset(names) for key, names in untold.items()}


def seen(figure: Figure, untold: bool) -> Figure:
    """The figure without its small print where that stays untold, and without a value where the
    sample is too small."""
    excluded: Mapping[str, int] = {} if untold else figure.excluded
    if not figure.shown:
        return replace(figure, value=None, low=None, high=None, detail={}, excluded=excluded)
    return replace(figure, excluded={}, detail=_spread(figure)) if untold else figure


def _with_rest(counts: Mapping[str, Mapping[str, int]], gone: set[str]) -> set[str]:
    """The rows that are gone, and the smallest others until the untold counts of each part differ
    (as `suppress`): a row that goes takes all its parts with it."""
    before = -1
    while gone and before < len(gone):
        before = len(gone)
        for part in {part: None for parts in counts.values() for part in parts}:
            many = {key: parts[part] for key, parts in counts.items() if parts.get(part)}
            hidden = {many[key] for key in gone if key in many}
            rest = many.keys() - gone
            if len(hidden) == 1 and rest:
                smallest = min(many[key] for key in rest)
                gone |= {key for key in rest if many[key] == smallest}
    return gone


def _parts(figure: Figure) -> dict[str, int]:
    """How many persons each exclusion and each share of the scores stand for."""
    shares = {
        name: round(share * figure.n)
        for name, share in figure.detail.items()
        if name.startswith("share_")
    }
    return {**figure.excluded, **shares}


def _is_untold(card: Scorecard | None, name: str) -> bool:
    if card is None or name not in card.figures:
        return card is not None and name in card.hidden
    return not card.figures[name].excluded


def _spread(figure: Figure) -> Mapping[str, float]:
    """The shares behind a figure without those that would give its small print back."""
    if figure.indicator in _TELLING:
        return {}
    return {name: share for name, share in figure.detail.items() if not _of_scores(name)}


def _of_scores(name: str) -> bool:
    return name.startswith("share_") or name == "top_two"


_TELLING = frozenset({"citizen_confirmed", "verified", "cost_per_confirmed"})
"""Figures whose shares would give their exclusions back."""
