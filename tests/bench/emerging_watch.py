"""Walks through invented years day by day as the clock does, and keeps what is raised."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from scipy import sparse

from analytics.alarms import (
    PARAMETERS,
    Finding,
    Known,
    Parameters,
    Place,
    Problem,
    baseline,
    gathered,
    goes_on,
)
from analytics.alarms.tails import Numbers
from analytics.alarms.terms import FEWEST_TEXTS, chances, telling
from analytics.alarms.volumes import judge_volumes
from feedback_service.emerging.counting import LEAST_A_DAY
from tests.bench.emerging_world import DAYS, HOLIDAYS, LEARN, Years, name_of, texts

AT_MOST = 1e-4
"""Chances above this are no finding in any of these years."""


@dataclass(frozen=True)
class Alarm:
    """What was raised on a day, and how many of its reports are of which planted rise."""

    day: int
    problem: Problem
    rise: int
    true: bool


def watch(
    years: Years, given: Parameters = PARAMETERS, *, terms: bool = True, refit: int = 7
) -> list[Alarm]:
    """Every alarm of the second year, each problem once; refit: days for which a baseline does."""
    places = _places(years)
    by_day: list[list[Finding]] = [[] for _ in range(DAYS)]
    for day, findings in _volumes(years, places, given, refit):
        by_day[day] += findings
    if terms:
        for day, finding in _terms(years, places, given):
            by_day[day].append(finding)
    raised: list[Alarm] = []
    on: list[tuple[int, Problem, frozenset[int]]] = []
    for day in range(LEARN, DAYS):
        known = [_with_reports(years, places, day, one) for one in by_day[day]]
        for problem in gathered(known):
            on = [one for one in on if day - one[0] <= given.over_after]
            going_on = [one for one in on if _same(one, problem)]
            if not problem.sure and not going_on:
                continue
            on = [one for one in on if one not in going_on]
            seen = frozenset().union(problem.reports, *(reports for _, _, reports in going_on))
            on.append((day, going_on[0][1] if going_on else problem, seen))
            if not going_on:
                raised.append(_judged(years, day, problem))
    return raised


def _same(on: tuple[int, Problem, frozenset[int]], new: Problem) -> bool:
    _, old, seen = on
    return goes_on(
        Known(old.best.place, frozenset([old.best.term, *old.terms]), seen),
        Known(new.best.place, frozenset([new.best.term, *new.terms]), new.reports),
    )


def _judged(years: Years, day: int, problem: Problem) -> Alarm:
    """True where planted reports make up half of what is above the expected."""
    rises = years.rise[sorted(problem.reports)]
    planted = rises[rises >= 0]
    if not len(planted):
        return Alarm(day, problem, -1, False)
    numbers, counts = np.unique(planted, return_counts=True)
    true = counts.max() >= 0.5 * problem.best.excess
    return Alarm(day, problem, int(numbers[counts.argmax()]) if true else -1, bool(true))


def _places(years: Years) -> dict[Place, Numbers]:
    """The reports of every body, county, and body in a county that has enough of them."""
    found: dict[Place, Numbers] = {}
    order = np.argsort(years.day, kind="stable")
    for body, _ in enumerate(years.bodies):
        here = order[years.body[order] == body]
        if len(here):
            found[Place(name_of(body))] = here
        if body >= 48:
            for county in range(1, 48):
                there = here[years.county[here] == county]
                if len(there) >= LEAST_A_DAY * DAYS:
                    found[Place(name_of(body), county)] = there
    for county in range(1, 48):
        found[Place("", county)] = order[years.county[order] == county]
    return found


def _volumes(
    years: Years, places: dict[Place, Numbers], given: Parameters, refit: int
) -> Iterator[tuple[int, list[Finding]]]:
    counts = np.stack(
        [np.bincount(years.day[rows], minlength=DAYS) for rows in places.values()]
    ).astype(float)
    names, dates = list(places), years.dates
    for first in range(LEARN, DAYS, refit):
        end = min(first + refit, DAYS)
        found = baseline(
            counts[:, :end], dates[:end], HOLIDAYS, first - given.guard + 1, given=given
        )
        for day in range(first, end):
            yield day, judge_volumes(counts[:, :end], found, names, day, given)


def _terms(
    years: Years, places: dict[Place, Numbers], given: Parameters
) -> Iterator[tuple[int, Finding]]:
    said, _ = texts()
    vocabulary = sorted({term for terms in said for term in terms})
    number = {term: n for n, term in enumerate(vocabulary)}
    rows = np.repeat(np.arange(len(said)), [len(terms) for terms in said])
    columns = np.array([number[term] for terms in said for term in terms])
    holds = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)))
    of_all = np.asarray(np.bincount(years.text, minlength=len(said)) @ holds).ravel()
    prior = (of_all + 0.5) / (len(years.text) + 1)
    tests, kept = np.zeros(DAYS), []
    for place, reports in places.items():
        found, vocabularies = _at(years, reports, holds, prior, given)
        tests += vocabularies * len(given.windows)
        kept += [(place, *one) for one in found]
    for place, day, term, window, observed, expected, p in kept:
        finding = Finding(
            place, vocabulary[term], window, int(observed), expected,
            float(-np.log10(p * tests[day])), bool(p * tests[day] <= given.a_day),
        )  # fmt: skip
        if p * tests[day] <= given.still:
            yield day, finding


def _at(
    years: Years, reports: Numbers, holds: sparse.csr_matrix, prior: Numbers, given: Parameters
) -> tuple[list[tuple[int, int, int, float, float, float]], Numbers]:
    """Candidates of one place over the whole year: day, term, window, observed, expected, p."""
    day = years.day[reports]
    said = sparse.csr_matrix(
        (np.ones(len(day), np.float32), (day, years.text[reports])), (DAYS, holds.shape[0])
    )
    volume = np.concatenate([[0], np.cumsum(np.bincount(day, minlength=DAYS))])
    by_day = (said @ holds).tocsc()
    days = np.arange(LEARN, DAYS)
    edges = days[:, None] + 1 - given.guard - 7 * np.arange(given.weeks + 1)  # newest first
    texts_before = volume[edges[:, 0]] - volume[edges[:, -1]]
    often = np.flatnonzero(np.diff(by_day.indptr) >= 2)
    whole = _summed(by_day, often)
    each_week = edges[::7]
    known = (whole[each_week[:, 0]] - whole[each_week[:, -1]] >= 2).sum(axis=1).repeat(7)
    vocabulary = np.zeros(DAYS)
    vocabulary[days] = np.where(texts_before >= FEWEST_TEXTS, known[: len(days)], 0)
    longest = max(given.windows)
    many = (whole[longest:] - whole[:-longest]).max(axis=0) >= given.fewest_saying
    often, whole = often[many], whole[:, many]
    before = whole[edges[:, 0]] - whole[edges[:, -1]]
    found: dict[tuple[int, int], tuple[int, int, int, float, float, float]] = {}
    for window in given.windows:
        observed = whole[days + 1] - whole[days + 1 - window]
        now = (volume[days + 1] - volume[days + 1 - window])[:, None]
        rough = (before + given.prior_texts * prior[often]) / (
            texts_before[:, None] + given.prior_texts
        )
        # What could not be told from chance with the least spread is not looked at closer.
        wanted = (
            telling(observed, 0.7 * rough * now, given) & (texts_before >= FEWEST_TEXTS)[:, None]
        )
        wanted &= observed - rough * now > 2.5 * np.sqrt(rough * now)
        at, term = np.nonzero(wanted)
        if not len(at):
            continue
        ends = edges[at]
        weekly = whole[ends[:, :-1], term[:, None]] - whole[ends[:, 1:], term[:, None]]
        volumes = volume[ends[:, :-1]] - volume[ends[:, 1:]]
        mean, p = chances(
            observed[at, term].astype(float), now[at, 0].astype(float), weekly.astype(float),
            volumes.astype(float), prior[often[term]], given,
        )  # fmt: skip
        good = (p <= AT_MOST) & telling(observed[at, term], mean, given)
        for n in np.flatnonzero(good).tolist():
            key = (int(days[at[n]]), int(often[term[n]]))
            row = (*key, window, float(observed[at[n], term[n]]), float(mean[n]), float(p[n]))
            if key not in found or row[-1] < found[key][-1]:
                found[key] = row
    return list(found.values()), vocabulary


def _with_reports(
    years: Years, places: dict[Place, Numbers], day: int, finding: Finding
) -> Finding:
    rows = places[finding.place]
    start, end = np.searchsorted(years.day[rows], [day - finding.window + 1, day + 1])
    inside = rows[start:end]
    if finding.term:
        inside = inside[_holding(finding.term)[years.text[inside]]]
    return replace(finding, reports=frozenset(inside.tolist()))


def _summed(by_day: sparse.csc_matrix, columns: Numbers) -> Numbers:
    """How often each term was said before each day."""
    whole = np.zeros((DAYS + 1, len(columns)), np.float32)
    np.cumsum(by_day[:, columns].toarray(), axis=0, out=whole[1:])
    return whole


@cache
def _holding(term: str) -> Numbers:
    said, _ = texts()
    return np.array([term in terms for terms in said])
