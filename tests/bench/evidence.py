"""A signed pack of 100,000 cases made and verified, with the time of every step."""

import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from analytics.evidence.figures import Facts
from analytics.evidence.history import Event
from analytics.evidence.making import Edition, full_files, public_files, seal_of, signed
from analytics.evidence.verifying import verify
from tests.bench.processes import Bench
from tests.unit.evidence import packs

CASES = 100_000
EVENTS = 4
"""Notes of each case, on top of receipt, acknowledgement, answer and verdict."""
DATA = {"level": 1, "left_out": ["staff", "text"]}
MOST_SECONDS = 60


def report(_: Bench) -> str:
    facts = packs.facts(many=CASES)
    began = time.monotonic()
    content, events = _made(facts)
    made = time.monotonic() - began
    steps: list[tuple[str, int, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pack.zip"
        path.write_bytes(content)
        began, worked = time.monotonic(), time.process_time()
        verify(path, lambda name, many: steps.append((name, many, time.monotonic() - began)))
        worked = time.process_time() - worked
    took = steps[-1][2]
    lines = "\n".join(f"| {name} | {many:,} | {at:.1f} s |" for name, many, at in steps)
    return (
        f"## Evidence pack\n\n{CASES:,} cases with {events:,} events and {CASES:,} ratings, "
        f"{len(content) / 1e6:.1f} MB, made in {made:.1f} s.\n\n"
        f"| verified | many | by then |\n|---|---|---|\n{lines}\n\n"
        f"Verified in {took:.1f} s, {worked:.1f} s of them CPU "
        f"({'within' if took < MOST_SECONDS else 'OVER'} {MOST_SECONDS} s); "
        f"a pack takes {took / made:.1f} x its making to verify.\n"
    )


def _made(facts: Facts) -> tuple[bytes, int]:
    """The pack, and how many events it has."""
    events = [event for told in _histories(facts) for event in told]
    leaves, padding = packs.leaves(facts)
    full = full_files(packs.stated(facts, padding), facts, events, leaves)
    seal = seal_of(packs.statement(full, public_files({}), leaves), packs.SEED)
    return signed(seal, "NRB", Edition.FULL, full), len(events)


def _histories(facts: Facts) -> list[list[Event]]:
    """Each case's events in the order of its numbers, with notes after it was received."""
    histories = []
    for row in facts.cases:
        received, *rest = packs.life(row)
        notes = [
            Event(row.id, 0, "note", "officer", received.at + timedelta(hours=hour), DATA, "b" * 64)
            for hour in range(EVENTS)
        ]
        told = enumerate((received, *notes, *rest), 1)
        histories.append([replace(event, number=number) for number, event in told])
    return histories
