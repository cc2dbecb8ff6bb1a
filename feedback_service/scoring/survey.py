"""The survey of a period, by institution: its funnel, hidden problems, weights and instruments.

Of the days that are over, and of their answers whole batches: `analytics.funnel.last_told` says up
to which day.  `broken(session, earlier, later)` says whether a trend line breaks between two
periods.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics import weighting
from analytics.funnel import Funnel, last_told
from analytics.indicators import FEWEST_ANSWERS
from analytics.intervals import Design, Interval, Moments, mean_t, mid_p
from analytics.weighting import Stratum, Weighted
from feedback_service.conversations import instruments
from feedback_service.domain.periods import Period
from feedback_service.models import FrozenPeriod, Invitation
from feedback_service.scoring.funnels import Key, asked_of, funnels, through


@dataclass(frozen=True)
class Measured:
    """One figure with the weights of the frame and without, in its unit; the interval is 95 %.

    `n` answered, which are worth `effective_n` by weights and by answers alike of a place and day.
    `not_covered`: the share of visits of services and places that nobody answered for.
    """

    value: float | None = None
    unweighted: float | None = None
    interval: Interval | None = None
    n: int = 0
    effective_n: float = 0.0
    not_covered: float = 0.0

    @property
    def shown(self) -> bool:
        """Nothing is told of answers that are worth less than the fewest (promise 21)."""
        return self.value is not None and self.effective_n >= FEWEST_ANSWERS


@dataclass(frozen=True)
class Survey:
    """What the survey of one institution and period gave, of visits up to the day `through`.

    Figures are of answers given in the period: satisfaction of complete ones, from 1 to 5; hidden
    problems the share, from 0 to 1, of those who said whether they had one that had one and told
    no office.  `final`: the period is frozen, and no answer is held back for its batch.
    """

    funnel: Funnel
    through: date
    satisfaction: Measured = Measured()
    hidden: Measured = Measured()
    instruments: tuple[str, ...] = ()
    simulated: bool = False
    final: bool = False


def surveys(
    session: Session, period: Period, as_of: datetime, institution: str | None = None
) -> dict[str, Survey]:
    """Of every institution with visits in the period, or of one; real records before invented."""
    passages = funnels(session, period, as_of, institution)
    if not passages:
        return {}
    visits = _visits(session, asked_of(period, as_of, institution))
    answers = _told(session, period, as_of, institution)
    versions = _instruments(session, period, institution)
    final = session.get(FrozenPeriod, period.label) is not None
    real = {name for name, simulated in passages if not simulated}
    found = {}
    for name, simulated in sorted(passages):
        if simulated and name in real:
            continue
        key = name, simulated
        of, told = visits.get(key, {}), answers.get(key, [])
        found[name] = Survey(
            passages[key], through(period, as_of), _satisfaction(of, told), _hidden(of, told),
            versions.get(name, ()), simulated, final,
        )  # fmt: skip
    return found


def broken(session: Session, earlier: Period, later: Period) -> tuple[str, ...]:
    """The versions of the questions that only one of two periods was asked by; none: no break."""
    return breaks(session, [earlier, later])[1]


def breaks(session: Session, periods: Sequence[Period]) -> list[tuple[str, ...]]:
    """As `broken` of each period, the earliest first, and the one before it in the list; read with
    one statement.  Before the first there is nothing."""
    if len(periods) < 2:
        return [()] * len(periods)
    rows = session.execute(_ASKED_BY, {"first": periods[0].start, "last": periods[-1].end}).all()
    asked = [
        {row.instrument for row in rows if period.start <= row.quarter <= period.end}
        for period in periods
    ]
    found: list[tuple[str, ...]] = [()]
    for (earlier, before), (later, after) in pairwise(zip(periods, asked, strict=True)):
        issued = set(instruments.changed_between(earlier, later))
        found.append(tuple(sorted(issued | (before ^ after if before and after else set()))))
    return found


_ASKED_BY = sa.text("""
select date_trunc('quarter', day)::date as quarter, instrument from invitations
where day >= :first and day <= :last group by 1, 2
""")


# --- The answers and their weights ---------------------------------------------------------------

# One visit counts once, however often it was fed.
_VISITS = sa.text("""
select institution_id, simulated, name,
  sum(case when citizen_id is null then fed else 1 end)::bigint as visits
from (
  select institution_id, simulated, service_id || '@' || coalesce(service_point_id, '-') as name,
    citizen_id, (at at time zone 'Africa/Nairobi')::date as day, count(*) as fed
  from visits where at >= :start and at < :until and fed_at <= :as_of
    and (:institution is null or institution_id = :institution)
  group by 1, 2, 3, 4, 5
) as used
group by 1, 2, 3
""").bindparams(sa.bindparam("institution", type_=sa.Text))

_ANSWERS = sa.text("""
select r.institution_id, r.simulated,
  v.service_id || '@' || coalesce(v.service_point_id, '-') as name,
  coalesce(v.service_point_id, '') as place, (v.at at time zone 'Africa/Nairobi')::date as day,
  count(*) filter (where complete) as n, coalesce(sum(score) filter (where complete), 0) as total,
  coalesce(sum(score * score) filter (where complete), 0) as squares,
  count(*) filter (where had_problem is false or reported_problem is not null) as said,
  count(*) filter (where had_problem and reported_problem is false) as hidden
