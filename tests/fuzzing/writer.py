"""What people write next, drawn by chance: sentences, commands and whatever else is typed."""

from __future__ import annotations

import random

from tests.fuzzing.line import Op
from tests.fuzzing.walking import ODD_TEXTS, SENTENCES
from tests.fuzzing.writing import PHONES, Country


class Writer:
    """Draws what happens next."""

    def __init__(self, rng: random.Random) -> None:
        self._rng, self._count = rng, 0

    def next(self, country: Country) -> Op:
        rng = self._rng
        what = rng.choices(
            ("write", "copy", "copies", "two", "office", "wait", "drain", "opt-out"),
            (72, 8, 2, 1, 9, 6, 3, 0.3),
        )[0]
        phone, number = rng.randrange(PHONES), rng.randrange(1000)
        if what == "wait":
            return Op(what, number=rng.choice((1, 5, 30, 60, 60, 600, 4000, 90_000)))
        if what == "office":
            return Op(what, number=number, text=rng.choice(("", "Come on Friday", "%s done")))
        if what == "two":
            return Op(what, phone, self._sentence(), number)
        return Op(what, phone, self._text() if what in {"write", "copies"} else "", number)

    def _text(self) -> str:
        rng = self._rng
        roll = rng.random()
        if roll < 0.4:
            return self._sentence()
        if roll < 0.55:
            return f"{rng.choice(('<mine>', '<mine>', '<mine> ', '#<mine>'))} {self._sentence()}"
        return rng.choice(SHAPES)

    def _sentence(self) -> str:
        self._count += 1
        rng = self._rng
        text = rng.choice(ODD_TEXTS if rng.random() < 0.2 else SENTENCES)
        return f"{text} zq{self._count:05d}"


SHAPES = (
    "1", "2", "YES", "no", "ndiyo", "Hapana", "La", "bado", "3", "4", "5", "0", "9", "10",
    "<mine>", "<mine>", "#<mine>", "<mine> YES", "<mine> NO", "<mine> 2", "<mine> 7351",
    "<mine> QUIET", "<mine> SMS", "<mine> KIMYA", "<mine> APPEAL", "<mine> RUFAA",
    "yes please", "<mine> WITHDRAW",
    "<theirs>", "<theirs> NO", "<theirs> 7351", "<theirs> WITHDRAW", "12345678", "WHO <mine>",
    "NANI <mine>", "WHO <theirs>", "COUNTED <mine>", "STOP", "Stop.", "ACHA", "simamisha", "START",
    "anza", "HELP", "msaada", "ENGLISH", "KISWAHILI", "MENU", "menu", "hi", "Habari", "asante",
    "thank you", "ok", "passport", "1003", "pasipoti", "", " ", "?", "...", "\u2764\ufe0f",
    "1 ", "#1",
    "1.", "STOP STOP", "x" * 900, "A" * 64, "<mine><theirs>", "<mine> <mine>", "\u0661",
)  # fmt: skip
