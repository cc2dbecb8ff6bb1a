"""A simulated quarter, marked as such: ratings and cases with whole lives, so that pages show some.

`fill` may run again without changing anything, and reaches no phone (see `lives`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from random import Random

import sqlalchemy as sa

from feedback_service import emerging
from feedback_service.demo import lives, people, planted, praised, rated, surveyed
from feedback_service.demo.texts import rising, sentences
from feedback_service.demo.world import Season, World, read_world
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.models import Case
from feedback_service.runtime import Runtime

__all__ = ["Filled", "NotEmpty", "NothingLoaded", "fill"]

SOURCE = "demo"
ONE_RISING_IN = 25
"""So many cases have one among them that tells of the trouble of the last days."""
RISES_FOR = timedelta(hours=60)
MOST_VISITS = 12
"""Of an institution and day, at least: a small demo has fewer, the smallest none."""
MOST_PRAISE = 60
"""Compliments, at most: a small demo has fewer."""

Say = Callable[[str, int, int], None]
"""Told what is being made, how many are done, and of how many."""


class NotEmpty(Exception):
    """The service has cases of real citizens: invented ones beside them would mislead."""


class NothingLoaded(Exception):
    """There is no registry to invent cases about."""


@dataclass(frozen=True)
class Filled:
    """How many were added: nothing the second time."""

    ratings: int
    cases: int


def fill(
    rt: Runtime, seed: int, say: Say, *, ratings: int, cases: int, force: bool = False
) -> Filled:  # fmt: skip
    """Fill the last full quarter and the current one up to now.

    The same seed, registry and moment give the same figures. Raises NotEmpty when there are real
    cases and `force` is not set, and NothingLoaded.
    """
    with rt.transaction() as session:
        real = sa.select(Case.id).where(~Case.simulated).limit(1)
        if not (force or _practises_only(rt)) and session.scalar(real):
            raise NotEmpty("the service has cases of real citizens")
        world = read_world(session)
    if not world.services:
        raise NothingLoaded("the registry is empty")
    start, end = span(rt.now())
    citizens = people.invent(rt, Random(f"{seed}:people"), start)
    season = Season(start, end)
    rows = rated.plan(world, citizens, Random(f"{seed}:ratings"), seed, season, ratings)
    added = rated.insert(rt, rows, lambda done: say("ratings", done, ratings))
    surveyed.fill(rt, world, citizens, seed, (start, end), min(MOST_VISITS, ratings // 200))
    praised.fill(rt, citizens, seed, (start, end), min(MOST_PRAISE, ratings // 20))
    planted.fill(rt, citizens, seed)
    lived = _live(rt, world, citizens, seed, cases, say)
    if lived:
        emerging.look(rt)
    return Filled(added, lived)


def _practises_only(rt: Runtime) -> bool:
    """Whether no message can leave: whoever wrote here did so on the practice phone."""
    return not any(way.configured(rt.settings.raw) for way in rt.ways.values())


def span(now: datetime) -> tuple[datetime, datetime]:
    """From the first day of the last full quarter to now."""
    first = Period.containing(now).previous().start
    return datetime.combine(first, time(0), NAIROBI), now


def _live(
    rt: Runtime, world: World, citizens: list[people.Person], seed: int, cases: int, say: Say
) -> int:
    start, end = span(rt.now())
    clock = lives.PastClock(start)
    then = replace(rt, now=clock)
    season, of_late = Season(start, end - timedelta(hours=1)), Season(end - RISES_FOR, end)
    rises, added = cases // ONE_RISING_IN, 0
    for number in range(1, cases + 1):
        rng = Random(f"{seed}:case:{number}")
        told = rising() if number <= rises else sentences()
        begins = (of_late if number <= rises else season).moment(rng)
        plot = lives.plot(world, told, citizens, rng, begins, f"{SOURCE}:case:{number}")
        added += lives.live(then, clock, world, plot, rng, end)
        say("cases", number, cases)
    return added
