"""The door of the desk: signing in and out, slowed down for whoever guesses.

Failures are counted for an address, since a whole office may share one, and every attempt for an
account name; both counts lie in Redis, so that all web processes share them.
"""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Response, flash, make_response, redirect, render_template, request, session
from flask import url_for as address_of
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter, RateLimitExceeded
from flask_limiter.util import get_remote_address

from feedback_service import staff
from feedback_service.web.access import TOKEN, open_to, viewer_here
from feedback_service.web.desk.frame import EVERYONE, pages, runtime

PER_ADDRESS = "5 per minute"
PER_ACCOUNT = "10 per 15 minutes"

limiter = Limiter(get_remote_address, default_limits=[], in_memory_fallback_enabled=True)


def _failed(response: Response) -> bool:
    return response.status_code >= 400


def _account() -> str:
    return request.form.get("email", "").strip().lower()


@pages.get("/sign-in")
@open_to("anyone")
def sign_in() -> ResponseReturnValue:
    if viewer_here():
        return redirect(address_of("desk.queue"), 303)
    return _door(next_path=request.args.get("next", ""))


@pages.post("/sign-in")
@open_to("anyone")
@limiter.limit(PER_ADDRESS, deduct_when=_failed, scope="sign-in-address")
@limiter.limit(PER_ACCOUNT, key_func=_account, scope="sign-in-account")
def try_sign_in() -> ResponseReturnValue:
    email, next_path = request.form.get("email", ""), request.form.get("next", "")
    token = staff.sign_in(runtime(), email, request.form.get("password", ""))
    if token is None:
        return _door(email, next_path, "wrong_sign_in"), 401
    session.clear()
    session[TOKEN] = token
    return redirect(own_path(next_path) or address_of("desk.queue"), 303)


@pages.post("/sign-out")
@open_to(*EVERYONE)
def sign_out() -> ResponseReturnValue:
    staff.sign_out(runtime(), session[TOKEN])
    session.clear()
    flash("signed_out", "done")
    return redirect(address_of("desk.sign_in"), 303)


@pages.errorhandler(RateLimitExceeded)
def too_many(_: RateLimitExceeded) -> ResponseReturnValue:
    """When the door opens again, in words and as a header."""
    reached = limiter.current_limit
    reset = reached.reset_at if reached else datetime.now(UTC).timestamp() + 60
    again = datetime.fromtimestamp(reset, UTC)
    page = _door(_account(), request.form.get("next", ""), "locked", again)
    response = make_response(page, 429)
    response.headers["Retry-After"] = str(max(1, int((again - datetime.now(UTC)).total_seconds())))
    return response


def own_path(path: str) -> str | None:
    """A path of the desk, or None for anything that could lead a browser elsewhere."""
    parts = urlsplit(path)
    ours = path.startswith("/desk/") and not parts.netloc and not parts.scheme
    return path if ours and "\\" not in path and path.isprintable() else None


def _door(
    email: str = "", next_path: str = "", error: str | None = None, retry_at: datetime | None = None
) -> str:
    return render_template(
        "desk/sign_in.html", email=email, next=own_path(next_path) or "", error=error,
        retry_at=retry_at, action=address_of("desk.try_sign_in"), oidc_href=None,
    )  # fmt: skip
