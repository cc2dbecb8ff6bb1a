"""The desk: the staff's pages, on one blueprint, each of them open to named roles only."""

from flask import Flask, Response, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import NotFound

from feedback_service.runtime import Runtime
from feedback_service.web.access import open_to, viewer_here
from feedback_service.web.desk import (
    account,
    admin,
    appraisal,
    bulk,
    calendar,
    calls,
    canned,
    case,
    conflicts,
    contract,
    dashboard,
    files,
    flags,
    frame,
    frozen,
    government,
    government_papers,
    incidents,
    labels,
    ladder,
    looks,
    national,
    national_cases,
    new_password,
    notices,
    ombudsman,
    operators,
    oversight,
    presence,
    provider,
    queue,
    recognition,
    register,
    rising,
    rules,
    second_factor,
    set_aside,
    sheets,
    signing,
    subjects,
    supervise,
    survey,
    text_model,
    unsealing,
    views,
    visits,
    wording,
)

__all__ = [
    "account", "admin", "appraisal", "bulk", "calendar", "calls", "canned", "case", "conflicts",
    "contract", "dashboard", "files", "flags", "frozen", "furnish", "government",
    "government_papers", "incidents", "labels",
    "ladder", "looks", "national", "national_cases", "new_password", "notices", "ombudsman",
    "operators", "oversight", "presence", "provider", "queue", "recognition", "register",
    "rising", "rules", "second_factor", "set_aside", "sheets", "signing", "subjects",
    "supervise", "survey", "text_model", "unsealing", "views", "visits", "wording",
]  # fmt: skip

csrf = CSRFProtect()

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def furnish(app: Flask, rt: Runtime) -> None:
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)  # a form may lie open over lunch
    app.config.setdefault("WTF_CSRF_CHECK_DEFAULT", False)  # the desk asks for itself, below
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=rt.settings.public_url.startswith("https:"),
    )
    csrf.init_app(app)
    app.register_blueprint(frame.pages)


@frame.pages.before_request
def _guard() -> None:
    csrf.protect()


@frame.pages.after_request
def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


@frame.pages.errorhandler(CSRFError)
def _forged(_: CSRFError) -> ResponseReturnValue:
    """A form from before the last sign-in, or from elsewhere: nothing of it is done."""
    flash("form_too_old", "problem")
    return redirect(url_for("desk.queue" if viewer_here() else "desk.sign_in"), 303)


@frame.pages.errorhandler(NotFound)
def _not_found(error: NotFound) -> ResponseReturnValue:
    return frame.not_found(error)


@frame.pages.route("/<path:anything>")
@open_to("anyone")
def nowhere(anything: str) -> ResponseReturnValue:
    """Addresses of the desk that lead nowhere look like those that are closed to the reader."""
    abort(404)
