"""USSD through Africa's Talking: every key press is a call, answered in the response.

This is the hot path: nothing heavy is imported or done here.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import blake2s
from typing import Self

from channels.contract import (
    Channel,
    Ended,
    Ending,
    Forged,
    Heard,
    Inbound,
    Malformed,
    Nothing,
    Reply,
    Webhook,
)
from channels.providers import africastalking
from channels.providers.given import clean, required

ENDINGS: Mapping[str, Ending] = {ending.value: ending for ending in Ending}


def read(form: Mapping[str, str]) -> Inbound:
    """One step, or Malformed.

    The id is the session and a digest of the whole history: the network numbers no steps, and
    "1" then "1" must differ from "1" sent twice; the words themselves have no place in an id.
    """
    try:
        session, address, history = clean(form["sessionId"]), form["phoneNumber"], form["text"]
    except KeyError as missing:
        raise Malformed(str(missing.args[0])) from None
    if not session or not address.strip():
        raise Malformed("sessionId" if not session else "phoneNumber")
    history = clean(history)
    digest = blake2s(history.encode("utf-8", "replace"), digest_size=12).hexdigest()
    return Inbound(
        provider_id=f"{session}:{digest}",
        address=address,
        text=history.rpartition("*")[2],
        session=session,
        history=history,
        service_code=clean(form.get("serviceCode", "")),
        network=form.get("networkCode", ""),
    )


class AfricasTalkingUssd(Channel):
    """A dialogue on any telephone; the citizen pays nothing and installs nothing."""

    name = "africastalking-ussd"
    company = "africastalking"
    limit = 156  # Safaricom shows 160 characters (its menus page beyond); "CON " takes four.
    inline = True

    def __init__(self, secret: str) -> None:
        self._secret = secret

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        return cls(africastalking.callback_secret(env))

    @classmethod
    def configured(cls, env: Mapping[str, str]) -> bool:
        return africastalking.configured(env)

    def authenticate(self, hook: Webhook) -> None:
        if not africastalking.proves(hook.secret, self._secret):
            raise Forged("the address holds no valid AT_CALLBACK_SECRET")

    def receive(self, hook: Webhook) -> Heard:
        if hook.path == "":
            return read(hook.form)
        if hook.path == "ended":
            return _ended(hook.form)
        return Nothing(f"{self.name} has no address /{hook.path[:40]}")

    def answer(self, text: str, ends: bool) -> tuple[str, str]:
        return f"{'END' if ends else 'CON'} {text}", africastalking.TEXT

    def accepted(self) -> Reply:
        return africastalking.ACCEPTED

    def refused(self) -> Reply:
        # Any status but 200, an empty body or another first word shows the network's own error.
        words = "Samahani, jaribu tena baadaye. Sorry, please try again later."
        return Reply(200, f"END {words}", africastalking.TEXT)


def _ended(form: Mapping[str, str]) -> Ended:
    session, address = required(form, "sessionId", "phoneNumber")
    return Ended(
        session=session,
        address=address,
        status=ENDINGS.get(form.get("status", "").lower(), Ending.UNKNOWN),
        hops=_whole(form.get("hopsCount", "")),
        duration_ms=_whole(form.get("durationInMillis", "")),
        cost=_shillings(form.get("cost", "")),
        reason=clean(form.get("errorMessage", "")),
        history=clean(form.get("input", "")),
        service_code=clean(form.get("serviceCode", "")),
        at=_moment(form.get("date", "")),
    )


def _moment(text: str) -> datetime | None:
    # Documented as `yyyy-MM-dd HH:mm:ss` in UTC.
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _shillings(text: str) -> Decimal | None:
    # Events write a bare amount ("0.05"); elsewhere the currency stands before it.
    return africastalking.shillings(text if " " in text.strip() else f"KES {text}")
