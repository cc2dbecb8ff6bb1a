"""The ladder of each institution, as its files say: who answers, after how long, and its name.

One copy a process, renewed with the catalogue: no query a case.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.domain import escalation
from feedback_service.models import Institution, Rung
from feedback_service.registry.reading import renewed
from feedback_service.runtime import Runtime


@dataclass(frozen=True)
class Ladder:
    """holders: by level, words for people of the institution or ids of other bodies.

    names: by level and language, what a citizen hears; empty where the wording has it.
    """

    rungs: tuple[escalation.Rung, ...]
    holders: Mapping[int, tuple[str, ...]]
    names: Mapping[int, Mapping[str, str]] = field(default_factory=dict)


# Where no file has said anything.
_PLAIN = Ladder(
    escalation.LADDER,
    {0: ("officer",), 1: ("supervisor",), 2: ("head",), 3: ("GPMCO",)},
)


def ladder_of(rt: Runtime, institution_id: str) -> Ladder:
    """The ladder that the institution's reporting line leads to."""
    return renewed(rt, "ladders", lambda: _read(rt)).get(institution_id, _PLAIN)


def _read(rt: Runtime) -> Mapping[str, Ladder]:
    with rt.transaction() as session:
        return _of_institutions(session)


def _of_institutions(session: Session) -> Mapping[str, Ladder]:
    newest = sa.select(Rung.ladder, sa.func.max(Rung.version)).group_by(Rung.ladder)
    rungs = sa.select(Rung).where(sa.tuple_(Rung.ladder, Rung.version).in_(newest))
    found: dict[str, list[Rung]] = {}
    for rung in session.scalars(rungs.order_by(Rung.level)):
        found.setdefault(rung.ladder, []).append(rung)
    of_line = {
        line: ladder for rows in found.values() for ladder in [_ladder(rows)]
        for line in rows[0].lines
    }  # fmt: skip
    lines = session.execute(sa.select(Institution.id, Institution.reporting_line))
    return {each: of_line[line] for each, line in lines if line in of_line}


def _ladder(rows: list[Rung]) -> Ladder:
    return Ladder(
        tuple(escalation.Rung(row.level, row.key, row.overdue_working_days) for row in rows),
        {row.level: tuple(row.holder.split("|")) for row in rows},
        {row.level: {"en": row.name_en, "sw": row.name_sw} for row in rows},
    )
