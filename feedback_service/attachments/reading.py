"""What came with a case, as its desk sees it: the list, and one thing opened."""

import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.identity import KeyRing
from feedback_service.models import Attachment, AttachmentContent, AttachmentState
from feedback_service.runtime import Runtime


class NoSuchAttachment(LookupError):
    """The case has no such thing, or it is not here."""


def of_case(session: Session, case_id: uuid.UUID) -> Sequence[Attachment]:
    """Everything that came with a case, oldest first: the place in this list is its number."""
    came = sa.select(Attachment).where(Attachment.case_id == case_id)
    return session.scalars(came.order_by(Attachment.created_at, Attachment.id)).all()


def opened(
    rt: Runtime, session: Session, case_id: uuid.UUID, number: int
) -> tuple[Attachment, bytes]:
    """The thing of a case with this number, from 1, and its bytes.

    Raises NoSuchAttachment, and NoKey when PHONE_KEYS cannot open it.
    """
    came = of_case(session, case_id)
    if not 1 <= number <= len(came) or came[number - 1].state is not AttachmentState.KEPT:
        raise NoSuchAttachment(f"the case has no thing {number} that is kept here")
    thing = came[number - 1]
    sealed = session.get_one(AttachmentContent, thing.id).sealed
    return thing, KeyRing(rt.settings.phone_keys).unseal_bytes(sealed, thing.id.bytes)
