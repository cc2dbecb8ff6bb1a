"""One HTTP request to a provider, ending in an answer or in an error that says the one thing that
matters: whether the message can have been taken."""

import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from channels.contract import Cause, SendFailed, SendUnknown, WrongSetting
from channels.providers.refusal import Refusal

if TYPE_CHECKING:
    import requests

CONNECT_SECONDS, READ_SECONDS = 3.05, 9.05
PROBE_SECONDS = 3.0

# What an HTTP status means for a message.  500 and 503 count as not taken, as in the practice of
# RapidPro's courier: who is down must not cost the citizen the answer.
STATUSES: Mapping[int, Refusal] = {
    400: Refusal("the request was refused as wrong", Cause.OUR_BUG),
    401: Refusal("the key is not accepted (a new one takes up to 20 minutes)", Cause.ACCOUNT),
    402: Refusal("the account has no credit", Cause.ACCOUNT),
    403: Refusal("the account may not do this", Cause.ACCOUNT),
    404: Refusal("nothing is at this address", Cause.ACCOUNT),
    405: Refusal("the address takes no messages", Cause.ACCOUNT),
    413: Refusal("the request is too large", Cause.OUR_BUG),
    429: Refusal("too many messages at once", Cause.BUSY),
    500: Refusal("it is out of order", Cause.DOWN),
    503: Refusal("it is out of order", Cause.DOWN),
}
TIMED_OUT = 408
"""This and the other 5xx may follow acceptance: a machine in between (502, 504, 520, 524) had
passed the request on.  So they are `SendUnknown`: a receipt or a person decides, no second copy."""
TOO_SLOW = "timely response"
"""In a 503 of akka-http, which serves Africa's Talking: its own work takes too long and goes on."""


class Answer(NamedTuple):
    """A 2xx answer: `data` is its JSON, whatever type of content it was called."""

    status: int
    data: Any


class Line:
    """A kept connection to one address of a provider, safe for threads and after a fork."""

    def __init__(
        self,
        setting: str,
        url: str,
        company: str,
        timeout: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
    ) -> None:
        self.url = checked(setting, url)
        self._company, self._timeout = company, timeout
        self._session: requests.Session | None = None
        self._owner = 0
        self._lock = threading.Lock()

    def post(self, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """Post a form once; SendFailed if nothing was taken, SendUnknown if it may have been."""
        import requests

        try:
            answer = self._open().post(
                self.url,
                data=dict(form),
                headers=dict(headers),
                timeout=self._timeout,
                allow_redirects=False,  # a redirected POST becomes a GET
            )
        except requests.RequestException as error:
            raise lost(error, self._company) from error
        if not answer.ok or answer.is_redirect:
            raise refused(answer.status_code, self._company, told=answer.text)
        try:
            return Answer(answer.status_code, answer.json())
        except ValueError:
            raise SendUnknown(f"{self._company} answered {answer.status_code} in no JSON") from None

    def answers(self) -> bool:
        """Whether the company is there; asks for nothing and sends nothing."""
        return answers(self.url)

    def _open(self) -> "requests.Session":
        # A connection must not be shared by a parent and its forked workers.
        import requests

        with self._lock:
            if self._session is None or self._owner != os.getpid():
                self._session, self._owner = requests.Session(), os.getpid()
            return self._session


def answers(url: str) -> bool:
    """Whether something in order stands at an address: any answer but a 5xx, within seconds."""
    import requests

    try:
        answer = requests.get(url, timeout=PROBE_SECONDS, allow_redirects=False)
    except requests.RequestException:
        return False
    return answer.status_code < 500


def checked(setting: str, url: str) -> str:
    """The address, or WrongSetting when it is none."""
    if url.startswith(("http://", "https://")):
        return url
    raise WrongSetting(setting, f'is "{url}", no web address', f"Example: {setting}=https://host")


def refused(
    status: int, company: str, code: str = "", *, told: str = ""
) -> SendFailed | SendUnknown:
    """The error an HTTP status stands for; what was `told` stays out, it may repeat the number."""
    code = code or str(status)
    if status in STATUSES and TOO_SLOW not in told:
        rule = STATUSES[status]
        return replace(rule, reason=f"{company}: {rule.reason}").error(code)
    if status >= 500 or status == TIMED_OUT:
        return SendUnknown(f"{company} answered {status}: it may have taken the message")
    cause = Cause.ACCOUNT if status < 400 else Cause.REFUSED  # a redirect: the address is wrong
    return SendFailed(f"{company} refused the request", code, cause=cause)


def lost(error: Exception, company: str) -> SendFailed | SendUnknown:
    """The error for a request without an answer: harmless only if it cannot have left us."""
    if any(_never_left(cause) for cause in _causes(error)):
        return SendFailed(f"{company} cannot be reached", type(error).__name__, cause=Cause.DOWN)
    return SendUnknown(f"{company} gave no answer: it may have taken the message")


def _never_left(cause: BaseException) -> bool:
    import ssl

    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

    return isinstance(
        cause, NewConnectionError | ConnectTimeoutError | ssl.SSLCertVerificationError
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything it wraps, however the libraries wrapped it."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop()
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [*cause.args, getattr(cause, "reason", None)]
            waiting += [cause.__cause__, cause.__context__]
