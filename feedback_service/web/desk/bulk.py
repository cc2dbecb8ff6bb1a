"""Many cases at once: ticked in the queue, what will happen to each shown, then done."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback_service.domain.cases import Action, Lane
from feedback_service.models import Role
from feedback_service.redress import bulk, desk_reading
from feedback_service.redress.bulk import Step, Wanted
from feedback_service.staff import Viewer
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.case_actions import own_roles
from feedback_service.web.desk.frame import Choice, choices, language, pages, runtime
from feedback_service.web.desk.queue import first_words

ACTING = (Role.OFFICER, Role.SUPERVISOR, Role.INTEGRITY)
LONGEST_SENDING = 40


@dataclass(frozen=True)
class Line:
    """One case of the plan, or of what was done."""

    reference: str
    href: str
    summary: str
    words: str
    hindrance: str | None
    seen: int


@pages.post("/bulk")
@open_to(*ACTING)
def plan_together() -> ResponseReturnValue:
    """What an act would do to each of the cases ticked; nothing is done."""
    rt, who, wanted = runtime(), own_roles(viewer()), _wanted()
    with rt.transaction() as db:
        steps = bulk.plan(rt, db, who, _ticked(), wanted)
        people = _people(who)
    return _page(steps, wanted, people, done=False)


@pages.post("/bulk/do")
@open_to(*ACTING)
def act_together() -> ResponseReturnValue:
    """Do what was shown, to the cases that still stand as they were shown."""
    who, wanted = own_roles(viewer()), _wanted()
    seen = {ref: request.form.get(f"seen-{ref}", 0, type=int) for ref in _ticked()}
    sending = f"{who.staff_id}:{request.form.get('sending', '')[:LONGEST_SENDING]}"
    steps = bulk.do(runtime(), who, seen, wanted, sending)
    return _page(steps, wanted, [], done=True)


def lines_of(steps: Sequence[Step]) -> list[Line]:
    return [_line(step) for step in steps]


def _page(
    steps: Sequence[Step], wanted: Wanted, people: Sequence[Choice], *, done: bool
) -> ResponseReturnValue:
    lines = lines_of(steps)
    return render_template(
        "desk/bulk.html",
        lines=lines,
        can=sum(line.hindrance is None for line in lines),
        wanted=wanted,
        chosen_officer=str(wanted.assignee_id or ""),
        acts=choices("bulk_act", tuple(bulk.TOGETHER), language()),
        people=people,
        done=done,
        sending=uuid.uuid4().hex,
    )


def _line(step: Step) -> Line:
    return Line(
        step.reference,
        url_for("desk.case", reference=step.reference),
        first_words(step.case.text) if step.case else "",
        step.words,
        step.hindrance,
        step.seen,
    )


def _wanted() -> Wanted:
    typed = request.form
    if typed.get("act") not in list(bulk.TOGETHER):
        abort(404)
    return Wanted(
        Action(typed["act"]),
        typed.get("text", "").strip(),
        typed.get("text_sw", "").strip(),
        typed.get("officer", None, type=uuid.UUID),
    )


def _ticked() -> list[str]:
    return list(dict.fromkeys(request.form.getlist("case")))[: bulk.MOST]


def _people(who: Viewer) -> list[Choice]:
    """Whom cases of the viewer's desk can be handed to."""
    lane = Lane.CONFIDENTIAL if who.has(Role.INTEGRITY) else Lane.OPEN
    with runtime().transaction() as db:
        found = desk_reading.people_of(db, who, lane)
    return [Choice(str(key), name) for key, name in found.items()]
