"""Africa's Talking as a company: its callback secret, its tables, and the request to send an SMS.

Written against the HTTP interface: the official package hides the status code, answers words
instead of data for `application/json; charset=utf-8`, and opens a connection for each message.
"""

import hmac
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from channels.contract import (
    Cause,
    Delivery,
    Reply,
    SendFailed,
    SendUnknown,
    Sent,
    WrongSetting,
)
from channels.providers.given import setting
from channels.providers.line import Answer, Line
from channels.providers.refusal import Refusal

TEXT = "text/plain; charset=utf-8"
ACCEPTED = Reply(200, "OK", TEXT)  # Anything but 200 is called again each minute for 12 hours.

LIVE, SANDBOX = "https://api.africastalking.com", "https://api.sandbox.africastalking.com"

# statusCode of a recipient.  All of these are told of a row without a messageId: nothing was taken.
TAKEN = {100, 101, 102}
REFUSALS: Mapping[int, Refusal] = {
    401: Refusal("RiskHold", Cause.REFUSED),
    402: Refusal("InvalidSenderId", Cause.ACCOUNT),
    403: Refusal("InvalidPhoneNumber", Cause.BAD_NUMBER),
    404: Refusal("UnsupportedNumberType", Cause.BAD_NUMBER),
    405: Refusal("InsufficientBalance", Cause.ACCOUNT),
    406: Refusal("UserInBlacklist", Cause.OPTED_OUT),
    407: Refusal("CouldNotRoute", Cause.REFUSED),
    409: Refusal("DoNotDisturbRejection", Cause.OPTED_OUT),
    500: Refusal("InternalServerError", Cause.DOWN),
    501: Refusal("GatewayError", Cause.DOWN),
    502: Refusal("RejectedByGateway", Cause.DOWN),
}
UNNAMED = Refusal("refused for a reason we do not know", Cause.REFUSED)
BY_NAME: Mapping[str, tuple[int, Refusal]] = {
    refusal.reason.lower(): (code, refusal) for code, refusal in REFUSALS.items()
}

# status of a delivery report.  An absent subscriber's message is still in the network; an expired
# one (taken out by the network's own filter) is not marked final, and may still be delivered.
STATES: Mapping[str, tuple[Delivery, bool]] = {
    "sent": (Delivery.SENT, False),
    "submitted": (Delivery.SENT, False),
    "buffered": (Delivery.SENT, False),
    "absentsubscriber": (Delivery.SENT, False),
    "success": (Delivery.DELIVERED, True),
    "rejected": (Delivery.FAILED, True),
    "failed": (Delivery.FAILED, True),
    "expired": (Delivery.FAILED, False),
}
WITHOUT_REASON: Mapping[str, Cause] = {
    "rejected": Cause.REFUSED, "failed": Cause.ABSENT, "expired": Cause.FILTERED,
}  # fmt: skip
"""What a report means that tells no failureReason, or one that is new."""

# failureReason of a delivery report, in lower case: the documents and the wire differ in it.
FAILURES: Mapping[str, Refusal] = {
    "insufficientcredit": Refusal("InsufficientCredit", Cause.ACCOUNT),
    "invalidlinkid": Refusal("InvalidLinkId", Cause.OUR_BUG),
    "userisinactive": Refusal("UserIsInactive", Cause.ABSENT),
    "userinblacklist": Refusal("UserInBlackList", Cause.OPTED_OUT),
    "useraccountsuspended": Refusal("UserAccountSuspended", Cause.ABSENT),
    "notnetworksubcriber": Refusal("NotNetworkSubscriber", Cause.REFUSED),
    "notnetworksubscriber": Refusal("NotNetworkSubscriber", Cause.REFUSED),
    "usernotsubscribedtoproduct": Refusal("UserNotSubscribedToProduct", Cause.REFUSED),
    "userdoesnotexist": Refusal("UserDoesNotExist", Cause.GONE),
    "deliveryfailure": Refusal("DeliveryFailure", Cause.ABSENT),
    "donotdisturbrejection": Refusal("DoNotDisturbRejection", Cause.OPTED_OUT),
}


def callback_secret(env: Mapping[str, str]) -> str:
    """The secret in our callback addresses, the only proof there is: the company signs nothing."""
    remedy = 'made by: python3 -c "import secrets; print(secrets.token_urlsafe(24))"'
    secret = setting(env, "AT_CALLBACK_SECRET", remedy)
    if re.fullmatch(r"[A-Za-z0-9._~-]+", secret):
        return secret
    wrong = "holds a character that cannot stand in an address"
    raise WrongSetting("AT_CALLBACK_SECRET", wrong, f"Example: a value {remedy}")


