"""Invented years of complaints for the alarms: seasons, noise, small true clumps, planted rises.

Bodies from two complaints a week to two thousand a day; words are those of the corpus, and of
`emerging.csv` where something is planted.  The same seed gives the same years.
"""

import csv
import itertools
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np

from analytics.alarms import Place, terms_of
from analytics.alarms.tails import Numbers
from analytics.triage.rows import read_corpus, without_repeats
from feedback_service.demo.world import CROWDS

START, LEARN, DAYS = date(2024, 9, 2), 364, 728
SIZES = (5, 10, 20, 50, 100, 300)
SHAPES = {"burst": 1, "days": 4, "week": 8, "creep": 14}
"""How many days a rise lasts; a creep grows all the time."""
WEEK = {"office": (1.2, 1.15, 1.1, 1.05, 1.0, 0.35, 0.15), "always": (1, 1, 1, 1, 1.05, 1, 0.9)}
NATIONAL = {
    "civil_registration": (2000, 150), "utilities": (600, 40), "ecitizen_digital": (250,),
    "transport": (120, 8), "social_protection": (60,), "education": (30, 3), "tax_business": (15,),
    "lands": (5,), "police_security": (80, 1), "justice": (0.6,), "agriculture": (0.3,),
}  # fmt: skip
"""Complaints a day of national bodies, by sector."""
HOLIDAYS = frozenset(
    date(year, month, day)
    for year in (2024, 2025, 2026)
    for month, day in ((1, 1), (5, 1), (6, 1), (10, 10), (10, 20), (12, 12), (12, 25), (12, 26))
) | {date(2025, 4, 18), date(2025, 4, 21), date(2026, 4, 3), date(2026, 4, 6)}


@dataclass(frozen=True)
class Rise:
    """A planted rise: where, what about, how many citizens in all, on which days."""

    place: Place
    theme: str
    size: int
    shape: str
    first: int
    last: int


@dataclass(frozen=True)
class Years:
    """Every complaint: its body, county, day, text (a row of `texts`) and rise (-1: none)."""

    bodies: list[tuple[str, float]]
    body: Numbers
    county: Numbers
    day: Numbers
    text: Numbers
    rise: Numbers
    rises: list[Rise]

    @property
    def dates(self) -> list[date]:
        return [START + timedelta(days=n) for n in range(DAYS)]


@cache
def texts() -> tuple[list[frozenset[str]], dict[str, list[int]]]:
    """The terms of each text, and which texts are of which sector or theme."""
    terms, kinds = [], {}
    for row in without_repeats(read_corpus()):
        if row.intent == "complaint" and row.judges:
            kinds.setdefault(row.sector, []).append(len(terms))
            topic = {f"={row.sector}/{row.category}"} if row.category else set()
            terms.append(terms_of(row.text) | topic)
    with (Path(__file__).parent / "emerging.csv").open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            kinds.setdefault(f"theme:{line['theme']}:{line['sector']}", []).append(len(terms))
            terms.append(terms_of(line["text"]))
    return terms, kinds


def invent(seed: int, share: float = 1.0, planted: int = 180, *, clumps: bool = True) -> Years:
    """Two years, the second of them with rises; `share` of the volumes of every body."""
    rng = np.random.default_rng(seed)
    bodies = _bodies(share)
    parts = [_of_body(rng, number, *body, clumps=clumps) for number, body in enumerate(bodies)]
    rises = _plan(rng, bodies, planted)
    parts += [_of_rise(rng, number, rise, bodies) for number, rise in enumerate(rises)]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    inside = columns[2] < DAYS
    return Years(bodies, *(column[inside] for column in columns), rises)


def _bodies(share: float) -> list[tuple[str, float]]:
    """Sector and complaints a day; number 0 to 47 are the counties' governments, 0 is nobody."""
    crowd = sum(CROWDS.get(code, 1) for code in range(1, 48))
    counties = [("county_admin", 0.0)]
    for code in range(1, 48):
        counties.append(("county", max(0.3, share * 500 * CROWDS.get(code, 1) / crowd)))
    national = [(s, max(0.29, share * n)) for s, each in NATIONAL.items() for n in each]
    return counties + national


def name_of(body: int) -> str:
    return f"B{body:02d}"


def _pool(sector: str) -> list[int]:
    _, kinds = texts()
    if sector == "county":
        return kinds["county_admin"] + kinds["health"] + kinds["agriculture"] + kinds["utilities"]
    return kinds.get(sector) or kinds["huduma"]


