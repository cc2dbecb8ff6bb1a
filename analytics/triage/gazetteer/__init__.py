"""Finds the institution, county and service a message names: known names as whole words, the
longest first, misspelt long words forgiven.  Never guessed from the rest of the text.

The caller passes the names; `places.csv` adds towns and estates by county, and `ambiguous.csv`
lists names that are also ordinary words and count only beside a word that settles them.
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from pathlib import Path

from analytics.triage.gazetteer.implied import Implied
from analytics.triage.gazetteer.spelling import Spelling
from analytics.triage.normalise import normalise

EXACT, SETTLED, MISSPELT = 1.0, 0.8, 0.7
IMPLIED = 0.5
OF_THE_SECTOR = 1.5
"""How much more a name weighs whose body works in the sector the message is about."""

_HERE = Path(__file__).parent
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Named:
    """Something with names: official name, acronym, nicknames in any language, any case.

    `exact`: names that count only as they are written, for too many words are nearly them.
    """

    id: str
    names: tuple[str, ...]
    sector: str = ""
    exact: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """Ids of what the text names, blank where it names nothing. `score`: 1.0 exact, 0.8 an
    ambiguous name settled by its neighbours, 0.7 misspelt, 0.5 an institution implied by words of
    its sector; of the weakest of what was found, 0.0 when nothing was. `named`: the institution
    stands in so many words."""

    institution: str
    county: str
    service: str
    score: float
    named: bool = True


class _Kind(StrEnum):
    INSTITUTION = "institution"
    COUNTY = "county"
    SERVICE = "service"


@dataclass(frozen=True)
class _Name:
    words: tuple[str, ...]
    kind: _Kind
    ids: frozenset[str]
    context: frozenset[tuple[str, ...]] | None  # None: the name stands for itself
    exact: bool


@dataclass
class _Tally:
    """Evidence by id: how much, where it first stood, how sure the best of it was."""

    weight: dict[str, float] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)
    score: dict[str, float] = field(default_factory=dict)

    def add(self, name: _Name, at: int, score: float) -> None:
        for id_ in name.ids:
            share = score * len(name.words) / len(name.ids)
            self.weight[id_] = self.weight.get(id_, 0.0) + share
            self.first.setdefault(id_, at)
            self.score[id_] = max(self.score.get(id_, 0.0), score)

    def favour(self, ids: frozenset[str]) -> None:
        """Gives more weight to those among them."""
        for id_ in ids & self.weight.keys():
            self.weight[id_] *= OF_THE_SECTOR

    def best(self) -> str:
        """The most named; between equals the first named. Blank when one name stands for many."""
        ranked = sorted(self.weight, key=lambda id_: (-self.weight[id_], self.first[id_]))
        if not ranked:
            return ""
        tied = len(ranked) > 1 and self._same(ranked[0], ranked[1])
        return "" if tied else ranked[0]

    def _same(self, one: str, other: str) -> bool:
        return (self.weight[one], self.first[one]) == (self.weight[other], self.first[other])


class Gazetteer:
    """Built once from the register's names; `find` is safe to call from many threads."""

    def __init__(
        self,
        institutions: Sequence[Named],
        counties: Sequence[Named],
        services: Sequence[Named] = (),
        implied: Implied | None = None,
    ) -> None:
        """`implied`: finds what no name says; without it only names count."""
        self._implied = implied
        self._of_sector: dict[str, frozenset[str]] = {}
        for one in institutions:
            mine = self._of_sector.get(one.sector, frozenset())
            self._of_sector[one.sector] = mine | {one.id}
        kinds = (
            (_Kind.INSTITUTION, institutions),
            (_Kind.COUNTY, counties),
            (_Kind.SERVICE, services),
        )
        names = [name for kind, named in kinds for name in _names(kind, named)]
        self._by_first: dict[str, list[_Name]] = {}
        for name in sorted(names, key=lambda name: -len(name.words)):
            self._by_first.setdefault(name.words[0], []).append(name)
        self._spelling = Spelling(
            (name.words[0] for name in names if _may_be_misspelt(name)),
            ordinary=_ordinary(),
        )

    def find(self, text: str, sector: str = "") -> Found:
        """What the text names. Under 0.1 ms for a message.

        `sector`: what the model says the message is about; it settles between names, and lets
        words of that sector imply an institution that none names, never by itself.
        """
        words = _words(text)
        tallies = self._tallies(words)
        if sector:
            tallies[_Kind.INSTITUTION].favour(self._of_sector.get(sector, frozenset()))
        found = _found(tallies)
        if found.institution or not sector or self._implied is None:
            return found
        institution = self._implied.by(words, sector, found.county)
        if not institution:
            return found
        score = min(found.score or EXACT, IMPLIED)
        return replace(found, institution=institution, score=score, named=False)

    def _tallies(self, words: list[str]) -> dict[_Kind, _Tally]:
        """The evidence by kind; a misspelt word of `words` is put right on the way."""
        tallies = {kind: _Tally() for kind in _Kind}
        reached = dict.fromkeys(_Kind, 0)
        for at, word in enumerate(words):
            sure, known = EXACT, self._by_first.get(word)
            if known is None:
                meant = self._spelling.meant(word)
                if not meant:
                    continue
                sure, known = MISSPELT, self._by_first[meant]
                words[at] = meant
            for name in known:
                if at >= reached[name.kind] and _stands(name, words, at):
                    if name.context is None:
                        tallies[name.kind].add(name, at, sure)
                    elif _settled(name, words, at):
                        tallies[name.kind].add(name, at, min(sure, SETTLED))
                    reached[name.kind] = at + len(name.words)
        return tallies