from ratings r left join visits v on v.id = r.visit_id
where r.sample = 'verified' and r.given_at >= :start and r.given_at < :end
  and r.given_at <= :as_of and (:institution is null or r.institution_id = :institution)
group by 1, 2, 3, 4, 5
""").bindparams(sa.bindparam("institution", type_=sa.Text))


def _visits(session: Session, asked: Mapping[str, Any]) -> dict[Key, dict[str, int]]:
    found: dict[Key, dict[str, int]] = defaultdict(dict)
    for row in session.execute(_VISITS, asked):
        found[row.institution_id, row.simulated][row.name] = row.visits
    return found


def _answers(session: Session, asked: Mapping[str, Any]) -> dict[Key, list[Any]]:
    found: dict[Key, list[Any]] = defaultdict(list)
    for row in session.execute(_ANSWERS, asked):
        found[row.institution_id, row.simulated].append(row)
    return found


def _told(
    session: Session, period: Period, as_of: datetime, institution: str | None
) -> dict[Key, list[Any]]:
    """The answers that are told.  A year tells those that its quarters tell: cut into batches of
    its own it would lie one to four answers away from them."""
    if period.quarter is None:
        of_year: dict[Key, list[Any]] = defaultdict(list)
        for number in (1, 2, 3, 4):
            quarter = Period(period.year, number)
            for key, rows in _told(session, quarter, as_of, institution).items():
                of_year[key] += rows
        return of_year
    asked = asked_of(period, as_of, institution)
    final = session.get(FrozenPeriod, period.label) is not None
    return {
        key: _whole_days(rows, asked["first"], asked["last"], final=final)
        for key, rows in _answers(session, asked).items()
    }


def _whole_days(answers: Sequence[Any], first: date, last: date, *, final: bool) -> list[Any]:
    """Of visits in the period, whose day is over."""
    over = [row for row in answers if row.day is not None and first <= row.day <= last]
    by_day: dict[date, int] = defaultdict(int)
    for row in over:
        by_day[row.day] += row.n
    beyond = sum(row.n for row in answers) - sum(by_day.values())
    until = last_told(by_day, beyond, final=final)
    return [] if until is None else [row for row in over if row.day <= until]


def _satisfaction(visits: Mapping[str, int], answers: Iterable[Any]) -> Measured:
    said = [(row, Moments(row.n, float(row.total), float(row.squares))) for row in answers]
    strata, found, design = _weighed(visits, said)
    return _measured(found, design, mean_t(weighting.as_weighted(strata, found), design))


def _hidden(visits: Mapping[str, int], answers: Iterable[Any]) -> Measured:
    said = [(row, Moments(row.said, row.hidden, row.hidden)) for row in answers]
    _, found, design = _weighed(visits, said)
    shown = None if found.value is None else mid_p(found.value, design.trials(found.n))
    return _measured(found, design, shown)


def _weighed(
    visits: Mapping[str, int], said: Iterable[tuple[Any, Moments]]
) -> tuple[dict[str, Stratum], Weighted, Design]:
    """The strata of a question, its figure, and the design of its answers by place and day."""
    whole: dict[str, Moments] = defaultdict(lambda: Moments(0, 0.0, 0.0))
    clusters: dict[tuple[str, date], dict[str, Moments]] = defaultdict(dict)
    for row, of in said:
        before = whole[row.name]
        whole[row.name] = Moments(
            before.count + of.count, before.total + of.total, before.squares + of.squares
        )
        clusters[row.place, row.day][row.name] = of
    strata = {
        name: Stratum(visits.get(name, 0), whole.get(name, Moments(0, 0.0, 0.0)))
        for name in visits.keys() | whole.keys()
    }
    found = weighting.weighted(strata)
    answered = [{name: of for name, of in each.items() if of.count} for each in clusters.values()]
    return strata, found, weighting.design(strata, found, answered)


def _measured(found: Weighted, design: Design, interval: Interval | None) -> Measured:
    return Measured(
        found.value, found.unweighted, interval, found.n, found.n / design.deff, found.not_covered
    )


def _instruments(
    session: Session, period: Period, institution: str | None
) -> dict[str, tuple[str, ...]]:
    """The versions of the questions by which each institution's citizens were asked."""
    rows = session.execute(
        sa.select(Invitation.institution_id, Invitation.instrument)
        .where(Invitation.day >= period.start, Invitation.day <= period.end)
        .where(*_only(institution))
        .distinct()
    )
    found: dict[str, set[str]] = defaultdict(set)
    for name, version in rows:
        found[name].add(version)
    return {name: tuple(sorted(versions)) for name, versions in found.items()}


def _only(institution: str | None) -> Iterator[sa.ColumnElement[bool]]:
    if institution is not None:
        yield Invitation.institution_id == institution