def _of_body(
    rng: np.random.Generator, number: int, sector: str, volume: float, *, clumps: bool
) -> tuple[Numbers, ...]:
    if not volume:
        return tuple(np.zeros(0, dtype=int) for _ in range(5))
    each_day = rng.poisson(_means(rng, volume))
    day = np.repeat(np.arange(DAYS), each_day)
    text = _said(rng, np.array(_pool(sector)), day)
    county = _counties(rng, number, len(day))
    if clumps:  # one event that two to four people tell of within three days: no rise
        more = np.flatnonzero(rng.random(len(day)) < 0.05)
        more = np.repeat(more, rng.integers(1, 4, len(more)))
        later = rng.integers(0, 3, len(more))
        day = np.concatenate([day, day[more] + later])
        text, county = (np.concatenate([n, n[more]]) for n in (text, county))
    body = np.full(len(day), number)
    return body, county, day, text, np.full(len(day), -1)


def _means(rng: np.random.Generator, volume: float) -> Numbers:
    """Complaints to expect each day: week, holidays, payday, season, trend, drift, bad days."""
    dates = [START + timedelta(days=n) for n in range(DAYS)]
    week = WEEK["always" if rng.random() < 0.3 else "office"]
    payday, shut = 1 + 0.3 * rng.random(), 0.2 + 0.3 * rng.random()
    phase, depth = 2 * np.pi * rng.random(2), 0.25 * rng.random(2)
    trend, drift, found = rng.normal(0, 0.2), 0.0, []
    rush, opens = 1 + max(0, rng.normal(0, 0.4)), int(rng.integers(0, 364))  # three weeks a year
    for number, day in enumerate(dates):
        drift = 0.97 * drift + rng.normal(0, 0.03)
        angle = 2 * np.pi * number / 365.25
        season = depth[0] * np.sin(angle + phase[0]) + depth[1] * np.sin(2 * angle + phase[1])
        mean = volume * week[day.weekday()] * np.exp(season + trend * number / 365 + drift)
        mean *= payday if day.day >= 28 or day.day <= 3 else 1.0
        mean *= shut if day in HOLIDAYS and day.weekday() < 5 else 1.0
        mean *= rush if (number - opens) % 364 < 21 else 1.0
        found.append(mean * rng.gamma(40, 1 / 40))  # days differ by 16 % more than chance
    return np.array(found)


def _said(rng: np.random.Generator, pool: Numbers, day: Numbers) -> Numbers:
    """What is talked about differs by body and wanders from week to week."""
    own = rng.normal(0, 0.7, len(pool))
    topic, found = rng.integers(0, 12, len(pool)), np.zeros(len(day), dtype=int)
    wander = np.zeros(12)
    edges = np.searchsorted(day, np.arange(0, DAYS + 7, 7))
    for start, end in itertools.pairwise(edges):
        wander = 0.9 * wander + rng.normal(0, 0.12, 12)
        weight = np.exp(own + wander[topic])
        found[start:end] = rng.choice(pool, end - start, p=weight / weight.sum())
    return found


def _counties(rng: np.random.Generator, body: int, number: int) -> Numbers:
    if body < 48:
        return np.full(number, body)
    crowds = np.array([CROWDS.get(code, 1) for code in range(1, 48)]) * rng.gamma(4, 0.25, 47)
    return 1 + rng.choice(47, number, p=crowds / crowds.sum())


def _plan(rng: np.random.Generator, bodies: list[tuple[str, float]], planted: int) -> list[Rise]:
    """Rises of every size and shape at bodies of every volume, weeks apart at one body."""
    _, kinds = texts()
    themes = sorted(key for key in kinds if key.startswith("theme:"))
    found: list[Rise] = []
    while len(found) < planted:
        body = int(rng.integers(1, 48) if rng.random() < 0.3 else rng.integers(48, len(bodies)))
        first = int(rng.integers(LEARN + 14, DAYS - 21))
        if any(r.place.institution == name_of(body) and abs(r.first - first) < 35 for r in found):
            continue
        size = SIZES[len(found) % len(SIZES)]
        shape = list(SHAPES)[len(found) // len(SIZES) % len(SHAPES)]
        county = body if body < 48 else int(rng.integers(1, 48)) if rng.random() < 0.5 else 0
        theme = str(rng.choice(themes))
        last = first + SHAPES[shape] - 1
        found.append(Rise(Place(name_of(body), county), theme, size, shape, first, last))
    return found


def _of_rise(
    rng: np.random.Generator, number: int, rise: Rise, bodies: list[tuple[str, float]]
) -> tuple[Numbers, ...]:
    length = rise.last - rise.first + 1
    growth = np.arange(1.0, length + 1) if rise.shape == "creep" else np.ones(length)
    day = rise.first + np.sort(rng.choice(length, rise.size, p=growth / growth.sum()))
    body = np.full(rise.size, int(rise.place.institution[1:]))
    here = np.full(rise.size, rise.place.county)
    county = here if rise.place.county else _counties(rng, 99, rise.size)
    text = rng.choice(np.array(texts()[1][rise.theme]), rise.size)
    return body, county, day, text, np.full(rise.size, number)
