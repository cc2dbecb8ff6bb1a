"""How the text of one setting becomes its value: a function each, which says what is wrong with it.

Each takes the text and returns the value, or raises ValueError with words that follow the name.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from datetime import time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

_KEY_BYTES = 32
Hours = tuple[time, time] | None
"""From, and up to: past midnight when the second is the earlier one."""
QUIET, SURVEY = (time(21), time(7)), (time(8), time(18))


def text(value: str) -> str:
    return value


def port(value: str) -> int:
    return _whole_number(value, 1, 65535)


def processes(value: str) -> int:
    return _whole_number(value, 1, 64)


def proxies(value: str) -> int:
    return _whole_number(value, 0, 9)


def megabytes(value: str) -> int:
    return _whole_number(value, 1, 100)


def per_minute(value: str) -> int:
    return _whole_number(value, 1, 100_000)


def per_second(value: str) -> int:
    return _whole_number(value, 1, 1000)


def retrain_days(value: str) -> int:
    return _whole_number(value, 0, 365)


def labels(value: str) -> int:
    return _whole_number(value, 1, 100_000)


def asks(value: str) -> int:
    return _whole_number(value, 0, 200)


def contest_days(value: str) -> int:
    return _whole_number(value, 1, 180)


def many_hours(value: str) -> int:
    return _whole_number(value, 1, 24 * 30)


def hours(value: str) -> Hours:
    """Two times of the day, the second of which may be on the next; None for "none"."""
    if value == "none":
        return None
    found = re.fullmatch(r"(\d\d:\d\d)-(\d\d:\d\d)", value)
    try:
        begin, end = (
            (time.fromisoformat(part) for part in found.groups()) if found else (None, None)
        )
    except ValueError:
        begin = end = None
    if begin is None or end is None or begin == end:
        raise ValueError(f"is {value!r}, not two times such as 21:00-07:00, or none")
    return begin, end


def amount(value: str) -> Decimal:
    try:
        found = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"is {value!r}, no amount") from None
    if not found.is_finite() or found < 0:
        raise ValueError(f"is {value!r}, not a positive amount")
    return found


def prices(value: str) -> Mapping[str, Decimal]:
    try:
        told = json.loads(value, parse_float=Decimal, parse_int=Decimal)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON ({error.msg} at character {error.pos})") from None
    if not isinstance(told, dict) or not all(isinstance(v, Decimal) for v in told.values()):
        raise ValueError("is not an object of channels and shillings")
    return MappingProxyType(told)


def _whole_number(value: str, least: int, most: int) -> int:
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise ValueError(f"is {value!r}, not a whole number from {least} to {most}")
    return int(value)


def silence(value: str) -> int:
    return _whole_number(value, 10, 1440)


def switch(value: str) -> bool:
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if value.lower() not in words:
        raise ValueError(f"is {value!r}, neither 1 nor 0")
    return words[value.lower()]


def database_url(value: str) -> str:
    # Hosting platforms hand out postgres:// and postgresql://; the driver is always psycopg.
    scheme, separator, rest = value.partition("://")
    if not separator or scheme not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise ValueError("is no PostgreSQL address (it starts with another scheme)")
    try:
        urlsplit(value).port  # noqa: B018 - reading it is the check
    except ValueError as error:
        raise ValueError("has a port that is not a whole number up to 65535") from error
    return f"postgresql+psycopg://{rest}"


def begins(*schemes: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if not any(
            value.startswith(f"{scheme}://") and value != f"{scheme}://" for scheme in schemes
        ):
            raise ValueError(f"does not start with {' or '.join(f'{s}://' for s in schemes)}")
        return value.rstrip("/")

    return read


def matches(pattern: str, wrong: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(wrong)
        return value

    return read


def key(value: str) -> bytes:
    try:
        key = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("is not base64") from None
    if len(key) != _KEY_BYTES:
        raise ValueError(f"holds {len(key)} bytes, not {_KEY_BYTES}")
    return key


def keys(value: str) -> tuple[bytes, ...]:
    keys = tuple(key(part.strip()) for part in value.split(","))
    if len(set(keys)) != len(keys):
        raise ValueError("holds the same key twice")
    return keys


def channel_names(value: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in value.split(","))
    if not all(re.fullmatch(r"[a-z][a-z0-9-]*", name) for name in names):
        raise ValueError(f"is {value!r}, not channel names separated by commas")
    if len(set(names)) != len(names):
        raise ValueError("names a channel twice")
    return names


def templates(value: str) -> Mapping[str, str]:
    try:
        templates = json.loads(value)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON ({error.msg} at character {error.pos})") from None
    if not isinstance(templates, dict) or not all(isinstance(v, str) for v in templates.values()):
        raise ValueError("is not an object of names and template ids")
    return MappingProxyType(templates)


def desks(value: str) -> Mapping[str, str]:
    pairs = [part.partition("=") for part in value.split(",")]
    if not all(key.strip() and unit.strip() for key, _, unit in pairs):
        raise ValueError(f"is {value!r}, not pairs such as KRA=CAJ-I separated by commas")
    return MappingProxyType({key.strip(): unit.strip() for key, _, unit in pairs})


SECOND_FACTOR = frozenset({"administrator", "integrity", "auditor"})
"""Roles that see most, and must show more than a password."""
_ROLES = frozenset({
    "officer", "supervisor", "performance", "integrity", "oversight", "analyst", "translator",
    "auditor", "administrator",
})  # fmt: skip


def roles(value: str) -> frozenset[str]:
    """Roles of staff separated by commas; empty for "none"."""
    found = frozenset(part.strip() for part in value.split(",")) - {"none"}
    if unknown := sorted(found - _ROLES):
        raise ValueError(f"names {unknown[0]!r}, no role. Roles: {', '.join(sorted(_ROLES))}")
    return found


def words(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def log_level(value: str) -> str:
    return matches("DEBUG|INFO|WARNING|ERROR", f"is {value!r}, no level")(value.upper())


def path(value: str) -> Path:
    return Path(value)


def var_dir(value: str) -> Path:
    return Path(value).absolute()  # the data stay where they are when a process changes folder


web_url = begins("http", "https")
secret_text = matches(r".{16,}", "is shorter than 16 characters")
path_secret = matches(
    r"[A-Za-z0-9_-]{16,}", "is not 16 or more letters, digits, _ or - (it is part of an address)"
)
mail_address = matches(r"[^@\s]+@[^@\s]+", "is no mail address")


def mail_addresses(value: str) -> tuple[str, ...]:
    return tuple(mail_address(part.strip()) for part in value.split(","))


short_code = matches(r"\d{3,6}", "is not 3 to 6 digits")
ussd_code = matches(r"\*[\d*]*\d#", "does not look like *123*4#")
