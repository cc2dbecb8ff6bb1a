"""Views of the queue a reader saved: tabs with their counts, kept, renamed and removed there."""

import uuid
from dataclasses import dataclass
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


@dataclass(frozen=True)
class ViewTab:
    """A saved view; `n`: its count in words, such as `12` or `99+`."""

    name: str
    n: str
    href: str
    current: bool
    rename_href: str
    remove_href: str


def tabs(db: Session, who: Viewer, chosen: Chosen) -> dict[str, Any]:
    """What the queue's page is given of the reader's views, and of saving another."""
    mine = saved.of_person(db, who)
    each = [chosen_from(view.query, who) for view in mine]
    numbers = _counts(db, who, each)
    return {
        "views": [
            ViewTab(
                view.name, f"{COUNTED}+" if n > COUNTED else str(n), href_of(kept),
                kept == chosen,
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


def _filters_something(chosen: Chosen) -> bool:
    return chosen != Chosen(Scope.ALL, "", "", late=False)


def _counts(db: Session, who: Viewer, each: list[Chosen]) -> tuple[int, ...]:
    """Counted anew for a short queue; where the queue's own counts may be old, these may too."""
    rt, now = runtime(), runtime().now()
    kept = rt.kept.setdefault("queue counts", {})
    key = ("views", who.staff_id, tuple(each))
    if key in kept and now - kept[key][0] < redress_queue.KEPT_FOR:
        found: tuple[int, ...] = kept[key][1]
        return found
    found = saved.counts(db, who, [filters_of(chosen, who) for chosen in each], now)
    if any(n > COUNTED for n in found):
        kept[key] = (now, found)
    return found


_SAID = {"name": "view_name", "taken": "view_taken", "too_many": "view_too_many"}
"""The key of flash.* that says why a view was not kept."""
