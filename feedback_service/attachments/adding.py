"""A file that somebody of the staff puts to a case: a letter scanned, a photo of what was mended.

Told by its content, stripped and sealed like what citizens send; it stays at the desk.
"""

import hashlib
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.attachments.kinds import content_type
from feedback_service.attachments.refusal import Refused
from feedback_service.attachments.stripping import strip
from feedback_service.identity import KeyRing
from feedback_service.models import Attachment, AttachmentContent, AttachmentState, Case, new_id
from feedback_service.runtime import Runtime

MOST_OF_STAFF = 20
"""Files that an office may put to one case."""
MEGABYTE = 1_000_000


def add(
    rt: Runtime, session: Session, case: Case, staff_id: uuid.UUID, content: bytes, told: str
) -> Attachment:
    """Keep it with the case, whose row the caller holds; raises Refused.

    told: the type as the browser calls it, such as "image/jpeg".
    """
    if len(content) > rt.settings.media_limit_mb * MEGABYTE:
        raise Refused("size", f"{len(content)} bytes: at most {rt.settings.media_limit_mb} MB")
    there = sa.select(sa.func.count()).where(
        Attachment.case_id == case.id, Attachment.added_by_id.is_not(None)
    )
    if (session.scalar(there) or 0) >= MOST_OF_STAFF:
        raise Refused("too-many", f"an office puts {MOST_OF_STAFF} files to a case at most")
    kind = content_type(content, told)
    shown = strip(content, kind)
    row = Attachment(
        id=new_id(), source=f"desk-file:{uuid.uuid4()}", citizen_id=case.citizen_id,
        case_id=case.id, channel="desk", url="", told_type=kind, state=AttachmentState.KEPT,
        content_type=kind, size=len(shown), sha256=hashlib.sha256(shown).hexdigest(),
        added_by_id=staff_id, not_before_at=rt.now(), created_at=rt.now(), kept_at=rt.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()  # its bytes point at it
    sealed = KeyRing(rt.settings.phone_keys).seal_bytes(shown, row.id.bytes)
    session.add(AttachmentContent(attachment_id=row.id, sealed=sealed))
    return row
