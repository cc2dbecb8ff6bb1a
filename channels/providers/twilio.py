"""Twilio as a company: signed calls, the statuses and errors it tells, and sending by its own SDK.

The SDK takes half a second to import, so it is imported when first needed.
"""

import logging
import os
import threading
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Self
from urllib.parse import parse_qs, quote, urlsplit

from channels.contract import (
    Cause,
    Channel,
    Delivery,
    Forged,
    Heard,
    Inbound,
    Nothing,
    Receipt,
    Reply,
    SendFailed,
    SendUnknown,
    Sent,
    Webhook,
)
from channels.providers.given import clean, required, setting
from channels.providers.line import answers, checked, lost, refused
from channels.providers.refusal import Refusal

if TYPE_CHECKING:
    from twilio.rest import Client
    from twilio.rest.api.v2010.account.message import MessageInstance

logging.getLogger("twilio.http_client").setLevel(logging.WARNING)  # eleven lines a message

ACCEPTED = Reply(200, "<Response/>", "text/xml; charset=utf-8")  # other text is sent to the citizen
SECONDS = 10.0  # the SDK waits for ever unless told

# MessageStatus.  No status is told at first, and they come in any order.
STATES: Mapping[str, tuple[Delivery, bool]] = {
    "accepted": (Delivery.SENT, False),
    "scheduled": (Delivery.SENT, False),
    "queued": (Delivery.SENT, False),
    "sending": (Delivery.SENT, False),
    "sent": (Delivery.SENT, False),
    "delivered": (Delivery.DELIVERED, True),
    "read": (Delivery.DELIVERED, True),
    "partially_delivered": (Delivery.DELIVERED, False),
    "undelivered": (Delivery.FAILED, True),
    "failed": (Delivery.FAILED, True),
    "canceled": (Delivery.FAILED, True),
}

# Error codes of answers and of receipts.
REFUSALS: Mapping[int, Refusal] = {
    14107: Refusal("too many messages at once", Cause.BUSY),
    20003: Refusal("TWILIO_ACCOUNT_SID or TWILIO_AUTH_TOKEN is not accepted", Cause.ACCOUNT),
    20429: Refusal("too many messages at once", Cause.BUSY),
    21211: Refusal("not a number", Cause.BAD_NUMBER),
    21212: Refusal("the sender is not ours", Cause.ACCOUNT),
    21408: Refusal("Kenya is not enabled for this account", Cause.ACCOUNT),
    21603: Refusal("the message has no sender", Cause.ACCOUNT),
    21606: Refusal("the sender is not ours", Cause.ACCOUNT),
    21609: Refusal("the address for receipts is refused: see PUBLIC_URL", Cause.ACCOUNT),
    21610: Refusal("the citizen unsubscribed", Cause.OPTED_OUT),
    21611: Refusal("the sender's queue is full", Cause.BUSY),
    21614: Refusal("not a mobile number", Cause.BAD_NUMBER),
    21617: Refusal("the text is longer than 1600 characters", Cause.OUR_BUG),
    21656: Refusal("the template's variables are wrong", Cause.OUR_BUG),
    30001: Refusal("the queue is full", Cause.BUSY),
    30003: Refusal("the handset cannot be reached", Cause.ABSENT),
    30005: Refusal("the number does not exist", Cause.GONE),
    30006: Refusal("a landline", Cause.BAD_NUMBER),
    30007: Refusal("filtered by the network", Cause.FILTERED),
    30008: Refusal("failed for a reason not told", Cause.ABSENT),
    63003: Refusal("not a WhatsApp user", Cause.NOT_ON_CHANNEL),
    63013: Refusal("against WhatsApp's policy", Cause.FILTERED),
    63014: Refusal("the citizen blocked us", Cause.OPTED_OUT),
    63016: Refusal("outside the 24 hours: needs a template", Cause.NEEDS_TEMPLATE),
    63018: Refusal("too many messages at once", Cause.BUSY),
    63021: Refusal("a template longer than 1024 characters", Cause.OUR_BUG),
    63024: Refusal("not a recipient WhatsApp allows", Cause.NOT_ON_CHANNEL),
    63028: Refusal("the template's variables are wrong", Cause.OUR_BUG),
    63032: Refusal("WhatsApp does not let this citizen have it", Cause.NOT_ON_CHANNEL),
    63038: Refusal("the day's allowance is used up", Cause.BUSY),
}


