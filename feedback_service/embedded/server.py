"""One embedded server as a process: it dies with us, is asked until it answers, stops politely."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from feedback_service.embedded.account import Account, lent
from feedback_service.embedded.errors import ServersUnavailable
from feedback_service.embedded.lifeline import die_with_parent

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
_PATIENCE_SECONDS = 30.0


@dataclass
class Server:
    """A server program, how to start it and how to see that it answers."""

    name: str
    argv: Sequence[str]
    log: Path
    pidfile: Path
    marker: str  # a part of the command line by which a survivor of ours is recognised
    account: Account | None
    answers: Callable[[], bool]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the program once a survivor of a killed start has gone; wait for no answer."""
        _outlive(self.pidfile, self.marker, self.name)
        with open(self.log, "ab") as log, warnings.catch_warnings():
            # Newer Pythons warn of `preexec_fn` beside threads; ours makes two system calls only.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.process = subprocess.Popen(
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=ENVIRONMENT,
                start_new_session=True,  # Ctrl-C reaches the launcher alone
                preexec_fn=die_with_parent(signal.SIGINT),
                **lent(self.account),
            )

    def wait_until_it_answers(self) -> None:
        """Return when the server answers; else ServersUnavailable with the end of its log."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self.answers():
            if not self.is_alive() or time.monotonic() > deadline:
                why = "did not answer in 30 s" if self.is_alive() else "stopped at once"
                raise ServersUnavailable(
                    f"The embedded {self.name} {why}. End of {self.log}:\n{_tail(self.log)}"
                )
            time.sleep(0.02)

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.process is not None and self.is_alive():
            self.process.send_signal(
                signal.SIGINT
            )  # PostgreSQL: fast shutdown; Valkey: write and exit

    def finish(self, seconds: float) -> None:
        """Wait until the process has gone, and end it after `seconds`."""
        if self.process is None:
            return
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _outlive(pidfile: Path, marker: str, name: str) -> None:
    """Wait for the server of a killed start to go; drop its pid file, the number may be reused.

    The caller holds the lock of the folder, so no other start can be using what the file names.
    """
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
        pid = int(pidfile.read_text().split()[0])
        deadline = time.monotonic() + 10
        while _is_ours(pid, marker):
            if time.monotonic() > deadline:
                raise ServersUnavailable(
                    f"An earlier {name} (process {pid}) does not end. End it: kill {pid}"
                )
            time.sleep(0.05)
        if sys.platform == "linux":
            pidfile.unlink(missing_ok=True)


def _is_ours(pid: int, marker: str) -> bool:
    if sys.platform != "linux":
        return False
    try:
        return marker in Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return False


def _tail(log: Path, lines: int = 12) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
