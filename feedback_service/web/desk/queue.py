"""The redress queue as a page: tabs, filters, rows in the order to take them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback_service import registry
from feedback_service.domain.calendar import WorkingCalendar
from feedback_service.domain.cases import CaseStatus, Lane
from feedback_service.models import Role
from feedback_service.redress import queue as redress_queue
from feedback_service.redress.bulk import TOGETHER
from feedback_service.redress.masking import masked_words
from feedback_service.redress.queue import QueuePage, Row, Scope, Tab
from feedback_service.staff import Viewer
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk import views
from feedback_service.web.desk.frame import (
    EVERYONE,
    HELPERS,
    NAMELESS,
    PLACES,
    READERS,
    catalogue,
    channel_key,
    choices,
    language,
    pages,
    runtime,
)
from feedback_service.web.desk.presenting import due_of
from feedback_service.web.desk.queue_filters import (
    Chosen,
    chosen_from,
    filters_of,
    href_of,
    reads_words,
)
from feedback_service.web.texts import say

SUMMARY = 90
STATUSES = tuple(CaseStatus)
"""What the form offers; the tabs offer the rest."""
ACTING = (Role.OFFICER, Role.SUPERVISOR, Role.INTEGRITY)


@dataclass(frozen=True)
class CountedTab:
    key: str
    n: int
    href: str
    current: bool


@dataclass(frozen=True)
class CaseRow:
    reference: str
    href: str
    summary: str
    service_name: str
    place: str | None
    category_name: str | None
    status: str
    level: int
    due_at: datetime
    due_words: str
    late: bool
    soon: bool
    urgent: bool
    disputed: bool
    channel: str
    received_at: datetime
    holder_name: str | None
    closed_lane: bool


@pages.get("/")
@open_to(*EVERYONE)
def queue() -> ResponseReturnValue:
    """The queue; whoever reads no cases is taken to what their role reads."""
    who = viewer()
    if not who.has(*READERS):
        return redirect(url_for(_home(who)), 303)
    chosen = chosen_from(request.args, who)
    rt, filters = runtime(), filters_of(chosen, who)
    with rt.transaction() as db:
        try:
            cursor = request.args.get("after")
            kept = rt.kept.setdefault("queue counts", {})
            page = redress_queue.queue(db, who, filters, cursor, rt.now(), kept)
        except redress_queue.BadCursor:
            abort(404)
        calendar = registry.calendar(rt, db)
        long_queue = max(page.scopes.values()) > redress_queue.LONG
        mine = views.tabs(db, who, chosen, long_queue=long_queue)
    return render_template("desk/queue.html", **_context(page, chosen, who, calendar), **mine)


def first_words(text: str) -> str:
    """The beginning of the citizen's words on one line, numbers hidden."""
    line = " ".join(masked_words(text).split())
    return line if len(line) <= SUMMARY else line[: SUMMARY - 1].rstrip() + "…"


def _home(who: Viewer) -> str:
    return next((view for view, roles in PLACES.values() if who.has(*roles)), "desk.account")


def _context(
    page: QueuePage, chosen: Chosen, who: Viewer, calendar: WorkingCalendar
) -> dict[str, Any]:
    lang, now = language(), runtime().now()
    return {
        "rows": [
            row_of(row if reads_words(who) else replace(row, words=NAMELESS), lang, now, calendar)
            for row in page.rows
        ],
        "scopes": _scopes(page, chosen),
        "tabs": _tabs(page, chosen),
        "filters": chosen,
        "statuses": STATUSES,
        "total": page.tabs[Tab.OPEN],
        "late_total": page.tabs[Tab.LATE],
        "first_href": href_of(chosen) if request.args.get("after") else None,
        "next_href": href_of(chosen, after=page.next_cursor) if page.next_cursor else None,
        "may_act": who.has(*ACTING),
        "together": choices("bulk_act", tuple(TOGETHER), lang),
        "register_href": url_for("desk.register") if who.has(*HELPERS) else None,
    }


def _scopes(page: QueuePage, chosen: Chosen) -> list[CountedTab]:
    """Whose cases; a part that is empty is only offered while it is chosen."""
    shown = {s: n for s, n in page.scopes.items() if n or s in (Scope.ALL, chosen.scope)}
    if len(page.scopes) == 1:
        return []
    return [
        CountedTab(scope, n, url_for("desk.queue", scope=scope), scope == chosen.scope)
        for scope, n in shown.items()
    ]


def _tabs(page: QueuePage, chosen: Chosen) -> list[CountedTab]:
    """What is the matter with them, within the scope chosen; what is open comes first."""
    now = Tab.LATE if chosen.late else chosen.status or ("" if chosen.q else Tab.OPEN)
    return [
        CountedTab(tab, n, href_of(Chosen(chosen.scope, "", tab, late=False)), tab == now)
        for tab, n in page.tabs.items()
    ]


def row_of(row: Row, lang: str, now: datetime, calendar: WorkingCalendar) -> CaseRow:
    """A row in the reader's words."""
    known = catalogue()
    service = known.services.get(row.service_id or "")
    place = known.places.get(row.place_id or "")
    due = due_of(lang, row.status, row.due_at, row.resolved_at, now, calendar, row.received_at)
    return CaseRow(
        reference=row.reference,
        href=url_for("desk.case", reference=row.reference),
        summary=first_words(row.words) or say(lang, "case.no_words"),
        service_name=service.short[lang] if service else say(lang, "case.no_service"),
        place=place.name if place else None,
        category_name=say(lang, f"category.{row.category}") if row.category else None,
        status=row.status,
        level=row.level,
        due_at=row.due_at,
        due_words=due.words,
        late=due.late,
        soon=due.soon,
        urgent=row.urgent,
        disputed=row.disputed,
        channel=channel_key(row.channel, row.source),
        received_at=row.received_at,
        holder_name=row.holder_name,
        closed_lane=row.lane is not Lane.OPEN,
    )
