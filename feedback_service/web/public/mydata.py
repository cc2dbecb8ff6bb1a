"""A person's own data by the link in their message: a code is sent to their phone, then all of it
opens, once, on paper or as values.  No other page leads here.
"""

import json

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback_service.privacy import access
from feedback_service.privacy.access import NoSuchLink, WrongCode
from feedback_service.reports.subject import as_pdf
from feedback_service.web.access import open_to
from feedback_service.web.furniture import language
from feedback_service.web.public.frame import pages, runtime

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
FORMS = {"pdf": "application/pdf", "json": "application/json"}


@pages.get("/mydata/<token>")
@open_to("anyone")
def mydata(token: str) -> ResponseReturnValue:
    try:
        access.check_link(runtime(), token)
    except NoSuchLink:
        return _gone()
    return _page(token), 200, PRIVATE


@pages.post("/mydata/<token>/code")
@open_to("anyone")
def mydata_code(token: str) -> ResponseReturnValue:
    """Send a code to the phone; after enough of them, none."""
    try:
        sent = access.send_code(runtime(), token)
    except NoSuchLink:
        return _gone()
    state = "sent" if sent else "enough"
    return redirect(url_for("public.mydata", token=token, state=state), 303)


@pages.post("/mydata/<token>")
@open_to("anyone")
def open_mydata(token: str) -> ResponseReturnValue:
    """Everything, for the right code, in the form that was chosen."""
    form = request.form.get("form", "pdf")
    if form not in FORMS:
        abort(404)
    try:
        found = access.open_link(runtime(), token, request.form.get("code", "")[:20])
    except NoSuchLink:
        return _gone()
    except WrongCode:
        return _page(token, "wrong"), 422, PRIVATE
    lang = language()
    body = as_pdf(found, lang) if form == "pdf" else json.dumps(found, indent=1).encode()
    headers = {**PRIVATE, "Content-Disposition": f"attachment; filename=my-data.{form}"}
    return Response(body, mimetype=FORMS[form], headers=headers)


def _page(token: str, state: str = "") -> str:
    state = state or request.args.get("state", "")
    return render_template(
        "public/mydata.html",
        state=state if state in ("sent", "enough", "wrong") else "",
        code_href=url_for("public.mydata_code", token=token),
        open_href=url_for("public.open_mydata", token=token),
    )


def _gone() -> ResponseReturnValue:
    return render_template("public/mydata.html", state="gone"), 404, PRIVATE
