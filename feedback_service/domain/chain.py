"""A case's history as a chain: each event carries the hash of the one before, so that one edited,
dropped or inserted event is found by anyone who has the list.

Words may be taken out again, because the law lets a person ask for it: what is sealed of them is a
digest with a salt, which tells nothing once the salt is gone with the words.

| kept of an event | sealed |
|---|---|
| `text`, `salt` | `text` is `sha256:` and the digest of salt and text |
| `erased`: that digest | the same |
| `text` without a salt, as events were before | `text` as it is |
| `erased`: `whole`, of such an event | cannot be computed again: its hash is taken as it stands |
"""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from feedback_service.domain.calendar import require_aware

JSON: TypeAlias = "bool | int | float | str | Sequence[JSON] | Mapping[str, JSON] | None"

GENESIS = "0" * 64
WORDS, SALT, ERASED = "text", "salt", "erased"
WHOLE = "whole"


class BrokenChain(Exception):
    """The history is not the one that was sealed; `number` is the first event that is wrong."""

    def __init__(self, case_id: str, number: int, what: str) -> None:
        self.number = number
        super().__init__(
            f"event {number} of case {case_id}: {what}. Trust nothing from here on: "
            "compare with the last signed copy"
        )


class NotSealable(ValueError):
    """The data cannot be written as JSON in one way only."""


@dataclass(frozen=True)
class Link:
    """One sealed event; numbers start at 1, hashes are 64 hexadecimal digits."""

    number: int
    action: str
    actor: str
    at: datetime
    data: Mapping[str, JSON]
    previous: str
    hash: str
    taken: bool = False
    """Its words were taken out, and they were sealed themselves: the hash is taken as it stands."""


def salted(data: Mapping[str, JSON], salt: str) -> dict[str, JSON]:
    """The data of a new event, with a salt of its own where it has words."""
    return {**data, SALT: salt} if data.get(WORDS) else dict(data)


def sealed_of(data: Mapping[str, JSON]) -> dict[str, JSON]:
    """What of an event's data is sealed, whether or not its words are still there."""
    kept = {key: value for key, value in data.items() if key not in (SALT, ERASED)}
    if ERASED in data:
        return kept if data[ERASED] == WHOLE else {**kept, WORDS: data[ERASED]}
    return {**kept, WORDS: digest(data)} if SALT in data else kept


def digest(data: Mapping[str, JSON]) -> str:
    """What stands for an event's words: `whole` when they were sealed without a salt."""
    if SALT not in data:
        return WHOLE
    return "sha256:" + hashlib.sha256(f"{data[SALT]}{data[WORDS]}".encode()).hexdigest()


def without_words(data: Mapping[str, JSON]) -> dict[str, JSON]:
    """The data once its words are taken out; what has none, or none any more, stays as it is."""
    if WORDS not in data:
        return dict(data)
    kept = {key: value for key, value in data.items() if key not in (WORDS, SALT)}
    return {**kept, ERASED: digest(data)}


def seal(
    case_id: str,
    number: int,
    action: str,
    actor: str,
    at: datetime,
    data: Mapping[str, JSON],
    previous: str,
) -> str:
    """SHA-256, as hex, of the event's canonical JSON.

    An object with the seven arguments as keys; keys sorted, no spaces, all beyond ASCII escaped,
    the time in UTC with microseconds (`2026-07-01T05:00:00.000000+00:00`), whole numbers without a
    fraction: so a copy that went through a database or another machine gives the same bytes.
    """
    event: dict[str, JSON] = {
        "case_id": case_id,
        "number": number,
        "action": action,
        "actor": actor,
        "at": require_aware(at).astimezone(UTC).isoformat(timespec="microseconds"),
        "data": data,
        "previous": previous,
    }
    text = json.dumps(_canonical(event, "event"), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def next_link(
    case_id: str,
    last: Link | None,
    action: str,
    actor: str,
    at: datetime,
    data: Mapping[str, JSON],
) -> Link:
    """The sealed event that follows `last`; None for the first of a case."""
    number = last.number + 1 if last else 1
    previous = last.hash if last else GENESIS
    sealed = seal(case_id, number, action, actor, at, data, previous)
    return Link(number, action, actor, at, data, previous, sealed)


def verify(case_id: str, links: Iterable[Link], head: str | None = None) -> None:
    """Raises `BrokenChain` for the first event that is not as it was sealed.

    A chain cut short at its end looks whole from inside: give `head`, the last hash as it was
    published or stored elsewhere, to find that too.
    """
    number, previous = 0, GENESIS
    for number, link in enumerate(links, start=1):
        _check(case_id, number, link, previous)
        previous = link.hash
    if head is not None and head != previous:
        raise BrokenChain(case_id, number + 1, "the history does not end where it was sealed")


def _check(case_id: str, number: int, link: Link, previous: str) -> None:
    if link.number != number:
        raise BrokenChain(case_id, number, f"missing, event {link.number} stands in its place")
    if link.previous != previous:
        raise BrokenChain(case_id, number, "it does not follow the event before it")
    if link.taken:
        return
    try:
        sealed = seal(
            case_id, link.number, link.action, link.actor, link.at, link.data, link.previous
        )
    except NotSealable as problem:
        raise BrokenChain(case_id, number, f"it could not have been sealed ({problem})") from None
    if link.hash != sealed:
        raise BrokenChain(case_id, number, "it was changed after it was sealed")


def _canonical(value: JSON, where: str) -> JSON:
    """The value with one spelling only; a database may give 2.0 back as 2 and a tuple as a list."""
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        return _number(value, where)
    if isinstance(value, Mapping):
        return {_key(key, where): _canonical(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_canonical(item, f"{where}[{index}]") for index, item in enumerate(value)]
    raise NotSealable(f"{where} is a {type(value).__name__}: write it as text or a whole number")


def _number(value: float, where: str) -> JSON:
    if not math.isfinite(value):
        raise NotSealable(f"{where} is {value}: leave it out or write it as text")
    return int(value) if value.is_integer() else value


def _key(key: object, where: str) -> str:
    if not isinstance(key, str):
        raise NotSealable(f"{where} has the key {key!r}: write it as text")
    return key
