"""Views of the queue a reader saved: tabs with their counts, kept, renamed and removed there."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service.redress import queue as redress_queue
from feedback_service.redress import views as saved
from feedback_service.redress.queue import Scope
from feedback_service.redress.views import COUNTED, BadView, NoSuchView
from feedback_service.staff import Viewer
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import READERS, pages, runtime
from feedback_service.web.desk.queue_filters import (
    Chosen,
    chosen_from,
    filters_of,
    href_of,
    query_of,
)

SPENT = 0.025
"""Seconds that a page of a very long queue spends on counting views; one is counted in any case."""
MOST_KEPT = 2_000
NEVER = (datetime.min.replace(tzinfo=UTC), 0)


@dataclass(frozen=True)
class ViewTab:
    """A saved view; `n`: its count in words, such as `12` or `99+`, or `…` before it is known."""

    name: str
    n: str
    href: str
    current: bool
    rename_href: str
    remove_href: str


def tabs(db: Session, who: Viewer, chosen: Chosen, *, long_queue: bool) -> dict[str, Any]:
    """What the queue's page is given of the reader's views, and of saving another."""
    mine = saved.of_person(db, who)
    each = [chosen_from(view.query, who) for view in mine]
    numbers = _counts(db, who, each, long_queue=long_queue)
    return {
        "views": [
            ViewTab(
                view.name, _in_words(n), href_of(kept), kept == chosen,
                url_for("desk.change_view", view_id=view.id, what="rename"),
                url_for("desk.change_view", view_id=view.id, what="remove"),
            )
            for view, kept, n in zip(mine, each, numbers, strict=True)
        ],
        "keepable": _filters_something(chosen) and chosen not in each,
        "view_query": query_of(chosen),
    }  # fmt: skip


@pages.post("/views")
@open_to(*READERS)
def keep_view() -> ResponseReturnValue:
    """Save the filters that the form carries under the name typed."""
    rt, who = runtime(), viewer()
    chosen = chosen_from(request.form, who)
    try:
        with rt.transaction() as db:
            saved.keep(db, who, request.form.get("name", ""), query_of(chosen), rt.now())
    except BadView as error:
        flash(_SAID[error.key], "problem")
    else:
        flash("view_kept", "done")
    return redirect(href_of(chosen), 303)


@pages.post("/views/<uuid:view_id>/<what>")
@open_to(*READERS)
def change_view(view_id: uuid.UUID, what: str) -> ResponseReturnValue:
    if what not in ("rename", "remove"):
        abort(404)
    try:
        with runtime().transaction() as db:
            if what == "remove":
                saved.remove(db, viewer(), view_id)
            else:
                saved.rename(db, viewer(), view_id, request.form.get("name", ""))
    except NoSuchView:
        abort(404)
    except BadView as error:
        flash(_SAID[error.key], "problem")
    else:
        flash("saved", "done")
    return redirect(url_for("desk.queue"), 303)


def _in_words(n: int | None) -> str:
    if n is None:
        return "…"
    return f"{COUNTED}+" if n > COUNTED else str(n)


def _filters_something(chosen: Chosen) -> bool:
    return chosen != Chosen(Scope.ALL, "", "", late=False)


def _counts(db: Session, who: Viewer, each: list[Chosen], *, long_queue: bool) -> list[int | None]:
    """One statement counts all over a short queue.

    Over a very long one a page spends little on them: the oldest counts are made anew, one after
    the other, and the rest stay some pages old, or unknown (None) until their turn comes.
    """
    now, filters = runtime().now(), [filters_of(chosen, who) for chosen in each]
    if not long_queue:
        return list(saved.counts(db, who, filters, now))
    kept = runtime().kept.setdefault("view counts", {})
    if len(kept) > MOST_KEPT:
        kept.clear()
    keys, until = [(who.staff_id, chosen) for chosen in each], perf_counter() + SPENT
    oldest = sorted(zip(keys, filters, strict=True), key=lambda one: kept.get(one[0], NEVER)[0])
    for turn, (key, what) in enumerate(oldest):
        fresh = now - kept.get(key, NEVER)[0] < redress_queue.KEPT_FOR
        if fresh or (turn and perf_counter() > until):
            break
        kept[key] = (now, *saved.counts(db, who, [what], now))
    return [kept[key][1] if key in kept else None for key in keys]


_SAID = {"name": "view_name", "taken": "view_taken", "too_many": "view_too_many"}
"""The key of flash.* that says why a view was not kept."""
