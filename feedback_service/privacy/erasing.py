"""A person is forgotten: identity and words go, figures stay, and every chain of hashes holds.

| goes | stays |
|---|---|
| number, WhatsApp ids, language, stops, conversations, digits of quiet cases | an emptied row, so that figures still count one person as one |
| words of cases, of their events, of messages both ways; files | events with their dates and a digest of the words; ratings; costs of messages |
| what the model made of the words | the office's own words, unless they tell a number or a name |
"""  # noqa: E501 - a table is read across

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import identity
from feedback_service.domain import chain
from feedback_service.domain.cases import Actor
from feedback_service.models import (
    Attachment,
    AttachmentContent,
    AttachmentState,
    Case,
    CaseEvent,
    Citizen,
    Conflict,
    Heard,
    Message,
    Rating,
    Resumption,
    Stop,
    Suggestion,
    Talk,
)
from feedback_service.redress import history
from feedback_service.redress.masking import masked_words
from feedback_service.runtime import Runtime

ERASED = "erased"
"""Why a file is not here any more."""


def erase(rt: Runtime, session: Session, citizen: Citizen) -> dict[str, int]:
    """Forget a person whose row this transaction holds; how much of each kind went."""
    mine = sa.select(Case.id).where(Case.citizen_id == citizen.id)
    cases = list(session.scalars(mine))
    gone = {
        "cases": words_of_cases(session, cases),
        "messages": _of(session, citizen.id),
        "files": files(session, Attachment.citizen_id == citizen.id),
    }
    lookup = citizen.lookup.hex()
    identity.retire(session, citizen.id, rt.now())
    session.refresh(citizen)  # retiring was a statement, not a change of this row
    citizen.language = citizen.noticed_at = citizen.heard_at = None
    session.execute(sa.delete(Stop).where(Stop.citizen_id == citizen.id))
    session.execute(sa.delete(Talk).where(Talk.citizen_id == citizen.id))
    rt.conversations.erase(lookup)
    return gone


def words_of_cases(session: Session, cases: Sequence[uuid.UUID]) -> int:
    """Take out what a citizen said in these cases, and what the office said that tells of them."""
    if not cases:
        return 0
    words = {"text": "", "secret_hash": None}
    session.execute(sa.update(Case).where(Case.id.in_(cases)).values(words))
    session.execute(sa.update(Suggestion).where(Suggestion.case_id.in_(cases)).values(detail={}))
    session.execute(sa.update(Conflict).where(Conflict.case_id.in_(cases)).values(matched=""))
    history.take_words(session, CaseEvent.case_id.in_(cases), CaseEvent.actor == Actor.CITIZEN)
    said = sa.select(CaseEvent).where(
        CaseEvent.case_id.in_(cases), CaseEvent.data.has_key(chain.WORDS)
    )
    tell = [
        one for one in session.scalars(said) if masked_words(one.data["text"]) != one.data["text"]
    ]
    for one in tell:
        one.data = chain.without_words(one.data)
    _messages(session, Message.case_id.in_(cases))
    _heard(session, Heard.case_id.in_(cases))
    session.flush()  # the database checks what is left of each event
    return len(cases)


def files(session: Session, *which: sa.ColumnElement[bool]) -> int:
    """Take away the bytes of these files, and what is known of them."""
    ids = list(session.scalars(sa.select(Attachment.id).where(*which, Attachment.reason != ERASED)))
    session.execute(sa.delete(AttachmentContent).where(AttachmentContent.attachment_id.in_(ids)))
    known = {
        "state": AttachmentState.LOST, "reason": ERASED, "url": "", "size": None, "sha256": None,
        "content_type": None,
    }  # fmt: skip
    session.execute(sa.update(Attachment).where(Attachment.id.in_(ids)).values(known))
    return len(ids)


def _of(session: Session, citizen_id: uuid.UUID) -> int:
    session.execute(
        sa.delete(Resumption).where(Resumption.origin.in_(_dialled(session, citizen_id)))
    )
    return _messages(session, Message.citizen_id == citizen_id) + _heard(
        session, Heard.citizen_id == citizen_id
    )


def _dialled(session: Session, citizen_id: uuid.UUID) -> set[str]:
    """The sessions in which they said what is kept: the beginning of every source is the session's,
    with its channel or without."""
    said = [
        source
        for table in (Case, Rating)
        for source in session.scalars(sa.select(table.source).where(table.citizen_id == citizen_id))
    ]
    whole = {source.rpartition(":")[0] for source in said}
    return whole | {source.partition(":")[2] for source in whole}


def _messages(session: Session, *which: sa.ColumnElement[bool]) -> int:
    """What was sent: when, how and for how much stays, the words go."""
    emptied = (
        sa.update(Message)
        .where(*which, Message.text != "")
        .values(text="", data={})
        .returning(Message.id)
    )
    return len(session.execute(emptied).all())


def _heard(session: Session, *which: sa.ColumnElement[bool]) -> int:
    emptied = sa.update(Heard).where(*which, Heard.text != "").values(text="")
    return len(session.execute(emptied.returning(Heard.source)).all())
