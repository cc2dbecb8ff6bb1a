"""CPU of one USSD step, database and Redis counted, against the same server's empty Flask route.

The six-step menu of the load model: language, what for, sector, service, score (one commit).  The
full rating dialogue with its four commits is printed beside it.
"""

import http.client
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import processes
from tests.bench.processes import CALLBACK_SECRET, Bench

HANDSETS = 8
ROUNDS, SLICES, SESSIONS = 5, 4, 5
"""Of each round: its slices of each kind, and the sessions of each handset in a slice."""
EMPTY = "empty Flask route"
ASKED = {"six-step menu, one commit": "2 (goal 1.5)"}
SHORT = ("1", "2", "1", "3", "5")
"""Language, rate, sector of identity papers, passport, score 5: six calls, one commit."""
FULL = ("1", "2", "1", "3", "5", "1", "1", "1")
"""The same with the charter questions: nine calls, four commits."""
KEPT, RATED = b"CON Thank you, kept.", b"END Asante. "
"""How their last screens begin."""


class Caller:
    """One handset on a connection that is kept open."""

    def __init__(self, port: int, number: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self.number, self.took, self.wrong = number, list[float](), 0
        self._session = ""

    def post(self, path: str, form: dict[str, str]) -> bytes:
        body = urllib.parse.urlencode(form)
        began = time.perf_counter()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self._line.request("POST", path, body, headers)
        answer = self._line.getresponse()
        said = answer.read()
        self.took.append(time.perf_counter() - began)
        self.wrong += answer.status != 200
        return said

    def dialogue(self, session: int, keys: Sequence[str], last: bytes) -> None:
        """One session; the last screen must be what the dialogue leads to."""
        phone = f"+2547{time.time_ns() // 1000 % 100_000_000:08d}"  # new: language is asked
        for count in range(len(keys) + 1):
            form = {
                "sessionId": f"ATUid_{self.number}_{session}_{time.time_ns()}"
                if count == 0
                else self._session,
                "phoneNumber": phone,
                "networkCode": "63902",
                "serviceCode": "*384*77#",
                "text": "*".join(keys[:count]),
            }
            self._session = form["sessionId"]
            said = self.post(f"/hooks/africastalking-ussd/{CALLBACK_SECRET}", form)
            self.wrong += not said.startswith(b"CON " if count < len(keys) else last)


@dataclass
class Kind:
    """One thing that is measured: who serves it, what is called, and what each slice cost."""

    command: Sequence[str]
    talk: Callable[[Caller, int], None]
    sessions: int
    cost: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    wrong: int = 0


def _round(bench: Bench, kinds: Mapping[str, Kind]) -> None:
    """Fresh servers, and slices of each kind in turn: what slows the machine slows them all."""
    with ExitStack() as stack:
        crew = {}
        for name, kind in kinds.items():
            port = processes.free_port()
            words = [word.replace("PORT", str(port)) for word in kind.command]
            live = f"http://127.0.0.1:{port}/health/live"
            env = {"PORT": str(port), "WEB_CONCURRENCY": "1"}
            service = stack.enter_context(bench.process(*words, url=live, **env))
            crew[name] = (service, [Caller(port, number) for number in range(HANDSETS)])
            run_all(crew[name][1], kind.talk, 3)
        spent = dict.fromkeys(kinds, 0.0)
        for _, callers in crew.values():
            for caller in callers:
                caller.took.clear()
        for _ in range(SLICES):
            for name, kind in kinds.items():
                service, callers = crew[name]
                meter = processes.Meter([service, *bench.servers])
                run_all(callers, kind.talk, kind.sessions)
                spent[name] += meter.spent()
        for name, kind in kinds.items():
            callers = crew[name][1]
            took = [t for caller in callers for t in caller.took]
            kind.cost.append(spent[name] * 1000 / len(took))
            kind.took += took
            kind.wrong += sum(caller.wrong for caller in callers)


def run_all(callers: Sequence[Caller], talk: Callable[[Caller, int], None], sessions: int) -> None:
    def work(caller: Caller) -> None:
        for session in range(sessions):
            talk(caller, session)

    threads = [threading.Thread(target=work, args=(caller,)) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def report(bench: Bench) -> str:
    python, feedback = sys.executable, str(Path(sys.executable).with_name("feedback"))
    empty = (python, "-m", "tests.bench.empty", "PORT")
    ours = (feedback, "web", "--host", "127.0.0.1", "--threads", "1")

    def nothing(caller: Caller, session: int) -> None:
        for _ in range(6):
            caller.post("/empty", {"sessionId": "s", "text": "1*2"})

    kinds = {
        EMPTY: Kind(empty, nothing, SESSIONS),
        "six-step menu, one commit": Kind(ours, lambda c, s: c.dialogue(s, SHORT, KEPT), SESSIONS),
        "full rating, four commits": Kind(ours, lambda c, s: c.dialogue(s, FULL, RATED), SESSIONS),
    }
    for _ in range(ROUNDS):
        _round(bench, kinds)
    rows = [_row(name, kind, kinds[EMPTY].cost) for name, kind in kinds.items()]
    head = (f"{ROUNDS} rounds, gthread(1), keep-alive", "CPU ms", "ratio", "from - to", "asked",
            "p99 ms", "wrong")  # fmt: skip
    return processes.table("USSD step, CPU of service + PostgreSQL + Valkey", head, rows)


def _row(name: str, kind: Kind, base: Sequence[float]) -> tuple[str, ...]:
    """The ratio of each round to the empty route of the same round: their middle and their span."""
    ratios = sorted(mine / theirs for mine, theirs in zip(kind.cost, base, strict=True))
    took = sorted(kind.took)
    return (
        name,
        f"{_median(kind.cost):.2f}",
        f"{_median(ratios):.2f}",
        f"{ratios[0]:.2f} - {ratios[-1]:.2f}",
        ASKED.get(name, ""),
        f"{took[int(len(took) * 0.99)] * 1000:.1f}",
        str(kind.wrong),
    )


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]
