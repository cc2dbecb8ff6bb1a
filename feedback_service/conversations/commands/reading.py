"""A message taken apart: its words, the references it quotes, the numbers it answers by."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from feedback_service.conversations.commands.situation import NEW, Known, Mine, Waiting
from feedback_service.conversations.commands.verdicts import words_of
from feedback_service.domain.references import is_reference

_GAP = r"[\s.+\-\u2010-\u2015]{0,3}"
_DIGITS = rf"[1-9](?:{_GAP}[0-9]){{7}}(?![0-9])"
_ANYWHERE = re.compile(rf"(?<![0-9+])(?=({_DIGITS}))")
_LABEL = (
    r"(?:(?:case|kesi|ref|reference|namba|nambari)\b[\s.:#]*"
    r"(?:(?:no|number|namba|nambari)\b[\s.:#]*)?)?"
)
_LEADING = re.compile(
    rf"^[\s#*.\"']*{_LABEL}#?\s*({_DIGITS})[\s:,;.!?#\-]*(.*)$", re.DOTALL | re.IGNORECASE
)
_SECRET = re.compile(r"^([0-9]{4})(?![0-9])[\s:,;.!?\-]*(.*)$", re.DOTALL)
_ABOUT_A_NUMBER = frozenset(
    """
    number no namba nambari case kesi ref reference the ya la wa ni it is its that this one option
    choice reply please tafadhali asante thanks thank you ile hiyo hii of
    """.split()  # noqa: SIM905 - a list of this length is read as a text
)
_BESIDE_A_REFERENCE = _ABOUT_A_NUMBER - {"no", "la"}
"""What leaves a reference alone; beside one, no and la say that it is not solved."""
_COUNTING: Mapping[str, int] = {
    "one": 1, "moja": 1, "first": 1, "kwanza": 1, "two": 2, "mbili": 2, "second": 2, "pili": 2,
    "three": 3, "tatu": 3, "third": 3, "four": 4, "nne": 4, "fourth": 4, "five": 5, "tano": 5,
    "fifth": 5,
}  # fmt: skip
_NEW = frozenset("new mpya another nyingine none hakuna other ingine".split())  # noqa: SIM905
_MARKS: Mapping[str, str] = {
    "very good": "5", "good": "4", "fair": "3", "bad": "2", "very bad": "1",
    "nzuri sana": "5", "nzuri": "4", "wastani": "3", "mbaya": "2", "mbaya sana": "1",
}  # fmt: skip
_AFTER_A_MARK = frozenset("very good fair bad nzuri sana wastani mbaya out of 5".split())  # noqa: SIM905
_UNITS = frozenset(
    """
    week weeks day days month months year years hour hours people times minutes officers staff
    wiki siku mwezi miezi mwaka miaka saa watu mara dakika am pm
    """.split()  # noqa: SIM905
)
_AFTER_A_NUMBER = frozenset("0 1 2 3 4 5 6 7 8 9".split())  # noqa: SIM905
MOST_NAMED = 5
"""Words that a name or a greeting has at most; more is somebody telling us something."""


@dataclass(frozen=True)
class Quoted:
    """A reference in a text: `rest` is what follows it, `around` the text without it."""

    reference: str
    rest: str
    around: str
    leads: bool
    valid: bool


@dataclass(frozen=True)
class Read:
    """One message in its situation, as the lines of the table look at it."""

    text: str
    waiting: Waiting
    known: Known

    @cached_property
    def words(self) -> list[str]:
        return words_of(self.text)

    @cached_property
    def bare(self) -> str:
        return " ".join(self.words)

    @cached_property
    def leading(self) -> Quoted | None:
        """The eight digits that the message begins with, a reference or not."""
        found = _LEADING.match(self.text)
        if found is None:
            return None
        digits, rest = _digits(found[1]), found[2].strip()
        return Quoted(digits, rest, rest, True, is_reference(digits))

    @cached_property
    def written(self) -> tuple[Quoted, ...]:
        """The person's own references in the text, wherever they stand, each once."""
        return tuple(_own(self.text, self.waiting, self.leading))

    @cached_property
    def own(self) -> tuple[Quoted, ...]:
        """The same; without any, the case of the message of ours that they tapped or quoted."""
        quoted = self.waiting.case(self.waiting.quoted)
        if self.written or quoted is None or not self.words or self.leading:
            return self.written
        return (Quoted(quoted.reference, self.text, self.text, True, True),)

    @property
    def mine(self) -> Mine | None:
        """The case of the only reference of their own that they quote."""
        return self.waiting.case(self.own[0].reference) if len(self.own) == 1 else None

    @property
    def foreign(self) -> Quoted | None:
        """What stands where a reference does, and is none of theirs."""
        return self.leading if self.leading and not self.own else None

    @cached_property
    def names(self) -> frozenset[str]:
        return self.known.names(self.text)

    @cached_property
    def grave(self) -> bool:
        return self.known.grave(self.text)

    def names_other(self, *cases: Mine) -> bool:
        """Whether they speak of a service or institution that none of these cases is about."""
        return bool(self.names - frozenset().union(*(case.about for case in cases)))


