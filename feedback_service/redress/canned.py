"""Replies kept ready in both languages: chosen on a case, filled with its facts, then edited.

A change is a new row that ends the old one, so that what was sent can be found again.
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import audit
from feedback_service.conversations.wording.budgets import LONGEST_ANSWER
from feedback_service.domain.cases import Action
from feedback_service.models import CannedReply
from feedback_service.staff import Viewer

KINDS = (Action.RESOLVE, Action.ASK, Action.REJECT)
"""What a reply can be ready for: the acts that bring the desk's words to the citizen."""
LONGEST_TITLE = 60
PLACES: Mapping[str, str] = {
    "reference": "1234 5678",
    "day": "Wed 28 Sept",
    "office": "Civil Registration Services",
}
"""What is filled in, with words as long as they come, by which a reply's length is judged."""
_PLACE = re.compile(r"\{\s*(\w*)\s*\}")


class Wrong(StrEnum):
    """What can be wrong with a field of a reply."""

    TITLE = "title"  # none, or too long
    ACTION = "action"
    MISSING = "missing"
    TOO_LONG = "too long"
    UNKNOWN_PLACE = "unknown place"
    PLACES_DIFFER = "places differ"


class BadReply(ValueError):
    """The reply cannot be kept so; `errors` maps a field to what is wrong with it."""

    def __init__(self, errors: Mapping[str, Wrong]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{name}: {what}" for name, what in errors.items()))


class NoSuchReply(LookupError):
    """No reply in use has that id among those that the viewer keeps."""


@dataclass(frozen=True)
class Ready:
    """A reply as it is typed: for which act, under which title, in both languages."""

    title: str
    action: str
    text_en: str
    text_sw: str


def in_use(session: Session, institution_id: str | None) -> Sequence[CannedReply]:
    """The replies of an institution and those for all, by title."""
    return session.scalars(
        sa.select(CannedReply)
        .where(
            CannedReply.ended_at.is_(None),
            sa.or_(
                CannedReply.institution_id.is_(None), CannedReply.institution_id == institution_id
            ),
        )
        .order_by(CannedReply.title, CannedReply.id)
    ).all()


def keep(
    session: Session, who: Viewer, reply: Ready, at: datetime, instead: uuid.UUID | None = None
) -> CannedReply:
    """Keep a reply for the viewer's institution, in place of an older one; raises BadReply."""
    if wrong := mistakes(reply):
        raise BadReply(wrong)
    before = _own(session, who, instead) if instead else None
    if before:
        before.ended_at = at
    made = CannedReply(
        institution_id=who.institution_id, title=reply.title, action=reply.action,
        text_en=reply.text_en, text_sw=reply.text_sw, made_by_id=who.staff_id, made_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()  # The audit line names the row.
    data = {"institution": who.institution_id, "title": reply.title, "action": reply.action,
            "en": reply.text_en, "sw": reply.text_sw,
            "instead": str(before.id) if before else None}  # fmt: skip
    audit.note(session, "reply.keep", str(made.id), at, who.staff_id, data)
    return made


def end(session: Session, who: Viewer, reply_id: uuid.UUID, at: datetime) -> None:
    """Take a reply out of use; raises NoSuchReply."""
    reply = _own(session, who, reply_id)
    reply.ended_at = at
    audit.note(session, "reply.end", str(reply.id), at, who.staff_id, {"title": reply.title})


def mistakes(reply: Ready) -> dict[str, Wrong]:
    """What is wrong with a reply, by field."""
    wrong = {
        "title": None if 0 < len(reply.title) <= LONGEST_TITLE else Wrong.TITLE,
        "action": None if reply.action in KINDS else Wrong.ACTION,
        "text_en": _mistake(reply.text_en),
        "text_sw": _mistake(reply.text_sw),
    }
    if not any(wrong.values()) and _places(reply.text_en) != _places(reply.text_sw):
        wrong["text_sw"] = Wrong.PLACES_DIFFER
    return {name: what for name, what in wrong.items() if what}


def filled(text: str, values: Mapping[str, str | None]) -> str:
    """The reply with what is known of the case; what is not known stays for the officer to write.

    values: by the names of PLACES.
    """
    return _PLACE.sub(lambda place: values.get(place[1]) or place[0], text)


def unfilled(text: str) -> list[str]:
    """The places that nobody has filled, as they stand in the text."""
    return [place[0] for place in _PLACE.finditer(text)]


def _mistake(text: str) -> Wrong | None:
    if len(text) < 2:
        return Wrong.MISSING
    if _places(text) - PLACES.keys():
        return Wrong.UNKNOWN_PLACE
    return Wrong.TOO_LONG if len(filled(text, PLACES)) > LONGEST_ANSWER else None


def _places(text: str) -> set[str]:
    return set(_PLACE.findall(text))


def _own(session: Session, who: Viewer, reply_id: uuid.UUID) -> CannedReply:
    found = sa.select(CannedReply).where(
        CannedReply.id == reply_id,
        CannedReply.ended_at.is_(None),
        CannedReply.institution_id.is_not_distinct_from(who.institution_id),
    )
    reply = session.scalars(found.with_for_update()).one_or_none()
    if reply is None:
        raise NoSuchReply(f"reply {reply_id} is not in use here: open the list again")
    return reply
