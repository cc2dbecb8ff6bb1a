"""Photos, voice notes and papers on the page of a case, and each of them opened by itself.

Only who sees the case sees them; every opening is written down.  A browser is told the type we
found in the content, and to run nothing of it.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

import sqlalchemy as sa
from flask import abort, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service import attachments
from feedback_service.attachments import NoSuchAttachment
from feedback_service.domain.references import spoken
from feedback_service.models import Attachment, AttachmentState, Case, Look, Staff
from feedback_service.redress import NoSuchCase, desk_reading
from feedback_service.staff import Viewer
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import NAMELESS, READERS, pages, runtime
from feedback_service.web.texts import say

LOOKED = "attachment"
ONE_LOOK = timedelta(minutes=10)
"""A page with five photos asks for each: one look at what came with the case."""
HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "audio/ogg": "ogg",
    "audio/amr": "amr", "audio/mpeg": "mp3", "audio/aac": "aac", "audio/mp4": "m4a",
    "audio/3gpp": "3gp", "video/mp4": "mp4", "video/3gpp": "3gp", "application/pdf": "pdf",
}  # fmt: skip
PLAYS = {"audio": "sound", "video": "film"}


@dataclass(frozen=True)
class Thing:
    """One thing that came with a case.

    by: who of the office put it there; empty for what the citizen sent.
    show: how the page shows it: "picture", "sound", "film", "link", or "" while it is not here.
    note: why it is not here, in words.
    """

    number: int
    name: str
    at: datetime
    size: str
    href: str
    show: str
    note: str
    by: str = ""


def listed(db: Session, case: Case, lang: str) -> list[Thing]:
    """What came with a case, as its page shows it."""
    came = attachments.of_case(db, case.id)
    names = _names(db, {row.added_by_id for row in came if row.added_by_id})
    return [_thing(row, number, case, lang, names) for number, row in enumerate(came, start=1)]


@pages.get("/cases/<reference>/attachments/<int:number>")
@open_to(*READERS)
def attachment(reference: str, number: int) -> ResponseReturnValue:
    rt, who = runtime(), viewer()
    with rt.transaction() as db:
        try:
            case = desk_reading.find(db, who, reference)
            thing, content = attachments.opened(rt, db, case.id, number)
        except (NoSuchCase, NoSuchAttachment):
            abort(404)
        _write_down(db, who, case, rt.now())
    kind = thing.content_type or ""
    response = send_file(
        BytesIO(content),
        mimetype=kind,
        as_attachment=_shown_as(kind) == "link",
        download_name=f"{case.reference}-{number}.{ENDINGS.get(kind, 'bin')}",
    )
    response.headers.update(HEADERS)
    return response


def _write_down(db: Session, who: Viewer, case: Case, now: datetime) -> None:
    same = sa.select(Look.id).where(
        Look.case_id == case.id,
        Look.staff_id == who.staff_id,
        Look.what == LOOKED,
        Look.at > now - ONE_LOOK,
    )
    if db.scalar(same.limit(1)) is None:
        db.add(Look(staff_id=who.staff_id, case_id=case.id, what=LOOKED, at=now))


def _names(db: Session, ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    if not ids:
        return {}
    return dict(db.execute(sa.select(Staff.id, Staff.name).where(Staff.id.in_(ids))).all())


def _thing(
    row: Attachment, number: int, case: Case, lang: str, names: Mapping[uuid.UUID, str]
) -> Thing:
    kept = row.state is AttachmentState.KEPT
    kind = row.content_type if kept and row.content_type else row.told_type
    named = "film" if kind.startswith("video/") else attachments.kind_of(kind) or "file"
    return Thing(
        number=number,
        name=say(lang, f"attachment.{named}", n=number, reference=spoken(case.reference)),
        at=row.created_at,
        size=_size(row.size) if kept and row.size else "",
        href=url_for("desk.attachment", reference=case.reference, number=number) if kept else "",
        show=_shown_as(kind) if kept else "",
        note="" if kept else say(lang, _why(row)),
        by=names.get(row.added_by_id, NAMELESS) if row.added_by_id else "",
    )


def _shown_as(kind: str) -> str:
    if kind.startswith("image/"):
        return "picture"
    return PLAYS.get(kind.partition("/")[0], "link")


def _why(row: Attachment) -> str:
    if row.state is AttachmentState.REFUSED:
        return f"attachment.refused_{row.reason.replace('-', '_')}"
    return f"attachment.{row.state}"


def _size(length: int) -> str:
    """In the units a telephone shows: "240 kB", "1.4 MB"."""
    return f"{length / 1e6:.1f} MB" if length >= 1_000_000 else f"{max(length // 1000, 1)} kB"
