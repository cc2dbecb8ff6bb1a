"""The institution a message implies without naming it: the sector it is about, and words that in
that sector mean one body; a county's own body only with a place.  Never the sector alone.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "implied.csv"
COUNTY = "county"
"""The label that stands for the government of the county a place lies in."""


@dataclass(frozen=True)
class Sign:
    """In these sectors (any, when empty) one of the words or phrases implies the institution, by
    its label of the guide; `placed` only where the text names a place too."""

    label: str
    sectors: frozenset[str]
    placed: bool
    words: frozenset[str]
    phrases: tuple[str, ...]

    def stands(self, sector: str, words: frozenset[str], text: str) -> int:
        """How many of its cues the text has."""
        if self.sectors and sector not in self.sectors:
            return 0
        return len(self.words & words) + 2 * sum(phrase in text for phrase in self.phrases)


class Implied:
    """Built once with the ids of the register."""

    def __init__(self, ids: Mapping[str, str], governments: Mapping[str, str]) -> None:
        """`ids`: label -> institution id; `governments`: county id -> the id of its government."""
        self._signs = [sign for sign in signs() if sign.label == COUNTY or sign.label in ids]
        self._ids, self._governments = dict(ids), dict(governments)

    def by(self, words: Sequence[str], sector: str, county: str) -> str:
        """The id of the institution with most cues, the first of equals; blank for none."""
        here, text = frozenset(words), f" {' '.join(words)} "
        best, most = "", 0
        for sign in self._signs:
            if sign.placed and not county:
                continue
            count = sign.stands(sector, here, text)
            if count > most:
                found = self._governments.get(county, "") if sign.label == COUNTY else ""
                best, most = found or self._ids.get(sign.label, best), count
        return best


@cache
def signs() -> tuple[Sign, ...]:
    """The lines of `implied.csv`: general knowledge, to be reviewed."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return tuple(_sign(row) for row in csv.DictReader(file))


def _sign(row: Mapping[str, str]) -> Sign:
    cues = row["cues"].split("|")
    return Sign(
        row["institution"],
        frozenset(filter(None, row["sectors"].split("|"))),
        bool(row["place"]),
        frozenset(cue for cue in cues if " " not in cue),
        tuple(f" {cue} " for cue in cues if " " in cue),
    )
