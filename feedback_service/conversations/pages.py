"""Cuts menus and texts into USSD screens: 160 GSM-7 septets, counting the `CON ` in front.

160 is Safaricom's published menu limit; whether the prefix counts is undocumented, so it counts.
"""

from collections.abc import Sequence
from functools import lru_cache

from feedback_service.domain.gsm7 import septets

ROOM = 160 - len("CON ")
MOST_OPTIONS = 8
"""Keys 1 to 8; 9 gives more and 0 goes back.  98 and 00 belong to the networks."""


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
    head: str, labels: Sequence[str], more: str, back: str
) -> list[tuple[str, int, int]]:
    """Pages of a numbered menu: (text, first option, one past the last option)."""
    return list(_fit_options(head, tuple(labels), more, back))


@lru_cache(maxsize=4096)
def _fit_options(
    head: str, labels: tuple[str, ...], more: str, back: str
) -> tuple[tuple[str, int, int], ...]:
    whole = _menu(head, labels, "", back)
    if size(whole) <= ROOM and len(labels) <= MOST_OPTIONS:
        return ((whole, 0, len(labels)),)
    pages, start = [], 0
    while start < len(labels):
        end = start + 1
        while end < len(labels) and end - start < MOST_OPTIONS:
            last = end + 1 == len(labels)
            if size(_menu(head, labels[start : end + 1], "" if last else more, back)) > ROOM:
                break
            end += 1
        tail = more if end < len(labels) else ""
        pages.append((_menu(head, labels[start:end], tail, back), start, end))
        start = end
    return tuple(pages) or ((_menu(head, (), "", back), 0, 0),)


def fit_text(text: str, more: str, back: str) -> list[str]:
    """Pages of running text, cut between words."""
    pages: list[str] = []
    words, page = text.split(" "), ""
    for word in words:
        longer = f"{page} {word}" if page else word
        if page and size(f"{longer}\n{more}\n{back}") > ROOM:
            pages.append(f"{page}\n{more}\n{back}")
            page = word
        else:
            page = longer
    return [*pages, f"{page}\n{back}"]


def shorten(text: str, room: int) -> str:
    """At most `room` septets, cut at a word, with two dots to show it."""
    if size(text) <= room:
        return text
    words = text.split(" ")
    while len(words) > 1 and size(" ".join(words)) > room - 2:
        words.pop()
    kept = " ".join(words)
    while size(kept) > room - 2:
        kept = kept[:-1]
    return kept + ".."


def _menu(head: str, labels: Sequence[str], more: str, back: str) -> str:
    lines = [head, *(f"{n} {label}" for n, label in enumerate(labels, 1)), more, back]
    return "\n".join(line for line in lines if line)


_ESCAPED = frozenset("^{}\\[~]|")
