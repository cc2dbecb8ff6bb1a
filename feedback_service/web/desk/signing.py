"""The door of the desk: signing in and out, slowed down for whoever guesses.

Failures are counted for an address, since a whole office may share one, and for an account at an
address.  A slower brake counts an account's failures from everywhere; a browser that has signed in
to the account before is known by a cookie and passes that brake, so that no stranger can lock
somebody out of their own desk by guessing.
"""

import hashlib
import uuid
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
from feedback_service.models import Staff
from feedback_service.staff import second_factor
from feedback_service.web.access import TOKEN, open_to, viewer_here
from feedback_service.web.desk.admin.inviting import link_for
from feedback_service.web.desk.frame import EVERYONE, pages, runtime
from feedback_service.web.limits import limiter, reset_at

PER_ADDRESS = "5 per minute"
PER_ACCOUNT = "10 per 15 minutes"
PER_ACCOUNT_ANYWHERE = "30 per hour"
KNOWN, KNOWN_FOR = "known", timedelta(days=90)
HALF, HALF_FOR = "half", timedelta(minutes=10)
"""The key of the session under which a browser waits for its second factor, and how long."""


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
    return door(next_path=request.args.get("next", ""))


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
    account = staff.recognise(runtime(), email, request.form.get("password", ""))
    if account is None:
        return door(email, next_path, "wrong_sign_in"), 401
    if staff.is_code(account.password_hash):
        return redirect(address_of("desk.new_password", link=link_for(account)), 303)
    return go_on(account, next_path)


def go_on(account: Staff, next_path: str, *, shown_twice: bool = False) -> Response:
    """Whoever has shown who they are: in, or to what their second factor asks of them.

    shown_twice: the second factor was shown elsewhere, and is not asked for again.
    """
    asked = second_factor.asked_of(runtime(), account.id)
    if asked is second_factor.Asked.NOTHING or shown_twice:
        return let_in(account, next_path)
    session.clear()
    session[HALF] = [
        account.id.hex, runtime().now().timestamp(), own_path(next_path) or "",
        staff.link_mark(account),
    ]  # fmt: skip
    return redirect_to(f"desk.{'show_code' if asked is second_factor.Asked.CODE else 'enrol'}")


def let_in(account: Staff, next_path: str) -> Response:
    session.clear()
    session[TOKEN] = staff.open_browser(runtime(), account.id)
    response = redirect_to("desk.queue", own_path(next_path))
    response.set_cookie(
        KNOWN, str(_signer().dumps(_mark(account.email))), max_age=_age(), httponly=True,
        samesite="Lax", secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        path=address_of("desk.try_sign_in"),
    )  # fmt: skip
    return response


def half_in() -> tuple[Staff, str] | None:
    """Who has shown their password in this browser and no second factor yet, and where to then.

    Nobody once the account is closed or has another password.
    """
    kept = session.get(HALF)
    if not kept or runtime().now().timestamp() - kept[1] > HALF_FOR.total_seconds():
        return None
    with runtime().transaction() as db:
        account = db.get(Staff, uuid.UUID(kept[0]))
    good = account and account.disabled_at is None and staff.link_mark(account) == kept[3]
    return (account, kept[2]) if account and good else None


def redirect_to(view: str, path: str | None = None) -> Response:
    """As a response that cookies can be set on; a form was answered, so that the browser asks."""
    return make_response(redirect(path or address_of(view), 303))


@pages.post("/sign-out")
@open_to(*EVERYONE)
def sign_out() -> ResponseReturnValue:
    staff.sign_out(runtime(), session[TOKEN])
    session.clear()
    flash("signed_out", "done")
    return redirect(address_of("desk.sign_in"), 303)


@pages.errorhandler(RateLimitExceeded)
def too_many(_: RateLimitExceeded) -> ResponseReturnValue:
    """When the door opens again, in words; the header is set for all that are braked.

    The audit hears of it, above all of codes that are guessed: whoever does that has the password.
    """
    waiting = half_in()
    braked = waiting[0].email if waiting else _account()
    if request.method == "POST" and braked:
        staff.note_brake(runtime(), braked)
    page = door(_account(), request.form.get("next", ""), "locked", reset_at())
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


def door(
    email: str = "", next_path: str = "", error: str | None = None, retry_at: datetime | None = None
) -> str:
    return render_template(
        "desk/sign_in.html", email=email, next=own_path(next_path) or "", error=error,
        retry_at=retry_at, action=address_of("desk.try_sign_in"),
        oidc_href=address_of("desk.go_to_provider", next=own_path(next_path))
        if runtime().settings.oidc_issuer else None,
    )  # fmt: skip
