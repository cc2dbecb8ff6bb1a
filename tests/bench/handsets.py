"""Many handsets in one thread: raw sockets and a selector, because the measure must not eat what it
measures.  Each answer's time counts from the moment its key was due, queueing for a line included.
"""

import heapq
import selectors
import socket
import time
import urllib.parse
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

LINES = 256
"""Connections that the gateway keeps open at most."""
RATE, REPORT, CASES = range(3)
DIALOGUES = {
    RATE: ("2", "1", "3", "5", "1", "1", "1"),
    REPORT: ("3", "1", "3", "1", "They said come tomorrow, for the third time", "1"),
    CASES: ("5", "1", "0", "0"),
}
"""From the main menu on; a rating, a complaint, and a look at the case it became."""
LAST = {RATE: b"END Asante. ", REPORT: b"END Case ", CASES: b"CON Huduma Feedback\n"}
"""How the last screen of each begins: to end elsewhere, at an apology too, is an error."""
TURNS = (RATE, REPORT, CASES, RATE)
"""What a handset does one after the other; who looks at a case is who complained before."""
ROUND = sum(len(DIALOGUES[turn]) + 2 for turn in TURNS)
"""Steps of all its turns at most: the dial, the language, the keys."""


class Handset:
    """Gives the next call of its holder: `request()` when a key is due, `hear(body)` its answer."""

    def __init__(self, number: int, path: str, host: str) -> None:
        self._number, self._path, self._host = number, path, host
        self._turn, self._sessions = number % len(TURNS), 0
        self._begin()

    def request(self) -> bytes:
        form = {
            "sessionId": self._session,
            "phoneNumber": self._phone,
            "networkCode": "63902",
            "serviceCode": "*384*77#",
            "text": "*".join(self._pressed),
        }
        body = urllib.parse.urlencode(form).encode()
        head = (
            f"POST {self._path} HTTP/1.1\r\nHost: {self._host}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def hear(self, body: bytes) -> bool:
        """Take an answer and choose the next key; false when the dialogue went wrong."""
        if body.startswith(b"CON Karibu.") and not self._pressed:
            self._pressed.append("1")
        elif body.startswith(b"CON ") and self._keys:
            self._pressed.append(self._keys.popleft())
        else:
            right = not self._keys and body.startswith(LAST[self._dialogue])
            self._begin()
            return right
        return True

    def _begin(self) -> None:
        self._sessions += 1
        turn = TURNS[(self._turn + self._sessions) % len(TURNS)]
        if turn == CASES and self._sessions == 1:
            turn = RATE  # Nobody's case is open yet.
        self._dialogue = turn
        if turn != CASES:
            self._phone = f"+2547{(self._number * 10_000 + self._sessions) % 100_000_000:08d}"
        self._session = f"ATUid_{self._number}_{self._sessions}_{time.time_ns()}"
        self._pressed: list[str] = []
        self._keys = deque(DIALOGUES[turn])


@dataclass
class Found:
    """What came back: seconds of every answer, answers that were none, steps that came to late."""

    took: list[float] = field(default_factory=list)
    wrong: int = 0
    seconds: float = 0.0
    own_cpu: float = 0.0
    most_lines: int = 0

    def at(self, share: float) -> float:
        """Milliseconds within which this share of the answers came."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def drive(
    port: int, path: str, handsets: int, between: float, seconds: float, warm: float,
    begun: Callable[[], None],
) -> Found:  # fmt: skip
    """Have so many handsets press a key every `between` seconds; the first `warm` do not count.

    `begun` is called when counting begins.
    """
    return _Loop(port, path, handsets, between).run(seconds, warm, begun)


class _Line:
    """One kept connection, busy with at most one call."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.handset: Handset | None = None
        self.due, self.got = 0.0, b""


class _Loop:
    def __init__(self, port: int, path: str, handsets: int, between: float) -> None:
        self._port, self._between = port, between
        self._found, self._counts = Found(), False
        self._selector = selectors.DefaultSelector()
        self._free: list[_Line] = []
        self._lines = 0
        self._waiting = deque[tuple[float, Handset]]()
        now = time.perf_counter()
        people = [Handset(n, path, f"127.0.0.1:{port}") for n in range(handsets)]
        # Two thousand people do not complain in the same five seconds: they begin all over a round.
        begin = [(n % ROUND + n / handsets) * between for n in range(handsets)]
        self._due = [(now + begin[n], n, h) for n, h in enumerate(people)]
        heapq.heapify(self._due)

    def run(self, seconds: float, warm: float, begun: Callable[[], None]) -> Found:
        counts_from = time.perf_counter() + warm
        until, cpu = counts_from + seconds, 0.0
        while (now := time.perf_counter()) < until:
            if not self._counts and now >= counts_from:
                self._counts, cpu = True, time.process_time()
                begun()
            for handset, due in self._ready(now):
                self._call(handset, due)
            pause = max(0.0, self._due[0][0] - now) if self._due else 0.01
            for key, _ in self._selector.select(min(pause, 0.05)):
                self._hear(key.data)
        self._found.own_cpu = time.process_time() - cpu
        self._found.seconds, self._found.most_lines = seconds, self._lines
        self._selector.close()
        return self._found

    def _ready(self, now: float) -> Iterator[tuple[Handset, float]]:
        while self._due and self._due[0][0] <= now:
            due, _, handset = heapq.heappop(self._due)
            yield handset, due

    def _call(self, handset: Handset, due: float) -> None:
        line = self._line()
        if line is None:
            self._waiting.append((due, handset))
            return
        line.handset, line.due, line.got = handset, due, b""
        line.socket.sendall(handset.request())

    def _line(self) -> _Line | None:
        if self._free:
            return self._free.pop()
        if self._lines >= LINES:
            return None
        self._lines += 1
        line = _Line(self._port)
        self._selector.register(line.socket, selectors.EVENT_READ, line)
        return line

    def _hear(self, line: _Line) -> None:
        piece = line.socket.recv(65536)
        line.got += piece
        head, found, body = line.got.partition(b"\r\n\r\n")
        if piece and (not found or len(body) < _length(head)):
            return
        if line in self._free:  # closed by the server, idle for longer than it keeps a line
            self._free.remove(line)
        self._answered(line, head, body)
        if not piece or b"onnection: close" in head:
            self._selector.unregister(line.socket)
            line.socket.close()
            self._lines -= 1
        else:
            self._free.append(line)
        if self._waiting:
            due, handset = self._waiting.popleft()
            self._call(handset, due)

    def _answered(self, line: _Line, head: bytes, body: bytes) -> None:
        handset, line.handset = line.handset, None
        if handset is None:
            return
        now = time.perf_counter()
        right = handset.hear(body) and head.startswith(b"HTTP/1.1 200")
        if self._counts:
            self._found.took.append(now - line.due)
            self._found.wrong += not right
        heapq.heappush(self._due, (max(now, line.due + self._between), id(handset), handset))


def _length(head: bytes) -> int:
    name = b"content-length:"
    place = head.lower().find(name)
    return int(head[place + len(name) :].split(b"\r\n", 1)[0]) if place >= 0 else 0
