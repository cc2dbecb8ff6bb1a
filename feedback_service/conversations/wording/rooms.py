"""Where each phrase is shown, and how many septets it may take there with the longest values.

Messages have their parts (`budgets`).  Menus page themselves, so a line or a question has what
keeps a screen legible; a longer screen may take what we ship in its language, a hint likewise.
"""

from enum import StrEnum
from functools import cache

from feedback_service.conversations.pages import ROOM, size
from feedback_service.conversations.wording import LANGUAGES, names, shipped
from feedback_service.conversations.wording.budgets import LONGEST, LONGEST_ANSWER, PARTS

LINE = 28
"""Septets of a line of a menu, its number not counted."""
PART, PART_OF_MORE = 160, 153
TALK = "talk-"
"""How keys begin that a message says in the place of a screen, filled into `sms-step`."""


class Place(StrEnum):
    """Where citizens meet a phrase."""

    MESSAGE = "message"
    SCREEN = "screen"
    LINE = "line"
    PIECE = "piece"  # filled into others: days, money, times, statuses


def place(key: str) -> Place:
    """Where a phrase is shown: a line of a menu is one that ends without a stop."""
    if key.startswith(("sms-", TALK)):
        return Place.MESSAGE
    if key.startswith(_PIECES):
        return Place.PIECE
    text = shipped("en")[key]
    whole = "\n" in text or text.endswith((".", "?", ":", "!", "}")) or key == "main"
    return Place.SCREEN if whole else Place.LINE


@cache
def room(key: str, language: str) -> int:
    """Septets the phrase may take in a language, filled with the longest values."""
    where = place(key)
    if key.startswith(TALK):
        return LONGEST_ANSWER
    if where is Place.MESSAGE:
        parts = PARTS[key]
        return PART if parts == 1 else parts * PART_OF_MORE
    if key.startswith("hint-"):
        return _ours(key, language)
    if where is Place.PIECE:
        return max(_longest(other) for other in shipped("en") if _family(other) == _family(key))
    return max(LINE if where is Place.LINE else _question(), _ours(key, language))


def filled(text: str) -> str:
    """The text with the longest value there can be in each of its places."""
    return text.format(**{name: LONGEST.get(name, _SOME) for name in names(text)})


def _longest(key: str) -> int:
    return max(_ours(key, language) for language in LANGUAGES)


def _ours(key: str, language: str) -> int:
    return size(filled(shipped(language)[key]))


@cache
def _question() -> int:
    """A question stands under a hint and above the way back."""
    hints = max(_longest(key) for key in shipped("en") if key.startswith("hint-"))
    return ROOM - hints - _longest("back") - len("\n\n")


def _family(key: str) -> str:
    return key.partition("-")[0]


_SOME = "X" * 22
"""For a value that nobody has measured yet: a test asks for its longest."""
_PIECES = (
    "days",
    "months",
    "cost-",
    "time-",
    "status-",
    "outcome-",
    "rung-",
    "hint-",
    "back",
    "more",
)
