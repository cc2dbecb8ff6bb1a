"""Word patterns that answer fast: exact words by look-up, wildcards only where one fits."""

import re
from collections.abc import Iterable
from typing import Generic, TypeVar

Meaning = TypeVar("Meaning")

# A sum of money in figures: not a year, at least two digits or a k.
_AMOUNT = r"(?!(?:19\d\d|20[1-3]\d)$)(?:\d{1,3}(?:\.\d)?k|\d{2,7})(?:sh|bob|kes)?"


class Patterns(Generic[Meaning]):
    """Patterns of one word with a meaning each: `*` is any letters, `#` an amount in figures."""

    def __init__(self, pairs: Iterable[tuple[str, Meaning]]) -> None:
        self._exact: dict[str, list[Meaning]] = {}
        self._wild: list[tuple[re.Pattern[str], Meaning]] = []
        for pattern, meaning in pairs:
            if "*" in pattern or pattern == "#":
                self._wild.append((re.compile(expression(pattern)), meaning))
            else:
                self._exact.setdefault(pattern, []).append(meaning)
        union = "|".join(wild.pattern for wild, _ in self._wild)
        self._any_wild = re.compile(union or r"(?!)")

    def of(self, word: str) -> tuple[Meaning, ...]:
        """The meanings of every pattern that fits the whole word, each once."""
        found = list(self._exact.get(word, ()))
        if self._any_wild.fullmatch(word):
            found += [meaning for wild, meaning in self._wild if wild.fullmatch(word)]
        return tuple(dict.fromkeys(found))


def expression(pattern: str) -> str:
    """The regular expression of one word pattern."""
    if pattern == "#":
        return f"(?:{_AMOUNT})"
    return f"(?:{re.escape(pattern).replace(re.escape('*'), '.*')})"
