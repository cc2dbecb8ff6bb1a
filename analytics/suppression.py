"""Which cells of a published table must be hidden so that no small number can be worked out."""

from collections.abc import Mapping
from typing import TypeVar

Key = TypeVar("Key")

MINIMUM = 5


def suppress(
    cells: Mapping[Key, int],
    total_shown: bool,
    minimum: int = MINIMUM,
    withheld: bool = False,
) -> frozenset[Key]:
    """The keys whose counts must not be shown: those under `minimum`, and, where the total stands
    beside them, enough others that no subtraction gives one back.

    Others are added by size, all of a size together, until the hidden counts differ.  Then any
    exchange of values among the hidden keys is a table that would be hidden just the same, so
    even a reader who knows this rule cannot tell which it is.

    `withheld`: the total may count records that no cell shows (the confidential lane), so that
    their number is a hidden cell of its own and one cell at least must be hidden with it.  Say so
    of every table of that kind, whether or not there are any: the saying must not tell.
    A total under the minimum is a small cell itself: the caller must not show it.
    """
    hidden = {key for key, count in cells.items() if count < minimum}
    if not total_shown or not (hidden or withheld):
        return frozenset(hidden)
    while len(hidden) < len(cells) and _guessable({cells[key] for key in hidden}, withheld):
        next_size = min(count for key, count in cells.items() if key not in hidden)
        hidden |= {key for key, count in cells.items() if count == next_size}
    return frozenset(hidden)


def _guessable(values: set[int], withheld: bool) -> bool:
    return not values if withheld else len(values) < 2
