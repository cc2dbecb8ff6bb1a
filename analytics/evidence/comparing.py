"""Figures as they were frozen against those made again: nothing more and nothing less."""

from collections.abc import Mapping
from typing import Any

from analytics.evidence.plain import canonical

LATER: Mapping[str, frozenset[str]] = {
    "evidence-1": frozenset({"messages_cost", "unpriced", "unpriced_confirmed", "readings"}),
}
"""Names that figures.json has had only since packs of that release were frozen: they lack them.
Whoever gives figures, tallies or tables another name raises `making.RELEASE` and adds the name to
all releases before it (tests/unit/evidence/test_names.py)."""


def difference(
    frozen: Any, again: Any, later: frozenset[str] = frozenset(), where: str = ""
) -> str:
    """The first place where the frozen values are not those made again, in words; "" for none.

    Indicators that a later release counts besides are not made again (`Stated.methods`); of what
    is made again nothing may be missing but what came `later`.
    """
    if isinstance(frozen, Mapping) and isinstance(again, Mapping):
        for name in sorted(frozen.keys() | (again.keys() - later)):
            here = f"{where}.{name}" if where else name
            if name not in again:
                return f"{here} cannot be made again"
            if name not in frozen:
                return f"{here} is left out"
            if found := difference(frozen[name], again[name], later, here):
                return found
        return ""
    if isinstance(frozen, list) and isinstance(again, list) and len(frozen) == len(again):
        pairs = enumerate(zip(frozen, again, strict=True))
        return next(
            filter(None, (difference(a, b, later, f"{where}[{at}]") for at, (a, b) in pairs)), ""
        )
    return "" if canonical(frozen) == canonical(again) else f"{where} is {frozen}, not {again}"


def as_frozen(frozen: Any, again: Any) -> Any:
    """What was made again, of those names that were frozen."""
    if isinstance(frozen, Mapping) and isinstance(again, Mapping):
        return {name: as_frozen(frozen[name], again[name]) for name in frozen}
    return again
