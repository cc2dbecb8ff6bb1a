"""What may be heard through a channel: the provider's call, and what it turns out to say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from channels.contract.errors import Cause


class Webhook(NamedTuple):
    """An HTTP call from a provider.

    path: what follows /hooks/<channel name>(/<secret>)/: "", "ended", "receipts", "opt-outs".
    url: the public address as the provider called it, query included, built on PUBLIC_URL.
    secret: the secret in the address, "" when there was none.
    form: one value a name, untouched.  pairs: every (name, value) in order; signatures cover all.
    headers: with lower-case names.  raw: the body as it came.
    """

    path: str
    url: str
    secret: str
    form: Mapping[str, str]
    headers: Mapping[str, str]
    raw: bytes = b""
    pairs: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return f"Webhook(path={self.path!r})"


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, sound or paper the citizen sent, still kept by the provider."""

    url: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Location:
    """A place on WGS 84, in degrees, as the citizen's telephone told it."""

    latitude: float
    longitude: float
    label: str = ""
    address: str = ""


class Inbound(NamedTuple):
    """One message or key press from a citizen.

    provider_id is the same for every copy of the same call and differs between calls.
    address is the sender as the provider wrote it ("+254…", " 254…", "KE.<letters>", "MPESA").
    alias is a second name of the same sender (WhatsApp's user id beside a visible number).
    text is what was written; in USSD the last piece of `history`, for want of a memory.
    about is the provider's id of the message of ours that was tapped or quoted.
    """

    provider_id: str
    address: str
    text: str
    session: str = ""
    history: str | None = None
    service_code: str = ""
    network: str = ""
    profile_name: str = ""
    media: tuple[Media, ...] = ()
    location: Location | None = None
    sent_at: datetime | None = None
    alias: str = ""
    about: str = ""

    def __repr__(self) -> str:
        return f"Inbound(provider_id={self.provider_id!r}, session={self.session!r})"

    def since(self, before: str | None) -> str:
        """What is new in a USSD history when `before` was the whole history one step earlier.

        The history joins answers by asterisks without escaping those a citizen keys, so it can
        be told apart only by what was known already.  None, or a history that does not go on
        from there (a restart, another country's dialling), leaves the last piece as best guess.
        """
        if self.history is None or before is None:
            return self.text
        if before == "" or self.history == before:
            return self.history[len(before) :]
        went_on = self.history.startswith(f"{before}*")
        return self.history[len(before) + 1 :] if went_on else self.text


class Delivery(StrEnum):
    """What became of a message; only a receipt that is `final` settles it."""

    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the network said of a message of ours; it may come twice, late, or out of order.

    key is the `key` given to `send`, where the provider hands it back; address is the recipient.
    Either finds the message when the answer to the sending, and with it provider_id, was lost.
    cause says why it failed; cost_told is the price as the provider wrote it, "" when it did not.
    """

    provider_id: str
    state: Delivery
    reason: str = ""
    final: bool = False
    code: str = ""
    cause: Cause | None = None
    address: str = field(default="", repr=False)
    key: str = ""
    cost_told: str = ""


@dataclass(frozen=True, slots=True)
class OptOut:
    """The citizen told the network to stop our messages; it carries no id and may come twice."""

    address: str = field(repr=False)


class Ending(StrEnum):
    """How a USSD session ended: by our END, by the citizen or the clock, by our bad answer."""

    SUCCESS = "success"
    INCOMPLETE = "incomplete"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a USSD session.  Not every session has one: sessions expire by our own clock.

    cost is in shillings, None when the network named no amount in KES.  history is all that was
    keyed, as in `Inbound`, and may go further than what reached us.  at is when the network says.
    """

    session: str
    address: str = field(repr=False)
    status: Ending
    hops: int
    duration_ms: int
    cost: Decimal | None
    reason: str = ""
    history: str = field(default="", repr=False)
    service_code: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Nothing:
    """A genuine call that asks nothing of us; `why` names no person."""

    why: str


Heard = Inbound | Receipt | OptOut | Ended | Nothing


class Reply(NamedTuple):
    """An HTTP answer to a provider."""

    status: int
    body: str
    content_type: str
