"""From a fresh clone to the first answer, and the second start: `make run`, timed from outside."""

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from tests.bench import processes
from tests.bench.processes import ROOT, Bench

FIRST_LIMIT, SECOND_LIMIT = 60, 5
NOT_INHERITED = ("DATABASE_URL", "REDIS_URL", "VIRTUAL_ENV")


def report(bench: Bench) -> str:
    """The clone is of what is committed; its packages come from the registry or its cache."""
    with tempfile.TemporaryDirectory(prefix="fb-clone-", dir="/var/tmp") as folder:
        os.chmod(folder, 0o755)
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        first, second = (_start(clone) for _ in range(2))
    rows = [
        ("fresh clone to first answer", f"{first:.1f}", f"{first / FIRST_LIMIT:.2f}"),
        ("second start", f"{second:.1f}", f"{second / SECOND_LIMIT:.2f}"),
    ]
    return processes.table("make run", ("until it answers", "s", "of limit"), rows)


def _start(clone: Path) -> float:
    port = processes.free_port()
    env = {k: v for k, v in os.environ.items() if k not in NOT_INHERITED} | {"PORT": str(port)}
    began = time.monotonic()
    running = subprocess.Popen(
        ["make", "-s", "run"], cwd=clone, env=env, stdout=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        processes.wait_for(f"http://127.0.0.1:{port}/health/ready", 300)
        return time.monotonic() - began
    finally:
        os.killpg(running.pid, signal.SIGINT)
        running.wait(60)
