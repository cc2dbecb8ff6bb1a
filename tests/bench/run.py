"""`make bench`: all benchmarks but the slowest, or those named: `make bench ARGS="ussd memory"`."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import (
    emerging_look,
    evidence,
    export,
    integrity,
    likeness,
    load,
    memory,
    names,
    public_sets,
    queue_page,
    reading,
    recipes,
    rollups,
    start,
    storm,
    survey,
    ussd,
    visits,
)
from tests.bench.processes import Bench, bench

BENCHES: dict[str, Callable[[Bench], str]] = {
    "ussd": ussd.report,
    "load": load.report,
    "storm": storm.report,
    "memory": memory.report,
    "start": start.report,
    "queue": queue_page.report,
    "likeness": likeness.report,
    "public": public_sets.report,
    "names": names.report,
    "rising": emerging_look.report,
    "evidence": evidence.report,
    "integrity": integrity.report,
    "visits": visits.report,
    "survey": survey.report,
    "recipes": recipes.report,
    "rollups": rollups.report,
    "text": reading.report,
    "export": export.report,
}
ONLY_NAMED = {"rising", "integrity", "names", "recipes", "rollups"}
"""Minutes upon minutes: done when asked for."""


def main(names: list[str]) -> int:
    unknown = set(names) - set(BENCHES)
    if unknown:
        print(f"No benchmark {', '.join(sorted(unknown))}. There are: {', '.join(BENCHES)}")
        return 2
    with tempfile.TemporaryDirectory(prefix="fb-") as folder, bench(Path(folder)) as made:
        for name in names or [name for name in BENCHES if name not in ONLY_NAMED]:
            print(f"{name} ...", file=sys.stderr, flush=True)
            print(BENCHES[name](made), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