def proves(told: str, secret: str) -> bool:
    """True when a call came by our secret address; compared in constant time, never true unset."""
    return bool(secret) and hmac.compare_digest(told.encode(), secret.encode())


def configured(env: Mapping[str, str]) -> bool:
    """True when messages can leave by Africa's Talking."""
    return bool(env.get("AT_API_KEY") or env.get("AT_API_URL"))


def shillings(cost: str) -> Decimal | None:
    """The amount of "KES 0.8000" in shillings; None for another currency or no amount."""
    currency, _, amount = cost.strip().partition(" ")
    try:
        value = Decimal(amount.strip()) if currency.upper() == "KES" else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() else None


class Account:
    """The account we send from: its key, its sender, and its line to the company."""

    def __init__(self, username: str, key: str, sender: str, line: Line) -> None:
        self._username, self._key, self._sender, self._line = username, key, sender, line

    @classmethod
    def from_env(cls, env: Mapping[str, str], sender: str) -> "Account":
        """From AT_USERNAME, AT_API_KEY and AT_API_URL (a host, or the address up to /version1)."""
        key, url = env.get("AT_API_KEY", ""), env.get("AT_API_URL", "").rstrip("/")
        # A counterpart on this machine needs no key; the company itself needs both.
        username = setting(env, "AT_USERNAME", "sandbox") if key else env.get("AT_USERNAME", "")
        host = url.removesuffix("/messaging").removesuffix("/version1")
        host = host or (SANDBOX if username == "sandbox" else LIVE)
        line = Line("AT_API_URL", f"{host}/version1/messaging", "Africa's Talking")
        return cls(username or "sandbox", key, sender, line)

    def answers(self) -> bool:
        """Whether the company is there; asks for nothing and sends nothing."""
        return self._line.answers()

    def send(self, number: str, text: str) -> Sent:
        """Send one SMS to one number in E.164."""
        form = {"username": self._username, "to": number, "message": text, "bulkSMSMode": "1"}
        if self._sender:
            form["from"] = self._sender
        answer = self._line.post(form, {"apiKey": self._key, "Accept": "application/json"})
        return _sent(number, answer)


def _sent(number: str, answer: Answer) -> Sent:
    data = answer.data.get("SMSMessageData") if isinstance(answer.data, dict) else None
    if not isinstance(data, dict):
        raise SendUnknown("Africa's Talking accepted the request and answered no SMSMessageData")
    message, rows = str(data.get("Message", "")), data.get("Recipients")
    if not isinstance(rows, list) or not rows:
        raise _refused_whole(message)
    for row in rows:
        if isinstance(row, dict) and _same(str(row.get("number", "")), number):
            return _accepted(row, message)
    raise SendUnknown("Africa's Talking answered for another number than the one asked for")


def _refused_whole(message: str) -> SendFailed | SendUnknown:
    # The whole request is refused with 201, no recipients, and one word that says why.
    if message.startswith("Sent to") and not message.startswith("Sent to 0"):
        return SendUnknown("Africa's Talking says it sent, and names no recipient")
    code, refusal = BY_NAME.get(message.lower(), (0, UNNAMED))
    return refusal.error(str(code or ""))


def _same(one: str, other: str) -> bool:
    # The answer may write 0712… as +254712…: the last nine digits are the subscriber.
    digits = [re.sub(r"\D", "", number)[-9:] for number in (one, other)]
    return digits[0] == digits[1] != ""


def _accepted(row: Mapping[str, Any], message: str) -> Sent:
    code, provider_id = _number(row.get("statusCode")), str(row.get("messageId") or "None")
    if code is not None and code in REFUSALS:
        raise REFUSALS[code].error(str(code))
    if provider_id == "None":
        if code in TAKEN:
            raise SendUnknown("Africa's Talking accepted the message and gave it no id")
        raise UNNAMED.error(str(code or ""))
    told = re.search(r"Message parts: (\d+)", message)
    cost = str(row.get("cost", ""))
    parts = _number(row.get("messageParts")) or _number(told and told.group(1))
    return Sent(provider_id, shillings(cost), parts, cost if " " in cost else "")


def _number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else None