class TwilioChannel(Channel):
    """What WhatsApp and SMS share."""

    company = "twilio"
    sender_setting: ClassVar[str]
    sender_example: ClassVar[str]

    def __init__(self, tokens: Sequence[str], account: "Account | None") -> None:
        self._tokens, self._account = tuple(filter(None, tokens)), account

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        token = setting(env, "TWILIO_AUTH_TOKEN", "the 32 characters of the account's page")
        tokens = (token, env.get("TWILIO_AUTH_TOKEN_SECONDARY", "").strip())
        return cls(tokens, Account.from_env(cls, env) if cls.configured(env) else None)

    @classmethod
    def configured(cls, env: Mapping[str, str]) -> bool:
        # The token is made up by `make run`, so only an account tells that there is one.
        return bool(env.get("TWILIO_ACCOUNT_SID") or env.get("TWILIO_API_URL"))

    def authenticate(self, hook: Webhook) -> None:
        from twilio.request_validator import RequestValidator, get_signature_algorithm

        told = hook.headers.get("x-twilio-signature", "")
        settings = hook.headers.get("x-twilio-webhooks-signature-settings", "")
        how, form = get_signature_algorithm(settings), _Form(hook)
        valid = [RequestValidator(t).validate(hook.url, form, told, how) for t in self._tokens]
        if not told or not any(valid):
            raise Forged("X-Twilio-Signature fits neither token (is PUBLIC_URL what Twilio calls?)")

    def receive(self, hook: Webhook) -> Heard:
        if "MessageStatus" in hook.form and hook.path in {"", "receipts"}:
            return _receipt(hook)
        if hook.path == "receipts":
            required(hook.form, "MessageStatus")
        if hook.path:
            return Nothing(f"{self.name} has no address /{hook.path[:40]}")
        return self._message({name: clean(value) for name, value in hook.form.items()})

    def accepted(self) -> Reply:
        return ACCEPTED

    def send(self, address: str, text: str, *, key: str = "") -> Sent:
        to = self._to(address)
        return self._line().send(to, key, {"body": text})

    def reachable(self) -> bool:
        return self._line().answers()

    def _line(self) -> "Account":
        if self._account is None:
            raise SendFailed("TWILIO_ACCOUNT_SID is not set", cause=Cause.ACCOUNT)
        return self._account

    @abstractmethod
    def _to(self, address: str) -> str:
        """The address as Twilio wants it, or SendFailed."""

    @abstractmethod
    def _message(self, form: Mapping[str, str]) -> Inbound: ...


class Account:
    """The account we send from: its client, its sender, and where its receipts go."""

    def __init__(
        self, sid: str, token: str, sender: str, url: str, receipts: str, seconds: float = SECONDS
    ) -> None:
        self._sid, self._token, self._sender = sid, token, sender
        self._url, self._receipts, self._seconds = url, receipts, seconds
        self._client: Client | None = None
        self._owner = 0
        self._lock = threading.Lock()

    @classmethod
    def from_env(cls, kind: type[TwilioChannel], env: Mapping[str, str]) -> "Account":
        """From TWILIO_ACCOUNT_SID, _AUTH_TOKEN, _API_URL, the channel's sender, and PUBLIC_URL."""
        url, public = env.get("TWILIO_API_URL", "").rstrip("/"), env.get("PUBLIC_URL", "")
        sid = env.get("TWILIO_ACCOUNT_SID", "").strip() or "AC" + "0" * 32
        sender = setting(env, kind.sender_setting, kind.sender_example)
        receipts = receipts_address(public, kind.name, elsewhere=bool(url))
        url = checked("TWILIO_API_URL", url.removesuffix("/2010-04-01")) if url else ""
        return cls(sid, env["TWILIO_AUTH_TOKEN"].strip(), sender, url, receipts)

    def answers(self) -> bool:
        """Whether the company is there; asks for nothing and sends nothing."""
        return answers(self._url or "https://api.twilio.com")

    def send(self, to: str, key: str, words: Mapping[str, str]) -> Sent:
        """Send one message; its key comes back in the address of its receipts.

        words are the SDK's arguments for what is said: a body, or a template and its variables.
        """
        import requests
        from twilio.base.exceptions import TwilioRestException, TwilioServiceException

        fields = {**words, **self._from(to)}
        if self._receipts:
            asked = f"?key={quote(key, safe='')}" if key else ""
            fields["status_callback"] = self._receipts + asked
        try:
            made = self._open().messages.create(to=to, **fields)
        except (TwilioRestException, TwilioServiceException) as error:
            # Twilio's own words repeat the number, and must not reach a log with the traceback.
            raise _failure(error.status, error.code) from None
        except requests.RequestException as error:
            raise lost(error, "Twilio") from error
        except (ValueError, AttributeError):
            raise SendUnknown("Twilio accepted the request and answered in no JSON") from None
        return _sent(made)

    def _from(self, to: str) -> dict[str, str]:
        if self._sender.startswith("MG"):
            return {"messaging_service_sid": self._sender}
        scheme = "whatsapp:" if to.startswith("whatsapp:") else ""
        return {"from_": scheme + self._sender.removeprefix("whatsapp:")}

    def _open(self) -> "Client":
        # A connection must not be shared by a parent and its forked workers.
        from twilio.http.http_client import TwilioHttpClient
        from twilio.rest import Client

        with self._lock:
            if self._client is None or self._owner != os.getpid():
                # An environment of its own: left alone, the SDK reads the process's.
                client = Client(
                    self._sid,
                    self._token,
                    http_client=TwilioHttpClient(timeout=self._seconds),
                    environment={"TWILIO_EDGE": ""},
                )
                if self._url:
                    client.api.base_url = self._url
                self._client, self._owner = client, os.getpid()
            return self._client


