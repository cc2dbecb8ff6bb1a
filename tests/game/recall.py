"""Planted fraud found, kind by kind, and honest quarters flagged: counts with their seeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.integrity import Finding, Signal, look
from analytics.intervals import wilson
from tests.game.records import kept, records
from tests.game.strategies import ON_COMPLAINTS, STRATEGIES
from tests.game.world import Body, copy, honest

# Each kind of fraud, how it is planted, and how much of what it could touch it touches.
PLANTED: Mapping[Signal, tuple[str, float]] = {
    Signal.SIM_BURST: ("rate from few SIMs", 0.3),
    Signal.STAFF_PHONE: ("rate from staff phones", 0.1),
    Signal.HOARDED_CODES: ("hoard codes", 0.3),
    Signal.MISSING_VISITS: ("drop visits", 0.1),
    Signal.QUARTER_END: ("close at quarter end", 1.0),
    Signal.COPIED_WORDS: ("copy one text", 1.0),
    Signal.NO_CONTACT: ("close without contact", 0.7),
    Signal.RELABELLED: ("relabel as information", 0.5),
    Signal.PAUSED: ("pause at the last moment", 0.5),
    Signal.TRANSFERRED: ("transfer at the last moment", 0.5),
    Signal.MERGED: ("merge the unlike", 0.5),
    Signal.REJECTED: ("reject", 1.0),
    Signal.WITHDRAWN: ("bait withdrawals by voice", 0.7),
    Signal.NOT_BELIEVED: ("close falsely", 1.0),
}


@dataclass(frozen=True)
class Found:
    """Of `planted` offices `found` were flagged for it; of `honest` quarters `flagged` were."""

    signal: Signal
    planted: int
    found: int
    honest: int
    flagged: int

    @property
    def recall(self) -> float:
        return self.found / self.planted if self.planted else 0.0

    @property
    def false_at_most(self) -> float:
        """The upper end of the 95 % interval of the share of honest quarters flagged."""
        interval = wilson(self.flagged, self.honest)
        return interval.high if interval else 1.0


def measure(plant: Sequence[object], innocent: Sequence[object]) -> list[Found]:
    """Recall over the worlds of the seeds to plant in, false flags over those of the innocent."""
    flagged: Counter[Signal] = Counter()
    quarters = 0
    for seed in innocent:
        bodies = honest(f"honest:{seed}", 20)
        quarters += len(bodies)
        flagged.update(_flagged(look(records(map(kept, bodies)))))
    found: Counter[Signal] = Counter()
    planted = 0
    for seed in plant:
        planted += 6
        for signal in PLANTED:
            found[signal] += _found(seed, signal)
    return [Found(s, planted, found[s], quarters, flagged[s]) for s in PLANTED]


def _found(seed: object, signal: Signal) -> int:
    """How many of six cheating offices among twelve are flagged for what they do."""
    name, dose = PLANTED[signal]
    on_complaints = name in ON_COMPLAINTS
    bodies = honest(f"planted:{seed}", 12, lives=on_complaints, visits=not on_complaints)
    table: list[Body] = []
    for number, body in enumerate(bodies):
        table.append(copy(body) if number % 2 == 0 else body)
        if number % 2 == 0:
            STRATEGIES[name](table[-1], dose)
    cheats = {body.name for body in table[::2]}
    findings = look(records(map(kept, table)))
    return len({f.institution for f in findings if f.signal is signal} & cheats)


def _flagged(findings: Sequence[Finding]) -> Counter[Signal]:
    """Honest offices flagged, each once a signal."""
    return Counter(signal for signal, _ in {(f.signal, f.institution) for f in findings})


def table(rows: Sequence[Found]) -> str:
    """The figures as they are printed and written down."""
    lines = [
        "| signal | planted | found | recall | honest quarters | flagged | false flags |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        share = f"{100 * row.flagged / row.honest:.2f} %" if row.honest else "-"
        most = f"(at most {100 * row.false_at_most:.2f} %)" if row.honest else ""
        lines.append(
            f"| {row.signal} | {row.planted} | {row.found} | {100 * row.recall:.0f} % "
            f"| {row.honest:,} | {row.flagged} | {share} {most} |"
        )
    return "\n".join(lines)
