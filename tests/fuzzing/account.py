"""The account of what one visitor said by USSD, kept from the screens they saw and the keys they
pressed, and held against the database after every key."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fuzzing.records import Records
from tests.fuzzing.screens import TYPED, Seen, hinted, says

LONGEST = 500
"""Letters of one answer that are looked at."""
SAID: Mapping[str, tuple[str, Any]] = {
    "on-time-yes": ("on_time", True),
    "on-time-no": ("on_time", False),
    "on-time-waiting": ("on_time", None),
    "paid-no": ("paid_more", False),
    "paid-yes": ("paid_more", True),
    "courtesy-yes": ("courteous", True),
    "courtesy-no": ("courteous", False),
}
ACTS = {
    "case-solved": "confirm", "case-not-solved": "dispute", "sure-yes": "withdraw",
}  # fmt: skip
IN_WORDS = {"words", "words-quiet", "afraid-words", "case-add"}
WITHOUT = {"words": ("1", "2"), "words-quiet": ("1",), "afraid-words": ("1",)}
"""Keys that file a case without words."""
EASY = {"1234", "4321", "0123", "2580", *(digit * 4 for digit in "0123456789")}
CHARTER = ("on_time", "paid_more", "paid_extra_kes", "courteous")


class Untrue(AssertionError):
    """The database does not hold what was said, or holds what was not."""


@dataclass
class Account:
    """What was said in one session, and in those it was taken up from."""

    sessions: list[str]
    rating: dict[str, Any] = field(default_factory=dict)
    counts: str = ""
    category: str = ""
    reference: str = ""
    words: list[str] = field(default_factory=list)
    filed: bool = False
    filed_as: dict[str, Any] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    acts: set[tuple[str, str]] = field(default_factory=set)
    foggy: bool = False
    """Something was pressed that even a person could not say the meaning of."""
    lost: bool = False
    """Redis forgot the session on its way: its words may have a refused answer before them."""

    def hear(self, seen: Seen, key: str, after: str) -> None:
        """Write down what a key says on the screen it was pressed at; `after` came next."""
        text = _as_keys(key.strip()[:LONGEST])
        if text.rstrip("*") in WITHOUT.get(seen.question, ()):
            text = text.rstrip("*")  # a key and a slip after it, as on a menu
        meaning = seen.means(text)
        pieces = key.split("*")
        if len(pieces) > 1 and (seen.question not in IN_WORDS or pieces[0].strip() == "0"):
            self.foggy = True
        if text.isdecimal() and int(text[:9]) and not (meaning or seen.question in TYPED):
            self.foggy |= not hinted(after)  # the number of an option on another page
        if text == "0" or self.foggy:
            return
        if meaning:
            self._chose(seen, meaning, after)
        else:
            self._typed(seen, text, after)

    def hold(self, records: Records) -> None:
        """Raise Untrue unless what is stored is what was said."""
        ratings, cases, events = records.of(self.sessions)
        if len(ratings) > 1 or len(cases) > 1:
            raise Untrue(f"{len(ratings)} ratings and {len(cases)} cases of one session")
        if self.foggy:
            return
        self._hold_rating(ratings)
        self._hold_case(cases)
        self._hold_events(cases, events)

    def _chose(self, seen: Seen, meaning: str, after: str) -> None:
        kind, _, value = meaning.partition("-")
        if kind == "score":
            self._rated(int(value), seen.values.get("service", ""))
        elif meaning in SAID and self.rating:
            name, said = SAID[meaning]
            self.rating[name] = said
            if meaning == "paid-no":
                self.rating["paid_extra_kes"] = None
        elif kind in {"what", "afraid"}:
            self.category = "" if meaning == "afraid-danger" else value
        elif kind == "reply":
            self.filed_as["quiet"] = value.endswith("quiet")
        elif seen.question == "cases":
            self.reference = meaning[:9].replace(" ", "")
        elif meaning in ACTS and not says(after, "too-late"):
            self.acts.add((ACTS[meaning], self.reference))

    def _rated(self, score: int, service: str) -> None:
        if self.counts and self.counts != service:
            self.rating = {}
        self.counts = service
        self.rating = {**dict.fromkeys(CHARTER), **self.rating, "score": score}

    def _typed(self, seen: Seen, text: str, after: str) -> None:
        if seen.question == "paid-amount" and self.rating:
            digits = text.replace(",", "").replace(" ", "").lower()
            digits = digits.removeprefix("kes").removeprefix("ksh")
            if digits.isdecimal() and 1 <= int(digits) <= 10_000_000:
                self.rating["paid_extra_kes"] = int(digits)
        elif seen.question in WITHOUT:
            self._wrote(seen.question, text)
        elif seen.question == "case-add" and len(text) >= 3 and not says(after, "too-late"):
            self.added.append(text)
        elif seen.question in {"secret", "secret-afraid"} and says(after, f"{seen.question}-kept"):
            self.filed_as["secret"] = True

    def _wrote(self, question: str, text: str) -> None:
        without = text in WITHOUT[question]
        if not without and len(text) < 3:
            return
        if not without:
            self.words.append(text)
        if not self.filed:
            self.filed = True
            afraid = question == "afraid-words"
            self.filed_as |= {"category": self.category or None, "afraid": afraid}

    def _is(self, stored: str, said: str) -> bool:
        """The words, whatever blank stood where they were cut to their longest.

        Without its memory the service cannot tell `9` refused and then words from `9*words`.
        """
        return stored.strip() == said.strip() or (
            self.lost and f"*{_close(said)}*" in f"*{_close(stored)}*"
        )

    def _hold_rating(self, ratings: Any) -> None:
        if bool(ratings) != bool(self.rating):
            raise Untrue(f"said {self.rating or 'no rating'}, stored {[dict(r) for r in ratings]}")
        if ratings:
            stored = {name: ratings[0][name] for name in self.rating}
            if stored != self.rating:
                raise Untrue(f"said {self.rating}, stored {stored}")

    def _hold_case(self, cases: Any) -> None:
        if bool(cases) != self.filed:
            raise Untrue(f"filed is {self.filed}, stored {[dict(c) for c in cases]}")
        for case in cases:
            if case["category"] != self.filed_as["category"]:
                raise Untrue(f"filed as {self.filed_as['category']}, stored {case['category']}")
            for name in ("quiet", "secret"):
                if name in self.filed_as and case[name] != self.filed_as[name]:
                    raise Untrue(f"chose {name} {self.filed_as[name]}, stored {case[name]}")
            if self.filed_as["afraid"]:
                self._hold_secrecy(case)

    def _hold_secrecy(self, case: Any) -> None:
        if case["lane"] != "confidential" or not case["quiet"] or case["messages"]:
            raise Untrue(f"a case filed in fear: {dict(case)}")

    def _hold_events(self, cases: Any, events: Any) -> None:
        texts = [case["text"] for case in cases]
        texts += [event["text"] for event in events if event["action"] == "answer"]
        for said in (*self.words, *self.added):
            found = [text for text in texts if self._is(text, said)]
            if len(found) != 1:
                raise Untrue(f"{said!r} is stored {len(found)} times in {texts}")
        every = (*self.words, *self.added)
        unsaid = [text for text in texts if text and not any(self._is(text, s) for s in every)]
        if unsaid:
            raise Untrue(f"stored and never said: {unsaid}")
        acted = [(e["action"], e["reference"]) for e in events if e["action"] in ACTS.values()]
        if sorted(acted) != sorted(self.acts):
            raise Untrue(f"did {sorted(self.acts)}, stored {sorted(acted)}")


def _as_keys(text: str) -> str:
    """A number in the digits of another script is the number on the screen."""
    return "".join(str(unicodedata.digit(d)) for d in text) if text.isdecimal() else text


def _close(text: str) -> str:
    """Without the spaces around each `*`, which an answer loses when it is told from the next."""
    return "*".join(piece.strip() for piece in text.split("*"))
