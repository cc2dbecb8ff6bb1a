"""Citizens' wording as editors changed it: the rows, their history, and who changed what last."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from feedback_service.conversations import wording
from feedback_service.conversations.wording.sheet import Edit
from feedback_service.models import Phrase, RegistryState, Staff

Place = tuple[str, str]
"""A key and a language."""


@dataclass(frozen=True)
class Change:
    """The last change of one text; `by` is None when it came from the command line."""

    text: str
    by: str | None
    at: datetime


def changes(session: Session) -> dict[Place, Change]:
    """The newest change of every text that was ever changed; a text "" took the others back."""
    newest = (
        sa.select(Phrase, Staff.name)
        .outerjoin(Staff, Staff.id == Phrase.by_id)
        .ext(distinct_on(Phrase.key, Phrase.language))
        .order_by(Phrase.key, Phrase.language, Phrase.at.desc(), Phrase.id.desc())
    )
    return {
        (row.key, row.language): Change(row.text, by, row.at) for row, by in session.execute(newest)
    }


def change(
    session: Session, edits: Iterable[Edit], by_id: uuid.UUID | None, now: datetime
) -> int:  # fmt: skip
    """Keep checked edits and tell every process; returns how many there were."""
    rows = [
        Phrase(key=edit.key, language=edit.language, text=edit.text, by_id=by_id, at=now)
        for edit in edits
    ]
    if rows:
        session.add_all(rows)
        newer(session, now)
    return len(rows)


def say_as_edited(session: Session) -> tuple[Place, ...]:
    """Have this process say what editors wrote; returns what this release cannot use of it."""
    return wording.use(texts(changes(session)))


def texts(found: Mapping[Place, Change]) -> dict[Place, str]:
    return {place: change.text for place, change in found.items()}


def newer(session: Session, now: datetime) -> None:
    """A higher version of the registry makes every process read it, and the wording, again."""
    first = {"id": 1, "version": 1, "digest": "", "loaded_at": now}
    session.execute(
        insert(RegistryState)
        .values(first)
        .on_conflict_do_update(index_elements=["id"], set_={"version": RegistryState.version + 1})
    )
