"""A new edition is told: of each institution whose survey moved by a batch, the whole and its
divisions at once, as of one moment (`analytics.batches` says what may move).

One at a time, each a transaction on one snapshot.  Who reads tells what takes no time, the clock
does the rest; nobody is ever told a division without the whole of the same moment.
"""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics import batches
from analytics.scorecards import Cell
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.models import FrozenPeriod
from feedback_service.runtime import Runtime
from feedback_service.scoring import rollups
from feedback_service.scoring.counting import Dimension, Frame, Group
from feedback_service.scoring.editions import keeping
from feedback_service.scoring.editions.keeping import Groups
from feedback_service.scoring.editions.standing import Standing, Track

DIVIDED = (
    Dimension.SERVICE_POINT, Dimension.SERVICE, Dimension.CHANNEL, Dimension.LANGUAGE,
)  # fmt: skip
"""A county is the sum of its places."""
A_PIECE = 50_000
"""Answers of institutions whose divisions are read together."""
BUSY = {"55P03", "57014", "40001"}
"""What the database says of a lock that somebody else holds, of a statement that took long, and of
rows that somebody else has just written."""


@dataclass(frozen=True)
class Patience:
    """Seconds to begin another piece in, how long to wait for who tells, and for a statement; of
    how many answers a quarter may be told for the first time, which is done in one go, and of how
    many an institution may be told anew."""

    seconds: float
    for_others: str
    for_one: str
    at_first: float
    of_one: float


AS_A_READER = Patience(0.1, "50ms", "2s", A_PIECE, 5_000)
AS_THE_CLOCK = Patience(2.0, "3s", "600s", inf, inf)


def prepare(rt: Runtime, periods: Iterable[Period], first: str | None = None) -> None:
    """Tell what has moved by a batch, no more than a reader can wait for: `first` comes first."""
    tell(rt, periods, AS_A_READER, first)


def keep_up(rt: Runtime) -> int:
    """The clock's: tell what has moved by a batch of every quarter that is not frozen; what was
    told of one that is frozen is forgotten."""
    now = Period.containing(rt.now().astimezone(NAIROBI).date())
    with rt.transaction() as session:
        known = keeping.quarters(session)
        keeping.forget(session, set(known) - set(_running(session, rt, known)))
    return tell(rt, [now, now.previous(), *known], AS_THE_CLOCK)


def tell(
    rt: Runtime, periods: Iterable[Period], patience: Patience, first: str | None = None
) -> int:
    """Tell anew what may be; returns of how many institutions.  Nothing is told while somebody
    else tells, or the database counts, for longer than our patience."""
    try:
        with rt.transaction() as session:
            _hurry(session, patience)
            waiting = [
                quarter
                for quarter in _running(session, rt, periods)
                if _due(Standing.of(session, rt.now(), quarter), patience)
            ]
        if not waiting:
            return 0
        with _alone(rt, patience) as session:
            return sum(_tell(session, rt.now(), quarter, patience, first) for quarter in waiting)
    except sa.exc.OperationalError as error:
        if getattr(error.orig, "sqlstate", None) not in BUSY:
            raise
        return 0


def _tell(
    session: Session, now: datetime, quarter: Period, patience: Patience, first: str | None
) -> int:
    end, standing = time.monotonic() + patience.seconds, Standing.of(session, now, quarter)
    # What is told first is told whatever its size, so that no part of it may come later.
    at_first = not standing.told
    names, told = sorted(_due(standing, patience), key=lambda name: name != first), 0
    for some in _pieces(names, standing):
        if told and not at_first and time.monotonic() > end:
            break
        keeping.keep(session, quarter, now, _tables(session, quarter, standing, some))
        told += len(some)
    return told


def _due(standing: Standing, patience: Patience) -> list[str]:
    """The institutions that may be told anew and that we have the patience for."""
    sizes = standing.sizes()
    if not standing.told:
        return standing.due() if sum(sizes.values()) <= patience.at_first else []
    return [name for name in standing.due() if sizes[name] <= patience.of_one]


def _pieces(names: Collection[str], standing: Standing) -> Iterator[list[str]]:
    """Institutions whose divisions are read with one statement each."""
    sizes = standing.sizes()
    piece: list[str] = []
    for name in names:
        if piece and sum(sizes[one] for one in (*piece, name)) > A_PIECE:
            yield piece
            piece = []
        piece.append(name)
    if piece:
        yield piece


