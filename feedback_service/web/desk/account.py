"""The reader's own account: who stands in for them and until when, language, password."""

from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service import staff
from feedback_service.domain.calendar import NAIROBI
from feedback_service.models import Staff
from feedback_service.staff import BadAccount, second_factor
from feedback_service.web.access import TOKEN, open_to, viewer
from feedback_service.web.desk.frame import (
    EVERYONE,
    Choice,
    institution_name,
    language,
    pages,
    runtime,
)
from feedback_service.web.limits import limiter
from feedback_service.web.texts import LANGUAGES, say

LONGEST_ABSENCE = timedelta(days=92)


class Mistake(ValueError):
    """One field of a form is wrong; `key` is one of error.*."""

    def __init__(self, name: str, key: str) -> None:
        self.name, self.key = name, key
        super().__init__(f"{name}: {key}")


def _me() -> str:
    return str(viewer().staff_id)


@pages.get("/account")
@open_to(*EVERYONE)
def account() -> ResponseReturnValue:
    return _page()


@pages.post("/account/deputy")
@open_to(*EVERYONE)
def name_deputy() -> ResponseReturnValue:
    return _change("deputy", _deputy)


@pages.post("/account/language")
@open_to(*EVERYONE)
def choose_language() -> ResponseReturnValue:
    return _change("language", _language)


@pages.post("/account/password")
@open_to(*EVERYONE)
@limiter.limit("10 per 15 minutes", key_func=_me, scope="password")
def change_password() -> ResponseReturnValue:
    return _change("password", _password)


def _change(opened: str, change: Any) -> ResponseReturnValue:
    rt = runtime()
    try:
        with rt.transaction() as db:
            change(db)
    except Mistake as mistake:
        return _page(opened, {mistake.name: mistake.key}), 422
    flash("saved", "done")
    return redirect(url_for("desk.account"), 303)


def _deputy(db: Session) -> None:
    """An empty address ends it; a day is needed otherwise, at most three months ahead."""
    email, until = request.form.get("email", "").strip(), request.form.get("until", "").strip()
    if not email:
        staff.end_deputy(db, viewer().staff_id, runtime().now())
        return
    last = _last_day(until)
    try:
        until_then = datetime.combine(last, time(12), NAIROBI)
        deputy = staff.name_deputy(db, viewer().staff_id, email, until_then, runtime().now())
        second_factor.ask_anew(runtime(), db, deputy.id)
    except BadAccount:
        raise Mistake("email", "no_colleague") from None


def _last_day(text: str) -> date:
    today = runtime().now().astimezone(NAIROBI).date()
    try:
        last = date.fromisoformat(text)
    except ValueError:
        raise Mistake("until", "not_a_day" if text else "required") from None
    if not today <= last <= today + LONGEST_ABSENCE:
        raise Mistake("until", "not_within_three_months")
    return last


def _language(db: Session) -> None:
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        raise Mistake("language", "choose_one")
    staff.choose_language(db, viewer().staff_id, chosen, runtime().now())
    session["lang"] = chosen


def _password(db: Session) -> None:
    old, new = request.form.get("old", ""), request.form.get("new", "")
    if new != request.form.get("again", ""):
        raise Mistake("again", "not_same")
    if len(new) < staff.SHORTEST_PASSWORD:
        raise Mistake("new", "weak_password")
    try:
        staff.change_password(db, viewer().staff_id, old, new, session[TOKEN], runtime().now())
    except BadAccount:
        raise Mistake("old", "wrong_password") from None


def _page(opened: str | None = None, errors: dict[str, str] | None = None) -> str:
    rt, who, lang = runtime(), viewer(), language()
    with rt.transaction() as db:
        me = db.get_one(Staff, who.staff_id)
        deputy = db.get(Staff, me.deputy_id) if me.deputy_id else None
        stands_for = db.scalars(
            sa.select(Staff).where(Staff.deputy_id == me.id, Staff.disabled_at.is_(None))
        ).all()
    typed = {name: request.form.get(name, "") for name in ("email", "until", "language")}
    return render_template(
        "desk/account.html",
        account=me,
        institution_name=institution_name(me.institution_id, lang),
        deputy=deputy,
        deputy_until=me.deputy_until,
        stands_for=stands_for,
        languages=[Choice(code, say(lang, f"language.{code}")) for code in LANGUAGES],
        form=typed if opened else {},
        errors=errors or {},
        opened=opened,
    )
