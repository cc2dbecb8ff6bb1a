"""The server that plays both companies: takes messages as they do, fails as they do on demand, and
calls back with receipts.  `with Counterpart() as network:`."""

import contextlib
import socket
import threading
import time
import urllib.parse
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self

from tests.counterpart import africastalking, twilio
from tests.counterpart.calls import post, receipt_form, signed
from tests.counterpart.faults import NOT_TAKEN, TAKEN, Fault
from tests.counterpart.wire import Accepted, Answer, Provider


class Asked(NamedTuple):
    """A request as it arrived, header names in lower case."""

    path: str
    form: Mapping[str, str]
    headers: Mapping[str, str]


class Counterpart:
    """Both companies at one address, `url`.  `accepted` and `asked` fill as requests come."""

    def __init__(self) -> None:
        self.accepted: list[Accepted] = []
        self.asked: list[Asked] = []
        self.closing = threading.Event()
        self.slow = 0.0
        """Seconds each answer takes."""
        self._faults: list[tuple[Fault, Provider | None]] = []
        self._refusals: dict[str, int] = {}
        self._lock = threading.Lock()
        self._server = _Server(self, 0)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._serve()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def env(self, **more: str) -> dict[str, str]:
        """Settings that point all four channels here."""
        return {
            "AT_USERNAME": "sandbox",
            "AT_API_KEY": "test-key",
            "AT_API_URL": self.url,
            "AT_SENDER": "HUDUMA",
            "AT_SHORT_CODE": "22555",
            "AT_CALLBACK_SECRET": "test-callback-secret",
            "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
            "TWILIO_AUTH_TOKEN": "2" * 32,
            "TWILIO_API_URL": self.url,
            "TWILIO_WHATSAPP_FROM": "+254700000000",
            "TWILIO_SMS_FROM": "HUDUMA",
            "PUBLIC_URL": "https://feedback.example",
            **more,
        }

    def shut(self) -> None:
        """Take no calls any more: whoever calls is refused, lines that were open are cut."""
        self._server.shutdown()
        self._server.server_close()
        self._server.cut()

    def reopen(self) -> None:
        """Take calls again, at the same address."""
        self._server = _Server(self, int(self.url.rpartition(":")[2]))
        self._serve()

    def _serve(self) -> None:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def fault(self, kind: Fault, times: int = 1, provider: Provider | None = None) -> None:
        """The next `times` requests (to that company, or to either) go wrong in this way."""
        with self._lock:
            self._faults += [(kind, provider)] * times

    def heal(self) -> None:
        """Forget the faults still waiting."""
        with self._lock:
            self._faults.clear()

    def refuse(self, number: str, code: int) -> None:
        """Messages to this number get this statusCode, or this error code of Twilio's."""
        self._refusals[number] = code

    def texts(self, to: str) -> list[str]:
        """What reached the citizen with this number, by any company, in order."""
        return [said.text for said in self.accepted if said.to.removeprefix("whatsapp:") == to]

    def post_receipt(
        self,
        message: Accepted,
        status: str,
        url: str = "",
        *,
        token: str = "",
        reason: str = "",
        times: int = 1,
        after: float = 0.0,
        via: str = "",
    ) -> list[int]:
        """Report on a message; returns the statuses it was answered with, none yet if `after`.

        url defaults to the StatusCallback the message named; token signs it as Twilio's.
        via is "http://host:port" where the service listens when url is its public address.
        Call it out of order, `times` over, or `after` some seconds: networks do.
        """
        url = url or message.status_callback
        form = receipt_form(message, status, reason)
        headers = signed(url, form, token) if message.provider == "twilio" else {}
        where = urllib.parse.urlsplit(url)
        target = via + where._replace(scheme="", netloc="").geturl() if via else url
        if after:
            late = threading.Timer(after, _post_all, (target, form, headers, times))
            late.daemon = True
            late.start()
            return []
        return _post_all(target, form, headers, times)

    def answer(self, asked: Asked) -> Answer | None:
        """What the company asked says; None when the connection breaks instead."""
        with self._lock:
            self.asked.append(asked)
        if africastalking.PATH.fullmatch(asked.path):
            who: Provider = "africastalking"
        elif twilio.PATH.fullmatch(asked.path):
            who = "twilio"
        else:
            return Answer(404, "The requested resource could not be found.", "text/plain")
        fault = self._next_fault(who)
        if fault and fault in NOT_TAKEN:
            return NOT_TAKEN[fault](who)
        company = africastalking if who == "africastalking" else twilio
        said, taken = company.answer(asked.form, asked.headers, self._refusals)
        with self._lock:
            self.accepted += taken
        if fault == "hang":
            self.closing.wait(30)
        if fault in {"lose-response", "hang"}:
            return None
        return TAKEN[fault](said) if fault else said

    def presence(self, path: str) -> int:
        """What a GET is answered while the next request would go wrong: 0 for no answer."""
        who = "africastalking" if africastalking.PATH.fullmatch(path) else "twilio"
        with self._lock:
            kinds = [kind for kind, provider in self._faults if provider in {None, who}]
        kind = kinds[0] if kinds else ""
        if kind in {"hang", "lose-response"}:
            self.closing.wait(4 if kind == "hang" else 0)
            return 0
        return int(kind) if kind.isdigit() else 404

    def _next_fault(self, who: Provider) -> Fault | None:
        with self._lock:
            for place, (kind, provider) in enumerate(self._faults):
                if provider in {None, who}:
                    del self._faults[place]
                    return kind
        return None


def _post_all(
    url: str, form: Mapping[str, str], headers: Mapping[str, str], times: int
) -> list[int]:
    return [post(url, form, headers) for _ in range(times)]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, network: Counterpart, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.network, self._lines = network, set[socket.socket]()

    def get_request(self) -> tuple[socket.socket, Any]:
        line, caller = super().get_request()
        self._lines.add(line)
        return line, caller

    def shutdown_request(self, request: Any) -> None:
        self._lines.discard(request)
        super().shutdown_request(request)

    def cut(self) -> None:
        for line in list(self._lines):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet an answer, else each waits 40 ms for an acknowledgement
    timeout = 30

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        form = dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.network.answer(Asked(self.path, form, headers))
        time.sleep(self.server.network.slow)
        if answer is None:
            self.close_connection = True
            return
        content = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(content)))
        if 300 <= answer.status < 400:
            self.send_header("Location", self.server.network.url + "/elsewhere")
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self) -> None:
        """Somebody asks whether we are there: faults that send nothing show here too."""
        status = self.server.network.presence(self.path)
        if status == 0:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep silent: the requests are in `asked`."""
