"""The random call-back, worked by people outside the institution: the next case, its number for the
length of a call, what to say in the citizen's language, and what came of it."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback_service import verification
from feedback_service.models import CallResult, Role
from feedback_service.verification import Call, NotYours
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import (
    Choice,
    catalogue,
    institution_name,
    language,
    pages,
    runtime,
)
from feedback_service.web.texts import day as day_words
from feedback_service.web.texts import say

CALLERS = (Role.ANALYST, Role.OVERSIGHT)
"""Who never answers for a case; of those, nobody of the institution itself."""
RESULTS = tuple(CallResult)


@dataclass(frozen=True)
class OnTheLine:
    """What the caller has before them; `script` is in the citizen's language, line by line."""

    case_id: uuid.UUID
    reference: str
    institution_name: str
    service_name: str | None
    received_at: datetime
    answered_at: datetime | None
    attempt: int
    number: str
    href: str
    language: str
    script: tuple[str, ...]
    until: datetime


@pages.get("/calls")
@open_to(*CALLERS)
def calls() -> ResponseReturnValue:
    rt, who = runtime(), viewer()
    with rt.transaction() as db:
        call = verification.held(rt, db, who)
        done = verification.progress(rt, db, who)
    lang = language()
    return render_template(
        "desk/calls.html",
        call=_on_the_line(call, lang) if call else None,
        progress=done,
        results=[Choice(key, say(lang, f"call_result.{_key(key)}")) for key in RESULTS],
        counts=[(say(lang, f"call_result.{_key(key)}"), done.results.get(key, 0))
                for key in RESULTS],
        hours=rt.settings.survey_hours,
    )  # fmt: skip


@pages.post("/calls/next")
@open_to(*CALLERS)
def next_call() -> ResponseReturnValue:
    if verification.next_call(runtime(), viewer()) is None:
        flash("no_call_now", "problem")
    return redirect(url_for("desk.calls"), 303)


@pages.post("/calls/<uuid:case_id>")
@open_to(*CALLERS)
def record_call(case_id: uuid.UUID) -> ResponseReturnValue:
    result = request.form.get("result", "")
    if result not in RESULTS:
        abort(400)
    try:
        last = verification.record(runtime(), viewer(), case_id, CallResult(result))
    except NotYours:
        flash("call_not_yours", "problem")
    else:
        flash("call_kept" if last else "call_again", "done")
    return redirect(url_for("desk.calls"), 303)


def _on_the_line(call: Call, lang: str) -> OnTheLine:
    theirs = call.language
    service = catalogue().services.get(call.service_id or "")
    told = {
        "office": institution_name(call.institution_id, theirs) or call.institution_id,
        "day": day_words(theirs, call.received_at),
        "reference": f"{call.reference[:4]} {call.reference[4:]}",
        "service": service.name[theirs] if service else say(theirs, "calls.a_service"),
    }
    return OnTheLine(
        case_id=call.case_id,
        reference=call.reference,
        institution_name=institution_name(call.institution_id, lang) or call.institution_id,
        service_name=service.name[lang] if service else None,
        received_at=call.received_at,
        answered_at=call.answered_at,
        attempt=call.attempts + 1,
        number=call.number,
        href=f"tel:{call.number}",
        language=theirs,
        script=tuple(say(theirs, f"calls.script_{n}", **told) for n in range(1, 6)),
        until=call.held_until,
    )


def _key(result: str) -> str:
    return result.replace("-", "_")
