"""The lines of the table that a message claims by what it says: commands, and named cases.

One function a line, in the table's order: the command, or None.
"""

import re

from feedback_service.conversations.commands import verbs
from feedback_service.conversations.commands.reading import (
    MOST_NAMED,
    Quoted,
    Read,
    choice_of,
    secret_of,
)
from feedback_service.conversations.commands.situation import Stage
from feedback_service.conversations.commands.verbs import Command, Kind
from feedback_service.conversations.commands.verdicts import (
    Aim,
    Verdict,
    acknowledges,
    verdict_of,
    words_of,
)
from feedback_service.conversations.wording.kinds import Question
from feedback_service.domain.references import read_reference
from feedback_service.domain.visit_codes import read_code

_ASKS_ABOUT = re.compile(r"^[\s#]*([a-z]+)\b[\s:#.]*((?:[0-9][\s.\-]*){8})[\s?.!]*$", re.IGNORECASE)


def stop(read: Read) -> Command | None:
    return Command(Kind.STOP) if read.bare in verbs.STOPS else None


def start(read: Read) -> Command | None:
    return Command(Kind.START) if read.bare in verbs.STARTS else None


def help_(read: Read) -> Command | None:
    nothing = not read.text and not read.waiting.enclosed
    return Command(Kind.HELP) if nothing or read.bare in verbs.HELPS else None


def language(read: Read) -> Command | None:
    value = verbs.LANGUAGES.get(read.bare)
    return Command(Kind.LANGUAGE, value=value) if value else None


def menu(read: Read) -> Command | None:
    words = set(read.words)
    greets = (
        len(read.words) <= MOST_NAMED and words & verbs.GREETS and words <= verbs.AROUND_A_GREETING
    )
    return Command(Kind.MENU) if greets or read.bare in verbs.MENUS else None


def greets_in_kiswahili(text: str) -> bool:
    return bool(set(words_of(text)) & verbs.GREETS_SW)


def who(read: Read) -> Command | None:
    return _asks_about(read, verbs.WHOSE, Kind.WHO)


def counted(read: Read) -> Command | None:
    if read.bare in verbs.COUNTS:
        return Command(Kind.COUNTED)
    return _asks_about(read, verbs.COUNTS, Kind.COUNTED)


def mydata(read: Read) -> Command | None:
    return Command(Kind.MYDATA) if read.bare in verbs.MYDATAS else None


def forget(read: Read) -> Command | None:
    if read.bare in verbs.FORGETS_YES:
        return Command(Kind.FORGET_YES)
    return Command(Kind.FORGET) if read.bare in verbs.FORGETS else None


def code(read: Read) -> Command | None:
    digits = read_code(read.text)
    return Command(Kind.CODE, value=digits) if digits else None


def listed(read: Read) -> Command | None:
    asked = read.waiting.asked
    if asked is None or asked.question is not Question.WHICH or not read.written:
        return None
    choice = choice_of(read, asked.choices)
    return Command(Kind.PICK, value=choice[0], words=choice[1]) if choice and choice[0] else None


def hush(read: Read) -> Command | None:
    quoted = _one(read)
    value = verbs.HUSHES.get(_follows(quoted)) if quoted else None
    return Command(Kind.HUSH, quoted.reference, value) if quoted and value else None


def appeal(read: Read) -> Command | None:
    return _verb(read, verbs.APPEALS, Kind.APPEAL)


def withdraw(read: Read) -> Command | None:
    return _verb(read, verbs.WITHDRAWS, Kind.WITHDRAW)


def secret(read: Read) -> Command | None:
    quoted = read.leading
    found = secret_of(quoted.rest) if quoted and quoted.valid else None
    if quoted is None or found is None:
        return None
    digits, rest = found
    mine = read.waiting.case(quoted.reference)
    if mine is not None and not mine.quiet:
        return None
    if mine is None and rest and not read.known.exists(quoted.reference):
        return None
    said = verdict_of(rest, Aim.QUOTED) if rest else None
    value = said.value if said else verbs.asked_of_a_case(" ".join(words_of(rest)))
    return Command(Kind.SECRET, quoted.reference, value, rest, digits)


def status(read: Read) -> Command | None:
    quoted = _one(read)
    if quoted is None or words_of(quoted.around):
        return None
    return Command(Kind.STATUS, quoted.reference)


def quoted_verdict(read: Read) -> Command | None:
    mine = read.mine
    if mine is None or mine.stage is Stage.OPEN:
        return None
    quoted = read.own[0]
    said = verdict_of(quoted.around, Aim.QUOTED)
    if said is None or (said is Verdict.UNCLEAR and mine.stage is Stage.CLOSED):
        return None
    return Command(Kind.VERDICT, mine.reference, said.value, _kept(quoted, said))


def add(read: Read) -> Command | None:
    if not read.own:
        return None
    if not read.written and acknowledges(read.text):
        return Command(Kind.THANKS)
    first, *others = read.own
    also = tuple(each.reference for each in others)
    return Command(Kind.ADD, first.reference, words=read.text if also else first.rest, also=also)


def not_theirs(read: Read) -> Command | None:
    quoted = read.foreign
    if quoted is None or not quoted.valid or not read.known.exists(quoted.reference):
        return None
    return Command(Kind.NOT_THEIRS, quoted.reference, words=quoted.rest)


def mistyped(read: Read) -> Command | None:
    quoted = read.foreign
    if quoted is None or verdict_of(quoted.rest, Aim.NEITHER) is None:
        return None
    return Command(Kind.STATUS, quoted.reference)


def _asks_about(read: Read, verbs_: frozenset[str], kind: Kind) -> Command | None:
    found = _ASKS_ABOUT.match(read.text)
    if found is None or found[1].lower() not in verbs_:
        return None
    digits = re.sub(r"\D", "", found[2])
    return Command(kind, read_reference(found[2]) or digits)


def _one(read: Read) -> Quoted | None:
    """The one reference that a message quotes: their own, or what stands at its start."""
    if len(read.own) > 1:
        return None
    return read.own[0] if read.own else read.leading


def _follows(quoted: Quoted) -> str:
    return " ".join(words_of(quoted.around))


def _verb(read: Read, verbs_: frozenset[str], kind: Kind) -> Command | None:
    quoted = _one(read)
    if quoted is None or _follows(quoted) not in verbs_:
        return None
    return Command(kind, quoted.reference)


def _kept(quoted: Quoted, said: Verdict) -> str:
    return words_beside(quoted.rest, said)


def words_beside(text: str, said: Verdict) -> str:
    """The words that came with a verdict; none beside a plain yes or no."""
    plain = said is not Verdict.UNCLEAR and verdict_of(text, Aim.NEITHER) is said
    return "" if plain else text
