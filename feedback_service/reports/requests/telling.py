"""How much is told of the cases of one institution, month and kind: pure, so that it can be tried
without a service.

A public table of scorecards and this list are of the same cases, so what the list leaves untold of
a service or a county is never one to four, as nothing else is that anybody could work out.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Protocol

from analytics.generalising import nameable, told
from analytics.suppression import MINIMUM


class Known(Protocol):
    """A case of the open lane.  `due_in`: first day of the quarter in which it is due; `may`:
    whether it may be told at all."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def service_id(self) -> str | None: ...
    @property
    def county_code(self) -> int | None: ...
    @property
    def received_on(self) -> date: ...
    @property
    def due_in(self) -> date: ...
    @property
    def may(self) -> bool: ...


@dataclass(frozen=True)
class Kept:
    """What the public tables of one institution and kind keep back, by the quarter's first day.

    `services` and `counties`: rows that are small, or would give a small one back.  `beside`: rows
    of services that are kept back because the total counts the confidential lane too, where
    `confidential` cases of the month lie.  `all`: quarters whose whole card is kept back.
    """

    all: frozenset[date] = frozenset()
    services: frozenset[tuple[date, str]] = frozenset()
    beside: frozenset[tuple[date, str]] = frozenset()
    counties: frozenset[tuple[date, int]] = frozenset()
    confidential: int = 0


NOTHING = Kept()


@dataclass(frozen=True)
class Told:
    """A case with what may be said of it: its county and its day, None where they may not."""

    case: Known
    county: int | None
    day: date | None


def telling(
    cases: Sequence[Known], kept: Kept = NOTHING, county: int | None = None
) -> Iterator[Told]:
    """Those of the cases that are told.  `county` is the one that the institution governs: its name
    says so already."""
    cells = _cells(cases, kept)
    if county is None:
        _leave_no_small_rest(cells, cases)
    for (_, named), together in cells.items():
        for day, alike in told(together, lambda case: case.received_on).items():
            for case in alike:
                yield Told(case, county or named, day)


Cells = dict[tuple[str, int | None], list[Known]]
"""By service and county; None where the county is not told."""


def _cells(cases: Sequence[Known], kept: Kept) -> Cells:
    services: dict[str, list[Known]] = defaultdict(list)
    for case in cases:
        if case.service_id is not None:
            services[case.service_id].append(case)
    cells: Cells = {}
    for service, found in services.items():
        may = _of_service(service, found, kept)
        values = [_county(case, kept) for case in may]
        named = nameable(values)
        for case, value in zip(may, values, strict=True):
            key = service, value if value in named else None
            cells.setdefault(key, []).append(case)
    return cells


def _of_service(service: str, cases: Sequence[Known], kept: Kept) -> list[Known]:
    """The cases of a service that are told: none, or five and more, beside a rest that is nobody
    or five and more."""
    may = [
        case
        for case in cases
        if case.may and case.due_in not in kept.all and (case.due_in, service) not in kept.services
    ]
    rest, least = len(cases) - len(may), 1
    if any((case.due_in, service) in kept.beside for case in may):
        rest, least = rest + kept.confidential, 0
    if least <= rest < MINIMUM:
        # By what nobody can foresee, so that neither the first nor the last are always missing.
        may = sorted(may, key=lambda case: sha256(case.id.bytes).digest())[MINIMUM - rest :]
    return may if len(may) >= MINIMUM else []


def _county(case: Known, kept: Kept) -> int | None:
    return None if (case.due_in, case.county_code) in kept.counties else case.county_code


def _leave_no_small_rest(cells: Cells, cases: Sequence[Known]) -> None:
    """Take its name from the smallest cell of each county of which else one to four were left over:
    counties are counted in public too, over all services."""
    everyone = Counter(case.county_code for case in cases)
    for county in {county for _, county in cells if county is not None}:
        named = {key: len(found) for key, found in cells.items() if key[1] == county}
        if 0 < everyone[county] - sum(named.values()) < MINIMUM:
            service, _ = smallest = min(named, key=lambda key: (named[key], key))
            cells.setdefault((service, None), []).extend(cells.pop(smallest))
