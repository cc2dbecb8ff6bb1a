"""The second step of the door, and the second factor's own page: set up, shown, renewed, ended."""

import io
import uuid

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter.util import get_remote_address

from feedback_service.models import Staff
from feedback_service.staff import BadAccount, second_factor
from feedback_service.web.access import open_to, viewer, viewer_here
from feedback_service.web.desk.frame import EVERYONE, pages, runtime
from feedback_service.web.desk.signing import door, half_in, let_in
from feedback_service.web.limits import limiter

BEGUN = "second-factor"
"""The key of the session under which a browser keeps the sealed secret that it sets up."""
PER_MINUTE, PER_HOUR = "5 per minute", "20 per hour"
"""Wrong codes of one account, wherever they come from: whoever types one has the password."""


def _failed(response: object) -> bool:
    return getattr(response, "status_code", 200) >= 400


def _whose() -> str:
    """The account that codes are tried for, at the door or behind it."""
    waiting, who = half_in(), viewer_here()
    return str(waiting[0].id if waiting else who.staff_id if who else get_remote_address())


_by_minute = limiter.limit(
    PER_MINUTE, key_func=_whose, deduct_when=_failed, scope="second-factor-minute"
)
_by_hour = limiter.limit(PER_HOUR, key_func=_whose, deduct_when=_failed, scope="second-factor-hour")


@pages.get("/sign-in/code")
@open_to("anyone")
def show_code() -> ResponseReturnValue:
    return _code_page() if half_in() else _start_again()


@pages.post("/sign-in/code")
@open_to("anyone")
@_by_minute
@_by_hour
def try_code() -> ResponseReturnValue:
    waiting = half_in()
    if waiting is None:
        return _start_again()
    account, next_path = waiting
    if not second_factor.check(runtime(), account.id, request.form.get("code", "")):
        return _code_page("wrong_code"), 401
    return let_in(account, next_path)


@pages.get("/sign-in/second-factor")
@open_to("anyone")
def enrol() -> ResponseReturnValue:
    """Set up before the desk opens: the role must have a second factor."""
    waiting = half_in()
    if waiting is None:
        return _start_again()
    if waiting[0].totp_since:  # in another browser, since this one asked
        return redirect(url_for("desk.show_code"), 303)
    return _setting_up(waiting[0], at_door=True)


@pages.post("/sign-in/second-factor")
@open_to("anyone")
@_by_minute
@_by_hour
def confirm_enrolment() -> ResponseReturnValue:
    waiting = half_in()
    if waiting is None:
        return _start_again()
    account, next_path = waiting
    try:
        codes = _confirmed(account.id)
    except BadAccount:
        if account.totp_since:
            return redirect(url_for("desk.show_code"), 303)
        return _setting_up(account, at_door=True, error="wrong_code"), 422
    response = let_in(account, next_path)
    page = _codes_page(codes, response.location)
    response.status_code, response.data = 200, page.encode()
    response.headers.pop("Location")
    return response


@pages.get("/account/second-factor")
@open_to(*EVERYONE)
def own_second_factor() -> ResponseReturnValue:
    return _own_page()


@pages.post("/account/second-factor/<what>")
@open_to(*EVERYONE)
@_by_minute
@_by_hour
def change_second_factor(what: str) -> ResponseReturnValue:
    """Turn it on, get new recovery codes, or turn it off; each with a code shown now."""
    rt, me, code = runtime(), viewer().staff_id, request.form.get("code", "")
    try:
        if what == "off":
            second_factor.turn_off(rt, me, code)
            flash("saved", "done")
            return redirect(url_for("desk.account"), 303)
        codes = _confirmed(me) if what == "on" else second_factor.renew_codes(rt, me, code)
        return _codes_page(codes, url_for("desk.account"))
    except BadAccount:
        return _own_page("wrong_code"), 422


def _own_page(error: str = "") -> str:
    rt, me = runtime(), viewer().staff_id
    with rt.transaction() as db:
        account = db.get_one(Staff, me)
    if account.totp_since is None:
        return _setting_up(account, at_door=False, error=error)
    return render_template(
        "desk/second_factor.html",
        since=account.totp_since,
        left=len(account.recovery),
        must=second_factor.must_have(rt, me),
        error=error,
    )


def _confirmed(staff_id: uuid.UUID) -> list[str]:
    code = request.form.get("code", "")
    codes = second_factor.confirm(runtime(), staff_id, session.get(BEGUN, ""), code)
    session.pop(BEGUN)
    return codes


def _setting_up(account: Staff, *, at_door: bool, error: str = "") -> str:
    rt = runtime()
    begun = session[BEGUN] = session.get(BEGUN) or second_factor.begin(rt, account.id)
    address = second_factor.address(rt, account, begun)
    secret = address.partition("secret=")[2].partition("&")[0]
    return render_template(
        "desk/second_factor_new.html",
        qr=_as_svg(address),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        at_door=at_door,
        error=error,
    )


def _as_svg(address: str) -> str:
    """The QR code as a drawing inside the page; black on white also where the page is dark."""
    import segno  # once in an account's life

    drawn = io.BytesIO()
    segno.make(address, error="m").save(
        drawn, kind="svg", xmldecl=False, svgns=False, scale=4, border=4, light="#fff",
        svgclass="qr", lineclass=None, omitsize=True,
    )  # fmt: skip
    return drawn.getvalue().decode()


def _codes_page(codes: list[str], href: str | None) -> str:
    return render_template("desk/recovery_codes.html", codes=codes, href=href)


def _code_page(error: str = "") -> str:
    return render_template("desk/sign_in_code.html", error=error)


def _start_again() -> ResponseReturnValue:
    """The password was shown too long ago, or in another browser."""
    return door(error="sign_in_again"), 401
