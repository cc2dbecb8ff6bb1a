"""What invented citizens and officers write: sentences made up for this, about nobody."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Sentence:
    """A complaint; `language` is en, sw or sheng, `service` the one it is about."""

    language: str
    category: str
    service: str
    text: str

    @property
    def answered_in(self) -> str:
        return "en" if self.language == "en" else "sw"


@cache
def sentences() -> tuple[Sentence, ...]:
    return _sentences("sentences.csv")


@cache
def rising() -> tuple[Sentence, ...]:
    """One trouble in several words: of late many tell of it."""
    return _sentences("rising.csv")


def _sentences(name: str) -> tuple[Sentence, ...]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return tuple(Sentence(**row) for row in csv.DictReader(file))


@cache
def answers() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """What is said with an act, by its kind and language."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    with (HERE / "answers.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = (row["kind"], row["language"])
            found[key] = (*found.get(key, ()), row["text"])
    return found
