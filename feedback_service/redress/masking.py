"""What an institution does not read of a citizen's words: telephone numbers, e-mail addresses,
numbers of identity papers, and the name by which somebody says who they are.

| marks | become | keep |
|---|---|---|
| telephone numbers, whosever | `[…78]` | the last two digits, so that two can be told apart |
| numbers of IDs, passports, PINs, certificates | `[…78]`, or `[ID …78]` where nothing says so | the last two |
| e-mail addresses | `[…@…]` | nothing |
| "my name is …", "naitwa …", "jina langu ni …", a name as a signature | `[…]` | nothing |

Names of officers stay: a case is about what they did, and it is shut to whom it names.  So do sums
of money and numbers called those of a case, an application, a receipt or a meter.  What
is stored stays whole.  A name given without any such words is not recognised.
"""  # noqa: E501 - a table is read across

import re
from collections.abc import Callable

__all__ = ["masked_words"]

_SEP = r"[\s.,()/_*\-\u2010-\u2015\u200b-\u200d]{0,3}"
_NO_DATE = r"(?!\d{1,2}[./\-]\d{1,2}[./\-](?:19|20)\d\d(?!\d))"
_PHONE = re.compile(
    rf"(?<![\d+]){_NO_DATE}"
    rf"(?:(?:(?:\+|00)?254{_SEP}0?|0){_SEP}[17](?:{_SEP}\d){{8}}"  # mobiles
    r"|[17]\d\d[ .\-]?\d{3}[ .\-]?\d{3})(?!\d)"  # without the 0 in front
    rf"|(?<!\d)\+\d(?:{_SEP}\d){{6,13}}(?!\d)"  # other countries
    rf"|(?<!\d){_NO_DATE}0[2-6](?:{_SEP}\d){{7,8}}(?!\d)"  # landlines
)
_MAIL = re.compile(
    r"[\w.+\-]+\s?(?:@|\(at\)|\[at\])\s?[\w\-]+(?:\s?(?:\.|\(dot\))\s?[A-Za-z\-]{2,})+",
    re.IGNORECASE,
)
_CALLED = (
    r"\b(?:id|i\.d\.?|idno|kitambulisho|kipande|kipa|national\s+id|maisha|huduma\s+(?:namba|number)|passport|pasipoti"
    r"|pin|kra|birth\s+cert(?:ificate)?|cheti(?:\s+cha\s+kuzaliwa)?|alien|nhif|nssf|sha)(?![A-Za-z])"
)
_LINK = (
    r"(?:[\s:.#,\-]|\b(?:no|nos|number|num|namba|nambari|card|cha|changu|yangu|langu|my|ni|is|of|ya)"
    r"\b){0,6}"
)
_PAPER = re.compile(
    rf"({_CALLED}{_LINK})([A-Z]{{0,2}}\d(?:[ \-]?\d){{5,13}}[A-Z]?)(?![\w])", re.IGNORECASE
)
_PIN = re.compile(r"\b[AP]\d{9}[A-Z]\b|\b[ABC][KP]?\d{6,7}\b", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w.,/#+\-])\d{7,8}(?![\w/]|[.,\-]\d)")
_OF_A_THING = re.compile(
    r"(?:\b(?:app(?:lication)?|ref(?:erence)?|case|kesi|receipt|risiti|stakabadhi|tracking|serial"
    r"|invoice|account|acc|akaunti|meter|mita|token|tokeni|ombi|maombi|waiting|bill|bili|paybill"
    r"|till|plot|title|lr|order|ticket|tiketi|ksh|kshs|kes|sh|shs|shilingi|shillings|bob)\b"
    r"(?:[\s:.#,\-]|\b(?:no|number|namba|nambari|ya|yangu|card|is|ni)\b){0,5})$",
    re.IGNORECASE,
)
_MONEY_AFTER = re.compile(
    r"^\s*(?:/=|bob\b|ksh|kes\b|sh\b|shs\b|shillings|shilingi)", re.IGNORECASE
)

_NAME = r"[A-Za-z][A-Za-z'\u2019\-]+"
_ENDS = (
    "na ni wa ya za la cha kwa katika kutoka toka natoka from of at in on and i my the a an but so"
    " with who to for is was am have has had we you he she they it this that please nina niko nime"
    " nili nimekuwa mimi mkazi naishi nikiwa natafuta nataka naomba sijapata lakini hii hiyo hapa"
    " id number phone namba nambari kitambulisho wangu yangu wenu living resident born staying"
    " mwenye holder seeking complaining writing reporting aged not no si sio"
    " nimetoka nimefika nashindwa nilienda wrong misspelt misspelled mispelt mispelled missing"
    " spelt spelled written incorrect different still being never nowhere listed"
)
_IT_IS = (
    r"(?!(?:li|ya)me\w{3}|lili(?:kose|andik|pote)|hali(?:po|ko|na|one|ja|pati)|haya(?:po|ko|one|ja"
    r"|pati)|(?:liko|lipo|yako|yapo|yote|mengi)\b)"
)
"""What is wrong with a name ("limekosewa", "halipo") is no name."""
_STOP = rf"(?!(?:{'|'.join(_ENDS.split())})\b)"
_NAMES = rf"{_STOP}{_NAME}(?:[ ]+{_STOP}{_NAME}){{0,3}}"
_SAYS = (
    r"\bmy\s+(?:full\s+|official\s+|real\s+)?names?\s+(?:is|are|ni)\s*:?\s*|\bnames?\s*:\s*"
    r"|\b(?:i\s+am|i'm|im)\s+(?:called|named)\s+|\bthey\s+call\s+me\s+"
    r"|\b(?:mimi\s+)?(?:naitwa|ninaitwa|huitwa|nikoitwa|nitwa)\s+|\bwananiita\s+|\bwataniita\s+"
    r"|\bjina(?:\s+(?:langu|yangu|lake\s+langu))?(?:\s+kamili)?\s*(?:\bni\b\s*:?|:)\s*"
    rf"|\bjina\s+(?:langu|yangu|lake\s+langu)\s+(?:kamili\s+)?{_IT_IS}"
    r"|\bmajina(?:\s+yangu)?(?:\s+kamili)?\s*(?:\bni\b\s*:?|:)\s*"
    rf"|\bmajina\s+(?:yangu\s+)?(?:kamili\s+)?{_IT_IS}"
)
_SELF = re.compile(rf"({_SAYS})({_NAMES})", re.IGNORECASE)
_CAPS = r"[A-Z][a-z'\u2019\-]+|[A-Z]{3,}"
_I_AM = re.compile(
    rf"((?:\b[Ii]\s+am|\b[Ii]'?m|\b[Tt]his\s+is|\b[Mm]imi\s+ni|\b[Mm]i\s+ni|\b[Nn]i\s+mimi)\s+)"
    rf"((?:{_CAPS})(?:\s+(?:{_CAPS})){{1,3}})"
)
_OF_ID = re.compile(
    rf"((?:\bi\s+am|\bi'?m|\bthis\s+is|\bmimi\s+ni|\bmi\s+ni|\bmimi)\s+)({_NAMES})"
    r"(?=\s*,?\s*(?:of\s+|holder\s+of\s+|wa\s+|mwenye\s+|with\s+|ya\s+)?"
    r"(?:id|kitambulisho|kipande|national\s+id|passport|pasipoti|\[ID|\[\u2026\d))",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    rf"(\b(?:yours(?:\s+(?:sincerely|faithfully))?|(?:kind\s+|best\s+)?regards|sincerely|signed"
    rf"|wako(?:\s+(?:mwaminifu|mtiifu))?|ni\s+mimi\s+wako)\b[\s,.:\-]*)({_NAMES})(?=[\s.!]*$)",
    re.IGNORECASE,
)
_NO_NAME = r"(?!(?i:sana|very|much|so|in|for|kwa|na|huduma|kenya)\b)"
_THANKED = re.compile(
    rf"((?i:\b(?:ah?santeni|ah?sante|thanks|thank\s+you)\b)[\s,.:!\-]+)"
    rf"({_NO_NAME}(?:{_CAPS})(?:\s+{_NO_NAME}(?:{_CAPS})){{1,2}})(?=[\s.!]*$)"
)


def masked_words(text: str) -> str:
    """The text as an institution's desk reads it; masking it again changes nothing."""
    for pattern, put in _STEPS:
        text = pattern.sub(put, text)
    return _BARE.sub(_bare, text)


def _paper(found: re.Match[str]) -> str:
    return f"{found[1]}[\u2026{found[2][-2:]}]"


def _name(found: re.Match[str]) -> str:
    return f"{found[1]}[\u2026]"


def _bare(found: re.Match[str]) -> str:
    """A number nobody says anything about: an identity card's has seven or eight digits."""
    before, after = found.string[: found.start()][-40:], found.string[found.end() :]
    if _OF_A_THING.search(before) or _MONEY_AFTER.match(after):
        return found[0]
    return f"[ID \u2026{found[0][-2:]}]"


_STEPS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_MAIL, lambda found: "[\u2026@\u2026]"),
    (_PAPER, _paper),
    (_PIN, lambda found: f"[ID \u2026{found[0][-2:]}]"),
    (_PHONE, lambda found: f"[\u2026{found[0][-2:]}]"),
    (_OF_ID, _name),
    (_SELF, _name),
    (_I_AM, _name),
    (_SIGNED, _name),
    (_THANKED, _name),
)
