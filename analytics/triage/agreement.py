"""How well two people agree beyond chance: Cohen's kappa."""

from collections import Counter
from collections.abc import Hashable, Sequence


def kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> float | None:
    """From -1 to 1, 0 being chance; None for no pairs, or where both always said the same thing.

    Cohen, J. (1960), A coefficient of agreement for nominal scales.
    """
    size = len(first)
    if not size:
        return None
    agreed = sum(one == other for one, other in zip(first, second, strict=True)) / size
    mine, yours = Counter(first), Counter(second)
    by_chance = sum(mine[label] * yours[label] for label in mine) / size**2
    return (agreed - by_chance) / (1 - by_chance) if by_chance < 1 else None
