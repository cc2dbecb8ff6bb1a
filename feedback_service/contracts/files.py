"""Files that institutions bring to prove what they did: told by their content, stripped and sealed
as the attachments of cases are."""

import hashlib
import uuid

from sqlalchemy.orm import Session

from feedback_service.attachments import MEGABYTE, Refused
from feedback_service.attachments.kinds import content_type
from feedback_service.attachments.stripping import strip
from feedback_service.identity import KeyRing
from feedback_service.models import ContractFile, ContractFileContent, new_id
from feedback_service.runtime import Runtime


class NoSuchFile(LookupError):
    """There is no such file, it is none of the institution's, or its bytes are no longer kept."""


def keep(
    rt: Runtime, session: Session, institution: str, staff_id: uuid.UUID, content: bytes, told: str
) -> ContractFile:
    """Keep a file; raises attachments.Refused.  told: the type as the browser calls it."""
    if len(content) > rt.settings.media_limit_mb * MEGABYTE:
        raise Refused("size", f"{len(content)} bytes: at most {rt.settings.media_limit_mb} MB")
    kind = content_type(content, told)
    shown = strip(content, kind)
    row = ContractFile(
        id=new_id(), institution_id=institution, content_type=kind, size=len(shown),
        sha256=hashlib.sha256(shown).hexdigest(), added_by_id=staff_id, added_at=rt.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()  # its bytes point at it
    sealed = KeyRing(rt.settings.phone_keys).seal_bytes(shown, row.id.bytes)
    session.add(ContractFileContent(file_id=row.id, sealed=sealed))
    return row


def opened(rt: Runtime, session: Session, file_id: uuid.UUID) -> tuple[ContractFile, bytes]:
    """A file and its bytes; who may see it is the caller's to ask.  Raises NoSuchFile."""
    row, kept = session.get(ContractFile, file_id), session.get(ContractFileContent, file_id)
    if row is None or kept is None:
        raise NoSuchFile(str(file_id))
    return row, KeyRing(rt.settings.phone_keys).unseal_bytes(kept.sealed, row.id.bytes)
