"""The facts of an officer's own cases, read from case histories, beside those of the institution's
other officers; cases that name the officer, and confidential ones, are left out."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.own_cases import Deed, Measure, Rule, facts_of
from analytics.own_figures import Counted, Mix, OwnFigure, figures, mix
from feedback_service import registry
from feedback_service.domain import clocks
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import Action, Lane
from feedback_service.domain.clocks import Moment
from feedback_service.domain.periods import Period
from feedback_service.models import Case, CaseEvent, Message, Staff
from feedback_service.notices import shut
from feedback_service.runtime import Runtime

MOST_COLLEAGUES = 2_000
"""The newest cases of others that one's own are compared with."""
LONGEST = timedelta(days=366)
"""A case older than this when the year began no longer counts in it."""


@dataclass(frozen=True)
class Own:
    """What a year has brought until now; `simulated` where any of its cases is invented."""

    year: int
    rule: Rule
    counted: tuple[Counted, ...]
    officer: uuid.UUID
    simulated: bool

    def until(self, quarter: int) -> Mapping[Measure, OwnFigure]:
        """From 1 July to the end of a quarter."""
        first, last = Period(self.year).start, Period(self.year, quarter).end
        return figures(self.counted, str(self.officer), first, last, self.rule)

    def mix(self) -> list[Mix]:
        whole = Period(self.year)
        return mix(self.counted, str(self.officer), whole.start, whole.end)


def own(rt: Runtime, session: Session, officer: Staff, year: int) -> Own:
    """The officer's own cases of a financial year, with colleagues' beside for the expected."""
    rule = Rule.load()
    mine = _cases(session, officer, year, [officer.id])
    colleagues = session.scalars(
        sa.select(Staff.id).where(Staff.institution_id == officer.institution_id)
    ).all()
    others = _cases(session, officer, year, colleagues, MOST_COLLEAGUES)
    cases = {case.id: case for case in [*mine, *others]}
    here = {str(one) for one in colleagues}
    counted = [one for one in _counted(rt, session, cases, rule) if one.fact.officer in here]
    simulated = any(case.simulated for case in mine)
    return Own(year, rule, tuple(counted), officer.id, simulated)


def _cases(
    session: Session, officer: Staff, year: int, people: Sequence[uuid.UUID],
    most: int | None = None,
) -> Sequence[Any]:  # fmt: skip
    begins, ends = (
        datetime.combine(day, time(), NAIROBI)
        for day in (Period(year).start - LONGEST, Period(year).end + timedelta(days=1))
    )
    found = (
        sa.select(Case.id, Case.kind, Case.category, Case.urgent, Case.county_code, Case.simulated)
        .where(
            _touched_by(people),
            Case.lane == Lane.OPEN,
            Case.received_at >= begins,
            Case.received_at < ends,
            Case.id.not_in(shut.hidden_cases(officer.id, officer.unit_id)),
        )
        .order_by(Case.received_at.desc(), Case.id)
        .limit(most)
    )
    return session.execute(found).all()


def _touched_by(people: Sequence[uuid.UUID]) -> sa.ColumnElement[bool]:
    """They did something to it, or it was given to them."""
    acted = sa.select(CaseEvent.case_id).where(CaseEvent.staff_id.in_(people))
    to = sa.literal_column("case_events.data ->> 'to'", sa.Text).in_([str(one) for one in people])
    assigned = sa.text("case_events.action = 'assign'")  # as its index has it
    given = sa.select(CaseEvent.case_id).where(assigned, to)
    return Case.id.in_(acted.union(given))


def _counted(
    rt: Runtime, session: Session, cases: Mapping[uuid.UUID, Any], rule: Rule
) -> list[Counted]:
    found = []
    for case_id, deeds in _histories(session, list(cases)):
        case = cases[case_id]
        moments = [Moment(deed.action, deed.at, deed.data) for deed in deeds]
        calendar = clocks.with_hours(moments, registry.calendar(rt, session, case.county_code))
        found += [
            Counted(fact, case.kind.value, case.category.value if case.category else "",
                    case.urgent, str(case_id))
            for fact in facts_of(deeds, calendar, rt.now(), rule)
        ]  # fmt: skip
    return found


def _histories(session: Session, ids: Sequence[uuid.UUID]) -> list[tuple[uuid.UUID, list[Deed]]]:
    """The events of each case; a question is proven by its message's delivery, as clocks want."""
    asked = sa.select(Message.key, Message.delivered_at).where(
        Message.case_id.in_(ids), Message.delivered_at.is_not(None)
    )
    delivered = dict(session.execute(asked).all())
    rows = session.execute(
        sa.select(
            CaseEvent.case_id, CaseEvent.number, CaseEvent.action, CaseEvent.at, CaseEvent.data,
            CaseEvent.staff_id,
        )
        .where(CaseEvent.case_id.in_(ids))
        .order_by(CaseEvent.case_id, CaseEvent.number)
    )  # fmt: skip
    return [
        (case_id, [_deed(row, delivered) for row in group])
        for case_id, group in groupby(rows, lambda row: row.case_id)
    ]


def _deed(row: Any, delivered: Mapping[str, datetime | None]) -> Deed:
    data = row.data
    if row.action is Action.ASK:
        data = {**data, "delivered_at": delivered.get(f"case:{row.case_id}:{row.number}")}
    return Deed(row.action, row.at, data, str(row.staff_id) if row.staff_id else "")
