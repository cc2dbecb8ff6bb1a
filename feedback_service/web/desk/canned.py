"""Ready replies: the page where supervisors keep them, and how a case offers them filled in."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback_service.conversations.wording import day
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import Action
from feedback_service.domain.references import spoken
from feedback_service.models import CannedReply, Role
from feedback_service.redress import canned
from feedback_service.redress.canned import BadReply, NoSuchReply, Ready, Wrong
from feedback_service.redress.desk_reading import CaseFile
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.case_actions import NotFilled
from feedback_service.web.desk.frame import (
    choices,
    institution_name,
    language,
    pages,
    runtime,
)

KEEPERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)
FIELDS: Mapping[str, str] = {
    Action.RESOLVE: "answer",
    Action.ASK: "question",
    Action.REJECT: "reasons",
}
"""The field of a case's form that a reply is ready for."""
NEW = "new"


@dataclass(frozen=True)
class Offer:
    """A reply on the page of a case, filled in the citizen's language."""

    key: str
    name: str
    text: str


@dataclass(frozen=True)
class Kept:
    """A reply on its own page; without `href` it is for all and changed elsewhere."""

    key: str
    reply: Ready
    href: str | None
    end_href: str | None


@dataclass(frozen=True)
class Returned:
    """A form that came back: of which reply, what was typed, what is wrong with it."""

    key: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@pages.get("/replies")
@open_to(*KEEPERS)
def replies() -> ResponseReturnValue:
    return _page(Returned())


@pages.post("/replies")
@open_to(*KEEPERS)
def keep_reply() -> ResponseReturnValue:
    return _keep(None)


@pages.post("/replies/<uuid:reply_id>/<what>")
@open_to(*KEEPERS)
def change_reply(reply_id: uuid.UUID, what: str) -> ResponseReturnValue:
    if what == "keep":
        return _keep(reply_id)
    if what != "end":
        abort(404)
    rt = runtime()
    with rt.transaction() as db:
        try:
            canned.end(db, viewer(), reply_id, rt.now())
        except NoSuchReply:
            abort(404)
    flash("reply_ended", "done")
    return redirect(url_for("desk.replies"), 303)


def offers(file: CaseFile) -> dict[str, list[Offer]]:
    """By act, the replies a case's page offers, filled with its reference, office and day."""
    lang, found = file.citizen_language, dict[str, list[Offer]]()
    due = file.case.due_at
    values = {
        "reference": spoken(file.case.reference),
        "office": institution_name(file.unit.institution_id, lang),
        # A day that has passed is no promise: the officer writes another.
        "day": None if due < runtime().now() else day(due.astimezone(NAIROBI).date(), lang),
    }
    for reply in file.replies:
        text = reply.text_sw if lang == "sw" else reply.text_en
        offer = Offer(str(reply.id), reply.title, canned.filled(text, values))
        found.setdefault(reply.action, []).append(offer)
    return found


def chosen(ready: Mapping[str, list[Offer]], key: str) -> tuple[str, dict[str, str]] | None:
    """The act and the typed field of the reply that was asked for, where scripts do not run."""
    for action, offered in ready.items():
        for offer in offered:
            if offer.key == key:
                return action, {FIELDS[action]: offer.text}
    return None


def check_filled(name: str, typed: Mapping[str, str]) -> None:
    """Nothing leaves with a place still open; raises NotFilled."""
    place = FIELDS.get(name)
    if place and canned.unfilled(typed[place]):
        raise NotFilled(**{place: "place_left"})


def _keep(instead: uuid.UUID | None) -> ResponseReturnValue:
    rt = runtime()
    typed = {name: request.form.get(name, "").strip() for name in Ready.__annotations__}
    try:
        with rt.transaction() as db:
            canned.keep(db, viewer(), Ready(**typed), rt.now(), instead)
    except NoSuchReply:
        abort(404)
    except BadReply as error:
        said = {name: _SAID[wrong] for name, wrong in error.errors.items()}
        return _page(Returned(str(instead or NEW), typed, said)), 422
    flash("reply_kept", "done")
    return redirect(url_for("desk.replies"), 303)


def _page(returned: Returned) -> str:
    lang, who = language(), viewer()
    with runtime().transaction() as db:
        found = [
            _kept(reply, who.institution_id) for reply in canned.in_use(db, who.institution_id)
        ]
    return render_template(
        "desk/replies.html",
        replies=found,
        kinds=choices("reply_for", tuple(canned.KINDS), lang),
        returned=returned,
        office=institution_name(who.institution_id, lang),
    )


def _kept(reply: CannedReply, institution_id: str | None) -> Kept:
    ready = Ready(**{name: getattr(reply, name) for name in Ready.__annotations__})
    if reply.institution_id != institution_id:
        return Kept(str(reply.id), ready, None, None)
    hrefs = [url_for("desk.change_reply", reply_id=reply.id, what=what) for what in ("keep", "end")]
    return Kept(str(reply.id), ready, *hrefs)


_SAID: Mapping[Wrong, str] = {
    Wrong.TITLE: "reply_title",
    Wrong.ACTION: "choose_one",
    Wrong.MISSING: "required",
    Wrong.TOO_LONG: "too_long",
    Wrong.UNKNOWN_PLACE: "reply_place_unknown",
    Wrong.PLACES_DIFFER: "reply_places_differ",
}
"""The key of error.* that says it."""
