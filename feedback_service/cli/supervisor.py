"""The processes of `feedback run`: started, watched, started again when they die, stopped."""

from __future__ import annotations

import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from feedback_service.cli import Refused, main
from feedback_service.cli.forking import Forked

GRACE_SECONDS = 5
"""How long a process may take to finish what it has begun; then it is ended."""

_LONGEST_PAUSE = 30
_STEADY_SECONDS = 60
_READY_SECONDS = 60
_LOG_BYTES = 5_000_000


@dataclass
class Child:
    """One process of the service: `feedback <words>`, its output in a file."""

    words: Sequence[str]
    env: Mapping[str, str]
    log: Path
    process: Forked | None = None
    started: float = 0
    deaths: int = 0
    again_at: float | None = None

    @property
    def name(self) -> str:
        return self.words[0]

    def start(self) -> None:
        self.again_at, self.started = None, time.monotonic()
        self.process = Forked(self.name, lambda: main(self.words), self.env, self.log)

    def exit_code(self) -> int | None:
        return None if self.process is None else self.process.poll()

    def last_words(self, lines: int = 12) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


class Supervisor:
    """Keeps the children running until `stop()`; `say` tells the person at the terminal."""

    def __init__(self, children: Sequence[Child], say: Callable[[str], None]) -> None:
        self.children = children
        self._say = say

    def start(self, *names: str) -> None:
        """Start the processes with these names."""
        for child in self.children:
            if child.name not in names:
                continue
            child.log.parent.mkdir(parents=True, exist_ok=True)
            if child.log.exists() and child.log.stat().st_size > _LOG_BYTES:
                child.log.replace(child.log.with_suffix(".old.log"))
            child.start()

    def wait_for(self, address: str) -> None:
        """Return when `address` answers; raise Refused with the log if a process ends."""
        deadline = time.monotonic() + _READY_SECONDS
        while not _answers(address):
            for child in self.children:
                if (code := child.exit_code()) is not None:
                    raise Refused(f"{child.name} ended ({_how(code)}):\n{child.last_words()}")
            if time.monotonic() > deadline:
                log = self.children[0].log
                raise Refused(f"{address} did not answer in {_READY_SECONDS} s. See {log}")
            time.sleep(0.1)

    def check(self) -> None:
        """Start again whatever has died, the more often the later."""
        for child in self.children:
            code, now = child.exit_code(), time.monotonic()
            if code is not None and child.again_at is None:
                child.deaths = 1 if now - child.started > _STEADY_SECONDS else child.deaths + 1
                pause = min(2 ** (child.deaths - 1), _LONGEST_PAUSE)
                child.again_at = now + pause
                self._say(f"{child.name} ended ({_how(code)}), again in {pause} s. See {child.log}")
            if child.again_at is not None and now >= child.again_at:
                child.start()

    def stop(self) -> None:
        """Ask all to finish, and end what has not finished in GRACE_SECONDS."""
        running = [c.process for c in self.children if c.process and c.process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except TimeoutError:
                os.killpg(process.pid, signal.SIGKILL)  # its own children too
                process.wait()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
