"""The processes of `feedback run`: started, watched, started again when they die, stopped."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sysconfig
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from feedback_service.cli import Refused
from feedback_service.embedded.lifeline import die_with_parent

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
    process: subprocess.Popen[bytes] | None = None
    started: float = 0
    deaths: int = 0
    again_at: float | None = None

    @property
    def name(self) -> str:
        return self.words[0]

    def start(self) -> None:
        self.again_at, self.started = None, time.monotonic()
        with open(self.log, "ab") as out, warnings.catch_warnings():
            # Newer Pythons warn of `preexec_fn` beside threads; ours makes two system calls only.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.process = subprocess.Popen(
                [_program(), *self.words],
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone
                preexec_fn=die_with_parent(signal.SIGTERM),
            )

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
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)  # its own children too
                process.wait()


def _program() -> str:
    program = shutil.which("feedback", path=sysconfig.get_path("scripts"))
    if program is None:
        raise Refused("The program `feedback` is not installed beside this Python. Run: make run")
    return program


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
