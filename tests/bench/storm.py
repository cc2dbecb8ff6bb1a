"""A thousand SMS while every provider is away, in production processes: all taken, and all answered
once the providers are back, none twice.

The counterpart of the tests plays both companies: first nobody is at home, then they refuse, then
they take a few messages and never say so.  What such a message became is for receipts to tell; it
is not sent again, and the citizen has it.
"""

import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from feedback_service.models import Heard
from feedback_service.runtime import connect
from feedback_service.settings import Settings
from tests.bench import processes
from tests.bench.processes import Bench
from tests.bench.ussd import Caller
from tests.counterpart import Counterpart

MESSAGES, SENDERS, HANGING = 1_000, 4, 6
PATIENCE = 420
"""Seconds after the return in which the last answer must have come."""


def report(bench: Bench) -> str:
    port = processes.free_port()
    with Counterpart() as network, ExitStack() as stack:
        env = network.env(PHONE_SIMULATOR="0", LOG_LEVEL="ERROR")
        crew = _crew(bench, port, env, stack)
        watched = [*crew, *bench.servers]
        before = processes.cpu_seconds(watched)
        callers, lasted = _storm(port, network, env["AT_CALLBACK_SECRET"])
        spent = processes.cpu_seconds(watched) - before
        kept = _kept(bench)
        back, first, every, answers = _return(network)
        total = processes.cpu_seconds(watched) - before
    took = sorted(t for caller in callers for t in caller.took)
    numbers = {_number(n) for n in range(MESSAGES)}
    wrong = sum(caller.wrong for caller in callers)
    twice = sum(1 for count in answers.values() if count > 1)
    rows = [
        ("accepted with 200", f"{len(took) - wrong}", f"{MESSAGES}"),
        ("stored durably", f"{kept}", f"{MESSAGES}"),
        ("accepted a second", f"{len(took) / lasted:.0f}", ""),
        ("95 % accepted within, ms", f"{took[int(len(took) * 0.95)] * 1000:.0f}", ""),
        ("99 % accepted within, ms", f"{took[int(len(took) * 0.99)] * 1000:.0f}", ""),
        ("CPU ms a message while they come", f"{spent * 1000 / MESSAGES:.1f}", ""),
        ("CPU ms a message, answer included", f"{total * 1000 / MESSAGES:.1f}", ""),
        ("answered", f"{len(numbers & {to for to, _ in answers})}", f"{MESSAGES}"),
        ("answered twice", f"{twice}", "0"),
        ("first answer after the return, s", f"{first - back:.1f}", ""),
        ("last answer after the return, s", f"{every - back:.1f}", ""),
    ]
    title = "A storm of SMS while both providers are away"
    return processes.table(title, ("web, worker and clock, 2 cores", "measured", "asked"), rows)


def _crew(bench: Bench, port: int, env: dict[str, str], stack: ExitStack) -> list[Any]:
    feedback = str(Path(sys.executable).with_name("feedback"))
    live = f"http://127.0.0.1:{port}/health/live"
    web = bench.process(feedback, "web", "--host", "127.0.0.1", url=live, **env, PORT=str(port))
    others = [bench.process(feedback, word, **env) for word in ("worker", "clock")]
    crew = [stack.enter_context(process) for process in (web, *others)]
    time.sleep(4)  # the worker and the clock say nothing when they are ready
    return crew


def _storm(port: int, network: Counterpart, secret: str) -> tuple[list[Caller], float]:
    """Post all of it from a few connections, the weather changing on the way."""
    callers = [Caller(port, number) for number in range(SENDERS)]
    began = time.monotonic()
    weather = (_nobody_home, _refusing, _hanging)
    for phase, change in enumerate(weather):
        change(network)
        share = range(MESSAGES * phase // 3, MESSAGES * (phase + 1) // 3)
        threads = [
            threading.Thread(target=_post, args=(caller, list(share)[n::SENDERS], secret))
            for n, caller in enumerate(callers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return callers, time.monotonic() - began


def _nobody_home(network: Counterpart) -> None:
    network.shut()


def _refusing(network: Counterpart) -> None:
    network.reopen()
    network.fault("503", 20_000)


def _hanging(network: Counterpart) -> None:
    network.heal()
    network.fault("hang", HANGING)
    network.fault("500", 20_000)


def _post(caller: Caller, numbers: list[int], secret: str) -> None:
    for number in numbers:
        form = {
            "id": f"storm-{number}", "from": _number(number), "to": "22555",
            "text": f"No water in Nyeri since Monday, house {number}",
        }  # fmt: skip
        caller.post(f"/hooks/africastalking-sms/{secret}", form)


def _kept(bench: Bench) -> int:
    rt = connect(Settings.from_env(bench.env))
    stormy = sa.select(sa.func.count()).where(Heard.source.like("%:storm-%"))
    with rt.transaction() as session:
        kept = session.scalar(stormy) or 0
    rt.close()
    return kept


def _return(network: Counterpart) -> tuple[float, float, float, Counter[tuple[str, str]]]:
    """The providers are back: when that was, when the first and the last answer came."""
    time.sleep(5)
    network.heal()
    back, already = time.monotonic(), len(network.accepted)
    first = every = 0.0
    while time.monotonic() < back + PATIENCE:
        told = list(network.accepted)
        if not first and len(told) > already:
            first = time.monotonic()
        if len({said.to for said in told} & {_number(n) for n in range(MESSAGES)}) == MESSAGES:
            every = time.monotonic()
            break
        time.sleep(0.1)
    time.sleep(10)  # a second copy would come now
    return back, first, every or float("inf"), Counter((s.to, s.text) for s in network.accepted)


def _number(number: int) -> str:
    return f"+2547555{number:05d}"
