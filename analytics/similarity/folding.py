"""What a word means to a comparison: one concept for English, Kiswahili and Sheng, else itself.

`concepts.csv` is written by hand; Kiswahili verbs are found under their prefixes (`imepasuka` is
`pasuka`).  `words.csv` counts the texts of the corpus that hold a word: rare words tell most.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from math import log

from analytics.triage import places
from analytics.triage.normalise import normalise

_WORD = re.compile(r"[^\W_]+")
WHAT, WHEN = "#", "~"
"""What a concept's name begins with: it says what is wrong, or when, how many and such."""
_SIGN = {"what": WHAT, "when": WHEN}
_PREFIX = re.compile(
    r"(?:ha|si)?(?:ni|u|a|tu|m|wa|i|zi|ya|ki|vi|li|ku|pa|hu)?(?:me|na|li|ja|ta|ka|nge|mesha|ku)?"
    r"(?:ni|ku|m|wa|tu|ki|i|zi|ya|u|ji|ma)?"
)
"""What stands before a Kiswahili stem: not, who, when, whom."""
SHORTEST_STEM = 4
MOST_PREFIXED = 7
"""Letters that prefixes may put before a stem: `hatujapata`, `yameharibika`."""
RARE = 2
"""Texts in which a word that the corpus does not list is taken to stand."""
COMMON_ENOUGH = 4


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, numbers without their commas."""
    spelt = re.sub(r"(?<=\d),(?=\d)", "", normalise(text)).replace("'", "")
    return _WORD.findall(re.sub(r"(?<=[a-z])-(?=[a-z])", "", spelt))


@lru_cache(maxsize=20_000)
def meaning_of(word: str) -> str:
    """The concept where the word is known, in the table or under a prefix; else the word."""
    known = _concepts()
    if word in known or word in _towns():
        return known.get(word, word)
    for cut in range(1, min(MOST_PREFIXED, len(word) - SHORTEST_STEM) + 1):
        stem = known.get(word[cut:], "")
        if stem.startswith(WHAT) and _PREFIX.fullmatch(word[:cut]):
            return stem
    return word


def places_in(words: Iterable[str]) -> frozenset[str]:
    """The words that are names of towns and estates."""
    return _towns().intersection(words)


@lru_cache(maxsize=20_000)
def weight_of(meaning: str) -> float:
    """How much a meaning tells: the logarithm of how few texts hold it."""
    texts, counted = _counts()
    return log(texts / max(RARE, counted.get(meaning, 0)))


def counted(texts: Iterable[str]) -> tuple[int, Mapping[str, int]]:
    """How many texts there are, and how many hold each meaning that is common enough to list."""
    held: Counter[str] = Counter()
    number = 0
    for number, text in enumerate(texts, start=1):  # noqa: B007 - the last is how many
        held.update({meaning_of(word) for word in words_of(text)})
    return number, {m: n for m, n in sorted(held.items()) if n >= COMMON_ENOUGH}


@cache
def _concepts() -> Mapping[str, str]:
    lines = csv.DictReader(_read("concepts.csv"))
    known: dict[str, str] = {}
    for line in lines:
        for word in line["words"].split():
            known.setdefault(word, _SIGN[line["tells"]] + line["concept"])
    return known


@cache
def _towns() -> frozenset[str]:
    names = (word for towns in places().values() for town in towns for word in town.split())
    return frozenset(name for name in names if len(name) > 3 and name not in _concepts())


@cache
def _counts() -> tuple[int, Mapping[str, int]]:
    first, *rest = csv.reader(_read("words.csv"))
    return int(first[1]), {meaning: int(number) for meaning, number in rest}


def _read(name: str) -> list[str]:
    return files(__package__).joinpath(name).read_text(encoding="utf-8").splitlines()
