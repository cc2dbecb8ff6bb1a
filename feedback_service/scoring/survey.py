"""The survey of a period, by institution: its funnel, hidden problems, weights and instruments.

For cards: `surveys(session, period, as_of, institution)` gives a `Survey` each, of which a card
shows `funnel` beside its figures and takes `satisfaction.design_effect` as what unequal weights
cost; `broken(session, earlier, later)` says whether a trend line breaks between two periods.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics import weighting
from analytics.funnel import Funnel
from analytics.intervals import Design, Interval, Moments, korn_graubard, mean_t
from analytics.weighting import Stratum, Weighted
from feedback_service.conversations import instruments
from feedback_service.domain.periods import Period
from feedback_service.models import Invitation
from feedback_service.scoring.funnels import Key, asked_of, funnels


@dataclass(frozen=True)
class Hidden:
    """Problems that nobody was told of: shares of those who said whether they had one, from 0 to 1.

    `of` them said so, `problems` had one, `hidden` of these told no office; `unsaid` had one and
    did not say whether they told.
    """

    of: int = 0
    problems: int = 0
    hidden: int = 0
    unsaid: int = 0
    design: Design = field(default_factory=Design)

    @property
    def effective_n(self) -> float:
        """What the answers are worth by the weights: nothing is shown of fewer than 30."""
        return self.of / self.design.deff

    @property
    def share(self) -> float | None:
        return self.hidden / self.of if self.of else None

    @property
    def interval(self) -> Interval | None:
        """95 %, with the design effect of the weights."""
        return korn_graubard(self.hidden, self.of, self.design)


@dataclass(frozen=True)
class Survey:
    """What the survey of one institution and period gave; figures are of complete answers."""

    funnel: Funnel
    satisfaction: Weighted
    satisfaction_interval: Interval | None
    hidden: Hidden
    instruments: frozenset[str]
    simulated: bool = False


def surveys(
    session: Session, period: Period, as_of: datetime, institution: str | None = None,
    batch: int = 1,
) -> dict[str, Survey]:  # fmt: skip
    """Of every institution with visits in the period, or of one; real records before invented.

    batch: the figures rest on the first answers, as many as make whole batches of so many: what a
    desk or the public may follow day by day takes BATCH.
    """
    passages = funnels(session, period, as_of, institution)
    strata = _strata(session, period, as_of, institution, batch)
    asked = _instruments(session, period, institution)
    real = {name for name, simulated in passages if not simulated}
    return {
        name: _survey(passages[name, simulated], strata[name, simulated],
                      asked.get(name, frozenset()), simulated=simulated)
        for name, simulated in sorted(passages)
        if not simulated or name not in real
    }  # fmt: skip


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


# --- The weights --------------------------------------------------------------------------------

_STRATA = sa.text("""
with fed as (
  select institution_id, simulated, service_id || '@' || coalesce(service_point_id, '-') as name,
    count(*) as visits
  from visits where at >= :start and at < :end and fed_at <= :as_of
    and (:institution is null or institution_id = :institution)
  group by 1, 2, 3
), said as (
  select r.institution_id, r.simulated,
    r.service_id || '@' || coalesce(r.service_point_id, '-') as name,
    count(*) filter (where complete) as n, sum(score) filter (where complete) as total,
    sum(score * score) filter (where complete) as squares,
    count(*) filter (where had_problem is false or reported_problem is not null) as asked,
    count(*) filter (where had_problem) as problems,
    count(*) filter (where had_problem and reported_problem is false) as hidden,
    count(*) filter (where had_problem and reported_problem is null) as unsaid
  from (
    select *, count(*) over whole as answers,
      row_number() over (partition by institution_id, simulated order by given_at, id) as nth
    from ratings
    where sample = 'verified' and given_at >= :start and given_at < :end and given_at <= :as_of
      and (:institution is null or institution_id = :institution)
    window whole as (partition by institution_id, simulated)
  ) as r
  where nth <= answers - answers % :batch
  group by 1, 2, 3
)
select institution_id, simulated, name, coalesce(visits, 0) as visits, coalesce(n, 0) as n,
  coalesce(total, 0) as total, coalesce(squares, 0) as squares, coalesce(asked, 0) as asked,
  coalesce(problems, 0) as problems, coalesce(hidden, 0) as hidden, coalesce(unsaid, 0) as unsaid
from fed full join said using (institution_id, simulated, name)
""").bindparams(sa.bindparam("institution", type_=sa.Text))


def _strata(
    session: Session, period: Period, as_of: datetime, institution: str | None, batch: int
) -> dict[Key, list[Any]]:
    found: dict[Key, list[Any]] = defaultdict(list)
    asked = asked_of(period, as_of, institution) | {"batch": batch}
    for row in session.execute(_STRATA, asked):
        found[row.institution_id, row.simulated].append(row)
    return found


def _survey(funnel: Funnel, strata: list[Any], asked: frozenset[str], *, simulated: bool) -> Survey:
    whole = {
        row.name: Stratum(row.visits, Moments(row.n, float(row.total), float(row.squares)))
        for row in strata
    }
    satisfaction = weighting.weighted(whole)
    design = Design(satisfaction.design_effect)
    hidden = Hidden(
        sum(row.asked for row in strata), sum(row.problems for row in strata),
        sum(row.hidden for row in strata), sum(row.unsaid for row in strata), design,
    )  # fmt: skip
    return Survey(
        funnel, satisfaction, mean_t(_as_weighted(strata, satisfaction), design), hidden, asked,
        simulated,
    )  # fmt: skip


def _as_weighted(strata: list[Any], found: Weighted) -> Moments:
    """The answers as the weights count them, as many as there are."""
    n = found.n
    weigh = [(found.weights.get(row.name, 0.0), row) for row in strata if row.n]
    whole = sum(weight * row.n for weight, row in weigh)
    if not whole:
        return Moments(0, 0.0, 0.0)
    total = sum(weight * float(row.total) for weight, row in weigh) / whole
    squares = sum(weight * float(row.squares) for weight, row in weigh) / whole
    return Moments(n, n * total, n * squares)


def _instruments(
    session: Session, period: Period, institution: str | None
) -> dict[str, frozenset[str]]:
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
    return {name: frozenset(versions) for name, versions in found.items()}


def _only(institution: str | None) -> Iterator[sa.ColumnElement[bool]]:
    if institution is not None:
        yield Invitation.institution_id == institution
