"""Who must not hear of a case: whoever it names, those below them, the people of an office named.

One relation, read upward from a viewer or downward from a case.  Below somebody is whom they
supervise; in a unit, whoever has no supervisor of their own is below the unit's supervisors; and
whom somebody named as deputy is below them as long as they stand in.
"""

import uuid
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from feedback_service.models import Certainty, Conflict, Role, Staff

# Made once: an alias of a table costs a millisecond, and every page asks for these.
_ONE, _BOSS = aliased(Staff), aliased(Staff)


def hidden_cases(
    staff_id: uuid.UUID, unit_id: str | None
) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """The ids of the cases that do not exist for this person, who works in that unit.

    Two look-ups by index, whatever the number of cases: made once a statement, not once a row.
    """
    above = above_of(staff_id)
    named = (
        sa.select(Conflict.case_id)
        .join(above, above.c.id == Conflict.staff_id)
        .where(Conflict.certainty != Certainty.CLEARED)
    )
    if unit_id is None:
        return named
    office = sa.select(Conflict.case_id).where(
        Conflict.unit_id == unit_id, Conflict.certainty == Certainty.NAMED
    )
    return sa.union_all(named, office)


def above_of(staff_id: uuid.UUID) -> sa.CTE:
    """This person and everybody above them; its one column is `id`."""
    above = sa.select(sa.cast(staff_id, sa.Uuid()).label("id")).cte(recursive=True)
    step = (
        sa.select(_BOSS.id)
        .join(_ONE, _ONE.id == above.c.id)
        .join(_BOSS, _is_above())
        .select_from(above)
    )
    return above.union(step)


def shut_out(case_id: uuid.UUID) -> sa.CTE:
    """Everybody for whom a case does not exist; its one column is `id`."""
    named = sa.select(Conflict.staff_id.label("id")).where(
        Conflict.case_id == case_id,
        Conflict.staff_id.is_not(None),
        Conflict.certainty != Certainty.CLEARED,
    )
    office = (
        sa.select(Staff.id)
        .join(Conflict, Conflict.unit_id == Staff.unit_id)
        .where(Conflict.case_id == case_id, Conflict.certainty == Certainty.NAMED)
    )
    return _with_those_below(sa.select(sa.union(named, office).subquery().c.id))


def below(staff_id: uuid.UUID) -> sa.CTE:
    """This person and everybody below them; its one column is `id`."""
    return _with_those_below(sa.select(sa.cast(staff_id, sa.Uuid()).label("id")))


def may_hear(case_id: uuid.UUID) -> sa.ColumnElement[bool]:
    """The clause over `Staff` of those who may hear of a case."""
    return Staff.id.not_in(sa.select(shut_out(case_id).c.id))


def _with_those_below(named: sa.Select[Any]) -> sa.CTE:
    found = named.cte(recursive=True)
    step = (
        sa.select(_ONE.id)
        .join(_BOSS, _BOSS.id == found.c.id)
        .join(_ONE, _is_above())
        .select_from(found)
    )
    return found.union(step)


@cache
def _is_above() -> sa.ColumnElement[bool]:
    one, boss = _ONE, _BOSS
    leads_the_unit = sa.and_(
        one.supervisor_id.is_(None),
        one.role != Role.SUPERVISOR,
        boss.role == Role.SUPERVISOR,
        boss.unit_id == one.unit_id,
    )
    stands_in = sa.and_(
        boss.deputy_id == one.id,
        sa.or_(boss.deputy_until.is_(None), boss.deputy_until >= sa.func.current_date()),
    )
    return sa.or_(boss.id == one.supervisor_id, leads_the_unit, stands_in)
