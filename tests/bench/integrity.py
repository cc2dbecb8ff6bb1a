"""Planted fraud found and honest quarters flagged, over the worlds of `make game ARGS=recall`."""

from tests.bench.processes import Bench
from tests.game.recall import table
from tests.game.run import measured_recall


def report(_: Bench) -> str:
    return f"## Integrity signals\n\n{table(measured_recall())}\n"
