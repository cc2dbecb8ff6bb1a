"""One look: what rises is counted, judged and kept.  By the clock once an hour, in a worker."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from analytics.alarms import (
    PARAMETERS,
    Baseline,
    Finding,
    Place,
    Problem,
    baseline,
    gathered,
    judge_terms,
    judge_volumes,
    spoken,
)
from feedback_service import registry
from feedback_service.domain.calendar import NAIROBI
from feedback_service.emerging.counting import Volumes, invented_only, read_volumes
from feedback_service.emerging.keeping import MOST_TERMS, Seen, keep
from feedback_service.emerging.words import TOPIC, Report, counts_at, read_reports
from feedback_service.runtime import Runtime, after_commit

BELL = "emerging"
SHOWN = 42
"""Days of the small chart."""

Holders = Mapping[tuple[Place, str], frozenset[int]]


def look_soon(rt: Runtime) -> None:
    """Have a worker look: two years are too much for the clock's process."""
    with rt.transaction() as session:
        after_commit(session, BELL)


def look(rt: Runtime) -> int:
    """Judge the days up to today and keep what rises; returns how many problems are new.

    Today counts as far as it has come, so that a big burst is seen within the hour and nothing is
    taken for a rise that a whole day would not show.  May run twice without harm.
    """
    rt.answered(BELL)
    today = rt.now().astimezone(NAIROBI).date()
    with rt.transaction() as session:
        simulated = invented_only(session)
        volumes = read_volumes(session, today, simulated=simulated)
        reports = read_reports(session, today, simulated=simulated)
        holidays = registry.calendar(rt, session).holidays
    found, usual = _judged(volumes, reports, holidays)
    seen = [_seen(problem, volumes, usual, reports) for problem in found]
    judged = int((~usual.young).sum()) if usual else 0
    young = len(volumes.places) - judged
    return keep(rt, today, seen, (volumes.cases, judged, young), simulated=simulated)


def _judged(
    volumes: Volumes, reports: Sequence[Report], holidays: frozenset[date]
) -> tuple[list[Problem], Baseline | None]:
    """Nothing is judged before the service itself has weeks of history."""
    if not volumes.places or len(volumes.days) < 7 * PARAMETERS.young:
        return [], None
    last = len(volumes.days) - 1
    usual = baseline(
        volumes.counts, volumes.days, holidays, last + 1 - PARAMETERS.guard, volumes.known
    )
    counted, holders = counts_at(reports, volumes.places)
    findings = judge_volumes(volumes.counts, usual, volumes.places, last)
    findings += judge_terms(counted)
    return gathered([_with_reports(one, reports, holders) for one in findings]), usual


def _with_reports(finding: Finding, reports: Sequence[Report], holders: Holders) -> Finding:
    """Whose the finding is: those who used the term, or everybody at the place, in its window."""
    if finding.term:
        numbers = holders[finding.place, finding.term]
        return replace(
            finding, reports=frozenset(n for n in numbers if reports[n].ago < finding.window)
        )
    inside = (
        n for n, report in enumerate(reports)
        if report.ago < finding.window and finding.place in report.places
    )  # fmt: skip
    return replace(finding, reports=frozenset(inside))


def _seen(
    problem: Problem, volumes: Volumes, usual: Baseline | None, reports: Sequence[Report]
) -> Seen:
    """The problem with what its page shows; terms are drawn from the cases that were read."""
    best, row = problem.best, volumes.places.index(problem.best.place)
    days = min(SHOWN, len(volumes.days))
    if best.term or usual is None:
        have = [0.0] * days
        for report in reports:
            if report.ago < days and best.place in report.places and best.term in report.terms:
                have[days - 1 - report.ago] += 1
        whole = volumes.counts[row, -best.window :].sum() or 1.0
        should = volumes.counts[row, -days:] * min(1.0, best.expected / whole)
    else:
        have, should = volumes.counts[row, -days:].tolist(), usual.expected[row, -days:]
    newest = sorted(problem.reports, key=lambda n: (reports[n].ago, str(reports[n].id)))
    texts = [reports[n].text for n in newest]
    return Seen(
        problem, [reports[n].id for n in newest], [round(n) for n in have],
        [round(float(n), 2) for n in should],
        {term: spoken(term, texts) for term in problem.terms[:MOST_TERMS]},
        problem.terms or _mostly([reports[n] for n in newest]),
    )  # fmt: skip


def _mostly(reports: Sequence[Report]) -> tuple[str, ...]:
    """What most cases of a rise of everything are about, where enough citizens say so."""
    people: dict[str, set[uuid.UUID]] = defaultdict(set)
    for report in reports:
        for term in report.terms:
            if term.startswith(TOPIC):
                people[term].add(report.person)
    enough = max(PARAMETERS.fewest_saying, len({report.person for report in reports}) / 2)
    return tuple(sorted(term for term, who in people.items() if len(who) >= enough))
