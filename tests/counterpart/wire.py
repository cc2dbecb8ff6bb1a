"""What passes between the service and the companies: a message taken, an answer given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, NamedTuple

Provider = Literal["africastalking", "twilio"]


@dataclass(frozen=True)
class Accepted:
    """A message a citizen will get, whatever the sender was told.

    `to` is as it was asked for: "+254…", or "whatsapp:+254…" by Twilio.  form is the whole request.
    """

    provider: Provider
    to: str
    text: str
    id: str
    sender: str = ""
    status_callback: str = ""
    form: Mapping[str, str] = field(default_factory=dict, repr=False)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


class Answer(NamedTuple):
    status: int
    body: str
    content_type: str = "application/json"


def parts(text: str) -> int:
    """SMS parts, near enough: anything outside ASCII counts as UCS-2."""
    one, many = (160, 153) if text.isascii() else (70, 67)
    return 1 if len(text) <= one else -(-len(text) // many)
