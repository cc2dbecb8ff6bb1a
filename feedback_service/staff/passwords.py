"""Passwords as they are kept: hashed, and marked where they are codes that open an account once.

A code is printed or sent as a link; whoever signs in with it chooses a password of their own first.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

# OWASP's second choice: 19 MiB, two passes.  64 MiB a sign-in would not fit the memory promised.
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
SHORTEST_PASSWORD = 12
CODE_FOR = timedelta(days=3)
"""How long a printed code or a link by mail opens the door."""

_ONCE = "once"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that are read as another


def new_password() -> str:
    return secrets.token_urlsafe(12)


def new_code() -> str:
    """Sixteen letters and figures in fours, to be typed from paper: 80 bits."""
    letters = [secrets.choice(_LETTERS) for _ in range(16)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, 16, 4))


def kept(password: str) -> str:
    return HASHER.hash(password)


def kept_once(code: str, until: datetime) -> str:
    """The hash of a code that opens the account until a moment, and only to choose a password."""
    return f"{_ONCE}:{int(until.timestamp())}:{HASHER.hash(_plain(code))}"


def is_code(stored: str) -> bool:
    return stored.startswith(f"{_ONCE}:")


def fits(stored: str, typed: str, now: datetime) -> bool:
    """Whether the password, or the code while it is good, is the right one."""
    if is_code(stored):
        _, until, stored = stored.split(":", 2)
        typed = _plain(typed) if now.timestamp() < int(until) else ""
    try:
        return HASHER.verify(stored, typed)
    except (VerifyMismatchError, InvalidHashError):
        return False


def code_is_good(stored: str, now: datetime) -> bool:
    return is_code(stored) and now.timestamp() < int(stored.split(":", 2)[1])


def mark(stored: str) -> str:
    """What a link carries of the hash it is for: once the password changed it fits no more."""
    return hashlib.sha256(stored.encode()).hexdigest()[:24]


def _plain(code: str) -> str:
    return "".join(letter for letter in code.upper() if letter.isalnum())


NOBODY = HASHER.hash(new_password())
"""Stands for the account that is not there: a wrong address takes as long as a wrong password."""
