"""Two thousand handsets, five seconds between keys, against the service as production starts it.

`feedback web` with its default workers and threads, PostgreSQL and Valkey beside it, and the
handsets too, all on the same cores: what the handsets themselves take is printed, not hidden.
"""

import os
import sys
from pathlib import Path

import psutil

from tests.bench import processes
from tests.bench.handsets import ROUND, Found, drive
from tests.bench.processes import CALLBACK_SECRET, Bench

HANDSETS, BETWEEN = 2_000, 5.0
SECONDS, WARM = float(os.environ.get("LOAD_SECONDS", "60")), (ROUND + 1) * BETWEEN
P95, P99 = 100, 300


def report(bench: Bench) -> str:
    port = processes.free_port()
    feedback = str(Path(sys.executable).with_name("feedback"))
    path = f"/hooks/africastalking-ussd/{CALLBACK_SECRET}"
    live = f"http://127.0.0.1:{port}/health/live"
    with bench.process(feedback, "web", "--host", "127.0.0.1", url=live, PORT=str(port)) as web:
        parts = {"web": [web], "database and Valkey": bench.servers}
        before: dict[str, float] = {}

        def begun() -> None:
            before.update({name: processes.cpu_seconds(of) for name, of in parts.items()})
            before["all"] = _machine()

        found = drive(port, path, HANDSETS, BETWEEN, SECONDS, WARM, begun)
        spent = {name: processes.cpu_seconds(of) - before[name] for name, of in parts.items()}
        return _table(found, spent, _machine() - before["all"])


def _table(found: Found, spent: dict[str, float], machine: float) -> str:
    steps, cores = len(found.took), os.cpu_count() or 1
    asked = HANDSETS / BETWEEN
    ours = sum(spent.values())
    share = 100 / found.seconds / cores
    rows = [
        ("steps a second", f"{steps / found.seconds:.0f}", f"{asked:.0f}"),
        ("50 % of answers within, ms", f"{found.at(0.5):.1f}", ""),
        ("95 % of answers within, ms", f"{found.at(0.95):.1f}", f"{P95}"),
        ("99 % of answers within, ms", f"{found.at(0.99):.1f}", f"{P99}"),
        ("slowest, ms", f"{found.at(1):.1f}", ""),
        ("errors", f"{found.wrong}", "0"),
        ("CPU ms a step", f"{ours * 1000 / max(1, steps):.2f}", ""),
        *((f"of {cores} cores, %: {name}", f"{s * share:.0f}", "") for name, s in spent.items()),
        (f"of {cores} cores, %: the handsets", f"{found.own_cpu * share:.0f}", ""),
        (f"of {cores} cores, %: others on the machine",
         f"{max(0.0, machine - ours - found.own_cpu) * share:.0f}", ""),
        ("connections used", f"{found.most_lines}", ""),
    ]  # fmt: skip
    title = f"{HANDSETS} handsets, {BETWEEN:g} s between keys, {found.seconds:g} s"
    return processes.table(title, ("", "measured", "asked"), rows)


def _machine() -> float:
    """Seconds of CPU that everything on this machine has used so far."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - times.iowait - getattr(times, "guest", 0.0))
