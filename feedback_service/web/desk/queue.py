"""The redress queue as a page: tabs, filters, rows in the order to take them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback_service import registry
from feedback_service.domain.calendar import WorkingCalendar
from feedback_service.domain.cases import CaseStatus, Lane
from feedback_service.domain.references import read_reference
from feedback_service.models import Role
from feedback_service.redress import queue as redress_queue
from feedback_service.redress.bulk import TOGETHER
from feedback_service.redress.masking import masked_words
from feedback_service.redress.queue import Filters, QueuePage, Row, Scope, Tab
from feedback_service.staff import Viewer
from feedback_service.web.access import open_to, viewer
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
from feedback_service.web.texts import say

SUMMARY = 90
MEANS_A_NAME = 3
"""Letters from which words are sought in the names of services and places."""
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
class Chosen:
    """The filters as the form shows them."""

    scope: str
    q: str
    status: str
    late: bool
    since: str = ""
    until: str = ""


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
    chosen = _chosen(who)
    rt, filters = runtime(), _filters(chosen, who)
    with rt.transaction() as db:
        try:
            cursor = request.args.get("after")
            kept = rt.kept.setdefault("queue counts", {})
            page = redress_queue.queue(db, who, filters, cursor, rt.now(), kept)
        except redress_queue.BadCursor:
            abort(404)
        calendar = registry.calendar(rt, db)
    return render_template("desk/queue.html", **_context(page, chosen, who, calendar))


def first_words(text: str) -> str:
    """The beginning of the citizen's words on one line, numbers hidden."""
    line = " ".join(masked_words(text).split())
    return line if len(line) <= SUMMARY else line[: SUMMARY - 1].rstrip() + "…"


def _home(who: Viewer) -> str:
    return next((view for view, roles in PLACES.values() if who.has(*roles)), "desk.account")


def _chosen(who: Viewer) -> Chosen:
    asked, sought = request.args, request.args.get("q", "").strip()[:80]
    status = asked.get("status", "")
    return Chosen(
        scope=asked.get("scope", Scope.ALL),
        q=sought if _reads_words(who) or read_reference(sought) else "",
        status=status if status in (*Tab, *STATUSES) else "",
        late=asked.get("late") == "1",
        since=str(_day("since") or ""),
        until=str(_day("until") or ""),
    )


def _day(name: str) -> date | None:
    """A day of the address; one that is none filters nothing."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _named(words: str, names: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The ids whose name holds the words."""
    sought = words.casefold()
    if len(sought) < MEANS_A_NAME:
        return frozenset()
    return frozenset(
        key for key, said in names.items() if any(sought in name.casefold() for name in said)
    )


def _reads_words(who: Viewer) -> bool:
    """An auditor reads citizens' words in the case alone, where the look is written down."""
    return not who.has(Role.AUDITOR)


def _filters(chosen: Chosen, who: Viewer) -> Filters:
    theirs, known = redress_queue.scopes_of(who), catalogue()
    services, places = known.services, known.places
    return Filters(
        scope=Scope(chosen.scope) if chosen.scope in theirs else Scope.ALL,
        tab=Tab(chosen.status) if chosen.status in list(Tab) else None,
        status=CaseStatus(chosen.status) if chosen.status in list(CaseStatus) else None,
        late=chosen.late,
        words=chosen.q,
        services=_named(chosen.q, {key: list(s.short.values()) for key, s in services.items()}),
        places=_named(chosen.q, {key: [place.name] for key, place in places.items()}),
        since=_day("since"),
        until=_day("until"),
    )


def _context(
    page: QueuePage, chosen: Chosen, who: Viewer, calendar: WorkingCalendar
) -> dict[str, Any]:
    lang, now = language(), runtime().now()
    return {
        "rows": [
            _row(row if _reads_words(who) else replace(row, words=NAMELESS), lang, now, calendar)
            for row in page.rows
        ],
        "scopes": _scopes(page, chosen),
        "tabs": _tabs(page, chosen),
        "filters": chosen,
        "statuses": STATUSES,
        "total": page.tabs[Tab.OPEN],
        "late_total": page.tabs[Tab.LATE],
        "first_href": _href(chosen) if request.args.get("after") else None,
        "next_href": _href(chosen, after=page.next_cursor) if page.next_cursor else None,
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
        CountedTab(tab, n, _href(Chosen(chosen.scope, "", tab, late=False)), tab == now)
        for tab, n in page.tabs.items()
    ]


def _href(chosen: Chosen, **more: str) -> str:
    kept = {name: str(value) for name, value in asdict(chosen).items() if value}
    query = urlencode({**kept, **({"late": "1"} if chosen.late else {}), **more})
    return f"{url_for('desk.queue')}?{query}"


def _row(row: Row, lang: str, now: datetime, calendar: WorkingCalendar) -> CaseRow:
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
