"""What the talk needs to know of the registry, as one immutable value: services, places, counties.

The finders take what people type on a keypad: a poster's code, a few letters, a county's number.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from feedback_service.domain.quiet import QUIET_SECTORS

CAMPAIGN = re.compile(r"[\s#*.]*([0-9]{5})(?![0-9])[\s#*.:,;-]*(.*)", re.DOTALL)
"""Five digits, as no reference, poster of a service, visit's code or answer has them."""
COUNTY = "county"
"""The `owner` of a service that each county gives: the citizen's county decides who answers."""


@dataclass(frozen=True)
class Card:
    """What a charter promises, in words ready to show; `cost` 0 is free, None varies."""

    version: int
    papers: Mapping[str, str]
    cost: int | None
    cost_note: Mapping[str, str]
    amount: int
    unit: str


@dataclass(frozen=True)
class ServiceCard:
    id: str
    code: str
    sector: str
    owner: str
    institution: str | None
    short: Mapping[str, str]
    name: Mapping[str, str]
    where: Mapping[str, str]
    words: frozenset[str] = frozenset()
    """Every word of its names and nicknames, lower case."""
    card: Card | None = None
    ended: bool = False
    """It is not given any more: no menu, search or poster leads to it."""

    @property
    def by_county(self) -> bool:
        return self.owner == COUNTY

    @property
    def is_quiet(self) -> bool:
        """Whether its cases are quiet unless the citizen says otherwise."""
        return self.sector in QUIET_SECTORS


@dataclass(frozen=True)
class SectorCard:
    key: str
    short: Mapping[str, str]


@dataclass(frozen=True)
class CountyCard:
    code: int
    name: str
    words: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PlaceCard:
    id: str
    name: str
    short: str
    county: int


@dataclass(frozen=True)
class Poster:
    """Where a code leads; `campaign` is the id of the one whose code it is, while it runs."""

    service: str | None
    place: str | None
    campaign: str | None = None


@dataclass(frozen=True)
class Catalogue:
    """A copy of the registry for talking; `version` tells when it is old."""

    version: int
    services: Mapping[str, ServiceCard]
    sectors: tuple[SectorCard, ...]
    counties: Mapping[int, CountyCard]
    places: Mapping[str, PlaceCard]
    posters: Mapping[str, Poster]
    offices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Institution id -> language -> what an SMS calls it."""
    not_offered: frozenset[tuple[str, str]] = frozenset()
    """(place, service) pairs that the register says are not given there."""
    call_cost: str = ""
    """What dialling costs: words such as `KES 1`, `free`, or empty where nobody has said."""

    @property
    def given(self) -> list[ServiceCard]:
        """Services that have not ended."""
        return [service for service in self.services.values() if not service.ended]

    def in_sector(self, key: str) -> list[ServiceCard]:
        return self._by_sector.get(key, [])

    def poster(self, code: str) -> Poster | None:
        return self.posters.get(code)

    def campaign(self, text: str) -> tuple[str, str] | None:
        """The code of a campaign that a message begins with, and the message without it."""
        found = CAMPAIGN.match(text)
        if found is None:
            return None
        known = self.posters.get(found[1])
        return (found[1], found[2].strip()) if known and known.campaign else None

    def find_services(self, typed: str) -> list[ServiceCard]:
        """Services whose names have words that begin with all that was typed; else look-alikes."""
        wanted = typed.lower().split()
        if not wanted:
            return []
        found = [s for s in self.services.values() if _begins_all(wanted, s.words)]
        if found:
            return found
        close = set(get_close_matches(wanted[0], self._all_words, n=3, cutoff=0.75))
        return [s for s in self.services.values() if close & s.words]

    def find_counties(self, typed: str) -> list[CountyCard]:
        """Counties by number (1-47) or by the letters their name or town begins with."""
        text = typed.strip().lower()
        if text.isdecimal():
            county = self.counties.get(int(text))
            return [county] if county else []
        wanted = text.split()
        if not wanted:
            return []
        exact = [c for c in self.counties.values() if c.name.lower() == text]
        return exact or [c for c in self.counties.values() if _begins_all(wanted, c.words)]

    @cached_property
    def drawn(self) -> dict[Any, Any]:
        """For whoever draws menus from it: those drawn so far, thrown away with this copy."""
        return {}

    @cached_property
    def _by_sector(self) -> dict[str, list[ServiceCard]]:
        grouped: dict[str, list[ServiceCard]] = {}
        for service in self.given:
            grouped.setdefault(service.sector, []).append(service)
        return grouped

    @cached_property
    def _all_words(self) -> list[str]:
        return sorted({w for s in self.services.values() for w in s.words if len(w) > 2})


def _begins_all(wanted: Iterable[str], words: frozenset[str]) -> bool:
    return all(any(word.startswith(part) for word in words) for part in wanted)
