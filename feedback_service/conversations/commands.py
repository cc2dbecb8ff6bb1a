"""What an SMS or WhatsApp message is, by one table: the first line that fits, from the top, wins.

| the whole message is | it is |
|---|---|
| STOP, ACHA, SIMAMISHA, UNSUBSCRIBE | stop |
| START, ANZA | start |
| HELP, MSAADA | help |
| ENGLISH, KISWAHILI | language |
| WHO or NANI and a reference | who looked at that case |
| a reference alone, rightly typed or not | status |
| a reference and YES or NO | verdict on that case |
| a reference and words | words for that case |
| 1, 2, YES, NO, NDIYO, LA, HAPANA | verdict on the last question |
| anything else | words: an answer if a desk has asked, else a new complaint |

A command counts only when it is the whole message: "Acha kutuibia pesa" is a complaint.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from feedback_service.domain.references import read_reference


class Kind(StrEnum):
    STOP = "stop"
    START = "start"
    HELP = "help"
    LANGUAGE = "language"
    WHO = "who"
    STATUS = "status"
    VERDICT = "verdict"
    ADD = "add"
    WORDS = "words"


@dataclass(frozen=True)
class Command:
    """`reference` is 8 digits or empty; `value` a language, `yes`/`no`, or the words."""

    kind: Kind
    reference: str = ""
    value: str = ""


WORDS_OF = {
    "stop": Command(Kind.STOP), "acha": Command(Kind.STOP), "simamisha": Command(Kind.STOP),
    "unsubscribe": Command(Kind.STOP), "start": Command(Kind.START), "anza": Command(Kind.START),
    "help": Command(Kind.HELP), "msaada": Command(Kind.HELP),
    "english": Command(Kind.LANGUAGE, value="en"),
    "kiswahili": Command(Kind.LANGUAGE, value="sw"),
}  # fmt: skip
YES = frozenset({"1", "yes", "y", "ndiyo", "ndio", "eeh", "solved", "limetatuliwa"})
NO = frozenset({"2", "no", "n", "la", "hapana", "bado", "not solved", "halijatatuliwa"})
_WHO = re.compile(r"^[\s#]*(?:who|nani)\b[\s:#.]*((?:\d[\s.\-]*){8})[\s?.!]*$", re.IGNORECASE)
_QUOTED = re.compile(r"^#?\s*((?:\d[\s.\-]*){8})(?!\d)[\s:,;.!?\-]*(.*)$", re.DOTALL)


def read_command(text: str) -> Command:
    """What the message is; case, spaces, full stops and a leading # do not matter."""
    bare = _bare(text)
    if bare in WORDS_OF:
        return WORDS_OF[bare]
    if asked := _WHO.match(text):
        return Command(Kind.WHO, read_reference(asked[1]) or re.sub(r"\D", "", asked[1]))
    if quoted := _QUOTED.match(text.strip()):
        reference, rest = read_reference(quoted[1]), quoted[2].strip()
        if reference:
            return _about(reference, rest)
        if not rest:
            # Eight digits with a wrong check digit are a slip of the thumb, not a complaint.
            return Command(Kind.STATUS, re.sub(r"\D", "", quoted[1]))
    return _verdict("", bare) or Command(Kind.WORDS, value=text.strip())


def _about(reference: str, rest: str) -> Command:
    if not rest:
        return Command(Kind.STATUS, reference)
    return _verdict(reference, _bare(rest)) or Command(Kind.ADD, reference, rest)


def _verdict(reference: str, bare: str) -> Command | None:
    if bare in YES:
        return Command(Kind.VERDICT, reference, "yes")
    return Command(Kind.VERDICT, reference, "no") if bare in NO else None


def _bare(text: str) -> str:
    return re.sub(r"[\s.!#,]+", " ", text).strip().lower()
