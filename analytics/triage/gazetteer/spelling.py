"""Forgives one or two wrong letters in a long name, and names written without vowels, as in SMS;
other short words are never corrected.
"""

from collections.abc import Iterable

from rapidfuzz.distance import OSA

SHORTEST = 6
REMEMBERED_WORDS = 16_000
FEWEST_CONSONANTS = 4
_VOWELS = str.maketrans("", "", "aeiou")


class Spelling:
    """Knows single-word names of six letters or more, by first letter and length."""

    def __init__(self, names: Iterable[str], ordinary: frozenset[str] = frozenset()) -> None:
        self._ordinary = ordinary
        self._shelves: dict[tuple[str, int], list[str]] = {}
        names = set(names)
        for name in sorted(names):
            if len(name) >= SHORTEST and name.isalpha():
                self._shelves.setdefault((name[0], len(name)), []).append(name)
        self._bare: dict[str, set[str]] = {}
        for name in names:
            bare = name.translate(_VOWELS)
            if len(bare) >= FEWEST_CONSONANTS and bare != name and name.isalpha():
                self._bare.setdefault(bare, set()).add(name)
        self._meant: dict[str, str] = {}

    def meant(self, word: str) -> str:
        """The one name within reach of the word, or blank: one wrong letter, two from nine on; or
        the one name whose consonants a word with at most one vowel has."""
        if len(word) < FEWEST_CONSONANTS or word in self._ordinary:
            return ""
        found = self._meant.get(word)
        if found is None:
            found = self._search(word)
            if len(self._meant) >= REMEMBERED_WORDS:
                self._meant = {}  # a new dictionary, so that another thread keeps its own
            self._meant[word] = found
        return found

    def _search(self, word: str) -> str:
        bare = word.translate(_VOWELS)
        if len(word) - len(bare) <= 1 and len(known := self._bare.get(bare, set())) == 1:
            return next(iter(known))
        return self._near(word) if len(word) >= SHORTEST else ""

    def _near(self, word: str) -> str:
        reach = 1 if len(word) < 9 else 2
        near = [
            (OSA.distance(word, name, score_cutoff=reach), name)
            for length in range(len(word) - reach, len(word) + reach + 1)
            for name in self._shelves.get((word[0], length), ())
        ]
        close = sorted(pair for pair in near if pair[0] <= reach)
        alone = len(close) == 1 or (len(close) > 1 and close[0][0] < close[1][0])
        return close[0][1] if alone else ""
