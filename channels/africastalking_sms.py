"""SMS through Africa's Talking: messages in, delivery reports and opt-outs as calls of their own,
messages out by one HTTP request each."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import blake2s
from typing import Self

from channels.contract import (
    Cause,
    Channel,
    Delivery,
    Forged,
    Heard,
    Inbound,
    Malformed,
    Nothing,
    OptOut,
    Receipt,
    Reply,
    SendFailed,
    Sent,
    Webhook,
)
from channels.providers import africastalking
from channels.providers.given import clean, required


class AfricasTalkingSms(Channel):
    """The short code: free for the citizen both ways where it is rented so."""

    name = "africastalking-sms"
    company = "africastalking"
    limit = 765  # Five parts of 153: an answer, a first notice, and where to reply.

    def __init__(
        self, secret: str, account: africastalking.Account | None, two_way: bool = True
    ) -> None:
        self._secret, self._account, self.two_way = secret, account, two_way

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        # The short code goes first as sender: an answer to a name (AT_SENDER) reaches nobody.
        code = env.get("AT_SHORT_CODE", "").strip()
        sender = code or env.get("AT_SENDER", "").strip()
        account = africastalking.Account.from_env(env, sender) if cls.configured(env) else None
        return cls(africastalking.callback_secret(env), account, two_way=sender.isdigit())

    @classmethod
    def configured(cls, env: Mapping[str, str]) -> bool:
        return africastalking.configured(env)

    def authenticate(self, hook: Webhook) -> None:
        if not africastalking.proves(hook.secret, self._secret):
            raise Forged("the address holds no valid AT_CALLBACK_SECRET")

    def receive(self, hook: Webhook) -> Heard:
        # A report that was sent to the address of messages is still a report.
        path = "receipts" if hook.path == "" and _is_report(hook.form) else hook.path
        if path in READERS:
            return READERS[path](hook.form)
        return Nothing(f"{self.name} has no address /{path[:40]}")

    def accepted(self) -> Reply:
        return africastalking.ACCEPTED

    def send(self, address: str, text: str, *, key: str = "") -> Sent:
        if self._account is None:
            raise SendFailed("AT_API_KEY is not set", cause=Cause.ACCOUNT)
        if address[:1].isalpha():
            needs = "an SMS needs a number, and this citizen shows none"
            raise SendFailed(needs, cause=Cause.NOT_ON_CHANNEL)
        return self._account.send(address, text)

    def reachable(self) -> bool:
        return self._account is not None and self._account.answers()


def _is_report(form: Mapping[str, str]) -> bool:
    return "status" in form and "text" not in form


def _message(form: Mapping[str, str]) -> Inbound:
    address, text = required(form, "from", "text")
    return Inbound(
        provider_id=clean(form.get("id", "")).strip() or _made_id(form),
        address=address,
        text=text,
        service_code=form.get("to", ""),
        network=form.get("networkCode", ""),
        sent_at=_moment(form.get("date", "")),
    )


def _made_id(form: Mapping[str, str]) -> str:
    """For a message that came without an id: its words are not lost for that, and its copies, which
    bear the same moment, stay copies.  Without a moment either it is Malformed."""
    if not form.get("date", "").strip():
        raise Malformed("id")
    said = "\0".join(form.get(name, "") for name in ("date", "from", "to", "text"))
    return f"made-{blake2s(said.encode('utf-8', 'replace'), digest_size=16).hexdigest()}"


def _receipt(form: Mapping[str, str]) -> Receipt:
    provider_id, status = required(form, "id", "status")
    # A status we do not know yet must be answered like any other: a 400 means 12 hours of copies.
    state, final = africastalking.STATES.get(status.lower(), (Delivery.UNKNOWN, False))
    told = clean(form.get("failureReason", ""))
    named = africastalking.FAILURES.get(told.lower())
    unnamed = africastalking.WITHOUT_REASON.get(status.lower())
    return Receipt(
        provider_id=provider_id,
        state=state,
        reason=(named.reason if named else told) or status,
        final=final,
        cause=named.cause if named else unnamed,
        address=form.get("phoneNumber", ""),
    )


def _opt_out(form: Mapping[str, str]) -> OptOut | Nothing:
    if form.get("updateType", "").lower() == "addition":
        return Nothing("a subscription was taken, not given up")
    return OptOut(*required(form, "phoneNumber"))


def _moment(text: str) -> datetime | None:
    # Seen as 2017-05-03T06:04:45Z and as 2017-05-03 06:04:45, both UTC.
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


READERS: Mapping[str, Callable[[Mapping[str, str]], Heard]] = {
    "": _message,
    "receipts": _receipt,
    "opt-outs": _opt_out,
}
