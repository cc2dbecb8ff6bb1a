"""Days that changed are counted again from the facts, and their quarters moved by the difference.

One refresh at a time, each a transaction on one snapshot: the marks it takes are those whose facts
it sees.  A mark that comes later stays for the next.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.tallies import CaseCounts, RatingCounts
from feedback_service.domain.calendar import NAIROBI
from feedback_service.models import (
    ROLLUP_RATINGS,
    RollupChange,
    RollupDay,
    RollupQuarter,
    RollupState,
)
from feedback_service.runtime import Runtime
from feedback_service.scoring.counting import Days, Dimension, Frame, Group
from feedback_service.scoring.rollups import divided, keeping
from feedback_service.scoring.rollups.parts import (
    AFTER_ALL,
    DIMENSIONS,
    WAITING,
    Numbers,
    Place,
    counted_in,
    of_cases,
    plus,
    quarter_of,
    version,
    waiting,
)

AT_READ = 150
"""Days of institutions that a reader takes in before reading; of more the clock takes care."""
AT_ONCE = 300
"""Days of institutions taken in together: a day of all institutions is 143 of them, and at ten
million ratings in a quarter a hundred thousand ratings."""
IN_ONE = 150
"""Days of institutions counted with one statement."""
PATIENCE = "3s"
AS_A_READER = "50ms"
"""How long to wait for another refresh to end; who only reads is shown what stands."""
LOCK_NOT_AVAILABLE = "55P03"
SECONDS = 2.0
"""How long the clock stays with it before its other duties have their turn."""


@dataclass(frozen=True)
class Changed:
    """Days of institutions to count again, of ratings or of cases."""

    of_cases: bool
    days: Days
    institutions: frozenset[str]


def keep_up(rt: Runtime) -> int:
    """The clock's: take changes in, and build what is missing; returns how many days were counted.

    Stops after SECONDS though some wait: they stay marked.
    """
    end, counted = time.monotonic() + SECONDS, 0
    with rt.transaction() as session:
        known = session.get(RollupState, 1)
        waiting = session.scalar(sa.select(sa.exists(sa.select(RollupChange.id))))
        # One row of facts is worth a rollup; with none there is nothing to begin with.
        if known is None and not waiting and not keeping.any_facts(session):
            return 0
    if known is None or known.version != version():
        rebuild(rt)
    while time.monotonic() < end:
        done = bring_up(rt)
        counted += done
        if not done:
            break
    return counted


def rebuild(rt: Runtime) -> None:
    """Forget every tally and mark every day that has facts: `bring_up` counts them again."""
    with alone(rt, PATIENCE) as session:
        session.execute(sa.text("set local statement_timeout = 0"))
        for model in (RollupState, RollupDay, RollupQuarter):
            session.execute(sa.delete(model))
        session.execute(sa.delete(ROLLUP_RATINGS))
        keeping.mark_everything(session)
        state = RollupState(
            id=1, version=version(), today=_today(rt), built=False, refreshed_at=rt.now()
        )
        session.add(state)


def bring_up(rt: Runtime, at_once: int = AT_ONCE, patience: str = PATIENCE) -> int:
    """Take in what has changed, at most so many days of institutions; returns how many.

    Nothing is done while nothing was built (`keep_up`), where another way of counting was, or while
    another refresh is at work for longer than our patience.
    """
    try:
        with alone(rt, patience) as session:
            return take_in(rt, session, at_once)
    except sa.exc.OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
            raise
        return 0


def take_in(rt: Runtime, session: Session, at_once: int) -> int:
    """`bring_up` inside a transaction that is alone."""
    state = session.get(RollupState, 1)
    if state is None or state.version != version():
        return 0
    session.execute(sa.text("set local statement_timeout = '600s'"))
    marks = keeping.taken(session, at_once)
    for changed in blocks(marks):
        _count_again(session, changed, state.today)
    if state.today != _today(rt):
        _turn(session, state.today, _today(rt))
        state.today = _today(rt)
    state.built = state.built or len(marks) < at_once
    state.refreshed_at = rt.now()
    return len(marks)


@contextmanager
def alone(rt: Runtime, patience: str) -> Iterator[Session]:
    """A transaction that sees one moment and has no other refresh beside it."""
    with rt.db() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        session.execute(sa.text(f"set local lock_timeout = '{patience}'"))
        # The lock comes first: what is seen is what stands when it is ours.
        session.execute(sa.text("lock table rollup_state in share update exclusive mode"))
        yield session
        session.commit()


def blocks(marks: Collection[tuple[bool, str, date]]) -> Iterator[Changed]:
    """The marks as few frames to count: days that follow each other and whose institutions are
    much the same are one, since counting what did not change does no harm."""
    found: dict[tuple[bool, date], set[str]] = defaultdict(set)
    for kind, institution, day in marks:
        found[kind, day].add(institution)
    block: Changed | None = None
    marked = 0
    for (kind, day), names in sorted(found.items()):
        joined = block and _joined(block, kind, day, names)
        marked += len(names)
        if block and joined and 2 * marked >= _size(joined) <= IN_ONE:
            block = joined
            continue
        if block:
            yield block
        block, marked = Changed(kind, Days(day, day), frozenset(names)), len(names)
    if block:
        yield block


def _joined(block: Changed, kind: bool, day: date, names: set[str]) -> Changed | None:
    if kind != block.of_cases or day != block.days.end + timedelta(days=1):
        return None
    return Changed(kind, Days(block.days.start, day), block.institutions | names)


def _size(block: Changed) -> int:
    return ((block.days.end - block.days.start).days + 1) * len(block.institutions)


def _today(rt: Runtime) -> date:
    return rt.now().astimezone(NAIROBI).date()


def _count_again(session: Session, changed: Changed, today: date) -> None:
    if not changed.of_cases:
        frame = _frame(changed, AFTER_ALL)
        _take_over(
            session, changed, None, _places(divided.replace_days(session, frame), None), today
        )
        return
    for dimension in DIMENSIONS:
        due = list(of_cases(session, _frame(changed, AFTER_ALL), dimension))
        before = ((group, part + WAITING, waiting(counts)) for group, part, counts in due)
        fresh = [*_places(due, dimension), *_places(before, dimension)]
        _take_over(session, changed, dimension, fresh, today)


def _frame(changed: Changed, as_of: datetime) -> Frame:
    return Frame(changed.days, as_of, by_day=True, among=changed.institutions)


def _take_over(
    session: Session,
    changed: Changed,
    dimension: Dimension | None,
    fresh: Iterable[tuple[Place, Numbers]],
    today: date,
) -> None:
    """Keep the days as they are now, and move their quarters by the difference."""
    after = dict(fresh)
    scope = keeping.Scope(changed.of_cases, changed.days, changed.institutions, dimension)
    before = keeping.days(session, scope)
    keeping.replace_days(session, before, after)
    keeping.move_quarters(session, _moved(before, after, today))


def _places(
    found: Iterable[tuple[Group, str, RatingCounts | CaseCounts]],
    dimension: Dimension | None,
) -> Iterator[tuple[Place, Numbers]]:
    for group, part, counts in found:
        assert group.day is not None  # `Frame.by_day`
        place = Place(
            group.day, dimension or "", group.institution, group.within, group.value,
            group.simulated, part,
        )  # fmt: skip
        yield place, counts.numbers()


def _moved(
    before: Mapping[Place, Numbers], after: Mapping[Place, Numbers], today: date
) -> dict[Place, Numbers]:
    """By how much each quarter's tally changes."""
    moved: dict[Place, Numbers] = {}
    for sign, places in ((-1, before), (1, after)):
        for place, numbers in places.items():
            if before.get(place) != after.get(place):
                _add(moved, place, numbers, sign, today)
    return moved


def _turn(session: Session, old: date, new: date) -> None:
    """Cases of the days between are due now, or wait again; each counts in its quarter as such."""
    moved: dict[Place, Numbers] = {}
    for place, numbers in keeping.case_days(session, min(old, new), max(old, new)):
        _add(moved, place, numbers, -1, old)
        _add(moved, place, numbers, 1, new)
    keeping.move_quarters(session, moved)


def _add(
    moved: dict[Place, Numbers], place: Place, numbers: Numbers, sign: int, today: date
) -> None:
    part = counted_in(place.part, place.day, today)
    if part is not None:
        quarter = replace(place, day=quarter_of(place.day), part=part)
        moved[quarter] = plus(moved.get(quarter, {}), numbers, sign)