def secret_of(rest: str) -> tuple[str, str] | None:
    """Four digits after a reference, and what follows them."""
    found = _SECRET.match(rest)
    return (found[1], found[2].strip()) if found else None


def number_of(words: Sequence[str]) -> int | None:
    """The one number that a short answer says: "2", "the second", "namba 2"."""
    core = [word for word in words if word not in _ABOUT_A_NUMBER] or list(words)
    if len(core) != 1:
        return None
    if core[0].isascii() and core[0].isdecimal() and len(core[0]) < 3:
        return int(core[0])
    return _COUNTING.get(core[0])


def choice_of(read: Read, choices: Sequence[str]) -> tuple[str, str] | None:
    """Which of the choices is meant, "" for a number that is none of them, and the words beside it;
    None when the message makes no choice.
    """
    found = re.match(r"^\W*([0-9])[\s.:,)\-]+(.*)$", read.text, re.DOTALL)
    beside = words_of(found[2]) if found else []
    if found and set(beside) - _ABOUT_A_NUMBER and beside[0] not in _UNITS | _AFTER_A_NUMBER:
        number = int(found[1])
        return (choices[number - 1], found[2].strip()) if 1 <= number <= len(choices) else None
    choice = _choice_alone(read, choices)
    return None if choice is None else (choice, "")


def _choice_alone(read: Read, choices: Sequence[str]) -> str | None:
    quoted = [each for each in read.written if each.reference in choices]
    if len(quoted) == 1 and not set(words_of(quoted[0].around)) - _BESIDE_A_REFERENCE:
        return quoted[0].reference
    number = number_of(read.words)
    if number is not None:
        return choices[number - 1] if 1 <= number <= len(choices) else ""
    core = [word for word in read.words if word not in _ABOUT_A_NUMBER]
    if len(core) in (1, 2) and NEW in choices and set(core) & _NEW:
        return NEW
    half = [each for each in choices if core in ([each[:4]], [each[4:]])]
    return half[0] if len(half) == 1 else None


def mark_of(read: Read) -> tuple[str, str] | None:
    """A mark of 1-5 and the words that came with it."""
    if read.bare in _MARKS:
        return _MARKS[read.bare], ""
    found = re.match(r"^\W*([1-5])(?![0-9])(?:\s*/\s*5)?[\s:,;.!\-]*(.*)$", read.text, re.DOTALL)
    if not found:
        number = number_of(read.words)
        return (str(number), "") if number and number <= 5 and read.words[0] in _COUNTING else None
    after = words_of(found[2])
    if after and (after[0] in _UNITS or after[0].isdecimal()):
        return None
    plain = not set(after) - _AFTER_A_MARK - _ABOUT_A_NUMBER - {"sana"}
    return found[1], "" if plain else found[2].strip()


def _own(text: str, waiting: Waiting, leading: Quoted | None) -> Iterator[Quoted]:
    seen = set[str]()
    for found in _ANYWHERE.finditer(text):
        digits = _digits(found[1])
        if digits in seen or waiting.case(digits) is None:
            continue
        seen.add(digits)
        if leading and leading.reference == digits:
            yield leading
        else:
            before, after = text[: found.start(1)], text[found.end(1) :]
            label = re.sub(rf"{_LABEL}#?\s*$", "", before, flags=re.IGNORECASE)
            yield Quoted(digits, text.strip(), f"{label} {after}".strip(" .,;:!?#"), False, True)


def _digits(written: str) -> str:
    return re.sub(r"[^0-9]", "", written)
