"""Logs of the long-lived processes: one JSON object a line on standard output, nobody's data in it.

Our code logs no number and no citizen's word; what a library or an exception might carry is caught
by a second net here: digits as long as a phone number, fields that hold words, quoted rows.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import Any, TextIO

from pythonjsonlogger.json import JsonFormatter

LEFT_OUT = frozenset(
    {"text", "message", "body", "words", "content", "address", "phone", "msisdn", "recipient"}
)
"""Fields that are dropped whatever they hold."""
_LONG = 10**8
_NUMBER = re.compile(
    r"(?P<id>\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)"
    r"|\+?\d{9,}"
    r"|(?:\+\d|\b0[17]|\b254)(?:[ .()-]{0,2}\d){7,14}",
    re.IGNORECASE,
)
# What databases and their drivers quote when a statement fails.
_QUOTED = re.compile(r"\[parameters: .*?\](?=\n|$)|DETAIL:.*?(?=\n|$)|LINE \d+:.*?(?=\n|$)", re.S)


def configure_logs(level: str, out: TextIO | None = None) -> None:
    """Send what our code, gunicorn, rq and every library log to `out` (standard output)."""
    handler = logging.StreamHandler(out or sys.stdout)
    handler.setFormatter(Redacting())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(True)
    # It tells each start which of its own parts it has found.
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)


class Redacting(JsonFormatter):
    """A line of JSON: timestamp, level, logger, event, and the fields given as `extra`."""

    def __init__(self) -> None:
        super().__init__(
            "{levelname}{name}{message}",
            style="{",
            timestamp=True,
            rename_fields={"levelname": "level", "name": "logger", "message": "event"},
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        at = log_data["timestamp"].isoformat().replace("+00:00", "Z")
        return redact({**log_data, "timestamp": at, "level": str(log_data["level"]).lower()})


def redact(event: dict[str, Any]) -> dict[str, Any]:
    """The event without fields of words, quoted rows and digits as long as a phone number."""
    return {str(name): _clean(value) for name, value in event.items() if name not in LEFT_OUT}


def _clean(value: Any) -> Any:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) < _LONG else "[number]"
    if isinstance(value, dict):
        return redact(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(item) for item in value]
    text = value if isinstance(value, str) else repr(value)
    return _NUMBER.sub(lambda found: found["id"] or "[number]", _QUOTED.sub("[left out]", text))
