"""The page behind an invitation: whoever holds the link or the code chooses a password, once."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData

from feedback_service import staff
from feedback_service.staff import BadAccount
from feedback_service.web.access import open_to
from feedback_service.web.desk.admin.inviting import signer
from feedback_service.web.desk.frame import pages, runtime
from feedback_service.web.limits import limiter


@pages.get("/new-password/<link>")
@open_to("anyone")
def new_password(link: str) -> ResponseReturnValue:
    read = _read(link)
    return _page({}) if read and staff.link_is_good(runtime(), *read) else _too_old()


@pages.post("/new-password/<link>")
@open_to("anyone")
@limiter.limit("10 per minute")
def choose_password(link: str) -> ResponseReturnValue:
    new, read = request.form.get("new", ""), _read(link)
    if read is None:
        return _too_old()
    if new != request.form.get("again", ""):
        return _page({"again": "not_same"}), 422
    try:
        staff.choose_password(runtime(), *read, new)
    except BadAccount as error:
        if error.field == "password":
            return _page({"new": "weak_password"}), 422
        return _too_old()
    flash("password_chosen", "done")
    return redirect(url_for("desk.sign_in"), 303)


def _read(link: str) -> tuple[uuid.UUID, str] | None:
    """The account and the mark a link carries; None for one that we did not make."""
    try:
        who, mark = signer().loads(link)
    except BadData:
        return None
    return uuid.UUID(who), str(mark)


def _page(errors: dict[str, str]) -> str:
    return render_template("desk/new_password.html", errors=errors, too_old=False)


def _too_old() -> ResponseReturnValue:
    return render_template("desk/new_password.html", errors={}, too_old=True), 404
