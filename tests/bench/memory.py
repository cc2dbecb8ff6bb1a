"""Memory as promised: proportional set size of 2 web workers, their master, a worker and a clock,
after 1,000 USSD steps, 100 classifications and a sign-in.
"""

import http.client
import re
import sys
import time
import urllib.parse
from collections.abc import Callable
from contextlib import ExitStack
from http.cookies import SimpleCookie
from pathlib import Path

import sqlalchemy as sa

from feedback_service import staff
from feedback_service.models import Case, Role
from feedback_service.runtime import connect
from feedback_service.settings import Settings
from tests.bench import processes
from tests.bench.processes import CALLBACK_SECRET, Bench
from tests.bench.ussd import KEPT, SHORT, Caller, run_all

STEPS, TEXTS, PROMISED = 1_000, 100, 300


def report(bench: Bench) -> str:
    rows = [
        *_measured(bench, "make run", _one_command),
        *_measured(bench, "Procfile", _three_commands),
    ]
    head = (f"after {STEPS} steps, {TEXTS} texts, a sign-in", "MB", f"of {PROMISED}")
    return processes.table("Memory, proportional set size", head, rows)


Sizes = list[tuple[str, float]]


def _measured(
    bench: Bench, name: str, started: Callable[[Bench, int, ExitStack], Callable[[], Sizes]]
) -> list[tuple[str, str, str]]:
    port = processes.free_port()
    with ExitStack() as stack:
        sizes_now = started(bench, port, stack)
        callers = [Caller(port, number) for number in range(4)]
        sessions = STEPS // (len(SHORT) + 1) // len(callers) + 1
        run_all(callers, lambda caller, session: caller.dialogue(session, SHORT, KEPT), sessions)
        _complain(bench, port)
        _sign_in(bench, port)
        sizes = sizes_now()
    total = sum(size for _, size in sizes)
    rows = [(f"{name}: {part}", f"{size:.0f}", "") for part, size in sizes]
    return [*rows, (f"{name}: together", f"{total:.0f}", f"{total / PROMISED:.2f}")]


def _one_command(bench: Bench, port: int, stack: ExitStack) -> Callable[[], Sizes]:
    """`feedback run`: its processes are forked from one; the one itself is not counted."""
    command = (str(Path(sys.executable).with_name("feedback")), "run")
    ready = f"http://127.0.0.1:{port}/health/ready"
    env = {"PORT": str(port), "WEB_CONCURRENCY": "2"}
    run = stack.enter_context(bench.process(*command, url=ready, **env))
    time.sleep(2)  # the worker and the clock start after the web has answered

    def sizes() -> Sizes:
        return [("web, worker and clock", processes.pss_megabytes(run.children()))]

    return sizes


def _three_commands(bench: Bench, port: int, stack: ExitStack) -> Callable[[], Sizes]:
    """The Procfile's processes, each started for itself."""
    feedback = str(Path(sys.executable).with_name("feedback"))
    live, env = f"http://127.0.0.1:{port}/health/live", {"PORT": str(port), "WEB_CONCURRENCY": "2"}
    web = stack.enter_context(
        bench.process(feedback, "web", "--host", "127.0.0.1", url=live, **env)
    )
    worker, clock = (stack.enter_context(bench.process(feedback, w)) for w in ("worker", "clock"))

    def sizes() -> Sizes:
        return [
            ("web master and 2 workers", processes.pss_megabytes([web])),
            ("worker", processes.pss_megabytes([worker])),
            ("clock", processes.pss_megabytes([clock])),
        ]

    return sizes


def _complain(bench: Bench, port: int) -> None:
    """Texts by SMS, then wait until the worker has classified them all."""
    caller = Caller(port, 9)
    for number in range(TEXTS):
        form = {
            "id": f"bench-{number}-{time.time_ns()}", "from": f"+2547110{number:05d}",
            "to": "22123", "text": f"No water in Nyeri since Monday, house {number}",
            "date": "2026-11-02 09:00:00",
        }  # fmt: skip
        caller.post(f"/hooks/africastalking-sms/{CALLBACK_SECRET}", form)
    rt = connect(Settings.from_env(bench.env))
    untouched = sa.select(sa.func.count()).select_from(Case).where(Case.triaged_at.is_(None))
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with rt.transaction() as session:
            if not session.scalar(untouched):
                break
        time.sleep(0.2)
    else:
        raise TimeoutError("the worker did not classify the texts in 60 s")
    rt.close()


def _sign_in(bench: Bench, port: int) -> None:
    rt = connect(Settings.from_env(bench.env))
    with rt.transaction() as session:
        email = f"bench-{time.time_ns()}@example.go.ke"
        _, password = staff.add(session, email, Role.OFFICER, rt.now(), institution_id="DIS")
    rt.close()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    line.request("GET", "/desk/sign-in")
    page = line.getresponse()
    token = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page.read())
    cookie = SimpleCookie(page.headers.get("Set-Cookie", ""))
    sent = "; ".join(f"{name}={morsel.value}" for name, morsel in cookie.items())
    form = {"email": email, "password": password, "csrf_token": token[1].decode() if token else ""}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": sent}
    line.request("POST", "/desk/sign-in", urllib.parse.urlencode(form), headers)
    status = line.getresponse().status
    if status not in (302, 303):
        raise RuntimeError(f"the sign-in answered {status}")
