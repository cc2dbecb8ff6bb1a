"""Cuts menus and texts into USSD screens: 160 GSM-7 septets, counting the `CON ` in front.

160 is Safaricom's published menu limit; whether the prefix counts is undocumented, so it counts.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from feedback_service.domain.gsm7 import septets, smart

ROOM = 160 - len("CON ")
MOST_OPTIONS = 8
"""Options of one page; 9 gives more and 0 goes back.  98 and 00 belong to the networks."""
_MORE = 9


def number_of(place: int) -> int:
    """The number of the option at a place, counted from 0 over all pages: 1 to 8, 10, 11, ..."""
    return place + 1 if place + 1 < _MORE else place + 2


def place_of(number: int) -> int | None:
    """The place of a number; None for 0, which goes back, and 9, which gives more."""
    if number in (0, _MORE):
        return None
    return number - 1 if number < _MORE else number - 2


def size(text: str) -> int:
    """Septets of a screen; a character outside GSM-7 is a mistake of the wording."""
    if text.isascii() and not _ESCAPED.intersection(text) and "`" not in text:
        return len(text)
    units = septets(text)
    if units is None:
        raise NotGsm7(text)
    return units


class NotGsm7(ValueError):
    """A screen holds a character that phones cannot show; the remedy is another wording."""


def fit_options(
    head: str, labels: Sequence[str], more: str, back: str, hint: str = "", spare: int = 0,
    room: int = ROOM,
) -> list[tuple[str, int, int]]:  # fmt: skip
    """Pages of a numbered menu: (text, first option, one past the last option).

    Pages are cut alike with and without a hint, so that a number never changes its meaning: the
    hint stands above the head where both fit, else in its place.  `spare` is the longest hint's
    room.
    """
    return list(_fit_options(head, tuple(labels), more, back, hint, spare, room))


@lru_cache(maxsize=4096)
def _fit_options(
    head: str, labels: tuple[str, ...], more: str, back: str, hint: str, spare: int, room: int
) -> tuple[tuple[str, int, int], ...]:
    pages = []
    for start, end in _cuts("x" * max(size(head), spare), labels, more, back, room):
        tail = more if end < len(labels) else ""
        heads = (f"{hint}\n{head}", hint, head) if hint else (head,)
        menus = [_menu(top, labels[start:end], tail, back, start) for top in heads]
        fitting = (menu for menu in menus if size(menu) <= room)
        pages.append((next(fitting, menus[-1]), start, end))
    return tuple(pages)


def _cuts(
    head: str, labels: tuple[str, ...], more: str, back: str, room: int
) -> list[tuple[int, int]]:
    """First and one past the last option of each page."""
    if len(labels) <= MOST_OPTIONS and size(_menu(head, labels, "", back)) <= room:
        return [(0, len(labels))]
    cuts, start = [], 0
    while start < len(labels):
        end = start + 1
        while end < len(labels) and end - start < MOST_OPTIONS:
            tail = "" if end + 1 == len(labels) else more
            if size(_menu(head, labels[start : end + 1], tail, back, start)) > room:
                break
            end += 1
        cuts.append((start, end))
        start = end
    return cuts


def fit_text(text: str, more: str, back: str, room: int = ROOM) -> list[str]:
    """Pages of running text, cut between words; a word that fills a page is cut itself."""
    return list(_fit_text(text, more, back, room))


@lru_cache(maxsize=1024)
def _fit_text(text: str, more: str, back: str, room: int) -> tuple[str, ...]:
    pages: list[str] = []
    words, page = text.split(" "), ""
    for word in _cut_long(words, room // 4):
        longer = f"{page} {word}" if page else word
        if page and size(_menu(longer, (), more, back)) > room:
            pages.append(_menu(page, (), more, back))
            page = word
        else:
            page = longer
    return (*pages, _menu(page, (), "", back))


def _cut_long(words: Sequence[str], most: int) -> Iterator[str]:
    """The words, what nobody would type as one in pieces of as many characters at `most`."""
    for word in words:
        for start in range(0, max(1, len(word)), most):
            yield word[start : start + most]


def plain(text: str) -> str:
    """What anybody wrote, in letters that every phone shows: look-alikes, then bare letters."""
    text = smart(text)
    if septets(text) is not None:
        return text
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return "".join(c if septets(c) else "?" for c in bare)


def _menu(head: str, labels: Sequence[str], more: str, back: str, first: int = 0) -> str:
    numbered = (f"{number_of(place)} {label}" for place, label in enumerate(labels, first))
    lines = [head, *numbered, more, back]
    return "\n".join(line for line in lines if line)


_ESCAPED = frozenset("^{}\\[~]|")
