"""How somebody gets into their account the first time: a link by mail, or a code on paper.

Never a password by mail.  Where the letter is not taken, the code is shown instead.
"""

import logging
from dataclasses import dataclass

from flask import current_app, url_for
from itsdangerous import URLSafeSerializer

from feedback_service import mail, staff
from feedback_service.models import Staff
from feedback_service.web.access import viewer
from feedback_service.web.desk.frame import runtime
from feedback_service.web.texts import say

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Invited:
    """`code` is shown once, on the page that answers the form; empty where a letter left."""

    name: str
    email: str
    code: str
    not_mailed: bool = False


def invite(email: str, by_mail: bool) -> Invited:
    """Take the old password away and let the person choose another, by link or by code."""
    rt = runtime()
    with rt.transaction() as db:
        account, code = staff.invite(db, email, rt.now(), viewer().staff_id)
    if not by_mail or not mail.can_send(rt.settings):
        return Invited(account.name, account.email, code, not_mailed=by_mail)
    lines = [
        say(account.language, "invitation.lead", name=account.name),
        "",
        rt.settings.public_url + url_for("desk.new_password", link=link_for(account)),
        "",
        say(account.language, "invitation.hint"),
    ]
    made = mail.letter(
        rt.settings, [account.email], say(account.language, "invitation.title"), lines
    )
    try:
        mail.send(rt.settings, made)
    except mail.Refused as error:
        logger.error("invitation not mailed: %s", type(error).__name__)
        return Invited(account.name, account.email, code, not_mailed=True)
    return Invited(account.name, account.email, "")


def link_for(account: Staff) -> str:
    """What the address carries: who, and the mark that fits until a password is chosen."""
    return str(signer().dumps([account.id.hex, staff.link_mark(account)]))


def signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="new-password")
