"""Finds people in a citizen's words: staff by their names, and an officer named who is nobody here.

Tuned for recall: what it finds is likely, never sure, and a person decides.  Two names of one
person near each other are a match; one name alone is, beside a word for an officer or a counter.
The words stand in `words.csv`, common Kenyan names in `names.csv`, for native speakers to review.
"""

import csv
import re
import unicodedata
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TypeVar

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

Key = TypeVar("Key", bound=Hashable)

APART = 3
"""Words that may stand between two names of one person."""
BESIDE = 3
"""Words from a name within which a word for an officer or a counter stands."""
ALIKE = 93
"""Of a hundred: how alike a desk's name and the words are, though a finger slipped."""
SHORTEST, SHORTEST_CORRECTED = 3, 6
MOST_READ = 400
"""Words of a text that are read for names: far more than a message has."""

_HERE = Path(__file__).parent
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019`][^\W\d_]+)*")


@dataclass(frozen=True)
class _Sentence:
    """A text as words, and where words of each class stand."""

    words: tuple[str, ...]
    near_officer: frozenset[int]
    own: frozenset[int]


def staff_named(text: str, staff: Mapping[Key, str]) -> dict[Key, str]:
    """Whom of `staff`, key -> full name, the text may name; key -> the text's words for them.

    A misspelt name counts (one wrong letter from six letters on, two from nine), unless it is
    another name by itself.  A citizen's own name, said as such, does not.
    """
    parts = {key: _parts(name) for key, name in staff.items()}
    said = _read(text, frozenset(part for own in parts.values() for part in own))
    places = _places(said, {part for of_one in parts.values() for part in of_one})
    whole = {key: found for key, own in parts.items() if (found := _two(own, places))}
    taken = {at for found in whole.values() for at in found}
    single = {
        key: found
        for key, own in parts.items()
        if key not in whole and (found := _one(own, places, said, taken))
    }
    return {
        key: " ".join(said.words[at] for at in sorted(found))
        for key, found in {**whole, **single}.items()
    }


def officer_named(text: str) -> str:
    """The name that stands beside a word for an officer, or is given for one; else empty."""
    said, tables = _read(text), _tables()
    for at, word in enumerate(said.words):
        if at in said.own or word not in tables.names:
            continue
        before = at - 1
        while before >= 0 and (
            said.words[before] in tables.between or said.words[before] in tables.names
        ):
            before -= 1
        if before in _standing(said.words, "officer") | _standing(said.words, "called", last=True):
            return word
    return ""


def desk_named(text: str, names: Iterable[str]) -> str:
    """The words that name the desk for complaints: its own name, or what such desks are called.

    names: the desk's name in both languages; of "Police: complaints desk" the second part counts.
    """
    said, tables = " ".join(_plain(word) for word in _WORD.findall(text)), _tables()
    own = (name.rpartition(": ")[2] for name in names)
    called = [" ".join(_plain(word) for word in _WORD.findall(name)) for name in own]
    wanted = {name for name in called if set(name.split()) & tables.desks}
    for phrase in sorted(wanted | {" ".join(phrase) for phrase in tables.phrases["complaints"]}):
        if len(phrase) <= len(said) and fuzz.partial_ratio(phrase, said) >= ALIKE:
            return phrase
    return ""


def _read(text: str, staff: frozenset[str] = frozenset()) -> _Sentence:
    """`staff`: names beside the common ones that a citizen may have too."""
    words = tuple(_plain(word) for word in _WORD.findall(text)[:MOST_READ])
    mine = _standing(words, "self", last=True)
    called = _standing(words, "called", last=True) - mine - {at + 1 for at in mine}
    cues, places = _standing(words, "officer") | called, _standing(words, "place")
    near = {at + step for at in cues for step in range(1, BESIDE + 1)}
    near |= {at + step for at in places for step in range(-BESIDE, BESIDE + 1)}
    own = {at for start in mine for at in _own(words, start + 1, _tables().names | staff)}
    return _Sentence(words, frozenset(near - own), frozenset(own))


def _own(words: Sequence[str], at: int, names: frozenset[str]) -> Iterable[int]:
    """The names that follow "my name is" at once; "I am told that Amina" is nobody's own."""
    if at < len(words) and words[at] in _tables().copulas:
        at += 1
    while at < len(words) and words[at] in names:
        yield at
        at += 1


def _standing(words: Sequence[str], kind: str, *, last: bool = False) -> set[int]:
    """Where words and phrases of a class stand; of a phrase its first word, or its `last`."""
    found = set()
    for phrase in _tables().phrases[kind]:
        length = len(phrase)
        for at, word in enumerate(words):
            if word == phrase[0] and tuple(words[at : at + length]) == phrase:
                found.add(at + length - 1 if last else at)
    return found


@lru_cache(maxsize=8_192)  # the same people are looked for in every case of their office
def _parts(name: str) -> tuple[str, ...]:
    """The names of a person, without titles and roles."""
    dropped = _tables().dropped
    found = (_plain(word) for word in _WORD.findall(name))
    return tuple(
        dict.fromkeys(word for word in found if len(word) >= SHORTEST and word not in dropped)
    )


def _places(said: _Sentence, parts: Iterable[str]) -> dict[str, list[int]]:
    """Where each name stands in the text, as it is written or misspelt."""
    wanted = set(parts)
    at_word: dict[str, list[int]] = {}
    for at, word in enumerate(said.words):
        if at not in said.own:
            at_word.setdefault(word, []).append(at)
    known = _tables().names
    long = [part for part in wanted if len(part) >= SHORTEST_CORRECTED]
    found = {part: list(at_word[part]) for part in wanted if part in at_word}
    for word, stands in at_word.items():
        if len(word) < SHORTEST_CORRECTED or word in wanted or word in known:
            continue
        reach = 1 if len(word) < 9 else 2
        near = process.extract(word, long, scorer=OSA.distance, score_cutoff=reach, limit=None)
        for part, _, _ in near:
            if part[0] == word[0]:
                found.setdefault(part, []).extend(stands)
    return found


def _two(own: Sequence[str], places: Mapping[str, Sequence[int]]) -> set[int]:
    """Where two names of one person stand near each other."""
    stood = [(at, part) for part in own for at in places.get(part, ())]
    return {
        at
        for one, name in stood
        for other, second in stood
        if name != second and 0 < abs(one - other) <= APART + 1
        for at in (one, other)
    }


def _one(
    own: Sequence[str], places: Mapping[str, Sequence[int]], said: _Sentence, taken: set[int]
) -> set[int]:
    """Where one name stands alone beside a word for an officer; not where it is somebody else's."""
    return {
        at
        for part in own
        for at in places.get(part, ())
        if at in said.near_officer and at not in taken
    }


def _plain(word: str) -> str:
    """In lower case, without accents and apostrophes: Ng'ang'a is nganga."""
    flat = unicodedata.normalize("NFKD", word).lower()
    return "".join(letter for letter in flat if letter.isalpha())


@dataclass(frozen=True)
class _Tables:
    names: frozenset[str]
    between: frozenset[str]
    copulas: frozenset[str]
    dropped: frozenset[str]
    desks: frozenset[str]
    phrases: Mapping[str, tuple[tuple[str, ...], ...]]


@cache
def _tables() -> _Tables:
    with (_HERE / "words.csv").open(encoding="utf-8", newline="") as file:
        classes = {row["class"]: row["words"].split("|") for row in csv.DictReader(file)}
    with (_HERE / "names.csv").open(encoding="utf-8", newline="") as file:
        names = frozenset(row["name"] for row in csv.DictReader(file))
    phrases = {
        kind: tuple(tuple(_plain(word) for word in phrase.split()) for phrase in words)
        for kind, words in classes.items()
    }
    titles = {phrase for phrase in classes["officer"] if " " not in phrase}
    return _Tables(
        names=names,
        between=frozenset(classes["between"]),
        copulas=frozenset(classes["copula"]),
        dropped=frozenset({*titles, *classes["role"]}),
        desks=frozenset(classes["desk"]),
        phrases=phrases,
    )
