"""One account: its name, role, place and supervisor; a new way in; closed and opened again."""

import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service import mail, staff
from feedback_service.models import Role, Staff
from feedback_service.staff import BadAccount, Change, linking, second_factor
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.admin.inviting import Invited, invite
from feedback_service.web.desk.admin.people import (
    KEEPERS,
    REFUSED,
    leader,
    lists,
    mistakes,
)
from feedback_service.web.desk.frame import Choice, language, pages, runtime

FIELDS = ("name", "role", "institution", "unit", "place", "supervisor")
WAYS_IN = ("invite", "mail", "second-factor")
ACTS = (*WAYS_IN, "disable", "open", "unlink")


@pages.get("/admin/people/<uuid:account_id>")
@open_to(*KEEPERS)
def person(account_id: uuid.UUID) -> ResponseReturnValue:
    return _page(account_id)


@pages.post("/admin/people/<uuid:account_id>")
@open_to(*KEEPERS)
def change_person(account_id: uuid.UUID) -> ResponseReturnValue:
    rt = runtime()
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    with rt.transaction() as db:
        account = _theirs(db, account_id)
    if above := leader(viewer()):
        typed["supervisor"] = str(account.supervisor_id or above)
    errors = mistakes(typed, "@", account)
    if not errors:
        try:
            with rt.transaction() as db:
                _theirs(db, account_id)
                staff.change(db, account_id, _wanted(typed), rt.now(), viewer().staff_id)
        except BadAccount as error:
            errors = {error.field: REFUSED[error.field]}
    if errors:
        return _page(account_id, typed, errors), 422
    flash("saved", "done")
    return redirect(url_for("desk.person", account_id=account_id), 303)


@pages.post("/admin/people/<uuid:account_id>/<what>")
@open_to(*KEEPERS)
def act_on_person(account_id: uuid.UUID, what: str) -> ResponseReturnValue:
    """Invite anew, close, open again, take the second factor away; nobody closes their own."""
    rt, by_id = runtime(), viewer().staff_id
    if what not in ACTS or account_id == by_id:
        abort(404)
    with rt.transaction() as db:
        account = _theirs(db, account_id)
        email = account.email
        _lead(db, account, what)
    if what in ("invite", "mail"):
        return _page(account_id, invited=invite(email, by_mail=what == "mail"))
    try:
        with rt.transaction() as db:
            if what == "disable":
                staff.disable(db, email, rt.now(), by_id)
            elif what == "open":
                staff.open_again(db, email, rt.now(), by_id)
            elif what == "unlink":
                linking.unlink(db, email, rt.now(), by_id)
            else:
                second_factor.reset(db, email, rt.now(), by_id)
    except BadAccount:
        flash("last_administrator", "problem")
    else:
        flash("saved", "done")
    return redirect(url_for("desk.person", account_id=account_id), 303)


def _theirs(db: Session, account_id: uuid.UUID) -> Staff:
    """The account, if the reader may change it; a page that is not theirs does not exist."""
    found = db.get(Staff, account_id)
    if found is None:
        abort(404)
    if not staff.may_change(viewer(), found, staff.viewer_for(db, found, runtime().now()).roles):
        abort(404)
    return found


def _lead(db: Session, account: Staff, what: str) -> None:
    """A supervisor who gives a way in leads who gets it from now on; see `leader`."""
    above = leader(viewer())
    if what not in WAYS_IN or above is None or account.supervisor_id:
        return
    try:
        wanted = _wanted({**_form(account), "supervisor": str(above)})
        staff.change(db, account.id, wanted, runtime().now(), above)
    except BadAccount:  # it is the account that leads the supervisor
        abort(404)


def _wanted(typed: Mapping[str, str]) -> Change:
    try:
        above = uuid.UUID(typed["supervisor"]) if typed["supervisor"] else None
    except ValueError:
        raise BadAccount("supervisor", "is nobody. Choose a colleague") from None
    return Change(
        typed["name"], Role(typed["role"]), typed["institution"] or None, typed["unit"] or None,
        typed["place"] or None, above,
    )  # fmt: skip


def _page(
    account_id: uuid.UUID, typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None, invited: Invited | None = None,
) -> str:  # fmt: skip
    rt, who, lang = runtime(), viewer(), language()
    with rt.transaction() as db:
        account = _theirs(db, account_id)
        offered: dict[str, Any] = lists(db, who, lang, account)
        colleagues = db.execute(
            sa.select(Staff.id, Staff.name)
            .where(Staff.institution_id == account.institution_id, Staff.disabled_at.is_(None))
            .where(Staff.role == Role.SUPERVISOR, Staff.id != account.id)
            .order_by(Staff.name)
        ).all()
    return render_template(
        "desk/admin/person.html",
        account=account,
        form=typed or _form(account),
        errors=errors or {},
        invited=invited,
        own=account.id == who.staff_id,
        can_mail=mail.can_send(rt.settings),
        supervisors=None
        if leader(who)
        else [Choice(str(each.id), each.name) for each in colleagues],
        **offered,
    )


def _form(account: Staff) -> dict[str, str]:
    return {
        "name": account.name,
        "role": account.role,
        "institution": account.institution_id or "",
        "unit": account.unit_id or "",
        "place": account.service_point_id or "",
        "supervisor": str(account.supervisor_id or ""),
    }
