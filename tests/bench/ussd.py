"""CPU of one USSD step, database and Redis counted, against the same server's empty Flask route.

The six-step menu of the load model: language, what for, sector, service, score (one commit).  The
full rating dialogue with its four commits is printed beside it.
"""

import http.client
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench import processes
from tests.bench.processes import CALLBACK_SECRET, Bench

HANDSETS = 8
ROUNDS = 5
SHORT = ("1", "2", "1", "3", "5")
"""Language, rate, sector of identity papers, passport, score 5: six calls, one commit."""
FULL = ("1", "2", "1", "3", "5", "1", "1", "1")
"""The same with the charter questions: nine calls, four commits."""


class Caller:
    """One handset on a connection that is kept open."""

    def __init__(self, port: int, number: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self.number, self.took, self.wrong = number, list[float](), 0

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

    def dialogue(self, session: int, keys: Sequence[str]) -> None:
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
            self.wrong += not said.startswith((b"CON ", b"END "))


def measure(
    bench: Bench, command: Sequence[str], per_session: int, talk: Callable[[Caller, int], None],
    sessions: int,
) -> tuple[float, float, int]:  # fmt: skip
    """CPU ms a call (service, database and Redis), 99th percentile in ms, wrong answers."""
    port = processes.free_port()
    words = [word.replace("PORT", str(port)) for word in command]
    live = f"http://127.0.0.1:{port}/health/live"
    with bench.process(*words, url=live, PORT=str(port), WEB_CONCURRENCY="1") as service:
        callers = [Caller(port, number) for number in range(HANDSETS)]
        run_all(callers, talk, 3)
        for caller in callers:
            caller.took.clear()
        watched = [service, *bench.servers]
        before = processes.cpu_seconds(watched)
        run_all(callers, talk, sessions)
        spent = processes.cpu_seconds(watched) - before
    took = sorted(t for caller in callers for t in caller.took)
    wrong = sum(caller.wrong for caller in callers)
    return spent * 1000 / len(took), took[int(len(took) * 0.99)] * 1000, wrong


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

    kinds: dict[str, tuple[Sequence[str], Callable[[Caller, int], None]]] = {
        "empty Flask route": (empty, nothing),
        "six-step menu, one commit": (ours, lambda c, s: c.dialogue(s, SHORT)),
        "full rating, four commits": (ours, lambda c, s: c.dialogue(s, FULL)),
    }
    found: dict[str, list[tuple[float, float, int]]] = {name: [] for name in kinds}
    for _ in range(ROUNDS):
        for name, (command, talk) in kinds.items():
            found[name].append(measure(bench, command, 6, talk, 40))
    base = _median([cpu for cpu, _, _ in found["empty Flask route"]])
    rows = [
        (
            name,
            f"{_median([cpu for cpu, _, _ in rounds]):.2f}",
            f"{_median([cpu for cpu, _, _ in rounds]) / base:.2f}",
            f"{_median([p99 for _, p99, _ in rounds]):.1f}",
            str(sum(wrong for _, _, wrong in rounds)),
        )
        for name, rounds in found.items()
    ]
    head = ("one step, gunicorn gthread(1), keep-alive", "CPU ms", "ratio", "p99 ms", "wrong")
    return processes.table("USSD step, CPU of service + PostgreSQL + Valkey", head, rows)


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]
