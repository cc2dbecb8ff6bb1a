"""Putting a file to a case from the desk: a letter scanned, a photo of what was mended.

It is a note with a file: the citizen is never shown either, and the history tells who put it there.
"""

import hashlib

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from feedback_service import attachments, redress
from feedback_service.attachments import Refused
from feedback_service.domain.cases import Action
from feedback_service.models import Role, Unit
from feedback_service.redress import Act, NoSuchCase, desk_reading, history
from feedback_service.redress.acting import WordsMissing
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk import case_actions
from feedback_service.web.desk.frame import pages, runtime

ACTING = (Role.OFFICER, Role.SUPERVISOR, Role.INTEGRITY)
BESIDE = 100_000
"""Bytes of a sending beside its file."""


class NothingSent(ValueError):
    """A form without a file, from somebody who may put one to the case."""


@pages.before_request
def _room_for_a_file() -> None:
    """This one form may be larger than all others; asked for before anything reads the request."""
    if request.endpoint == "desk.add_file":
        limit = runtime().settings.media_limit_mb
        request.max_content_length = limit * attachments.MEGABYTE + BESIDE


@pages.post("/cases/<reference>/files")
@open_to(*ACTING)
def add_file(reference: str) -> ResponseReturnValue:
    """Keep the file and the words that say what it is, once for one sending."""
    content, told = _sent()
    try:
        _add(reference, content, told, request.form.get("words", "").strip())
    except NoSuchCase:
        abort(404)
    except NothingSent:
        return _back(reference, "file_missing")
    except WordsMissing:
        return _back(reference, "file_words")
    except Refused as error:
        return _back(reference, _SAID[error.word])
    flash("file_added", "done")
    return redirect(url_for("desk.case", reference=reference), 303)


def _sent() -> tuple[bytes, str]:
    """The file's bytes and the type its browser gives it; what lay on disk meanwhile is closed."""
    sent = request.files.get("file")
    if sent is None:
        return b"", ""
    with sent.stream as stream:
        return stream.read(), sent.mimetype


def _add(reference: str, content: bytes, told: str, words: str) -> None:
    rt, who = runtime(), viewer()
    with rt.transaction() as db:
        case = desk_reading.find(db, case_actions.own_roles(who), reference, lock=True)
        unit = db.get_one(Unit, case.unit_id)
        if not case_actions.may(case, unit, who, Action.NOTE):
            abort(404)
        if not content:
            raise NothingSent("file is empty: choose one")
        same = hashlib.sha256(content + words.encode()).hexdigest()[:32]
        source = f"desk-file:{case.id}:{who.staff_id}:{same}"
        if history.done_before(db, source):
            return
        row = attachments.add(rt, db, case, who.staff_id, content, told)
        what = Act(
            Action.NOTE, case_actions.actor_of(who, unit), words, staff_id=who.staff_id,
            source=source, more={"file": str(row.id), "sha256": row.sha256},
        )  # fmt: skip
        redress.act_within(rt, db, case, what)


def _back(reference: str, key: str) -> ResponseReturnValue:
    flash(key, "problem")
    return redirect(url_for("desk.case", reference=reference), 303)


_SAID = {
    "type": "file_type",
    "size": "file_size",
    "damaged": "file_damaged",
    "too-many": "file_too_many",
}
"""The key of flash.* that says why a file is not kept."""
