"""The questions of the survey as they were issued: a version a year, told by what is really said.

A changed word is another instrument: answers to it are not compared with those before without a
visible break.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

from feedback_service.conversations import wording
from feedback_service.domain.periods import Period

FAMILIES = ("survey", "score", "problem", "reported", "on-time", "paid", "courtesy", "sms-invite")
"""How the keys of the survey's phrases begin: every question and every answer."""
EDITED = "~"
"""Between the newest version and a mark of the words, where an editor has changed them since."""


@dataclass(frozen=True)
class Instrument:
    """One issue: `since` is the first day it is asked; `words` the hash of all its phrases."""

    version: str
    since: date
    words: str


@cache
def issued() -> tuple[Instrument, ...]:
    """Every version, the oldest first."""
    text = (Path(__file__).parent / "instruments.json").read_text(encoding="utf-8")
    rows = json.loads(text)["instruments"]
    return tuple(
        Instrument(row["version"], date.fromisoformat(row["since"]), row["words"]) for row in rows
    )


def questions() -> tuple[str, ...]:
    """The keys of the survey's phrases."""
    return tuple(key for key in wording.shipped("en") if _is_ours(key))


def in_use() -> str:
    """The version of what is said now: `2026`, or `2026~1a2b3c` where words were changed since."""
    return _named(wording.edition())


def in_force(period: Period) -> frozenset[str]:
    """The versions issued for a day of the period."""
    begun = [one for one in issued() if one.since <= period.end]
    late = [one for one in begun if one.since > period.start]
    early = [one for one in begun if one.since <= period.start][-1:]
    return frozenset(one.version for one in (*early, *late))


def changed_between(earlier: Period, later: Period) -> tuple[str, ...]:
    """The versions asked in one of two periods and not in the other: a trend line breaks there."""
    return tuple(sorted(in_force(earlier) ^ in_force(later)))


def words_of(texts: dict[str, dict[str, str]]) -> str:
    """The hash of all questions and answers, in both languages."""
    said = [f"{lang} {key} {texts[lang][key]}" for lang in sorted(texts) for key in questions()]
    return sha256("\n".join(said).encode()).hexdigest()


@cache
def _named(edition: int) -> str:
    newest = issued()[-1]
    words = words_of({language: wording.phrases(language) for language in wording.LANGUAGES})
    known = [one.version for one in issued() if one.words == words]
    return known[-1] if known else f"{newest.version}{EDITED}{words[:6]}"


def _is_ours(key: str) -> bool:
    return any(key == name or key.startswith(f"{name}-") for name in FAMILIES)