def receipts_address(public: str, name: str, elsewhere: bool = False) -> str:
    """Where Twilio reports on our messages; "" when it could not call us there.

    Twilio refuses a message whose StatusCallback is this machine's own name (21609); a counterpart
    `elsewhere`, set by TWILIO_API_URL, may well be on this machine.
    """
    host = urlsplit(public).hostname or ""
    if not host or (not elsewhere and (host == "localhost" or host.startswith(("127.", "::1")))):
        return ""
    return f"{public.rstrip('/')}/hooks/{name}/receipts"


class _Form(dict[str, str]):
    """The form as the validator wants it: with every value of a name that came more than once."""

    def __init__(self, hook: Webhook) -> None:
        super().__init__(hook.form)
        self._pairs = hook.pairs
        self.update(self._pairs)

    def getlist(self, name: str) -> list[str]:
        return [value for key, value in self._pairs if key == name] or [self[name]]


def _receipt(hook: Webhook) -> Receipt:
    provider_id, status = required(hook.form, "MessageSid", "MessageStatus")
    state, final = STATES.get(status.lower(), (Delivery.UNKNOWN, False))
    code = hook.form.get("ErrorCode", "")
    known = REFUSALS.get(int(code)) if code.isascii() and code.isdigit() else None
    cause = known.cause if known else Cause.REFUSED
    key = parse_qs(urlsplit(hook.url).query).get("key", [""])[0]
    return Receipt(
        provider_id=provider_id,
        state=state,
        reason=known.reason if known else status,
        final=final,
        code=code,
        cause=cause if state is Delivery.FAILED or known else None,
        address=hook.form.get("To", "").removeprefix("whatsapp:"),
        key=key,
        cost_told=_price(hook.form.get("PriceUnit"), hook.form.get("Price")),
    )


def _sent(made: "MessageInstance") -> Sent:
    if made.error_code:
        raise _failure(None, made.error_code)
    if not made.sid:
        raise SendUnknown("Twilio accepted the message and gave it no id")
    parts, told = made.num_segments or "", _price(made.price_unit, made.price)
    return Sent(made.sid, None, int(parts) if parts.isdigit() else None, told)


def _price(unit: str | None, price: str | None) -> str:
    # Twilio writes what it takes from the account: "-0.0079".
    return f"{(unit or 'usd').upper()} {price.removeprefix('-')}" if price else ""


def _failure(status: int | None, code: int | None) -> SendFailed | SendUnknown:
    if code is not None and code in REFUSALS:
        return REFUSALS[code].error(str(code))
    if status:
        return refused(status, "Twilio", str(code or ""))
    return SendFailed("Twilio refused the message", str(code), cause=Cause.REFUSED)
