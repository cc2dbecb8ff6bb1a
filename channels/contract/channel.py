"""What every channel offers; subclass `Channel` in a file of `channels/`, that is all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import ClassVar, Self

from channels.contract.errors import Cause, SendFailed
from channels.contract.hearing import Heard, Reply, Webhook
from channels.contract.media import Fetched, NotFetched


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


class Channel:
    """A way to reach us and to be reached.  Subclass it in a file of `channels/`: that is all."""

    name: ClassVar[str]
    """Its name in addresses and in the setting CHANNELS."""
    company: ClassVar[str]
    """Who carries it: what one company allows or suffers counts for all its channels."""
    limit: ClassVar[int]
    """The longest text, in characters, that `answer` or `send` should be given."""
    inline: ClassVar[bool] = False
    """True when the answer to the citizen is the answer to the call, as with USSD."""
    window: ClassVar[timedelta | None] = None
    """How long after a citizen's words free text may be sent; None: at any time."""
    two_way: bool = True
    """True when a citizen can answer what is sent here."""
    templates: Mapping[str, str] = {}
    """Approved templates by name: what may leave after `window`."""

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
        raise SendFailed(f"{self.name} cannot send a message by itself", cause=Cause.OUR_BUG)

    def send_template(
        self, address: str, name: str, values: Sequence[str], *, key: str = ""
    ) -> Sent:
        """Send one of `templates` with the values of its {{1}}, {{2}}…; otherwise as `send`."""
        raise SendFailed(f'{self.name} has no template "{name}"', cause=Cause.NEEDS_TEMPLATE)

    def shows(self, text: str, labels: Sequence[str]) -> bool:
        """True when `send_choice` can show this text with these as buttons or as a list."""
        return False

    def send_choice(self, address: str, text: str, labels: Sequence[str], *, key: str = "") -> Sent:
        """Send a text with labels to tap; a tap is heard as the label's number, from 1."""
        raise SendFailed(f"{self.name} shows no buttons", cause=Cause.OUR_BUG)

    def reachable(self) -> bool:
        """Whether the company answers at all, asked in a way that sends nothing to anybody."""
        return True

    def fetch(self, url: str, limit: int) -> Fetched:
        """What a Media of this channel holds, of `limit` bytes at most, or NotFetched.

        Takes up to a minute: hold no database connection meanwhile.
        """
        raise NotFetched(f"{self.name} keeps nothing for us", retry=False)

    def forget(self, url: str) -> None:
        """Have the provider delete a Media; NotFetched if it could not be told.  Twice is once."""
        raise NotFetched(f"{self.name} keeps nothing for us", retry=False)
