"""A USSD screen read as a citizen reads it: which question it is and what each key on it means.

Only the wording files are consulted, never the flow, so that the reader cannot share its mistakes.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import feedback_service.conversations.wording as wording
from feedback_service.domain.gsm7 import septets

LIMIT = 160
LANGUAGES = ("en", "sw")
# A question, and how the wording keys of its options begin.
MENUS: Mapping[str, tuple[str, ...]] = {
    "main": ("main-",),
    "score": ("score-",),
    "on-time": ("on-time-",),
    "paid": ("paid-",),
    "courtesy": ("courtesy-",),
    "what": ("what-",),
    "afraid": ("afraid-",),
    "resume": ("resume-",),
    "reply-way": ("reply-way-",),
    "reply-way-danger": ("reply-way-",),
    "case-withdraw-sure": ("sure-",),
    "case-open": ("case-",),
    "case-late": ("case-",),
    "case-answered": ("case-",),
    "case-rejected": ("case-",),
    "case-closed": ("case-",),
}
TYPED = {
    "words", "words-quiet", "afraid-words", "case-add", "county", "paid-amount", "secret",
    "secret-afraid", "secret-open", "secret-open-only", "secret-new",
}  # fmt: skip
"""Questions that are answered in words or figures, whatever they say of a key."""
_OPTION = re.compile(r"^([1-8]|[1-9]\d) (.+)$", re.MULTILINE)
_LISTED = re.compile(r"^\d{4} \d{4}\b")


class Malformed(AssertionError):
    """A screen that a phone or the gateway would not take."""


@dataclass(frozen=True)
class Seen:
    """One screen: its question's wording key (or empty), what each key says, whether it ends."""

    text: str
    question: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    ends: bool = False
    hinted: bool = False

    def means(self, key: str) -> str:
        """What pressing this says: an option's wording key, a listed reference, or nothing."""
        number = str(int(key)) if key.isdecimal() and len(key) < 20 else ""
        return self.options.get(number, "")


def check(status: int, body: str, quoted: Iterable[str] = ()) -> None:
    """Raise Malformed unless the gateway and every phone can show this answer.

    quoted: sentences that may stand on it as an office wrote them, braces and all.
    """
    if status != 200:
        raise Malformed(f"status {status}: {body[:80]!r}")
    if not body.startswith(("CON ", "END ")) or not body[4:].strip():
        raise Malformed(f"not a screen: {body[:80]!r}")
    taken = septets(body)
    if taken is None:
        raise Malformed(f"outside GSM-7: {body!r}")
    if taken > LIMIT:
        raise Malformed(f"{taken} septets: {body!r}")
    if any(sorry.partition(".")[0] in body for sorry in phrases("sorry")):
        raise Malformed(f"an error behind an apology: {body!r}")
    ours = body
    for sentence in quoted:
        ours = ours.replace(sentence, "")
    if re.search(r"\{[a-z_]*\}", ours):
        raise Malformed(f"a placeholder: {body!r}")


def read(body: str, before: Seen | None = None) -> Seen:
    """The screen understood; `before` tells what a hint that took the question's place is about."""
    text = body[4:]
    hint, rest = _without_hint(text)
    question, values = _question(rest)
    labels = dict(_OPTION.findall(rest))
    if hint and before and not question and labels:
        question, values = before.question, before.values
    if hint and before and not rest.strip():
        question, values = before.question, before.values
    if question in TYPED:
        labels = {}
    options = {key: _meaning(question, label) for key, label in labels.items()}
    return Seen(text, question, values, options, body.startswith("END "), bool(hint))


def phrases(key: str) -> list[str]:
    """The wordings of a key, one a language."""
    return [words[key] for words in _files() if key in words]


def says(body: str, key: str) -> bool:
    """Whether the screen is this wording, in either language."""
    return any(re.match(_pattern(phrase), body[4:]) for phrase in phrases(key))


def hinted(body: str) -> bool:
    """Whether the key before this screen was not understood."""
    return bool(_without_hint(body[4:])[0])


def has_way_back(text: str) -> bool:
    """Whether anything was answered before this screen."""
    return text.endswith(tuple(f"\n{phrase}" for phrase in phrases("back")))


@cache
def _files() -> tuple[dict[str, str], ...]:
    folder = Path(wording.__file__).parent
    return tuple(
        tomllib.loads((folder / f"{language}.toml").read_text(encoding="utf-8"))
        for language in LANGUAGES
    )


@cache
def _pattern(phrase: str) -> str:
    named = set[str]()

    def of(piece: str, place: int) -> str:
        if place % 2 == 0:
            return re.escape(piece)
        anything = "[^~]+?" if piece == "answer" else ".+?"  # an answer may have lines
        if piece in named:
            return f"(?:{anything})"
        named.add(piece)
        return f"(?P<{piece}>{anything})"

    return "".join(of(piece, place) for place, piece in enumerate(re.split(r"\{(\w+)\}", phrase)))


@cache
def _heads() -> list[tuple[str, re.Pattern[str]]]:
    """Every wording that may stand first on a screen, the most telling first."""
    found = []
    for words in _files():
        for key, phrase in words.items():
            bare = re.sub(r"\{\w+\}", "", phrase)
            if key.startswith(("sms-", "hint-", "status-", "time-", "cost-", "outcome-")):
                continue
            if key in {"back", "more", "days", "months", "service-menu", "case-line", "sorry"}:
                continue
            if key.startswith(tuple(p for kinds in MENUS.values() for p in kinds)) and (
                key not in MENUS and "{" not in phrase and len(bare) < 30
            ):
                continue  # an option's label, not a question
            found.append((len(bare), key, re.compile(_pattern(phrase) + r"(?=\n|$)")))
    found.sort(key=lambda item: -item[0])
    return [(key, pattern) for _, key, pattern in found]


@cache
def _hints() -> list[str]:
    return [p for words in _files() for key, p in words.items() if key.startswith("hint-")]


def _without_hint(text: str) -> tuple[str, str]:
    for hint in _hints():
        if text == hint or text.startswith(f"{hint}\n"):
            return hint, text[len(hint) + 1 :]
    return "", text


def _question(text: str) -> tuple[str, Mapping[str, str]]:
    for key, pattern in _heads():
        if found := pattern.match(text):
            return key, found.groupdict()
    return "", {}


@cache
def _labels() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for words in _files():
        for key, label in words.items():
            if not key.startswith(("sms-", "hint-")):
                found.setdefault(label, []).append(key)
    return found


def _meaning(question: str, label: str) -> str:
    if listed := _LISTED.match(label):
        return listed[0]
    begins = MENUS.get(question, ())
    keys = _labels().get(label, [])
    fitting = [key for key in keys if key.startswith(begins)] if begins else keys
    return fitting[0] if fitting else label