def _tables(
    session: Session, quarter: Period, standing: Standing, names: list[str]
) -> dict[tuple[str, str], Groups]:
    """What is told from now, by institution and dimension."""
    frame = Frame(quarter, standing.now, among=frozenset(names))
    live = {d.value: _apart(rollups.said(session, frame, d)) for d in DIVIDED}
    told = {d.value: _apart(keeping.kept(session, quarter, d, names)) for d in DIVIDED}
    tables: dict[tuple[str, str], Groups] = {}
    for name in names:
        rows = {d: (told[d].get(name, {}), live[d].get(name, {})) for d in live}
        going = {
            track: moved
            for track in standing.tracks(name)
            if (moved := _going(standing, name, track, rows)) is not None
        }
        if going or standing.calls(name):
            tables |= {(name, d): _rows(d, *rows[d], going) for d in rows if going}
            tables[name, ""] = _whole(standing, name, list(going))
    return tables


Rows = Mapping[str, tuple[Groups, Groups]]
"""By dimension: as they were told, as they are."""


def _going(
    standing: Standing, name: str, track: Track, rows: Rows
) -> dict[str, Collection[Group]] | None:
    """By dimension the groups that are told anew; None where the whole may not be, for theirs."""
    whole = standing.whole(name, track)
    found: dict[str, Collection[Group]] = {}
    for dimension, (told, live) in rows.items():
        before, after = (
            {g: track.of(cell) for g, cell in of.items() if g.simulated is track.simulated}
            for of in (told, live)
        )
        going: Collection[Group] | None = {*before, *after}
        if standing.told:
            going = batches.movable(track.block, whole, before, after)
        if going is None:
            return None
        found[dimension] = going
    return found


def _rows(
    dimension: str,
    told: Groups,
    live: Groups,
    going: Mapping[Track, Mapping[str, Collection[Group]]],
) -> Groups:
    nothing, found = Cell(), dict(told)
    for track, moved in going.items():
        beside = [going.get(other, {}).get(dimension, ()) for other in track.all_of_class()]
        for group in moved[dimension]:
            cell, now = found.get(group, nothing), live.get(group, nothing)
            if all(group in of for of in beside):
                found[group] = track.all_onto(cell, now)
            else:
                found[group] = track.onto(cell, now)
    return {group: cell for group, cell in found.items() if cell != nothing}


def _whole(standing: Standing, name: str, tracks: Iterable[Track]) -> Groups:
    nothing = Cell()
    found = {
        group: standing.told.get(group, nothing)
        for group in (Group(name, "", "", simulated) for simulated in (False, True))
    }
    for track in tracks:
        group = Group(name, "", "", track.simulated)
        found[group] = track.onto(found[group], standing.live.get(group, nothing))
    if standing.calls(name):
        group = Group(name, "", "", False)
        found[group] = replace(found[group], calls=standing.live.get(group, nothing).calls)
    return {group: cell for group, cell in found.items() if cell != nothing}


def _apart(found: Mapping[Group, Cell]) -> dict[str, Groups]:
    names: dict[str, Groups] = {}
    for group, cell in found.items():
        names.setdefault(group.institution, {})[group] = cell
    return names


def _running(session: Session, rt: Runtime, periods: Iterable[Period]) -> list[Period]:
    """The quarters among these and of their years that have begun and are not frozen."""
    today = rt.now().astimezone(NAIROBI).date()
    found = dict.fromkeys(
        quarter
        for period in periods
        for quarter in (
            [period] if period.quarter else [Period(period.year, n) for n in range(1, 5)]
        )
    )
    return [
        quarter
        for quarter in found
        if quarter.start <= today and session.get(FrozenPeriod, quarter.label) is None
    ]


def _hurry(session: Session, patience: Patience) -> None:
    session.execute(sa.text(f"set local statement_timeout = '{patience.for_one}'"))


@contextmanager
def _alone(rt: Runtime, patience: Patience) -> Iterator[Session]:
    """A transaction that sees one moment, in which nobody else tells."""
    with rt.db() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        _hurry(session, patience)
        session.execute(sa.text(f"set local lock_timeout = '{patience.for_others}'"))
        # The lock comes first: what is seen is what stands when it is ours.
        session.execute(sa.text("lock table told_tallies in share update exclusive mode"))
        yield session
        session.commit()
