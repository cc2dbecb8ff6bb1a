"""Yes, no, or neither: what a few words say of whether a case is solved, in English, Kiswahili and
Sheng.  Nothing unclear ever says yes.
"""

import re
from collections.abc import Collection, Sequence
from enum import StrEnum


class Verdict(StrEnum):
    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"  # it speaks of it, but not plainly: the question is put again


class Aim(StrEnum):
    """How sure we are that the words are about one case."""

    QUOTED = "quoted"  # they name its reference
    ASKED = "asked"  # we asked, and this came next
    NEITHER = "neither"  # only the shortest forms count


_SOLVED = (
    r"(?:solved|fixed|resolved|sorted|settled|done"
    r"|(?:i|li|ya|zi|ki|vi|u|wa)(?:me|mesha|li)(?:tatuliwa|tatua|rekebishwa|rekebisha|isha|malizika"
    r"|malizwa|tengenezwa|sort|sortiwa|solvewa|fixiwa))"
)
_UNSOLVED = (
    r"(?:unsolved|unresolved|ha(?:i|li|ya|zi|ki|vi|u|wa)(?:ja|ku)(?:tatuliwa|tatua|rekebishwa"
    r"|rekebisha|isha|malizika|malizwa|tengenezwa|sortiwa|solvewa))"
)
_NOT = r"(?:not|isnt|hasnt|havent|wasnt|aint|never|nothing)"
_NEGATED = re.compile(rf"\b{_NOT}\b(?: \w+){{0,2}}? {_SOLVED}\b|\b{_UNSOLVED}\b")
_SAYS_SOLVED = re.compile(rf"\b{_SOLVED}\b")

_YES = frozenset("yes y yeah yep yap yup ndiyo ndio ndyo ee eeh ehe naam moja".split())  # noqa: SIM905
_SOFT_YES = frozenset({"poa", "fiti", "iko poa", "iko fiti", "iko sawa", "safi"})
"""Said to anything; a yes only where it answers the question itself."""
_NO = frozenset(
    "no n nop nope la hapana bado zii siyo sio mbili not never still hakuna haijakuwa".split()  # noqa: SIM905
)
_NOT_YET = frozenset({"not yet", "still not", "not still", "not really", "not at all", "bado sana"})
_DOUBTS = frozenset({"bado", "hapana", "zii", "siyo"})
"""Anywhere in a message these make it worth asking again."""
_SURE_NO = _NO - {"not", "still", "never", "hakuna", "n"}
"""A whole message by themselves, without any question before."""
_NO_PROBLEM = re.compile(r"^(?:no problems?|hakuna (?:shida|tatizo|matata|noma)|hamna shida)\b")
_COURTESY = frozenset(
    """
    asante asanteni sana thank thanks you thx so much very please tafadhali nashukuru shukrani
    shukran ahsante mungu awabariki god bless all sir madam boss mkuu ok okay sawa tu kabisa
    """.split()  # noqa: SIM905 - a list of this length is read as a text
)
_FILLER = frozenset(
    """
    it its is has have been was my the this that problem issue case complaint matter now already
    fully completely finally tatizo shida kesi lalamiko jambo langu yangu hii hilo tayari sasa
    they i
    """.split()  # noqa: SIM905
)
_ACKNOWLEDGES = _COURTESY | {"poa", "fiti", "safi", "noted", "received", "alright", "k"}
_ASKS = frozenset({"is", "has", "have", "was", "je"})
_GOES_ON = frozenset(
    """
    they it its i we he she you the this that there my our not still nothing nobody none never but
    because since please sir madam one bado hawa hawaja hawajanisaidia sijapata sijasaidiwa hai
    hakuna hapana kwa sababu maana lakini mimi sisi wao huyo yeye tafadhali asante
    """.split()  # noqa: SIM905
)
"""What may follow a no without a stop between: "no water in Kisumu" is not about the question."""
_COUNTED = frozenset(
    """
    week weeks day days month months year years hour hours people times minutes wiki siku mwezi
    miezi mwaka miaka saa watu mara dakika am pm kg km
    """.split()  # noqa: SIM905
)


