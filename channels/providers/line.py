"""One HTTP request to a provider, ending in an answer or in an error that says the one thing that
matters: whether the message can have been taken."""

import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from channels.contract import SendFailed, SendUnknown, WrongSetting
from channels.providers.refusal import Refusal

if TYPE_CHECKING:
    import requests

CONNECT_SECONDS, READ_SECONDS = 3.05, 9.05

# What an HTTP status means for a message.  Faults of our settings are retried, so that a wrong
# key costs a delay and not a citizen's message.  MAYBE are answers given by a machine in between
# that had already passed the request on: the message may be on its way.
STATUSES: Mapping[int, Refusal] = {
    400: Refusal("the request was refused as wrong"),
    401: Refusal("the key is not accepted (a new one takes up to 20 minutes)", retry=True),
    402: Refusal("the account has no credit", retry=True),
    403: Refusal("the account may not do this", retry=True),
    404: Refusal("nothing is at this address", retry=True),
    409: Refusal("the citizen wants no messages", opted_out=True),
    429: Refusal("too many messages at once", retry=True),
}
MAYBE = frozenset({408, 502, 504, 520, 524})


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
            raise refused(answer.status_code, self._company)
        try:
            return Answer(answer.status_code, answer.json())
        except ValueError:
            raise SendUnknown(f"{self._company} answered {answer.status_code} in no JSON") from None

    def _open(self) -> "requests.Session":
        # A connection must not be shared by a parent and its forked workers.
        import requests

        with self._lock:
            if self._session is None or self._owner != os.getpid():
                self._session, self._owner = requests.Session(), os.getpid()
            return self._session


def checked(setting: str, url: str) -> str:
    """The address, or WrongSetting when it is none."""
    if url.startswith(("http://", "https://")):
        return url
    raise WrongSetting(setting, f'is "{url}", no web address', f"Example: {setting}=https://host")


def refused(status: int, company: str, code: str = "") -> SendFailed | SendUnknown:
    """The error an HTTP status stands for; the body is left out, it may repeat the number."""
    code = code or str(status)
    if status in MAYBE:
        return SendUnknown(f"{company} answered {status}: it may have taken the message")
    if status in STATUSES:
        rule = STATUSES[status]
        return replace(rule, reason=f"{company}: {rule.reason}").error(code)
    if status >= 500:
        return SendFailed(f"{company} is out of order", code, retry=True)
    redirected = status < 400
    return SendFailed(f"{company} refused the request", code, retry=redirected)


def lost(error: Exception, company: str) -> SendFailed | SendUnknown:
    """The error for a request without an answer: harmless only if it cannot have left us."""
    if any(_never_left(cause) for cause in _causes(error)):
        return SendFailed(f"{company} cannot be reached", type(error).__name__, retry=True)
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
