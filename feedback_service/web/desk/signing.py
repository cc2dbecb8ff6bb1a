"""The door of the desk: signing in and out, slowed down for whoever guesses.

Failures are counted for an address, since a whole office may share one, and for an account at an
address.  A slower brake counts an account's failures from everywhere; a browser that has signed in
to the account before is known by a cookie and passes that brake, so that no stranger can lock
somebody out of their own desk by guessing.
"""

import hashlib
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import (
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
)
from flask import url_for as address_of
from flask.typing import ResponseReturnValue
from flask_limiter import RateLimitExceeded
from flask_limiter.util import get_remote_address
from itsdangerous import BadData, URLSafeTimedSerializer

from feedback_service import staff
from feedback_service.web.access import TOKEN, open_to, viewer_here
from feedback_service.web.desk.frame import EVERYONE, pages, runtime
from feedback_service.web.limits import limiter, reset_at

PER_ADDRESS = "5 per minute"
PER_ACCOUNT = "10 per 15 minutes"
PER_ACCOUNT_ANYWHERE = "30 per hour"
KNOWN, KNOWN_FOR = "known", timedelta(days=90)


def _failed(response: Response) -> bool:
    return response.status_code >= 400


def _account() -> str:
    return request.form.get("email", "").strip().lower()


def _account_here() -> str:
    return f"{_account()} {get_remote_address()}"


@pages.get("/sign-in")
@open_to("anyone")
def sign_in() -> ResponseReturnValue:
    if viewer_here():
        return redirect(address_of("desk.queue"), 303)
    return _door(next_path=request.args.get("next", ""))


def _knows_the_browser() -> bool:
    """Whether this browser has signed in to the account it names, in the last three months."""
    try:
        return bool(_signer().loads(request.cookies.get(KNOWN, ""), _age()) == _mark(_account()))
    except BadData:
        return False


@pages.post("/sign-in")
@open_to("anyone")
@limiter.limit(PER_ADDRESS, deduct_when=_failed, scope="sign-in-address")
@limiter.limit(PER_ACCOUNT, key_func=_account_here, deduct_when=_failed, scope="sign-in-account")
@limiter.limit(
    PER_ACCOUNT_ANYWHERE, key_func=_account, deduct_when=_failed, exempt_when=_knows_the_browser,
    scope="sign-in-anywhere",
)  # fmt: skip
def try_sign_in() -> ResponseReturnValue:
    email, next_path = request.form.get("email", ""), request.form.get("next", "")
    token = staff.sign_in(runtime(), email, request.form.get("password", ""))
    if token is None:
        return _door(email, next_path, "wrong_sign_in"), 401
    session.clear()
    session[TOKEN] = token
    response = redirect(own_path(next_path) or address_of("desk.queue"), 303)
    response.set_cookie(
        KNOWN, str(_signer().dumps(_mark(_account()))), max_age=_age(), httponly=True,
        samesite="Lax", secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        path=address_of("desk.try_sign_in"),
    )  # fmt: skip
    return response


@pages.post("/sign-out")
@open_to(*EVERYONE)
def sign_out() -> ResponseReturnValue:
    staff.sign_out(runtime(), session[TOKEN])
    session.clear()
    flash("signed_out", "done")
    return redirect(address_of("desk.sign_in"), 303)


@pages.errorhandler(RateLimitExceeded)
def too_many(_: RateLimitExceeded) -> ResponseReturnValue:
    """When the door opens again, in words; the header is set for all that are braked."""
    page = _door(_account(), request.form.get("next", ""), "locked", reset_at())
    return make_response(page, 429)


def own_path(path: str) -> str | None:
    """A path of the desk, or None for anything that could lead a browser elsewhere."""
    parts = urlsplit(path)
    ours = path.startswith("/desk/") and not parts.netloc and not parts.scheme
    return path if ours and "\\" not in path and path.isprintable() else None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="known-browser")


def _mark(account: str) -> str:
    """The account without its name: the cookie tells nobody whose it is."""
    return hashlib.sha256(account.encode()).hexdigest()[:32]


def _age() -> int:
    return int(KNOWN_FOR.total_seconds())


def _door(
    email: str = "", next_path: str = "", error: str | None = None, retry_at: datetime | None = None
) -> str:
    return render_template(
        "desk/sign_in.html", email=email, next=own_path(next_path) or "", error=error,
        retry_at=retry_at, action=address_of("desk.try_sign_in"), oidc_href=None,
    )  # fmt: skip
