"""How much of single records may be told so that nobody stands alone: a value is named only where
enough records share it, and what stays unnamed is never a small rest either.

This is k-anonymity by generalisation (Sweeney 2002) with the house's smallest number as k; a rest
below k takes the smallest named value with it, so that subtraction finds nobody.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from analytics.suppression import MINIMUM

Record = TypeVar("Record")
Value = TypeVar("Value", bound=Hashable)


def nameable(values: Iterable[Value | None], least: int = MINIMUM) -> frozenset[Value]:
    """The values that may be named, given one of each record; None is a record that has none."""
    many = Counter(values)
    rest = many.pop(None, 0)
    named = dict(many)
    for value, count in many.items():
        if count < least:
            rest += named.pop(value)
    while named and 0 < rest < least:
        smallest = min(named, key=lambda value: (named[value], str(value)))
        rest += named.pop(smallest)
    return frozenset(value for value in named if value is not None)


def told(
    records: Sequence[Record], of: Callable[[Record], Value | None], least: int = MINIMUM
) -> dict[Value | None, list[Record]]:
    """The records by the value that may be told of them, None where it may not."""
    named = nameable(map(of, records), least)
    found: dict[Value | None, list[Record]] = {}
    for record in records:
        value = of(record)
        found.setdefault(value if value in named else None, []).append(record)
    return found
