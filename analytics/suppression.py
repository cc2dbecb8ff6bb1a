"""Which cells of a published table must be hidden so that no small number can be worked out."""

from collections.abc import Hashable, Mapping, Sequence
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


def determined(hidden: Sequence[tuple[Hashable, Hashable]]) -> frozenset[int]:
    """The places in the list of the hidden cells of a table with two sets of sums that could be
    worked out: each cell is named by its row's sum and its column's, both shown; None where no sum
    is shown.

    One up here, one down there, and so round: a cell can differ just where it lies on a ring of
    hidden cells (Gusfield 1988), so those that can be worked out are the bridges of the graph
    whose points are the sums (all that are not shown are one) and whose lines are the cells.
    """
    lines: dict[Hashable, list[tuple[int, Hashable]]] = {}
    for number, (row, column) in enumerate(hidden):
        a: Hashable = _NOT_SHOWN if row is None else ("row", row)
        b: Hashable = _NOT_SHOWN if column is None else ("column", column)
        lines.setdefault(a, []).append((number, b))
        lines.setdefault(b, []).append((number, a))
    seen: dict[Hashable, int] = {}
    low: dict[Hashable, int] = {}
    found: set[int] = set()
    for point in lines:
        if point not in seen:
            _walk(point, lines, seen, low, found)
    return frozenset(found)


_NOT_SHOWN = ("not shown", None)


def _walk(
    start: Hashable,
    lines: Mapping[Hashable, list[tuple[int, Hashable]]],
    seen: dict[Hashable, int],
    low: dict[Hashable, int],
    bridges: set[int],
) -> None:
    """Tarjan's search for bridges, without recursion."""
    seen[start] = low[start] = len(seen)
    path = [(start, -1, iter(lines[start]))]
    while path:
        point, came_by, rest = path[-1]
        for number, other in rest:
            if number == came_by or other == point:
                continue
            if other in seen:
                low[point] = min(low[point], seen[other])
                continue
            seen[other] = low[other] = len(seen)
            path.append((other, number, iter(lines[other])))
            break
        else:
            path.pop()
            if path:
                before = path[-1][0]
                low[before] = min(low[before], low[point])
                if low[point] > seen[before]:
                    bridges.add(came_by)
