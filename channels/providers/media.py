"""What citizens sent through Twilio, fetched from its store and nowhere else, then deleted there.

Only addresses of our own account are asked, so that a made-up address in a message leads nowhere.
The store sends on to a delivery network: once, over https, to a public machine, and without our
password.
"""

import ipaddress
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Self
from urllib.parse import SplitResult, urljoin, urlsplit

from channels.contract import Fetched, NotFetched
from channels.providers.line import CONNECT_SECONDS, READ_SECONDS, checked

if TYPE_CHECKING:
    import requests

LIVE = "https://api.twilio.com"
VERSION = "/2010-04-01"
WHOLE_SECONDS = 30.0
"""For one thing, however slowly it drips."""
PIECE = 65_536
REDIRECTS = frozenset({301, 302, 303, 307, 308})
LATER = frozenset({401, 403, 404, 408, 409, 425, 429})
"""Our key may be new, the thing not written yet, the store busy: asked again, some times."""
GONE = frozenset({404, 410})


class MediaStore:
    """Twilio's store of one account."""

    def __init__(
        self, account: str, token: str, url: str = LIVE, seconds: float = WHOLE_SECONDS
    ) -> None:
        self._auth, self._seconds = (account, token), seconds
        self._api = urlsplit(url)
        self._path = re.compile(rf"{VERSION}/Accounts/{re.escape(account)}(/[A-Za-z0-9]+)+")

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """From TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and, in tests, TWILIO_API_URL."""
        url = env.get("TWILIO_API_URL", "").strip().rstrip("/").removesuffix(VERSION) or LIVE
        account = env.get("TWILIO_ACCOUNT_SID", "").strip() or "AC" + "0" * 32
        return cls(account, env["TWILIO_AUTH_TOKEN"].strip(), checked("TWILIO_API_URL", url))

    def fetch(self, url: str, limit: int) -> Fetched:
        """The thing at an address of our account, of at most `limit` bytes; or NotFetched."""
        self._check_ours(url)
        until = monotonic() + self._seconds
        with _asking():
            answer = self._get(url, self._auth)
            if answer.status_code in REDIRECTS:
                answer.close()
                onward = urljoin(url, answer.headers.get("Location", ""))
                self._check_public(_parts(onward))
                answer = self._get(onward, None)
            with answer:
                _check_status(answer.status_code)
                content = b"".join(_pieces(answer, limit, until))
        return Fetched(content, answer.headers.get("Content-Type", ""))

    def delete(self, url: str) -> None:
        """Have it deleted; what is not there any more is deleted."""
        import requests

        self._check_ours(url)
        with _asking():
            answer = requests.delete(
                url, auth=self._auth, timeout=(CONNECT_SECONDS, READ_SECONDS), allow_redirects=False
            )
        if answer.status_code not in GONE:
            _check_status(answer.status_code)

    def _check_ours(self, url: str) -> None:
        asked = _parts(url)
        ours = (asked.scheme, asked.netloc) == (self._api.scheme, self._api.netloc)
        if not (ours and self._path.fullmatch(asked.path)) or asked.query or asked.fragment:
            raise NotFetched("the address is none of our account's", retry=False)

    def _check_public(self, asked: SplitResult) -> None:
        """That a redirect leads into the open network; a test's own network may be private."""
        if self._api.scheme == "http" and asked.scheme in {"http", "https"}:
            return
        if asked.scheme != "https" or not asked.hostname or asked.username or asked.password:
            raise NotFetched("the store sends on to no https address", retry=False)
        if not all(address.is_global for address in _addresses(asked)):
            raise NotFetched("the store sends on to a private machine", retry=False)

    def _get(self, url: str, auth: tuple[str, str] | None) -> "requests.Response":
        import requests

        return requests.get(
            url,
            auth=auth or _unsigned,
            headers={"Accept-Encoding": "identity"},  # packed content could unfold without limit
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
        )


def _unsigned(request: "requests.PreparedRequest") -> "requests.PreparedRequest":
    """No password at all: with none named, the library looks for one in the user's home."""
    return request


@contextmanager
def _asking() -> Iterator[None]:
    """Whatever goes wrong on the way may go right another time."""
    import requests
    from urllib3.exceptions import HTTPError

    try:
        yield
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        # A ValueError: the library reads where it is sent on to, and that was no address.
        raise NotFetched(f"Twilio cannot be reached ({type(error).__name__})", retry=True) from None


def _parts(url: str) -> SplitResult:
    """The parts of an address; all empty for what is no address."""
    try:
        parts = urlsplit(url)
        usable = parts.port != 0
    except ValueError:  # a bracket that is never closed, a port that no machine has
        usable = False
    return parts if usable else urlsplit("")


def _addresses(
    asked: SplitResult,
) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    found = socket.getaddrinfo(asked.hostname, asked.port or 443, type=socket.SOCK_STREAM)
    return [ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in found]


def _check_status(status: int) -> None:
    if not 200 <= status < 300:
        retry = status in LATER or status >= 500
        raise NotFetched(f"Twilio answered {status}", retry=retry)


def _pieces(answer: "requests.Response", limit: int, until: float) -> Iterator[bytes]:
    told = answer.headers.get("Content-Length", "")
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise NotFetched("the store packs what must come as it is", retry=False)
    if told.isascii() and told.isdigit() and int(told) > limit:
        raise NotFetched(f"more than {limit} bytes", retry=False, too_large=True)
    came = 0
    # As much as there is at a time: to wait for a whole piece would let a drip hold us for ever.
    while piece := answer.raw.read1(PIECE, decode_content=False):
        came += len(piece)
        if came > limit:
            raise NotFetched(f"more than {limit} bytes", retry=False, too_large=True)
        if monotonic() > until:
            raise NotFetched("the store is too slow", retry=True)
        yield piece
