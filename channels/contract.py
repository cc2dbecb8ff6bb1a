"""What every channel offers and what may be heard through it, in types that know no web framework.

Whoever calls a channel needs only this file; whoever adds one subclasses `Channel`.  Numbers, words
and secrets are left out of every repr, so that a logged value tells none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, NamedTuple, Self


@dataclass(frozen=True, slots=True)
class Webhook:
    """An HTTP call from a provider.

    path: what follows /hooks/<channel name>(/<secret>)/: "", "ended", "receipts", "opt-outs".
    url: the public address as the provider called it, query included, built on PUBLIC_URL.
    secret: the secret in the address, "" when there was none.
    form: one value a name, untouched.  pairs: every (name, value) in order; signatures cover all.
    headers: with lower-case names.  raw: the body as it came.
    """

    path: str
    url: str
    secret: str = field(repr=False)
    form: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    raw: bytes = field(default=b"", repr=False)
    pairs: tuple[tuple[str, str], ...] = field(default=(), repr=False)


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


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message or key press from a citizen.

    provider_id is the same for every copy of the same call and differs between calls.
    address is the sender as the provider wrote it ("+254…", " 254…", "KE.<letters>", "MPESA").
    alias is a second name of the same sender (WhatsApp's user id beside a visible number).
    text is what was written; in USSD the last piece of `history`, for want of a memory.
    """

    provider_id: str
    address: str = field(repr=False)
    text: str = field(repr=False)
    session: str = ""
    history: str | None = field(default=None, repr=False)
    service_code: str = ""
    network: str = ""
    profile_name: str = field(default="", repr=False)
    media: tuple[Media, ...] = field(default=(), repr=False)
    location: Location | None = field(default=None, repr=False)
    sent_at: datetime | None = None
    alias: str = field(default="", repr=False)

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
    retry, number_is_bad and opted_out mean what they mean in `SendFailed`.
    """

    provider_id: str
    state: Delivery
    reason: str = ""
    final: bool = False
    code: str = ""
    retry: bool = False
    number_is_bad: bool = False
    opted_out: bool = False
    address: str = field(default="", repr=False)
    key: str = ""


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

    cost is in shillings, None when the network named no amount in KES.
    """

    session: str
    address: str = field(repr=False)
    status: Ending
    hops: int
    duration_ms: int
    cost: Decimal | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Nothing:
    """A genuine call that asks nothing of us; `why` names no person."""

    why: str


Heard = Inbound | Receipt | OptOut | Ended | Nothing


@dataclass(frozen=True, slots=True)
class Sent:
    """A message the provider accepted.

    cost_kes is None when the price is not known yet or was told in another currency;
    cost_told is the price as the provider wrote it ("KES 0.8000", "USD 0.0079").
    """

    provider_id: str
    cost_kes: Decimal | None = None
    parts: int | None = None
    cost_told: str = ""


class Reply(NamedTuple):
    """An HTTP answer to a provider."""

    status: int
    body: str
    content_type: str


class ChannelError(Exception):
    """The provider's, the network's or the operator's fault, never a bug of ours."""


class WrongSetting(ChannelError):
    """A channel cannot be built from the settings; says which one, what is wrong, and a remedy."""

    def __init__(self, name: str, wrong: str, remedy: str) -> None:
        super().__init__(f"{name} {wrong}. {remedy}")
        self.name = name


class Forged(ChannelError):
    """The call does not prove that the provider made it: answer 403 and do nothing."""


class Malformed(ChannelError):
    """The call lacks a field the provider promises, or holds what cannot be one."""

    def __init__(self, field: str) -> None:
        super().__init__(f"the call has no usable `{field}`; answer it as refused() says")
        self.field = field


class SendFailed(ChannelError):
    """The provider has not taken the message, so that another copy can do no harm.

    retry: the same channel may take it later.  number_is_bad: no channel will reach this number.
    opted_out: the citizen wants no messages.  With none of them: try another channel, or a person.
    """

    def __init__(
        self,
        reason: str,
        code: str = "",
        *,
        retry: bool,
        number_is_bad: bool = False,
        opted_out: bool = False,
    ) -> None:
        super().__init__(f"{reason} ({code})" if code else reason)
        self.reason, self.code, self.retry = reason, code, retry
        self.number_is_bad, self.opted_out = number_is_bad, opted_out


class SendUnknown(ChannelError):
    """The message may have been taken: never send it again unasked, wait for a receipt."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Channel:
    """A way to reach us and to be reached.  Subclass it in a file of `channels/`: that is all."""

    name: ClassVar[str]
    """Its name in addresses and in the setting CHANNELS."""
    limit: ClassVar[int]
    """The longest text, in characters, that `answer` or `send` should be given."""
    inline: ClassVar[bool] = False
    """True when the answer to the citizen is the answer to the call, as with USSD."""
    two_way: bool = True
    """True when a citizen can answer what is sent here."""
    templates: Mapping[str, str] = {}
    """Approved templates by name: WhatsApp takes nothing else 24 hours after a citizen's words."""

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """The channel these settings describe, or WrongSetting."""
        raise NotImplementedError

    @classmethod
    def configured(cls, env: Mapping[str, str]) -> bool:
        """True when it can send: it has a key, or an address of its own to send to."""
        raise NotImplementedError

    def authenticate(self, hook: Webhook) -> None:
        """Raise Forged unless the provider made this call."""
        raise NotImplementedError

    def receive(self, hook: Webhook) -> Heard:
        """What an authentic call says, or Malformed."""
        raise NotImplementedError

    def answer(self, text: str, ends: bool) -> tuple[str, str]:
        """Body and content type that show the text to the citizen; only where `inline`."""
        raise NotImplementedError(f"{self.name} answers by send(), not in the response")

    def accepted(self) -> Reply:
        """The answer that tells the provider we have it, so that it does not call again."""
        raise NotImplementedError

    def refused(self) -> Reply:
        """The answer to a call that is authentic but makes no sense: polite, and final."""
        return self.accepted()

    def send(self, address: str, text: str, *, key: str = "") -> Sent:
        """Hand a message to the provider once; SendFailed or SendUnknown when that goes wrong.

        key is the caller's own id of the message: a receipt brings it back where a provider can.
        Takes up to 13 seconds: hold no database connection meanwhile.
        """
        raise SendFailed(f"{self.name} cannot send a message by itself", retry=False)

    def send_template(
        self, address: str, name: str, values: Sequence[str], *, key: str = ""
    ) -> Sent:
        """Send one of `templates` with the values of its {{1}}, {{2}}…; otherwise as `send`."""
        raise SendFailed(f'{self.name} has no template "{name}"', retry=False)
