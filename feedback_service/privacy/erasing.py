"""A person is forgotten: identity and words go, figures stay, and every chain of hashes holds.

| goes | stays |
|---|---|
| number, WhatsApp ids, language, stops, conversations, digits of quiet cases | an emptied row, so that figures still count one person as one |
| words of cases, of their events, of messages both ways; files of both sides | events with their dates and a digest of the words; ratings; costs of messages |
| what the model made of the words | the office's own words, unless they tell a number or a name |
| their lines in the public list of requests | |

A case that is still open, because it is quiet or was filed meanwhile, goes on without the number;
its words go once it is closed.
"""  # noqa: E501 - a table is read across

import uuid
from collections.abc import Collection, Sequence

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
    Compliment,
    ComplimentState,
    Conflict,
    Heard,
    Message,
    Rating,
    RequestKind,
    Resumption,
    Stop,
    SubjectRequest,
    Suggestion,
    Talk,
    ToldRequest,
    Unsealing,
)
from feedback_service.redress import history
from feedback_service.redress.masking import masked_words
from feedback_service.runtime import Runtime

ERASED = "erased"
"""Why a file is not here any more."""
GONE = "gone"
"""In a request that was carried out: how much of each kind went."""


def erase(
    rt: Runtime, session: Session, citizen: Citizen, still_open: Collection[uuid.UUID] = ()
) -> dict[str, int]:
    """Forget a person whose row this transaction holds; how much of each kind went.

    still_open: cases whose words go although they wait for a verdict.
    """
    over = sa.or_(Case.closed_at.is_not(None), Case.id.in_(still_open))
    cases = list(session.scalars(sa.select(Case.id).where(Case.citizen_id == citizen.id, over)))
    loose = sa.and_(Attachment.citizen_id == citizen.id, Attachment.case_id.is_(None))
    gone = {
        "cases": words_of_cases(session, cases),
        "messages": _of(session, citizen.id),
        "files": files(session, sa.or_(Attachment.case_id.in_(cases), loose)),
    }
    lookup = citizen.lookup.hex()
    identity.retire(session, citizen.id, rt.now())
    session.refresh(citizen)  # retiring was a statement, not a change of this row
    citizen.language = citizen.noticed_at = citizen.heard_at = None
    _tell_no_more(session, citizen.id)
    session.execute(sa.delete(Stop).where(Stop.citizen_id == citizen.id))
    session.execute(sa.delete(Talk).where(Talk.citizen_id == citizen.id))
    rt.conversations.erase(lookup)
    return gone


def closed_since(session: Session) -> int:
    """What was still open when its citizen was forgotten, and is closed now: its words go too."""
    left = (
        sa.select(Case.id)
        .join(SubjectRequest, SubjectRequest.citizen_id == Case.citizen_id)
        .where(
            SubjectRequest.kind == RequestKind.ERASURE, SubjectRequest.result.has_key(GONE),
            Case.closed_at.is_not(None), has_words(),
        )
    )  # fmt: skip
    cases = list(session.scalars(left.distinct()))
    files(session, Attachment.case_id.in_(cases))
    return words_of_cases(session, cases)


def has_words() -> sa.ColumnElement[bool]:
    """That a case still holds words of its citizen."""
    said = sa.exists().where(
        CaseEvent.case_id == Case.id,
        CaseEvent.actor == Actor.CITIZEN,
        CaseEvent.data.has_key(chain.WORDS),
    )
    return sa.or_(Case.text != "", said)


def words_of_cases(session: Session, cases: Sequence[uuid.UUID]) -> int:
    """Take out what a citizen said in these cases, and what the office said that tells of them."""
    if not cases:
        return 0
    words = {"text": "", "secret_hash": None}
    session.execute(sa.update(Case).where(Case.id.in_(cases)).values(words))
    session.execute(sa.update(Suggestion).where(Suggestion.case_id.in_(cases)).values(detail={}))
    session.execute(sa.update(Conflict).where(Conflict.case_id.in_(cases)).values(matched=""))
    code = sa.func.split_part(Unsealing.reason, ":", 1)
    session.execute(sa.update(Unsealing).where(Unsealing.case_id.in_(cases)).values(reason=code))
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
    """Take away the bytes of these files, and what is known of them.

    Where the provider still has a copy (`url`), fetching goes on until it is deleted there.
    """
    ids = list(session.scalars(sa.select(Attachment.id).where(*which, Attachment.reason != ERASED)))
    session.execute(sa.delete(AttachmentContent).where(AttachmentContent.attachment_id.in_(ids)))
    known = {
        "state": AttachmentState.LOST, "reason": ERASED, "size": None, "sha256": None,
        "content_type": None,
    }  # fmt: skip
    session.execute(sa.update(Attachment).where(Attachment.id.in_(ids)).values(known))
    return len(ids)


def _tell_no_more(session: Session, citizen_id: uuid.UUID) -> None:
    """Who draws up the public list next takes the lines out and looks at what lay beside them."""
    theirs = sa.select(Case.id).where(Case.citizen_id == citizen_id)
    told = sa.update(ToldRequest).where(ToldRequest.case_id.in_(theirs)).values(erased=True)
    session.execute(told.execution_options(synchronize_session=False))


def _of(session: Session, citizen_id: uuid.UUID) -> int:
    session.execute(
        sa.delete(Resumption).where(Resumption.origin.in_(_dialled(session, citizen_id)))
    )
    praise = sa.update(Compliment).where(Compliment.citizen_id == citizen_id)
    unread = praise.where(Compliment.state == ComplimentState.WAITING)
    session.execute(unread.values(state=ComplimentState.NONE))  # else it is read, and is a case
    session.execute(praise.values(text=""))  # the same words as the message's
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
