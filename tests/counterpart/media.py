"""Twilio's store of media and the delivery network behind it, each a server of its own: the store
wants our password and sends on, the network must not see it.  `with MediaShelf() as shelf:`."""

import base64
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple, Self
from uuid import uuid4

ACCOUNT, TOKEN = "AC" + "1" * 32, "2" * 32


class Kept(NamedTuple):
    content: bytes
    content_type: str


class AskedFor(NamedTuple):
    """A request to either server, header names in lower case."""

    where: str
    method: str
    path: str
    headers: Mapping[str, str]


@dataclass
class MediaShelf:
    """`keep` puts a thing in the store and gives its address; `asked` tells what was asked for.

    `statuses` are answered first, one a request to the store; `onward` replaces the address it
    sends on to; `drips` makes the network send so many bytes a tenth of a second; `cuts` lets it
    break off half-way; `packs` calls its content gzip.
    """

    things: dict[str, Kept] = field(default_factory=dict)
    asked: list[AskedFor] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    onward: str = ""
    drips: int = 0
    cuts: bool = False
    packs: bool = False
    tells_length: bool = True

    def __post_init__(self) -> None:
        self._store, self._network = _Server(_Store, self), _Server(_Network, self)

    @property
    def url(self) -> str:
        """Where the store is: the setting TWILIO_API_URL."""
        return self._store.url

    @property
    def network_url(self) -> str:
        return self._network.url

    def __enter__(self) -> Self:
        for server in (self._store, self._network):
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in (self._store, self._network):
            server.shutdown()
            server.server_close()

    def keep(self, content: bytes, content_type: str, account: str = ACCOUNT) -> str:
        path = f"/2010-04-01/Accounts/{account}/Messages/MM{uuid4().hex}/Media/ME{uuid4().hex}"
        self.things[path] = Kept(content, content_type)
        return self.url + path


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, handler: type[BaseHTTPRequestHandler], shelf: MediaShelf) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.shelf = shelf
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    where = ""

    def note(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.shelf.asked.append(AskedFor(self.where, self.command, self.path, headers))

    def say(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep silent: the requests are in `asked`."""


class _Store(_Handler):
    where = "store"

    def do_GET(self) -> None:
        if self.refused():
            return
        shelf = self.server.shelf
        self.say(307, Location=shelf.onward or f"{shelf.network_url}{self.path}")

    def do_DELETE(self) -> None:
        if not self.refused():
            del self.server.shelf.things[self.path]
            self.say(204)

    def refused(self) -> bool:
        self.note()
        shelf = self.server.shelf
        password = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if shelf.statuses:
            self.say(shelf.statuses.pop(0), Content_Length="0")
        elif self.headers.get("Authorization") != f"Basic {password}":
            self.say(401, Content_Length="0")
        elif self.path not in shelf.things:
            self.say(404, Content_Length="0")
        else:
            return False
        return True


class _Network(_Handler):
    where = "network"

    def do_GET(self) -> None:
        self.note()
        shelf = self.server.shelf
        if self.headers.get("Authorization"):
            self.say(400, Content_Length="0")  # as the real one does: two proofs are one too many
            return
        thing = shelf.things[self.path]
        more = {"Content_Encoding": "gzip"} if shelf.packs else {}
        if shelf.tells_length:
            more["Content_Length"] = str(len(thing.content))
        self.say(200, Content_Type=thing.content_type, **more)
        self.pour(thing.content[: len(thing.content) // 2] if shelf.cuts else thing.content)

    def pour(self, content: bytes) -> None:
        drop = self.server.shelf.drips or len(content)
        try:
            for place in range(0, len(content), max(drop, 1)):
                self.wfile.write(content[place : place + drop])
                if self.server.shelf.drips:
                    time.sleep(0.1)
        except OSError:
            self.close_connection = True  # whoever asked has heard enough
