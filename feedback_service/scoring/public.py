"""What of a table of scorecards anyone may read: no small number, and none that can be worked out.

`analytics.scorecards.public_table` says which figures fall; here they are taken out, together with
the small print (exclusions, spreads) that would give them back.
"""

from collections.abc import Mapping
from dataclasses import replace

from analytics.indicators import Figure
from analytics.scorecards import FAMILIES, Cell, Scorecard, public_table
from analytics.scorecards import card as all_figures
from analytics.suppression import MINIMUM, suppress


def published(
    cells: Mapping[str, Cell],
    institution: str,
    period: str,
    total: Scorecard | None,
) -> dict[str, Scorecard]:
    """One public scorecard for each key; `total` is the public card of all of them together.

    What is hidden in the total is hidden in every row, since the rows would add up to it.
    """
    cards = {key: all_figures(institution, period, c.ratings, c.cases) for key, c in cells.items()}
    hidden = {key: set(total.hidden) if total else set() for key in cells}
    for base, family, _ in FAMILIES:
        # A row without any record of the family has nobody to protect, and says so with n = 0;
        # counted as a small number it would drag a large row into hiding with it.
        inside = {key: cell for key, cell in cells.items() if cards[key].figures[base].n}
        table = public_table(institution, period, inside, total_shown=total is not None)
        for key, row in table.items():
            hidden[key] |= row.hidden & set(family)
    return {key: _open(card, frozenset(hidden[key])) for key, card in cards.items()}


def _open(card: Scorecard, hidden: frozenset[str]) -> Scorecard:
    figures = {n: _seen(figure) for n, figure in card.figures.items() if n not in hidden}
    return replace(card, figures=figures, hidden=hidden)


def _seen(figure: Figure) -> Figure:
    """The figure without small exclusions, and without a value where the sample is too small."""
    excluded = _without_small(figure.excluded)
    if not figure.shown:
        return replace(figure, value=None, low=None, high=None, detail={}, excluded=excluded)
    return replace(figure, excluded=excluded, detail=_spread(figure, excluded))


def _without_small(excluded: Mapping[str, int]) -> dict[str, int]:
    """Exclusions whose number may be read: none of 1 to 4, nor one that these would leave over."""
    named = {reason: many for reason, many in excluded.items() if many}
    gone = suppress(named, total_shown=True)
    return {reason: many for reason, many in excluded.items() if reason not in gone}


def _spread(figure: Figure, excluded: Mapping[str, int]) -> Mapping[str, float]:
    """The shares behind a figure, whole or without those that one to four persons stand for."""
    if excluded.keys() != figure.excluded.keys() and figure.indicator == "citizen_confirmed":
        return {}
    scores = {name: share for name, share in figure.detail.items() if name.startswith("share_")}
    if any(0 < round(share * figure.n) < MINIMUM for share in scores.values()):
        return {name: share for name, share in figure.detail.items() if name not in scores}
    return figure.detail
