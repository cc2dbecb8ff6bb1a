"""Where providers call: /hooks/<channel>[/<secret>][/<kind>].

A plain WSGI application in front of Flask: a USSD step is answered thousands of times more often
than any page, and Flask's own work would be half its cost.

Anyone may call; the channel proves who did.  Whatever fails, a USSD caller gets an apology.
"""

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote

import psycopg
import sqlalchemy as sa
from redis.exceptions import RedisError

from channels.contract import (
    Channel,
    Ended,
    Forged,
    Heard,
    Inbound,
    Malformed,
    OptOut,
    Receipt,
    Reply,
    Webhook,
)
from feedback_service import intake
from feedback_service.conversations.wording import phrase
from feedback_service.domain.phones import NotAPhone
from feedback_service.runtime import Runtime

logger = logging.getLogger(__name__)

PREFIX = "/hooks/"
LARGEST = 64 * 1024
SECRET_IN_PATH = "africastalking-"
"""Africa's Talking signs nothing: its addresses carry our secret after the channel's name."""

WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]


def in_front_of(application: WSGI, rt: Runtime) -> WSGI:
    """The application with the hooks answered before it."""
    hooks = Hooks(rt)

    def dispatch(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(PREFIX):
            return hooks(environ, start_response)
        return application(environ, start_response)

    return dispatch


class Hooks:
    """The provider-facing addresses on one runtime."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        status, body, content_type = self._answer(environ)
        encoded = body.encode()
        start_response(
            _STATUS[status],
            [("Content-Type", content_type), ("Content-Length", str(len(encoded)))],
        )
        return [encoded]

    def _answer(self, environ: dict[str, Any]) -> Reply:
        name, secret, kind = _address(environ["PATH_INFO"])
        channel = self._rt.ways.get(name)
        if channel is None or environ["REQUEST_METHOD"] != "POST":
            return Reply(404, "No such address.\n", TEXT)
        hook = _webhook(self._rt, environ, secret, kind)
        try:
            channel.authenticate(hook)
            return self._do(name, channel, channel.receive(hook))
        except Forged as error:
            logger.warning("forged call", extra={"channel": name, "why": str(error)})
            return Reply(403, "Not from the provider.\n", TEXT)
        except (Malformed, NotAPhone) as error:
            logger.warning("malformed call", extra={"channel": name, "why": str(error)})
            return channel.refused()
        except Exception as error:  # the edge that owes the citizen an answer
            return self._failed(name, channel, error)

    def _do(self, name: str, channel: Channel, heard: Heard) -> Reply:
        if isinstance(heard, Inbound):
            if channel.inline:
                screen = intake.take_step(self._rt, heard)
                body, content_type = channel.answer(screen.text, screen.ends)
                return Reply(200, body, content_type)
            intake.take_message(self._rt, name, heard)
        elif isinstance(heard, Receipt):
            intake.take_receipt(self._rt, name, heard)
        elif isinstance(heard, OptOut):
            intake.take_opt_out(self._rt, name, heard)
        elif isinstance(heard, Ended):
            intake.take_ended(self._rt, heard)
        return channel.accepted()

    def _failed(self, name: str, channel: Channel, error: Exception) -> Reply:
        """An apology for a caller; a 503, so that it is tried again, for a stored-nothing SMS."""
        known = isinstance(error, sa.exc.SQLAlchemyError | psycopg.Error | RedisError)
        told = {"channel": name, "error": type(error).__name__}
        logger.error("hook failed", extra=told, exc_info=not known)
        if not channel.inline:
            return Reply(503, "Try again.\n", TEXT)
        sorry = " ".join((phrase("sorry", "sw"), phrase("sorry", "en")))
        body, content_type = channel.answer(sorry[: channel.limit].rpartition(".")[0] + ".", True)
        return Reply(200, body, content_type)


def _address(path: str) -> tuple[str, str, str]:
    """Channel, secret and kind of `/hooks/<channel>[/<secret>][/<kind>]`."""
    name, _, rest = path.removeprefix(PREFIX).partition("/")
    if not name.startswith(SECRET_IN_PATH):
        return name, "", rest
    secret, _, kind = rest.partition("/")
    return name, secret, kind


def _webhook(rt: Runtime, environ: dict[str, Any], secret: str, kind: str) -> Webhook:
    """The call without its web framework.

    What is larger than any provider's is not read: an empty call is refused as its provider wants,
    where an error status would bring the same call again for twelve hours.
    """
    size = _size(environ)
    raw: bytes = environ["wsgi.input"].read(size) if 0 < size <= LARGEST else b""
    pairs = tuple(read_form(raw.decode("utf-8", "replace")))
    query = environ.get("QUERY_STRING", "")
    url = f"{rt.settings.public_url}{environ['PATH_INFO']}{'?' + query if query else ''}"
    # A secret in the address needs no headers, and this is the hot path.
    headers = {} if secret else _headers(environ)
    return Webhook(kind, url, secret, dict(pairs), headers, raw, pairs)


def _size(environ: Mapping[str, Any]) -> int:
    """The bytes to read; a body that comes in chunks tells none before its end."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if length == "0" and "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
        return LARGEST
    return int(length) if length.isdecimal() and len(length) < 10 else 0


def read_form(form: str) -> list[tuple[str, str]]:
    """The fields of a form, blank ones too, as `parse_qsl` reads them at many times the cost."""
    if _QUOTED_JOINT.search(form):
        fields = [f.partition("=") for f in form.split("&")]
        return [(_unquoted(n), _unquoted(value)) for n, equals, value in fields if n or equals]
    # All at once: no field holds what parts them.
    fields = [f.partition("=") for f in _unquoted(form).split("&")]
    return [(name, value) for name, equals, value in fields if name or equals]


def _unquoted(text: str) -> str:
    """Text as forms quote it; what is beyond ASCII, or quoted wrongly, is left to the library.

    `%2A` is read as Python reads `\\x2A`, in one go.
    """
    if "+" in text:
        text = text.replace("+", " ")
    if "%" not in text:
        return text
    if "\\" not in text and text.isascii():
        try:
            said = text.replace("%", "\\x").encode().decode("unicode_escape")
        except UnicodeDecodeError:
            said = ""
        if said.isascii() and said:
            return said
    return unquote(text, errors="replace")


def _headers(environ: Mapping[str, Any]) -> dict[str, str]:
    return {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }


_QUOTED_JOINT = re.compile("%26|%3D", re.IGNORECASE)
TEXT = "text/plain"
_STATUS = {
    200: "200 OK",
    403: "403 Forbidden",
    404: "404 Not Found",
    503: "503 Service Unavailable",
}

logging.getLogger("redis").setLevel(logging.WARNING)
