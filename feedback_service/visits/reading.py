"""One row of a visit feed made into a visit, or what is wrong with it: field, value, remedy.

| field | what it is |
|---|---|
| source | their own id of the visit; the same one twice is one visit |
| service | the id of the service, or the code on its poster |
| service_point | the id of the place, where there is one |
| county | number or name, where the place does not tell it |
| at | when the service was given, ISO 8601; without a zone it is Kenya's time |
| phone | the citizen's number; left out where none was given |
| serial | the ticket's or receipt's number, if there is one |
| amount | what was paid, whole shillings, if anything |
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from feedback_service import registry
from feedback_service.conversations.catalogue import Catalogue, PlaceCard, ServiceCard
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import MATURES_IN
from feedback_service.domain.phones import NotAPhone, normalise
from feedback_service.runtime import Runtime

FIELDS = ("source", "service", "service_point", "county", "at", "phone", "serial", "amount")
NEEDED = ("source", "service", "at")
LATEST = MATURES_IN
"""How old a visit may be: later its quarter may be frozen, and nobody could be asked any more."""
AHEAD = timedelta(minutes=10)
"""How far the feeder's clock may run ahead of ours."""
_LONGEST = {"source": 100, "serial": 40}
_LONGEST_OTHER = 80
_MOST_DIGITS = 9
_UNKEPT = re.compile(r"[\0\ud800-\udfff]")
"""What JSON can say and the database cannot keep: one such row would stop its whole batch."""


_LONG_NUMBER = re.compile(r"\+?\d(?: ?\d){8,}")
"""Digits as many as a phone number has; a moment has none so long in a row."""


@dataclass(frozen=True)
class Feeder:
    """Who feeds: for one institution and the places it hosts, or for all ("" is nobody's own)."""

    name: str
    institution: str | None


@dataclass(frozen=True)
class Fed:
    """A visit that can be taken; `phone` in E.164, empty where none was given."""

    source: str
    institution: str
    service: str
    place: str | None
    county: int | None
    at: datetime
    phone: str
    serial: str
    amount: int | None


class Wrong(ValueError):
    """What is wrong with a row.  `value` never holds a phone number, wherever one was written."""

    def __init__(self, field: str, value: str, remedy: str) -> None:
        told = "..." if _phone_or_none(value) else _LONG_NUMBER.sub("...", value)
        super().__init__(f"{field}: {told!r}: {remedy}")
        self.field, self.value, self.remedy = field, told, remedy


def read(rt: Runtime, feeder: Feeder, row: Mapping[str, Any]) -> Fed:
    """The visit of one row; raises Wrong for the first thing that is wrong with it."""
    said = _texts(row)
    catalogue = registry.catalogue(rt)
    service, place = _what(catalogue, said)
    county = _county(catalogue, said["county"], place)
    owner = registry.owner_of(rt, service.id, county)
    if owner is None:
        raise Wrong("county", said["county"], "give the county (1-47) of a county's service")
    _may_feed(rt, feeder, owner, place, said["service"])
    source, phone = f"{feeder.institution or owner}/{said['source']}", _phone(said["phone"])
    _no_phone(said, phone)
    return Fed(
        source, owner, service.id, place.id if place else None, county,
        _moment(said["at"], rt.now()), phone, said["serial"], _amount(said["amount"]),
    )  # fmt: skip


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    for name in row:
        if name not in FIELDS:
            raise Wrong(str(name)[:40], "", f"no such field; there are {', '.join(FIELDS)}")
    said = {name: _text(name, row.get(name)) for name in FIELDS}
    for name in NEEDED:
        if not said[name]:
            raise Wrong(name, "", "it is needed")
    return said


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Wrong(name, "", "write one text or whole number")
    text, most = str(value).strip(), _LONGEST.get(name, _LONGEST_OTHER)
    if len(text) > most or _UNKEPT.search(text):
        raise Wrong(name, "", f"at most {most} characters that UTF-8 has, none the number 0")
    return text


def _what(catalogue: Catalogue, said: Mapping[str, str]) -> tuple[ServiceCard, PlaceCard | None]:
    """The service, and the place that is named or that the poster's code stands for."""
    given, named = said["service"], said["service_point"]
    poster = catalogue.poster(given)
    service = catalogue.services.get(poster.service or "" if poster else given)
    if service is None:
        raise Wrong(
            "service",
            given[:40],
            "give its id as /api/v1/institutions/ID/services lists it, or its poster's code",
        )
    place = catalogue.places.get(named or (poster.place or "" if poster else ""))
    if named and place is None:
        raise Wrong("service_point", named[:40], "give the id of a place in the registry")
    return service, place


def _county(catalogue: Catalogue, given: str, place: PlaceCard | None) -> int | None:
    if not given:
        return place.county if place else None
    found = catalogue.find_counties(given)
    if len(found) != 1:
        raise Wrong("county", given[:40], "give one county by number (1-47) or name")
    if place and place.county != found[0].code:
        raise Wrong("county", given[:40], f"{place.id} stands in {place.county}: leave it out")
    return found[0].code


def _may_feed(rt: Runtime, feeder: Feeder, owner: str, place: PlaceCard | None, given: str) -> None:
    """An institution feeds its own services, and what others give in the places it hosts."""
    if feeder.institution in (None, owner):
        return
    _, host = registry.desks(rt).places.get(place.id if place else "", (None, None))
    if host != feeder.institution:
        raise Wrong(
            "service", given[:40], f"it is owed by {owner}; feed for {feeder.institution} only"
        )


def _moment(given: str, now: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        raise Wrong("at", given[:40], "write it like 2026-09-30T14:05:00+03:00") from None
    at = at.replace(tzinfo=NAIROBI) if at.tzinfo is None else at
    if at > now + AHEAD:
        raise Wrong("at", given[:40], "it lies ahead: feed a visit when it is over")
    if at < now - LATEST:
        raise Wrong("at", given[:40], f"too late: feed within {LATEST.days} days")
    return at


def _phone(given: str) -> str:
    if not given:
        return ""
    try:
        return normalise(given)
    except NotAPhone:
        raise Wrong(
            "phone", "...", "write it like +254712345678; leave it out where none was given"
        ) from None


def _no_phone(said: Mapping[str, str], phone: str) -> None:
    """The number stands under `phone`, where it is sealed, and nowhere else."""
    for name in ("source", "serial"):
        if phone and said[name] and _phone_or_none(said[name]) == phone:
            raise Wrong(name, "...", "write your own id of it, never the citizen's number")


def _phone_or_none(given: str) -> str | None:
    try:
        return normalise(given)
    except NotAPhone:
        return None


def _amount(given: str) -> int | None:
    if not given:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) <= _MOST_DIGITS):
        raise Wrong("amount", given[:40], "write whole shillings, such as 1050")
    return int(given)
