"""Views of the queue that a reader has saved: filters under a name, counted up to a hundred."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from feedback_service.models import SavedView, new_id
from feedback_service.redress import queue
from feedback_service.redress.queue import Filters
from feedback_service.staff import Viewer

MOST = 9
"""Views of one reader: one for each key from 1 to 9."""
LONGEST_NAME = 40
COUNTED = 99
"""A view that holds more is shown as 99+: whoever reads it needs no more, and counting costs."""


class BadView(ValueError):
    """The view cannot be kept so; `key` says why: name, too_many or taken."""

    def __init__(self, key: str, told: str) -> None:
        super().__init__(told)
        self.key = key


class NoSuchView(LookupError):
    """None of this reader's."""


def of_person(session: Session, viewer: Viewer) -> Sequence[SavedView]:
    """The reader's own, oldest first: their order is the order of their keys."""
    found = sa.select(SavedView).where(SavedView.staff_id == viewer.staff_id)
    return session.scalars(found.order_by(SavedView.made_at, SavedView.id)).all()


def keep(
    session: Session, viewer: Viewer, name: str, query: Mapping[str, str], at: datetime
) -> None:
    """Save filters under a name; a name that is there already means these from now on."""
    name = _checked(name)
    names = {view.name for view in of_person(session, viewer)}
    if name not in names and len(names) >= MOST:
        raise BadView("too_many", f"views: {len(names)} are kept. Remove one first")
    row = {
        "id": new_id(), "staff_id": viewer.staff_id, "name": name, "query": dict(query),
        "made_at": at,
    }  # fmt: skip
    session.execute(
        insert(SavedView)
        .values(row)
        .on_conflict_do_update(
            index_elements=[SavedView.staff_id, SavedView.name], set_={"query": dict(query)}
        )
    )


def rename(session: Session, viewer: Viewer, view_id: uuid.UUID, name: str) -> None:
    view, name = _own(session, viewer, view_id), _checked(name)
    if any(one.name == name and one.id != view.id for one in of_person(session, viewer)):
        raise BadView("taken", f"name: {name!r} is another view of yours. Choose another")
    view.name = name


def remove(session: Session, viewer: Viewer, view_id: uuid.UUID) -> None:
    session.delete(_own(session, viewer, view_id))


def counts(
    session: Session, viewer: Viewer, each: Sequence[Filters], now: datetime
) -> tuple[int, ...]:
    """How many cases each of the filters finds, at most COUNTED + 1, in one statement."""
    if not each:
        return ()
    found = [
        queue.found_by(viewer, filters, now)
        .with_only_columns(sa.literal(1).label("one"))
        .order_by(None)
        .limit(COUNTED + 1)
        .subquery()
        for filters in each
    ]
    wanted = [sa.select(sa.func.count()).select_from(one).scalar_subquery() for one in found]
    return tuple(session.execute(sa.select(*wanted)).one())


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise BadView("name", f"name: {len(name)} characters. Give it 1 to {LONGEST_NAME}")
    return name


def _own(session: Session, viewer: Viewer, view_id: uuid.UUID) -> SavedView:
    view = session.get(SavedView, view_id)
    if view is None or view.staff_id != viewer.staff_id:
        raise NoSuchView(f"view: {view_id} is none of yours")
    return view
