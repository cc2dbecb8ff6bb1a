"""A mail server for tests: takes every letter and keeps it."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 here")
        letter: list[bytes] | None = None
        for line in self.rfile:
            if letter is not None:
                if line.strip() != b".":
                    letter.append(line)
                    continue
                made = email.message_from_bytes(b"".join(letter), policy=email.policy.default)
                self.server.letters.append(made)  # type: ignore[attr-defined]
                letter = None
            if line.upper().startswith(b"DATA"):
                letter = []
                self._say("354 go on")
            elif line.upper().startswith(b"QUIT"):
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def letterbox() -> Iterator[tuple[str, list[EmailMessage]]]:
    """The server's URL, and the letters that have come so far."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        letters: list[EmailMessage] = []
        server.letters = letters  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"smtp://127.0.0.1:{server.server_address[1]}", letters
        server.shutdown()
