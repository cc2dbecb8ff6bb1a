"""A hundred thousand visits taken from a file, in batches as the API takes them; then how long the
frames of a quarter take to count, and to read as the scorecards read them."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from feedback_service import scoring, visits
from feedback_service.domain.periods import Period
from feedback_service.runtime import Runtime, connect
from feedback_service.settings import Settings
from feedback_service.visits import Batch, Fate, Feeder, Way
from tests.bench.processes import Bench

VISITS = 100_000
LIMIT_SECONDS = 60
TIMES = 5


def report(bench: Bench) -> str:
    rt = connect(Settings.from_env(bench.env))
    began = time.perf_counter()
    answers = visits.take(rt, Feeder("bench", None), Batch(Way.CSV, "bench"), _rows())
    took = time.perf_counter() - began
    taken = sum(answer.fate is Fate.TAKEN for answer in answers)
    again = _timed(
        lambda: visits.take(rt, Feeder("bench", None), Batch(Way.CSV, "bench"), _rows(5))
    )
    with rt.transaction() as session:
        session.execute(sa.text("analyze visits"))
    counted = statistics.median(_timed(lambda: _frames(rt)) for _ in range(TIMES))
    scoring.count_frames(rt)
    read = statistics.median(_timed(lambda: _frames(rt)) for _ in range(TIMES))
    held = "held" if took < LIMIT_SECONDS and taken == VISITS else "NOT HELD"
    return (
        f"| visits | {taken:,} loaded in {took:.1f} s (under {LIMIT_SECONDS} s: {held}), 5,000 of "
        f"them again in {again:.1f} s; frames counted in {counted * 1000:.0f} ms, read in "
        f"{read * 1000:.1f} ms |"
    )


def _rows(share: int = 100) -> list[dict[str, str]]:
    """Visits of three institutions in the last three days, two thirds of them of new people."""
    now = datetime.now(UTC)
    services = ("id-first", "passport", "birth-certificate")
    return [
        {
            "source": f"B{n}", "service": services[n % 3], "county": str(1 + n % 47),
            "at": (now - timedelta(seconds=n % 250_000)).isoformat(),
            "phone": f"+2547{n * 2 // 3 + 10_000_000:08d}", "serial": f"S{n}",
        }
        for n in range(VISITS * share // 100)
    ]  # fmt: skip


def _frames(rt: Runtime) -> dict[str, Any]:
    with rt.transaction() as session:
        return scoring.frames(session, Period.containing(rt.now()), rt.now())


def _timed(done: Callable[[], object]) -> float:
    began = time.perf_counter()
    done()
    return time.perf_counter() - began
