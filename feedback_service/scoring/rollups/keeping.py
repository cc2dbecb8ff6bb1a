"""The tables of the rollups: marks taken, days and quarters read and written."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.models import Case, Rating, RollupDay
from feedback_service.scoring.counting import Days, Dimension
from feedback_service.scoring.rollups.parts import CASES, RATINGS, WAITING, Numbers, Place, plus

Mark = tuple[bool, str, date]
"""Of cases or of ratings, the institution, the day."""
ROWS = 5_000
"""Written with one statement."""


@dataclass(frozen=True)
class Scope:
    """Tallies of some days: of ratings or of cases, divided by a dimension."""

    of_cases: bool
    days: Days
    institutions: frozenset[str]
    dimension: Dimension | None


def any_facts(session: Session) -> bool:
    """Whether there is anything to count."""
    return any(session.scalar(sa.select(sa.exists(sa.select(m.id)))) for m in (Rating, Case))


def mark_everything(session: Session) -> None:
    """Every day that has facts is marked."""
    for of_cases, table, at in (
        ("false", "ratings", "given_at"),
        ("true", "cases", "first_due_at"),
    ):
        session.execute(
            sa.text(f"""
            insert into rollup_changes (of_cases, institution_id, day)
            select distinct {of_cases}, coalesce(institution_id, ''),
                   ({at} at time zone 'Africa/Nairobi')::date
            from {table}""")
        )


def taken(session: Session, most: int) -> set[Mark]:
    """At most so many days of institutions, the earliest, and their marks are gone."""
    rows = session.execute(_TAKE, {"most": most})
    return {(row.of_cases, row.institution_id, row.day) for row in rows}


def days(session: Session, scope: Scope) -> dict[Place, Numbers]:
    """What is kept of the scope's days."""
    d = RollupDay
    found = _DAYS.where(
        d.day >= scope.days.start, d.day <= scope.days.end,
        d.dimension == (scope.dimension or ""), d.institution_id.in_(scope.institutions),
        d.part.in_(_OF_CASES if scope.of_cases else RATINGS.values()),
    )  # fmt: skip
    return dict(_read(session.execute(found)))


def case_days(session: Session, first: date, last: date) -> Iterator[tuple[Place, Numbers]]:
    """What is kept of cases due on these days."""
    d = RollupDay
    found = _DAYS.where(d.day >= first, d.day <= last, d.part.in_(_OF_CASES))
    return _read(session.execute(found))


def replace_days(
    session: Session, before: Mapping[Place, Numbers], after: Mapping[Place, Numbers]
) -> None:
    """Write what changed, and only that."""
    gone = [place for place in before if place not in after]
    changed = {place: numbers for place, numbers in after.items() if before.get(place) != numbers}
    _delete(session, "days", gone)
    _write(session, "days", changed)


def move_quarters(session: Session, moved: Mapping[Place, Numbers]) -> None:
    """Add to the quarters' tallies what they changed by."""
    places = [place for place, numbers in moved.items() if numbers]
    for some in _batches(places):
        before = dict(_read(session.execute(_SQL["find quarters"], _keys(some))))
        after = {place: plus(before.get(place, {}), moved[place]) for place in some}
        _delete(session, "quarters", [place for place in some if not after[place]])
        _write(session, "quarters", {place: n for place, n in after.items() if n})


def _delete(session: Session, table: str, places: Sequence[Place]) -> None:
    for some in _batches(places):
        session.execute(_SQL[f"delete {table}"], _keys(some))


def _write(session: Session, table: str, tallies: Mapping[Place, Numbers]) -> None:
    for some in _batches(list(tallies)):
        rows = [_key(place) | {"numbers": tallies[place]} for place in some]
        session.execute(_SQL[f"write {table}"], {"rows": json.dumps(rows)})


def _read(rows: Iterable[Any]) -> Iterator[tuple[Place, Numbers]]:
    """Rows whose columns come as KEYS, then the numbers."""
    for *key, numbers in rows:
        yield Place(*key), numbers


def _keys(places: Sequence[Place]) -> dict[str, str]:
    return {"rows": json.dumps([_key(place) for place in places])}


def _key(place: Place) -> dict[str, Any]:
    return {
        "day": place.day.isoformat(), "dimension": place.dimension,
        "institution_id": place.institution, "within": place.within, "value": place.value,
        "simulated": place.simulated, "part": place.part,
    }  # fmt: skip


def _batches(places: Sequence[Place]) -> Iterator[Sequence[Place]]:
    return (places[first : first + ROWS] for first in range(0, len(places), ROWS))


_DAYS = sa.select(
    RollupDay.day, RollupDay.dimension, RollupDay.institution_id, RollupDay.within,
    RollupDay.value, RollupDay.simulated, RollupDay.part, RollupDay.numbers,
)  # fmt: skip
_OF_CASES = [name + suffix for name in CASES.values() for suffix in ("", WAITING)]
_REST = "dimension, institution_id, within, value, simulated, part"
_AS = "day date, dimension text, institution_id text, within text, value text, simulated boolean"
_GIVEN = f"jsonb_to_recordset(cast(:rows as jsonb)) as given ({_AS}, part text"
_TAKE = sa.text("""
with chosen as (
  select distinct of_cases, institution_id, day from rollup_changes order by day limit :most
), gone as (
  delete from rollup_changes using chosen
  where (rollup_changes.of_cases, rollup_changes.institution_id, rollup_changes.day)
    = (chosen.of_cases, chosen.institution_id, chosen.day)
)
select of_cases, institution_id, day from chosen
""")


def _statements(table: str, first: str) -> dict[str, sa.TextClause]:
    """Of a table whose key begins with the column `first`."""
    name, columns = f"rollup_{table}", _REST.split(", ")
    key = f"{first}, {_REST}"
    own = ", ".join(f"{name}.{column}" for column in (first, *columns))
    same = f"({own}) = ({', '.join(f'given.{column}' for column in ('day', *columns))})"
    texts = {
        "find": f"select {own}, numbers from {name} join {_GIVEN}) on {same}",
        "delete": f"delete from {name} using {_GIVEN}) where {same}",
        "write": f"""insert into {name} ({key}, numbers)
            select day, {_REST}, numbers from {_GIVEN}, numbers jsonb)
            on conflict ({key}) do update set numbers = excluded.numbers""",
    }
    return {f"{verb} {table}": sa.text(text) for verb, text in texts.items()}


_SQL = _statements("days", "day") | _statements("quarters", "quarter")
