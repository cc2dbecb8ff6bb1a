"""The lines of the table that a message claims by when it comes: answers, and free words.

One function a line, in the table's order: the command, or None.
"""

from feedback_service.conversations.commands import verbs
from feedback_service.conversations.commands.claims_named import words_beside
from feedback_service.conversations.commands.reading import (
    MOST_NAMED,
    Read,
    choice_of,
    mark_of,
    number_of,
)
from feedback_service.conversations.commands.situation import (
    MOST_COMPLAINTS,
    MOST_MESSAGES,
    Mine,
    Stage,
)
from feedback_service.conversations.commands.verbs import Command, Kind
from feedback_service.conversations.commands.verdicts import (
    Aim,
    Verdict,
    acknowledges,
    verdict_of,
)
from feedback_service.conversations.wording.kinds import Question

CODE = 4
"""Digits of a secret or a poster's code: alone, they are no words for a person to read."""


def pick(read: Read) -> Command | None:
    asked = read.waiting.asked
    if asked is None or asked.question is not Question.WHICH:
        return None
    choice = choice_of(read, asked.choices)
    if choice is None and not asked.late and verdict_of(read.text, Aim.NEITHER):
        return Command(Kind.PICK)  # yes to "which case?" is no choice, and no verdict either
    return Command(Kind.PICK, value=choice[0], words=choice[1]) if choice else None


def step(read: Read) -> Command | None:
    asked = read.waiting.asked
    if asked is None or asked.question is not Question.STEP or not read.text:
        return None
    return Command(Kind.STEP, words=read.text)


def rating(read: Read) -> Command | None:
    asked = read.waiting.asked
    if asked is None or asked.question is not Question.RATING:
        return None
    return _mark(read, late=asked.late)


def asked_verdict(read: Read) -> Command | None:
    asked = read.waiting.asked
    if asked is None or asked.question is not Question.VERDICT:
        return None
    mine = read.waiting.case(asked.reference)
    said = verdict_of(read.text, Aim.ASKED)
    if mine is None or said is None or (not _plain(read, said) and read.names_other(mine)):
        return None
    if mine.stage is Stage.CLOSED and said is Verdict.UNCLEAR:
        return None  # they have said it: what comes now is thanks, or something new
    if mine.stage is Stage.OPEN:
        return _said_before(read, mine, said)
    return Command(Kind.VERDICT, mine.reference, said.value, words_beside(read.text, said))


def answer(read: Read) -> Command | None:
    asked = read.waiting.asked
    if asked is None or asked.question is not Question.WORDS or not read.text:
        return None
    mine = read.waiting.case(asked.reference)
    if asked.late and (mine is None or mine.stage is not Stage.OPEN or read.names_other(mine)):
        return None
    return Command(Kind.ADD, asked.reference, words=read.text)


def enclosed(read: Read) -> Command | None:
    waiting = read.waiting
    if read.text or not waiting.enclosed:
        return None
    asked = waiting.asked.reference if waiting.asked else ""
    reference = asked or waiting.continues or waiting.exchanged
    return Command(Kind.ENCLOSED, reference) if reference else None


def kept(read: Read) -> Command | None:
    return Command(Kind.KEPT) if not read.text and read.waiting.enclosed else None


def late_rating(read: Read) -> Command | None:
    invitation = read.waiting.invitation
    return _mark(read, late=invitation.late) if invitation else None


def only_verdict(read: Read) -> Command | None:
    said = _unasked(read)
    if said is None or len(read.waiting.answered) != 1:
        return None
    return Command(Kind.VERDICT, read.waiting.answered[0].reference, said.value)


def which_verdict(read: Read) -> Command | None:
    said = _unasked(read)
    if said is None or not read.waiting.answered:
        return None
    return Command(Kind.WHICH, value=said.value, words=read.text)


def nothing(read: Read) -> Command | None:
    short = number_of(read.words) is not None or read.bare in verbs.NEWS or not read.words
    short = short or (_is_code(read) and not read.known.services(read.text))
    return Command(Kind.NOTHING) if short or verdict_of(read.text, Aim.NEITHER) else None


def thanks(read: Read) -> Command | None:
    return Command(Kind.THANKS) if acknowledges(read.text) else None


def card(read: Read) -> Command | None:
    if len(read.words) > MOST_NAMED:
        return None
    services = read.known.services(read.text)
    if not services:
        return None
    return Command(Kind.CARD, value=services[0] if len(services) == 1 else "", words=read.text)


def asks_where(read: Read) -> Command | None:
    """The case spoken of last, else the newest open one; who means another has its number."""
    words, waiting = set(read.words), read.waiting
    asks = words & verbs.ASKS_WHERE and words & verbs.ABOUT_A_CASE
    if not asks or not words <= verbs.AROUND_A_QUESTION:
        return None
    open_ones = [case.reference for case in waiting.live]
    reference = waiting.exchanged or next(iter(open_ones), "")
    return Command(Kind.STATUS, reference) if reference else None


def repeat(read: Read) -> Command | None:
    reference = read.waiting.said.get(read.bare)
    return Command(Kind.REPEAT, reference, words=read.text) if reference else None


def more(read: Read) -> Command | None:
    mine = read.waiting.case(read.waiting.continues)
    if mine is None or mine.stage is Stage.CLOSED or read.names_other(mine):
        return None
    return Command(Kind.ADD, mine.reference, words=read.text)


def which(read: Read) -> Command | None:
    waiting = read.waiting
    minutes_ago = bool(waiting.continues)
    if not waiting.exchanged or not waiting.live or read.grave:
        return None
    if read.names_other(*waiting.live) and not minutes_ago:
        return None
    return Command(Kind.WHICH, words=read.text)


def flooding(read: Read) -> Command | None:
    if read.waiting.written < MOST_MESSAGES or read.grave:
        return None
    return Command(Kind.SET_ASIDE, words=read.text)


def set_aside(read: Read) -> Command | None:
    if read.waiting.complaints < MOST_COMPLAINTS or read.grave:
        return None
    return Command(Kind.SET_ASIDE, words=read.text)


def complaint(read: Read) -> Command | None:
    return Command(Kind.COMPLAINT, words=read.text)


def _is_code(read: Read) -> bool:
    """A secret or a code that nobody asked for."""
    return read.bare.isdecimal() and len(read.bare) == CODE


def _unasked(read: Read) -> Verdict | None:
    """A verdict that answers no question of ours; a yes to something else is none."""
    asked = read.waiting.asked
    if asked and not asked.late and asked.question is not Question.VERDICT:
        return None
    return verdict_of(read.text, Aim.NEITHER)


def _said_before(read: Read, mine: Mine, said: Verdict) -> Command | None:
    """To a question they have answered with no: the same again changes nothing, more is words."""
    if acknowledges(read.text):
        return None
    if read.waiting.answered and _plain(read, said):  # it may be the next one they speak of
        return Command(Kind.WHICH, value=said.value, words=read.text)
    if said is Verdict.NO and _plain(read, said):
        return Command(Kind.REPEAT, mine.reference, words=read.text)
    return Command(Kind.ADD, mine.reference, words=read.text)


def _plain(read: Read, said: Verdict) -> bool:
    return verdict_of(read.text, Aim.NEITHER) is said


def _mark(read: Read, *, late: bool) -> Command | None:
    found = mark_of(read)
    if found is None:
        return None
    mark, words = found
    return Command(Kind.RATING, value=mark, words=words, also=("late",) if late else ())
