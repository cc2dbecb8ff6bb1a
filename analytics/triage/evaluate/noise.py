"""Messages as thumbs, old keypads and hurry write them: seeded, so that two runs are the same.

A kind changes one word; how many words it may change is the share.  Two kinds of case change the
whole message.
"""

from collections.abc import Callable, Sequence
from random import Random

SHARES = (0.1, 0.2, 0.3)

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = "aeiou"
_SHORT = {
    "you": "u", "your": "ur", "are": "r", "for": "4", "before": "b4", "to": "2", "too": "2",
    "two": "2", "tu": "2", "please": "pls", "because": "coz", "kwa": "kw", "sana": "xana",
    "siku": "cku", "lakini": "lkn", "hivi": "ivi", "with": "wit", "the": "da", "people": "ppl",
}  # fmt: skip
_SHORT_PARTS = (("tu", "2"), ("to", "2"), ("for", "4"), ("ate", "8"), ("see", "c"))

Change = Callable[[str, Random], str]


def drop(word: str, draw: Random) -> str:
    """A letter is missing."""
    at = draw.randrange(1, len(word))
    return word[:at] + word[at + 1 :]


def swap(word: str, draw: Random) -> str:
    """Two neighbours changed places."""
    at = draw.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def vowels(word: str, draw: Random) -> str:
    """No vowel is written after the first letter."""
    return word[0] + "".join(letter for letter in word[1:] if letter.lower() not in _VOWELS)


def keyboard(word: str, draw: Random) -> str:
    """A letter's neighbour on the keyboard was hit."""
    at = draw.randrange(len(word))
    row = next((row for row in _ROWS if word[at].lower() in row), "")
    if not row:
        return word
    place = row.index(word[at].lower())
    beside = row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    return word[:at] + draw.choice(beside) + word[at + 1 :]


def sms(word: str, draw: Random) -> str:
    """2 for to and tu, 4 for for, u for you; a word without such loses its vowels."""
    if word.lower() in _SHORT:
        return _SHORT[word.lower()]
    for part, short in _SHORT_PARTS:
        if part in word.lower():
            return word.lower().replace(part, short)
    return vowels(word, draw)


KINDS: dict[str, Change] = {
    "drop": drop, "swap": swap, "vowels": vowels, "keyboard": keyboard, "sms": sms,
}  # fmt: skip
WHOLE: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "no punctuation": lambda text: "".join(
        letter for letter in text if letter.isalnum() or letter.isspace()
    ),
}


def noisy(texts: Sequence[str], kind: str, share: float, seed: int) -> list[str]:
    """Each word of three letters or more changed with chance `share` by a kind, or by any of them
    (`mixed`); for a kind of `WHOLE` the share is not asked."""
    if kind in WHOLE:
        return [WHOLE[kind](text) for text in texts]
    draw = Random(f"{seed}:{kind}:{share}")
    changes = list(KINDS.values()) if kind == "mixed" else [KINDS[kind]]
    return [_noisy(text, share, changes, draw) for text in texts]


def variants() -> list[tuple[str, float]]:
    """Every kind at every share, all kinds together, and the two of case (share 1)."""
    return [(kind, share) for kind in (*KINDS, "mixed") for share in SHARES] + [
        (kind, 1.0) for kind in WHOLE
    ]


def _noisy(text: str, share: float, changes: Sequence[Change], draw: Random) -> str:
    words = []
    for word in text.split(" "):
        if len(word) > 2 and word.isalpha() and draw.random() < share:
            word = draw.choice(changes)(word, draw)
        words.append(word)
    return " ".join(words)
