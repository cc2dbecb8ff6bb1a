"""Processes under the bench: started like in production, their CPU and memory read from /proc."""

import base64
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from feedback_service import embedded, registry
from feedback_service.runtime import connect
from feedback_service.settings import Settings

ROOT = Path(__file__).parents[2]
CALLBACK_SECRET = "callback-secret-for-the-bench"
LONG_AGO = 0
"""When Valkey was asked first: the minutes after it lost everything cost a query more a session."""


@dataclass
class Bench:
    """Durable servers of our own and the environment in which the service's processes run."""

    env: dict[str, str]
    servers: list[psutil.Process] = field(default_factory=list)

    def feedback(self, *words: str, **env: str) -> None:
        """Run one command of the service to its end."""
        command = [str(Path(sys.executable).with_name("feedback")), *words]
        subprocess.run(
            command, check=True, env={**self.env, **env}, cwd=ROOT, stdout=subprocess.DEVNULL
        )

    @contextmanager
    def process(self, *command: str, url: str = "", **env: str) -> Iterator[psutil.Process]:
        """A process of the service, ready when `url` answers, ended with the block."""
        started = subprocess.Popen(
            command, env={**self.env, **env}, cwd=ROOT, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            if url:
                wait_for(url)
            yield psutil.Process(started.pid)
        finally:
            started.terminate()
            try:
                started.wait(20)
            except subprocess.TimeoutExpired:
                started.kill()


@contextmanager
def bench(state: Path) -> Iterator[Bench]:
    """PostgreSQL and Valkey as `make run` has them: durable commits, append-only file."""
    before = set(psutil.Process().children())
    stack = embedded.start(embedded.choose_state(state, None))
    env = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "REDIS_"))},
        "DATABASE_URL": stack.database_url,
        "REDIS_URL": stack.redis_url,
        "SECRET_KEY": "a-secret-for-the-bench-only",
        "PHONE_KEYS": base64.b64encode(b"phone key for the bench 32 bytes").decode(),
        "SIGNING_KEY": base64.b64encode(b"signing key for bench, 32 bytes.").decode(),
        "AT_CALLBACK_SECRET": CALLBACK_SECRET,
        "TWILIO_AUTH_TOKEN": "twilio-token-for-the-bench",
        "PHONE_SIMULATOR": "1",
        "VAR_DIR": str(state / "var"),
    }
    try:
        tops = [p for p in psutil.Process().children() if p not in before]
        made = Bench(env, tops)
        made.feedback("migrate")
        _load(made.env)
        yield made
    finally:
        stack.stop()


def _load(env: Mapping[str, str]) -> None:
    rt = connect(Settings.from_env(env))
    registry.load(rt)
    rt.conversations.load("nobody", "none", LONG_AGO)
    rt.engine.dispose()


def cpu_seconds(processes: Sequence[psutil.Process]) -> float:
    """User and system time of these processes and all their descendants, so far."""
    total = 0.0
    for top in processes:
        for process in (top, *top.children(recursive=True)):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


class Meter:
    """CPU of these processes and their descendants to the microsecond, from now on.

    The kernel's own sums (`schedstat`): the clock ticks behind `cpu_seconds` are 10 ms long, too
    coarse for slices of a second.  What came and went in between is not seen.
    """

    def __init__(self, processes: Sequence[psutil.Process]) -> None:
        self._tops = processes
        self._before = self._now()

    def spent(self) -> float:
        """Seconds since this meter was made."""
        return sum(ns - self._before.get(task, 0) for task, ns in self._now().items()) / 1e9

    def _now(self) -> dict[str, int]:
        found = {}
        for top in self._tops:
            for process in (top, *top.children(recursive=True)):
                for task in Path(f"/proc/{process.pid}/task").glob("*/schedstat"):
                    try:
                        found[str(task)] = int(task.read_text().split()[0])
                    except OSError:
                        continue  # a thread that has just ended
        return found


def pss_megabytes(processes: Sequence[psutil.Process]) -> float:
    """Proportional set size of these processes and their descendants."""
    return sum(
        float(process.memory_full_info().pss)
        for top in processes
        for process in (top, *top.children(recursive=True))
    ) / 2**20  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A text table, first column left, the others right."""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    lines = [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (head, *rows)
    ]
    return "\n".join([f"\n{title}", *lines])


__all__ = [
    "Bench",
    "Mapping",
    "Meter",
    "bench",
    "cpu_seconds",
    "free_port",
    "pss_megabytes",
    "table",
]
