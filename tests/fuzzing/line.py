"""One thing that happens, and one session of one handset as its holder sees it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.fuzzing.account import LONGEST, Account
from tests.fuzzing.screens import Seen


@dataclass(frozen=True)
class Op:
    """One thing that happens; `phone` is a number's place, `text` what is pressed or dialled."""

    what: str
    phone: int = 0
    text: str = ""
    number: int = 0


@dataclass
class Line:
    """One session of one handset as its holder sees it."""

    id: str
    phone: int
    code: str
    account: Account
    text: str = ""
    seen: Seen = field(default_factory=lambda: Seen(""))
    said: dict[str, str] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    """Histories answered before Redis forgot."""
    pressed: list[str] = field(default_factory=list)

    @property
    def over(self) -> bool:
        return self.seen.ends

    def tells_words_apart(self) -> bool:
        """Whether what follows the words is told from them: nothing, a key, or four digits."""
        words = self.account.words
        said = [n for n, key in enumerate(self.pressed) if key.strip()[:LONGEST] in words]
        return not said or all(
            key.isascii() and key.isdecimal() and len(key) in (1, 4)
            for key in self.pressed[said[-1] + 1 :]
        )
