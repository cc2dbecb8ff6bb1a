"""Cue words in English, Kiswahili and Sheng for what must not reach the accused, and for danger.

Tuned for recall: it raises and never lowers, and what it cannot tell is `unclear`, for a person to
read.  The words stand in `classes.csv`, their combinations in `rules.csv`: both are for native
speakers to review without reading code.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from analytics.triage.lexicon.patterns import Patterns, expression
from analytics.triage.normalise import normalise

REMEMBERED_WORDS = 16_000
REMEMBERED_FOLLOWERS = 200  # of one word
IDIOM = "idiom"
"""The class of phrases whose words mean nothing else: to "hit a photo" hits nobody."""

_HERE = Path(__file__).parent
_WORD = re.compile(r"[\w'-]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
_CONFIDENTIAL = frozenset({"bribery", "sexual_abuse", "violence", "threat"})
_URGENT = frozenset({"sexual_abuse", "violence", "danger", "liberty"})


@dataclass(frozen=True)
class Screening:
    """What the words say. `confidential`: keep it from the accused institution until cleared.
    `danger`: to life or to a child, now. `unclear`: a person at central triage must read it.
    `reasons`: bribery, sexual_abuse, violence, threat, danger, liberty."""

    confidential: bool
    danger: bool
    reasons: tuple[str, ...]
    unclear: bool

    @property
    def urgent(self) -> bool:
        """Life, safety or liberty at risk, or evidence of violence: `urgent` of the guide."""
        return any(reason in _URGENT for reason in self.reasons)


@dataclass(frozen=True)
class _Rule:
    reason: str
    sure: bool
    classes: tuple[str, ...]
    within: int


_Phrase = tuple[str, tuple[re.Pattern[str], ...]]


class _Word(NamedTuple):
    """The classes a word belongs to, and the phrases it may begin.

    `followed`: by the word that follows, once seen, the phrases that it goes on with; nearly
    always none, which one look-up then tells.
    """

    classes: tuple[str, ...]
    phrases: tuple[_Phrase, ...]
    followed: dict[str, tuple[_Phrase, ...]]


_NOTHING = _Word((), (), {})  # most words: one object for all of them


def screen(text: str) -> Screening:
    """What the lexicon says of a text."""
    return _lexicon().screen(text)


class Lexicon:
    """The cues of the two tables, with what each word brings remembered."""

    def __init__(self, classes: dict[str, list[str]], rules: Iterable[_Rule]) -> None:
        rules = tuple(rules)
        self._rules = {
            name: [rule for rule in rules if rule.classes[0] == name] for name in classes
        }
        cues = [(name, *cue.split()) for name, cues in classes.items() for cue in cues]
        self._words = Patterns((first, name) for name, first, *rest in cues if not rest)
        self._phrases = Patterns(
            (first, (name, tuple(re.compile(expression(word)) for word in rest)))
            for name, first, *rest in cues
            if rest
        )
        self._known: dict[str, _Word] = {}

    def screen(self, text: str) -> Screening:
        folded = normalise(text)
        plain = _THOUSANDS.sub("", folded) if "," in folded else folded
        places = self._places(_WORD.findall(plain))
        held = [rule for name in places for rule in self._rules[name] if _holds(rule, places)]
        reasons = sorted({rule.reason for rule in held if rule.sure})
        unclear = any(not rule.sure and rule.reason not in reasons for rule in held)
        return Screening(
            confidential=any(reason in _CONFIDENTIAL for reason in reasons),
            danger="danger" in reasons,
            reasons=tuple(reasons),
            unclear=unclear,
        )

    def _places(self, words: Sequence[str]) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        told: set[int] = set()
        for at, word in enumerate(words):
            known = self._known.get(word) or self._learn(word)
            if known is _NOTHING:
                continue
            for name in known.classes:
                places.setdefault(name, []).append(at)
            if not known.phrases or at + 1 == len(words):
                continue
            begun = known.followed.get(words[at + 1])
            for name, rest in _begun(known, words[at + 1]) if begun is None else begun:
                following = words[at + 2 : at + 1 + len(rest)]
                if len(following) == len(rest) - 1 and all(
                    pattern.fullmatch(next_word)
                    for pattern, next_word in zip(rest[1:], following, strict=True)
                ):
                    places.setdefault(name, []).append(at)
                    if name == IDIOM:
                        told.update(range(at, at + 1 + len(rest)))
        return _without(places, told) if told else places

    def _learn(self, word: str) -> _Word:
        classes, phrases = self._words.of(word), self._phrases.of(word)
        known = _Word(classes, phrases, {}) if classes or phrases else _NOTHING
        if len(self._known) >= REMEMBERED_WORDS:
            self._known = {}  # a new dictionary, so that another thread keeps its own
        self._known[word] = known
        return known


def _begun(word: _Word, following: str) -> tuple[_Phrase, ...]:
    """The phrases of a word whose second word the following one may be; kept for the next time."""
    begun = tuple(phrase for phrase in word.phrases if phrase[1][0].fullmatch(following))
    if len(word.followed) < REMEMBERED_FOLLOWERS:
        word.followed[following] = begun
    return begun


def _without(places: dict[str, list[int]], told: set[int]) -> dict[str, list[int]]:
    """The places outside idioms; a class with none left is not there."""
    kept = {name: [at for at in found if at not in told] for name, found in places.items()}
    return {name: found for name, found in kept.items() if found}


def _holds(rule: _Rule, places: dict[str, list[int]]) -> bool:
    """All classes of the rule occur, at distinct words no farther apart than `within`."""
    first, *others = rule.classes
    for name in others:
        if name not in places:
            return False
    return not others or any(_together({at}, others, places, rule.within) for at in places[first])


def _together(
    taken: set[int], others: Sequence[str], places: dict[str, list[int]], within: int
) -> bool:
    if not others:
        return True
    return any(
        _together(taken | {at}, others[1:], places, within)
        for at in places[others[0]]
        if at not in taken and max(*taken, at) - min(*taken, at) <= within
    )


@cache
def _lexicon() -> Lexicon:
    with (_HERE / "classes.csv").open(encoding="utf-8", newline="") as file:
        classes = {row["class"]: row["cues"].split("|") for row in csv.DictReader(file)}
    with (_HERE / "rules.csv").open(encoding="utf-8", newline="") as file:
        rules = [
            _Rule(
                row["reason"],
                row["level"] == "sure",
                tuple(row["classes"].split()),
                int(row["within"]),
            )
            for row in csv.DictReader(file)
        ]
    return Lexicon(classes, rules)
