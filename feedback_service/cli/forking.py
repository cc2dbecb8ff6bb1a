"""A child of `feedback run` that is forked, not started anew: it shares what is already in memory.

The processes of one machine import the same libraries; forked from a parent that has done so, they
are there at once and together take little more room than one.  In production each is a command of
its own, on any machine.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from feedback_service.cli.memory import before_fork
from feedback_service.embedded.lifeline import die_with_parent, name_process
from feedback_service.settings import set_environment

_OURS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LOADED = (
    "feedback_service.app",
    "feedback_service.jobs",
    "feedback_service.schedule",
    "feedback_service.cli.web",
    "feedback_service.cli.worker",
    "feedback_service.cli.clock",
    "gunicorn.workers.gthread",
)


def load() -> None:
    """Import what the children need, so that they share it."""
    from feedback_service.domain.calendar import NAIROBI
    from feedback_service.registry.days import known_ahead

    for module in _LOADED:
        importlib.import_module(module)
    known_ahead(datetime.now(NAIROBI).year)


class Forked:
    """A forked process; `poll`, `wait`, `terminate` and `kill` as those of subprocess.Popen."""

    def __init__(self, name: str, do: Callable[[], int], env: Mapping[str, str], log: Path) -> None:
        last_wish = die_with_parent(signal.SIGTERM)
        sys.stdout.flush()
        before_fork()
        # A signal for us must not find the child with our handlers.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _OURS)
        self.pid = os.fork()
        if self.pid == 0:
            name_process(f"feedback-{name}")
            _become(do, env, log, last_wish)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, seconds: float | None = None) -> int:
        """The exit code once it has ended; TimeoutError when it has not by then."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise TimeoutError(f"process {self.pid} has not ended in {seconds} s")
            time.sleep(0.02)
        return code

    def terminate(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)


def _become(
    do: Callable[[], int], env: Mapping[str, str], log: Path, last_wish: Callable[[], None] | None
) -> None:
    """The child's whole life.  It leaves by _exit: the parent's last duties are not its own."""
    code = 1
    try:
        os.setsid()  # Ctrl-C reaches the supervisor alone
        if last_wish:
            last_wish()
        _redirect(log)
        for number in _OURS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        set_environment(env)
        code = do()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        if sys.exc_info()[0] is not None:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _redirect(log: Path) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for number, target in ((0, nothing), (1, out), (2, out)):
        os.dup2(target, number)