def places() -> dict[str, tuple[str, ...]]:
    """Towns, estates and landmarks by the county's official name: general knowledge, to review."""
    return _places("places")


def small_places() -> dict[str, tuple[str, ...]]:
    """Villages and estates that count only as they are written, by the county's official name."""
    return _places("exact")


def nicknames() -> dict[str, tuple[str, ...]]:
    """What people call an institution, by its short name of the labelling guide; to review."""
    with (_HERE / "nicknames.csv").open(encoding="utf-8", newline="") as file:
        return {row["institution"]: tuple(row["names"].split("|")) for row in csv.DictReader(file)}


def _names(kind: _Kind, named: Iterable[Named]) -> list[_Name]:
    ids: dict[tuple[str, ...], set[str]] = {}
    exact: set[tuple[str, ...]] = set()
    for one in named:
        for name in (*one.names, *one.exact):
            words = tuple(_words(name))
            if words:
                ids.setdefault(words, set()).add(one.id)
        exact |= {tuple(_words(name)) for name in one.exact}
    ambiguous = _ambiguous()
    return [
        _Name(words, kind, frozenset(whose), ambiguous.get(words), words in exact)
        for words, whose in ids.items()
    ]


def _may_be_misspelt(name: _Name) -> bool:
    return len(name.words) == 1 and name.context is None and not name.exact


def _places(column: str) -> dict[str, tuple[str, ...]]:
    with (_HERE / "places.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["county"]: tuple(filter(None, row[column].split("|")))
            for row in csv.DictReader(file)
        }


def _words(text: str) -> list[str]:
    return _WORD.findall(normalise(text).replace("'", ""))


def _stands(name: _Name, words: Sequence[str], at: int) -> bool:
    size = len(name.words)
    return size == 1 or tuple(words[at : at + size]) == name.words


def _settled(name: _Name, words: Sequence[str], at: int) -> bool:
    """A word of the name's context stands in the text, outside the name itself."""
    others = [*words[:at], *words[at + len(name.words) :]]
    here = set(others)
    pairs = None
    for phrase in name.context or ():
        if len(phrase) == 1:
            if phrase[0] in here:
                return True
        else:
            pairs = pairs or " ".join(others)
            if " ".join(phrase) in pairs:
                return True
    return False


def _found(tallies: Mapping[_Kind, _Tally]) -> Found:
    best = {kind: tally.best() for kind, tally in tallies.items()}
    scores = [tallies[kind].score[id_] for kind, id_ in best.items() if id_]
    return Found(
        best[_Kind.INSTITUTION],
        best[_Kind.COUNTY],
        best[_Kind.SERVICE],
        min(scores, default=0.0),
    )


@cache
def _ordinary() -> frozenset[str]:
    """Words one letter away from a name that mean what they say."""
    with (_HERE / "ordinary.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["word"] for row in csv.DictReader(file))


@cache
def _ambiguous() -> dict[tuple[str, ...], frozenset[tuple[str, ...]]]:
    with (_HERE / "ambiguous.csv").open(encoding="utf-8", newline="") as file:
        return {
            tuple(_words(row["name"])): frozenset(
                tuple(_words(phrase)) for phrase in row["context"].split("|") if phrase
            )
            for row in csv.DictReader(file)
        }
