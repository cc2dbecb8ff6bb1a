"""Signing in with the government's own account: out to the issuer, and back with its word."""

import logging
import secrets
from datetime import timedelta

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from feedback_service.runtime import Runtime
from feedback_service.staff import issuer, linking
from feedback_service.web.access import open_to
from feedback_service.web.desk.frame import not_found, pages, runtime
from feedback_service.web.desk.signing import door, go_on, own_path
from feedback_service.web.limits import limiter

logger = logging.getLogger(__name__)

ASKED, ASKED_FOR = "asked", timedelta(minutes=10)
"""The key of the session under which a browser remembers what it asked, and how long."""


@pages.get("/sign-in/provider")
@open_to("anyone")
@limiter.limit("60 per minute")
def go_to_provider() -> ResponseReturnValue:
    rt = runtime()
    if not rt.settings.oidc_issuer:
        return not_found()
    asked = issuer.ask()
    try:
        where = issuer.address(rt, asked, _back(rt))
    except issuer.IssuerAway as error:
        logger.error("sign-in elsewhere: %s", error)
        return door(error="provider_away"), 503
    next_path = own_path(request.args.get("next", "")) or ""
    session[ASKED] = [
        asked.state, asked.nonce, asked.verifier, next_path, rt.now().timestamp()
    ]  # fmt: skip
    return redirect(where, 303)


@pages.get("/sign-in/provider/back")
@open_to("anyone")
@limiter.limit("60 per minute")
def back_from_provider() -> ResponseReturnValue:
    """The issuer sent the browser back; what it asked is used up, whatever comes of it."""
    rt, kept = runtime(), session.pop(ASKED, None)
    if not rt.settings.oidc_issuer:
        return not_found()
    if not kept or rt.now().timestamp() - kept[4] > ASKED_FOR.total_seconds():
        return door(error="sign_in_again"), 401
    asked, code = issuer.Asked(*kept[:3]), request.args.get("code", "")
    if not secrets.compare_digest(request.args.get("state", "").encode(), asked.state.encode()):
        return door(error="sign_in_again"), 401
    if not code:
        return door(error="provider_refused"), 401
    try:
        who = issuer.identify(rt, asked, code, _back(rt))
        with rt.transaction() as db:
            account = linking.account_for(db, who, rt.now())
    except issuer.IssuerAway as error:
        logger.error("sign-in elsewhere: %s", error)
        return door(error="provider_away"), 503
    except (issuer.NotProven, linking.NoAccount) as error:
        logger.warning("sign-in elsewhere refused: %s", error)
        return door(error="provider_refused"), 401
    shown = not who.factors.isdisjoint(rt.settings.oidc_second_factor)
    return go_on(account, kept[3], shown_twice=shown)


def _back(rt: Runtime) -> str:
    return rt.settings.public_url + url_for("desk.back_from_provider")
