"""Who must not hear of a case: whoever it names, those below them, the people of an office named.

One relation, read upward from a viewer or downward from a case.  Below somebody is whom they
supervise; in a unit, whoever has no supervisor of their own is below the unit's supervisors; and
whom somebody named as deputy is below them as long as they stand in.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

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
    return _all_ways(sa.select(sa.cast(staff_id, sa.Uuid()).label("id")), upward=True)


def shut_out(*case_ids: uuid.UUID) -> sa.CTE:
    """Everybody for whom one of these cases does not exist: `id`, beside the `case_id`."""
    named = sa.select(Conflict.case_id, Conflict.staff_id.label("id")).where(
        Conflict.case_id.in_(case_ids),
        Conflict.staff_id.is_not(None),
        Conflict.certainty != Certainty.CLEARED,
    )
    office = (
        sa.select(Conflict.case_id, Staff.id)
        .join(Staff, Staff.unit_id == Conflict.unit_id)
        .where(Conflict.case_id.in_(case_ids), Conflict.certainty == Certainty.NAMED)
    )
    either = sa.union(named, office).subquery()
    return _all_ways(sa.select(either.c.case_id, either.c.id), upward=False)


def shut_by_case(
    session: Session, case_ids: Iterable[uuid.UUID]
) -> Mapping[uuid.UUID, set[uuid.UUID]]:
    """For whom each of these cases does not exist, in one statement; nobody where none is named."""
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    if wanted := set(case_ids):
        shut = shut_out(*wanted)
        for case_id, staff_id in session.execute(sa.select(shut.c.case_id, shut.c.id)):
            found[case_id].add(staff_id)
    return found


def may_hear(case_id: uuid.UUID) -> sa.ColumnElement[bool]:
    """The clause over `Staff` of those who may hear of a case."""
    return Staff.id.not_in(sa.select(shut_out(case_id).c.id))


def _all_ways(start: sa.Select[Any], *, upward: bool) -> sa.CTE:
    """The people of `start` with all above or below them; other columns go along as they are."""
    found = start.cte(recursive=True)
    here, there = (_ONE, _BOSS) if upward else (_BOSS, _ONE)
    along = [column for column in found.c if column.name != "id"]
    step = (
        sa.select(*along, there.id)
        .select_from(found)
        .join(here, here.id == found.c.id)
        .join(there, _is_above())
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
