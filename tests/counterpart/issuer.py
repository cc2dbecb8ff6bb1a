"""A government's sign-in on this machine: real keys, codes that work once, faults to order."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwk, jwt

CLIENT, SECRET = "feedback", "a secret of the client"


class Issuer:
    """What it tells is `claims`; `faults` change one thing of the protocol each."""

    def __init__(self, url: str, now: Any) -> None:
        self.url, self.now = url, now
        self.key = self.new_key("first")
        self.published: list[Any] | None = [self.key]
        self.codes: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []

    @staticmethod
    def new_key(kid: str) -> Any:
        return jwk.ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"})

    def authorize(self, location: str, **claims: Any) -> str:
        """The person signed in here: the code with which the browser is sent back.

        A claim of None is left out; `key` signs with another key than is published.
        """
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        now = int(self.now().timestamp())
        told = {
            "iss": self.url, "aud": asked["client_id"], "sub": "person-1", "exp": now + 300,
            "iat": now, "nonce": asked["nonce"], "email": "amina@example.go.ke",
            "email_verified": True,
        }  # fmt: skip
        key = claims.pop("key", self.key)
        told = {name: value for name, value in (told | claims).items() if value is not None}
        code = secrets.token_urlsafe(8)
        token = jwt.encode({"alg": "ES256", "kid": key.kid}, told, key)
        self.codes[code] = {"token": token, **asked}
        return code

    def get(self, path: str) -> tuple[int, Any]:
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.url, "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token", "jwks_uri": f"{self.url}/keys",
            }  # fmt: skip
        if path == "/keys":
            if self.published is None:
                return 200, {"error": "try again later"}
            return 200, {"keys": [key.as_dict(private=False) for key in self.published]}
        return 404, {}

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        basic = base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '%20')}".encode()).decode()
        kept = self.codes.pop(form.get("code", ""), None)
        if authorization != f"Basic {basic}" or kept is None:
            return 401, {"error": "invalid_client"}
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        same = (challenge, form.get("redirect_uri")) == (
            kept["code_challenge"], kept["redirect_uri"]
        )  # fmt: skip
        if not same or kept["code_challenge_method"] != "S256":
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "-", "token_type": "Bearer", "id_token": kept["token"]}


class _Talk(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._say(*self.server.issuer.get(self.path))  # type: ignore[attr-defined]

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(text).items()}
        issuer: Issuer = self.server.issuer  # type: ignore[attr-defined]
        self._say(*issuer.token(form, self.headers.get("Authorization", "")))

    def log_message(self, *_: Any) -> None:
        """Quiet."""

    def _say(self, status: int, body: Any) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


@contextmanager
def running(now: Any) -> Iterator[Issuer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Talk)
    issuer = Issuer(f"http://127.0.0.1:{server.server_port}", now)
    server.issuer = issuer  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
