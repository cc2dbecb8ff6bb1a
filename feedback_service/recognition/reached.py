"""Number reached in a financial year, county by county (KIPMP objective 7(d), annex 7.4).

People are distinct citizens who rated, complained or praised, told apart by the keyed hash of their
number; somebody heard in two counties counts in both, and once in the whole.  Counties with few
people are put together in what an institution reads, and their people added up: one of them heard
in two of those counties counts twice there.  It leaves out confidential cases, and moves in fives
while the year runs, so that nobody who looks again sees a single person come.  Invented records
count only where none is real.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.domain.cases import Lane
from feedback_service.domain.periods import Period
from feedback_service.domain.ratings import Sample
from feedback_service.models import Case, Compliment, ComplimentState, Invitation, Rating, Visit
from feedback_service.scoring.counting import bounds

FEWEST = 5
"""People of a county below whom it is not told alone; as for figures of scorecards, ours."""


@dataclass(frozen=True)
class Reached:
    """What was counted of a county; `county` is its code, None where the record does not say.

    A number is None where it moves in fives and is under five: none is said like a few.
    """

    county: int | None
    people: int | None = 0
    ratings: int | None = 0
    cases: int | None = 0
    delivered: int | None = 0
    compliments: int | None = 0
    assisted: int | None = 0


NUMBERS = tuple(field.name for field in fields(Reached))[1:]


@dataclass(frozen=True)
class Count:
    """A year's counts; `few` is what counties with few people are together, None without any."""

    whole: Reached
    counties: tuple[Reached, ...]
    few: Reached | None
    simulated: bool


def count(
    session: Session, period: Period, institution: str | None, *, runs: bool = False
) -> Count:
    """Of an institution, in fives while the year `runs`; without one of the whole country."""
    simulated = not _any(session, period, institution, simulated=False)
    scope = _Scope(period, institution, simulated)
    counted = {
        name: {row[0]: row[1] for row in session.execute(found)}
        for name, found in _each(scope).items()
    }
    codes = sorted({code for found in counted.values() for code in found}, key=_unsaid_last)
    lines = [
        Reached(code, **{name: counted[name].get(code, 0) for name in NUMBERS}) for code in codes
    ]
    everybody = _people(scope).subquery()
    people = session.scalar(sa.select(sa.func.count(everybody.c.who.distinct()))) or 0
    invented = simulated and _any(session, period, institution, simulated=True)
    whole = replace(_sum(lines), people=people)
    if institution is not None and runs:
        shown, few = in_fives(lines)
        return Count(_in_steps(whole), tuple(shown), few, simulated=invented)
    shown, few = (lines, None) if institution is None else put_together(lines)
    return Count(whole, tuple(shown), few, simulated=invented)


def in_fives(lines: Iterable[Reached]) -> tuple[list[Reached], Reached | None]:
    """Counties with enough people, and the others as one line where they are enough together.

    No larger county is put with them: its going would tell of the first person of a small one.
    """
    found = list(lines)
    few = _sum(line for line in found if _many(line) < FEWEST)
    enough = [_in_steps(line) for line in found if _many(line) >= FEWEST]
    return enough, _in_steps(few) if _many(few) >= FEWEST else None


def put_together(lines: Iterable[Reached]) -> tuple[list[Reached], Reached | None]:
    """Counties with few people as one line, with the next smallest until they are enough."""
    by_size = sorted(lines, key=_many)
    few = [line for line in by_size if _many(line) < FEWEST]
    if not few:
        return sorted(by_size, key=lambda line: _unsaid_last(line.county)), None
    while len(few) < len(by_size) and (len(few) < 2 or _many(_sum(few)) < FEWEST):
        few.append(by_size[len(few)])
    shown = sorted(by_size[len(few):], key=lambda line: _unsaid_last(line.county))  # fmt: skip
    return shown, _sum(few)


def _sum(lines: Iterable[Reached]) -> Reached:
    found = list(lines)
    return Reached(None, **{name: sum(getattr(one, name) for one in found) for name in NUMBERS})


def _many(line: Reached) -> int:
    return line.people or 0


def _in_steps(line: Reached) -> Reached:
    """In whole fives, 13 as 10."""
    counted = {name: getattr(line, name) // FEWEST * FEWEST for name in NUMBERS}
    return replace(line, **{name: many or None for name, many in counted.items()})


def _unsaid_last(code: int | None) -> int:
    return 1_000 if code is None else code


@dataclass(frozen=True)
class _Scope:
    """Of which time, whose, and whether of invented records."""

    period: Period
    institution: str | None
    simulated: bool


def _any(session: Session, period: Period, institution: str | None, *, simulated: bool) -> bool:
    """Whether there is any such record of what is counted."""
    scope = _Scope(period, institution, simulated)
    return any(
        session.scalar(_of(table, at, scope, *more).with_only_columns(table.id).limit(1))
        for table, at, more in (*_heard(institution), (Invitation, Invitation.delivered_at, ()))
    )


def _each(scope: _Scope) -> Mapping[str, sa.Select[Any]]:
    """By number: a county and how many."""
    people = _people(scope).subquery()
    rated = partial(_of, Rating, Rating.given_at, scope)
    filed = partial(_of, Case, Case.received_at, scope, *_told(scope.institution))
    helped = filed(Case.registered_by_id.is_not(None)).with_only_columns(
        Case.county_code.label("county")
    )
    held = rated(Rating.sample == Sample.ASSISTED).with_only_columns(Rating.county_code)
    assisted = sa.union_all(helped, held).subquery()
    asked = _of(Invitation, Invitation.delivered_at, scope).join(
        Visit, Visit.id == Invitation.visit_id
    )
    praised = _of(Compliment, Compliment.received_at, scope, _KEPT)
    return {
        "people": sa.select(people.c.county, sa.func.count(people.c.who.distinct())).group_by(
            people.c.county
        ),
        "ratings": _by(rated(), Rating.county_code),
        "cases": _by(filed(), Case.county_code),
        "delivered": _by(asked, Visit.county_code),
        "compliments": _by(praised, Compliment.county_code),
        "assisted": sa.select(assisted.c.county, sa.func.count()).group_by(assisted.c.county),
    }


_KEPT = Compliment.state == ComplimentState.KEPT


def _people(scope: _Scope) -> sa.CompoundSelect[Any]:
    return sa.union_all(
        *(
            _of(table, at, scope, *more).with_only_columns(
                table.citizen_id.label("who"), table.county_code.label("county")
            )
            for table, at, more in _heard(scope.institution)
        )
    )


def _heard(institution: str | None) -> tuple[tuple[Any, Any, tuple[Any, ...]], ...]:
    """What people said: a table, its moment, and which rows."""
    return (
        (Rating, Rating.given_at, ()),
        (Case, Case.received_at, _told(institution)),
        (Compliment, Compliment.received_at, (_KEPT,)),
    )


def _told(institution: str | None) -> tuple[sa.ColumnElement[bool], ...]:
    """An institution is not told how many cases are kept from it."""
    return () if institution is None else (Case.lane == Lane.OPEN,)


def _of(table: Any, at: Any, scope: _Scope, *more: sa.ColumnElement[bool]) -> sa.Select[Any]:
    begins, ends = bounds(scope.period)
    body, invented = scope.institution, table.simulated == scope.simulated
    mine = sa.true() if body is None else table.institution_id == body
    return sa.select(table).where(at >= begins, at < ends, mine, invented, *more)


def _by(found: sa.Select[Any], county: Any) -> sa.Select[Any]:
    return found.with_only_columns(county, sa.func.count()).group_by(county)
