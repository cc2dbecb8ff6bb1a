"""What was changed in the service and by whom: looked through, checked, taken away as a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session, aliased

from feedback_service import audit
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.chain import BrokenChain
from feedback_service.models import AuditLine, Role, Staff
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import Choice, language, pages, runtime, serves_all
from feedback_service.web.texts import say

READERS = (Role.AUDITOR, Role.ADMINISTRATOR)
PAGE = 100
FORMS = {"jsonl": (audit.as_json_lines, "application/jsonl"), "csv": (audit.as_csv, "text/csv")}
FILTERS = ("kind", "who", "subject", "since", "until")


@dataclass(frozen=True)
class Line:
    """One change; `facts` are old and new values, as they were noted."""

    number: int
    at: datetime
    who: str
    kind: str
    verb: str
    subject: str
    facts: tuple[tuple[str, str], ...]


@pages.get("/admin/audit")
@open_to(*READERS)
def changes() -> ResponseReturnValue:
    _for_all_only()
    filters = {name: request.args.get(name, "").strip()[:80] for name in FILTERS}
    before = request.args.get("before", type=int)
    with runtime().transaction() as db:
        found = _found(db, filters, before)
        kinds = _kinds(db)
        checked = _checked(db) if request.args.get("check") else None
    older = {**filters, "before": found[PAGE - 1].number} if len(found) > PAGE else None
    return render_template(
        "desk/admin/audit.html",
        lines=found[:PAGE],
        kinds=kinds,
        filters=filters,
        checked=checked,
        exports=[(form, url_for("desk.export_changes", form=form)) for form in FORMS],
        first_href=f"{url_for('desk.changes')}?{urlencode(filters)}" if before else None,
        next_href=f"{url_for('desk.changes')}?{urlencode(older)}" if older else None,
    )


@pages.get("/admin/audit.<form>")
@open_to(*READERS)
def export_changes(form: str) -> ResponseReturnValue:
    """The whole chain with its head: what was filtered could not be checked."""
    _for_all_only()
    if form not in FORMS:
        abort(404)
    write, kind = FORMS[form]
    with runtime().transaction() as db:
        text = "".join(write(db))
    response = Response(text, mimetype=kind)
    day = runtime().now().astimezone(NAIROBI).date()
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{day}.{form}"'
    return response


def _for_all_only() -> None:
    if not serves_all(viewer()):
        abort(404)


def _found(db: Session, filters: Mapping[str, str], before: int | None) -> list[Line]:
    about = aliased(Staff)
    found = (
        sa.select(AuditLine, Staff.name, about.name)
        .outerjoin(Staff, Staff.id == AuditLine.staff_id)
        .outerjoin(about, sa.cast(about.id, sa.Text) == AuditLine.subject)
        .order_by(AuditLine.number.desc())
        .limit(PAGE + 1)
    )
    if filters["kind"]:
        found = found.where(AuditLine.what.startswith(f"{filters['kind']}.", autoescape=True))
    if filters["who"]:
        found = found.where(Staff.name.icontains(filters["who"], autoescape=True))
    if filters["subject"]:
        words = sa.cast(AuditLine.data, sa.Text).icontains(filters["subject"], autoescape=True)
        named = AuditLine.subject.icontains(filters["subject"], autoescape=True)
        person = about.name.icontains(filters["subject"], autoescape=True)
        found = found.where(sa.or_(words, named, person))
    if since := _moment(filters["since"]):
        found = found.where(AuditLine.at >= since)
    if until := _moment(filters["until"]):
        found = found.where(AuditLine.at < until + timedelta(days=1))
    if before:
        found = found.where(AuditLine.number < before)
    lang = language()
    return [_line(line, name, of, lang) for line, name, of in db.execute(found)]


def _moment(day: str) -> datetime | None:
    """The beginning of a day in Nairobi; what is no day filters nothing."""
    try:
        return datetime.combine(date.fromisoformat(day), time(), NAIROBI)
    except ValueError:
        return None


def _kinds(db: Session) -> list[Choice]:
    kind = sa.func.split_part(AuditLine.what, ".", 1)
    found = db.scalars(sa.select(kind).distinct().order_by(kind))
    return [Choice(each, say(language(), f"audit_kind.{each}")) for each in found]


def _checked(db: Session) -> tuple[int, str]:
    """How many lines hold together and their head; or the first wrong one, and no head."""
    try:
        copy = audit.check_copy(audit.as_json_lines(db))
    except BrokenChain as error:
        return error.number, ""
    return copy.lines, copy.head


def _line(line: AuditLine, name: str | None, about: str | None, lang: str) -> Line:
    """A change as a line; one of an account names the person, where there is one."""
    kind, _, verb = line.what.partition(".")
    return Line(
        line.number, line.at, name or say(lang, "audit.command"),
        say(lang, f"audit_kind.{kind}"), say(lang, f"audit_verb.{verb.replace('-', '_')}"),
        about or line.subject,
        tuple((key, _said(value)) for key, value in sorted(line.data.items())),
    )  # fmt: skip


def _said(value: Any) -> str:
    """A value, or how it went from one to another."""
    if isinstance(value, list) and len(value) == 2:
        return " → ".join(_said(each) for each in value)
    return "–" if value in (None, "") else str(value)[:120]  # noqa: RUF001 - typography