def verdict_of(text: str, aim: Aim) -> Verdict | None:
    """What the words say; None when they say nothing of it."""
    words = words_of(text)
    if not words:
        return Verdict.UNCLEAR if aim is Aim.ASKED and text.strip() else None
    said = _whole(words, aim, asks="?" in text)
    if said or aim is Aim.NEITHER:
        return said
    return _begun(words, aim, _stops_after_first(text)) or _anywhere(words, aim)


def words_of(text: str) -> list[str]:
    """The words of a text in small letters, without apostrophes, stops and pictures."""
    return re.findall(r"[^\W_]+", re.sub(r"['\u2018\u2019`]", "", text.lower()))


def acknowledges(text: str) -> bool:
    """Whether it is thanks or "ok" and nothing more."""
    words = words_of(text)
    return bool(words) and all(word in _ACKNOWLEDGES for word in words)


def _whole(words: Sequence[str], aim: Aim, *, asks: bool) -> Verdict | None:
    """A message that is nothing but a verdict and courtesy."""
    line = " ".join(words)
    if _NO_PROBLEM.match(line):
        return Verdict.UNCLEAR if aim is not Aim.NEITHER else None
    core = _without(words, _COURTESY)
    if _is_no(core):
        return Verdict.NO
    if asks or words[0] in _ASKS:
        return None
    if aim is not Aim.NEITHER and " ".join(core) in _SOFT_YES:
        return Verdict.YES
    said = _without(core, _FILLER)
    if said and all(word in _YES or _SAYS_SOLVED.fullmatch(word) for word in said):
        return Verdict.YES
    return Verdict.YES if core == ["1"] else None


def _is_no(core: Sequence[str]) -> bool:
    line = " ".join(_without(core, _FILLER))
    if line in _NOT_YET or line == "2":
        return True
    rest = _NEGATED.sub("", line).split()
    negated = rest != line.split()
    return (negated or bool(rest)) and set(rest) <= (_NO if negated else _SURE_NO)


def _begun(words: Sequence[str], aim: Aim, stopped: bool) -> Verdict | None:
    """A verdict with words after it."""
    words = _after_courtesy(words)
    first, rest = (words[0] if words else ""), words[1:]
    if first in _YES or first == "1" or _SAYS_SOLVED.fullmatch(first):
        return Verdict.UNCLEAR
    if first == "2" and rest and rest[0] not in _COUNTED and not rest[0].isdigit():
        return _unless_solved(rest)
    if first in _NO and (aim is Aim.QUOTED or stopped or not rest or rest[0] in _GOES_ON):
        return _unless_solved(words)
    if first == "bado" or _NEGATED.match(" ".join(_after(words, _FILLER))):
        return _unless_solved(words)
    return None


def _anywhere(words: Sequence[str], aim: Aim) -> Verdict | None:
    """Words that speak of a solution somewhere: for the question again, never for a verdict."""
    if aim is not Aim.ASKED:
        return Verdict.UNCLEAR if _says_solved(words) or _DOUBTS & set(words) else None
    marks = _YES | _DOUBTS
    speaks = _says_solved(words) or _NEGATED.search(" ".join(words)) or marks & set(words)
    return Verdict.UNCLEAR if speaks or acknowledges(" ".join(words)) else None


def _unless_solved(words: Sequence[str]) -> Verdict:
    return Verdict.UNCLEAR if _says_solved(words) or _YES & set(words) else Verdict.NO


def _says_solved(words: Sequence[str]) -> bool:
    return _SAYS_SOLVED.search(_NEGATED.sub("", " ".join(words))) is not None


def _stops_after_first(text: str) -> bool:
    return re.match(r"^\W*\w+\s*[,.;:!\-]", text) is not None


def _after_courtesy(words: Sequence[str]) -> list[str]:
    return _after(words, _COURTESY)


def _after(words: Sequence[str], skipped: Collection[str]) -> list[str]:
    start = next((n for n, word in enumerate(words) if word not in skipped), len(words))
    return list(words[start:])


def _without(words: Sequence[str], left_out: Collection[str]) -> list[str]:
    return [word for word in words if word not in left_out]
