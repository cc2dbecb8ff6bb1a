"""The warning on a case that somebody else has it open, renewed while the page stands open."""

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from feedback_service import redress
from feedback_service.redress import NoSuchCase, desk_reading, presence
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.case_actions import own_roles
from feedback_service.web.desk.frame import language, pages, runtime
from feedback_service.web.texts import say

ACTING = ("officer", "supervisor", "integrity")


@pages.get("/cases/<reference>/here")
@open_to(*ACTING)
def here(reference: str) -> ResponseReturnValue:
    """Say that the page is still open; who else has it open, in words, or nothing."""
    rt, who = runtime(), viewer()
    with rt.transaction() as db:
        try:
            case = desk_reading.find(db, who, reference)
        except NoSuchCase:
            abort(404)
    if not redress.Sight(own_roles(who)).may_act(case):
        abort(404)
    return {"words": _words(presence.arrive(rt, case.reference, who))}


@pages.context_processor
def _beside() -> dict[str, object]:
    return {"also_here": also_here}


def also_here(reference: str, may_act: bool) -> Markup:
    """The line on top of a case; whoever can only read is no collision."""
    if not may_act:
        return Markup()
    return Markup(
        render_template(
            "desk/_also_here.html",
            words=_words(presence.arrive(runtime(), reference, viewer())),
            here_href=url_for("desk.here", reference=reference),
            every=int(presence.STAYS.total_seconds() // 2),
        )
    )


def left(reference: str) -> None:
    """The viewer has done what they opened the case for."""
    presence.leave(runtime(), reference, viewer())


def _words(names: list[str]) -> str:
    return say(language(), "case.also_here", names=", ".join(names), n=len(names)) if names else ""
