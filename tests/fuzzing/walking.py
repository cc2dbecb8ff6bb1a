"""What a country of callers does next, drawn by chance: mostly what people do."""

from __future__ import annotations

import random

from tests.fuzzing.dialling import World
from tests.fuzzing.line import Op
from tests.fuzzing.screens import Seen


class Walker:
    """Draws what happens next, mostly what people do."""

    def __init__(self, rng: random.Random, phones: int, at_once: int) -> None:
        self._rng, self._phones, self._at_once = rng, phones, at_once
        self._words = 0
        self._strangers = 90_000_000

    def next(self, world: World) -> Op:
        rng = self._rng
        roll = rng.random()
        if roll < 0.012:
            return self._around(rng)
        if len(world.lines) < self._at_once:
            return self._begin(rng)
        phone = rng.choice(list(world.lines))
        line = world.lines[phone]
        if line.over:
            return Op(rng.choices(("drop", "again", "late", "ended"), (80, 8, 6, 6))[0], phone,
                      number=rng.randrange(100))  # fmt: skip
        what = rng.choices(
            ("press", "again", "late", "copies", "drop", "ended", "dial"),
            (84, 5, 3, 2, 2.5, 0.5, 2),
        )[0]
        text = self._key(line.seen) if what in {"press", "copies"} else ""
        return Op(what, phone, text, rng.randrange(100))

    def _begin(self, rng: random.Random) -> Op:
        if rng.random() < 0.02:
            self._strangers += 1
            return Op("unheard", self._strangers, number=rng.randrange(1000))
        long_dial = rng.choice(POSTERS) if rng.random() < 0.06 else ""
        return Op("dial", rng.randrange(self._phones), long_dial)

    def _around(self, rng: random.Random) -> Op:
        what = rng.choices(("forget", "wait", "office"), (15, 35, 50))[0]
        if what == "wait":
            return Op(what, number=rng.choice((1, 1, 5, 5, 20, 200, 700, 90_000)))
        return Op(what, number=rng.randrange(1000), text=rng.choice(("", *ODD_TEXTS)))

    def _key(self, seen: Seen) -> str:
        rng, roll = self._rng, self._rng.random()
        if roll < 0.06:
            return "0"
        if roll < 0.10:
            return "9"
        if roll < 0.17:
            return rng.choice(WRONG)
        if seen.question in TYPED and (not seen.options or rng.random() < 0.3):
            return self._typed(seen)
        if seen.options:
            return rng.choice(list(self._likely(seen)))
        return rng.choice(("1", "2", "9", "0", "47", "no", self._say()))

    def _likely(self, seen: Seen) -> list[str]:
        weighed = []
        for key, meaning in seen.options.items():
            weighed += [key] * LIKELY.get(meaning, 4)
        return weighed

    def _typed(self, seen: Seen) -> str:
        kinds = TYPED[seen.question]
        return self._say() if kinds is None else self._rng.choice(kinds)

    def _say(self) -> str:
        """Words that nobody else says, so that a second copy of them shows."""
        self._words += 1
        rng = self._rng
        text = rng.choice(SENTENCES) + f" n{self._words}"
        if rng.random() < 0.35:
            text = rng.choice(ODD_TEXTS) + f" n{self._words}"
        if rng.random() < 0.05:
            text = f"n{self._words} " + "neno refu sana " * 40
        if rng.random() < 0.1:
            text = f"{text} {rng.choice(('*', '#', '**', '*384*77#', ' * 5 * '))}"
        return text


POSTERS = ("1001", "1002", "1003", "1004", "1101", "1102", "1103", "9999", "1*1", "1003*2", "abc")
SENTENCES = (
    "They said come tomorrow", "Nimengoja miezi mitatu", "no water since monday",
    "The clerk asked for 500 before he would stamp it", "Daktari hakuwepo", "walinifukuza",
    "he threatened to kill me", "Hakuna dawa hospitalini", "my ID is not ready",
)  # fmt: skip
ODD_TEXTS = (
    "pay 5*100 now * or else", "dial *384*77# to see #1", "a*b*c", "me & you + 2 = 3 % 25%20",
    "chai ya caf\u00e9 \u00f1and\u00fa", "K\u0129r\u0129nyaga \u201cjana\u201d \U0001f620",
    "one\ntwo\r\nthree", "{reference} {0} %s %(x)s", "<b>bold</b> <script>",
    "'; drop table cases;--",
    "\u0645\u0631\u062d\u0628\u0627", "  spaces   inside  ", "\t tabbed \u00a0",
    "\\N \\x00 ^[]~|\u20ac",
    "ng\u2019ombe zangu", "COUNT(*) --", "\ud7ff\ue000\ufffd", "00254700000000",
)  # fmt: skip
WRONG = (
    "", " ", "8", "7", "99", "00", "98", "x", "-1", "1.", "#", "1#", "01", " 2 ", "no", "1,5", "+1",
    "\u0663", "\uff11", "1e3", "null", "12345678", "<mine>", "<theirs>", "STOP", "\u00b2", "9" * 30,
    "4" * 5000, "1*2", "*", "**", "2*", "\x00", "\x1b", "\u200b", "0*0",
)  # fmt: skip
LIKELY = {
    "main-rate": 9, "main-report": 9, "main-afraid": 4, "main-cases": 6, "main-before": 2,
    "main-language": 1, "language-en": 1,
}  # fmt: skip
COUNTIES = ("47", "1", "nai", "na", "k", "ki", "mombasa", "Nakuru", "kisumu", "48", "0x", "muranga")
SECRETS = ("7351", "7351", "7351", "1234", "0000", "12", "73 51")
TYPED: dict[str, tuple[str, ...] | None] = {
    "words": None,
    "words-quiet": None,
    "afraid-words": None,
    "secret": SECRETS,
    "secret-afraid": ("1", *SECRETS),
    "secret-open": SECRETS,
    "secret-open-only": SECRETS,
    "secret-new": SECRETS,
    "cases": ("<mine>", "<mine>", "<theirs>", "12345674"),
    "cases-none": ("<mine>", "<theirs>", "12345674"),
    "case-add": None,
    "county": COUNTIES,
    "county-pick": COUNTIES,
    "find": ("1001", "1002", "1003", "1101", "1102", "pas", "kra", "hosp", "land", "water", "maji"),
    "main": ("1003", "1101", "1002"),
    "paid-amount": ("500", "1,000", "20", "KES 5", "10000001", "0", "-5", "five"),
}
