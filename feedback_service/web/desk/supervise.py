"""The supervisor's view: what is late, nearly late, disputed or unanswered, by person and by desk,
with the cases themselves and a way to hand many of them to somebody else at once.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback_service import registry
from feedback_service.domain.cases import Action, Lane
from feedback_service.models import Role
from feedback_service.redress import bulk, desk_reading, supervising
from feedback_service.redress.bulk import Wanted
from feedback_service.redress.supervising import NOBODY, Counts, Part, Want
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.bulk import lines_of
from feedback_service.web.desk.case_actions import own_roles
from feedback_service.web.desk.frame import (
    NAMELESS,
    Choice,
    Office,
    language,
    offices,
    pages,
    read_id,
    runtime,
)
from feedback_service.web.desk.queue import CountedTab, row_of
from feedback_service.web.texts import say

LONGEST_SENDING = 40


@dataclass(frozen=True)
class Line:
    """One person or desk; `share` and `late_share` are of the heaviest load among the lines."""

    name: str
    href: str
    current: bool
    counts: Counts
    oldest_at: datetime
    share: float
    late_share: float


@dataclass(frozen=True)
class Chosen:
    """What the list below shows: which cases, of which desk, of which person (id or NOBODY)."""

    want: Want
    unit: str = ""
    person: str = ""

    def href(self, **more: str) -> str:
        kept = {"want": self.want.value, "unit": self.unit, "person": self.person} | more
        query = urlencode({name: value for name, value in kept.items() if value})
        return f"{url_for('desk.supervise')}?{query}"


@pages.get("/supervise")
@open_to(Role.SUPERVISOR)
def supervise() -> ResponseReturnValue:
    return _page(_chosen(request.args))


@pages.post("/supervise")
@open_to(Role.SUPERVISOR)
def hand_over() -> ResponseReturnValue:
    """Give the cases ticked to one colleague; what could not be given is shown with its reason."""
    rt, who, chosen = runtime(), own_roles(viewer()), _chosen(request.form)
    ticked = list(dict.fromkeys(request.form.getlist("case")))[: bulk.MOST]
    to = request.form.get("officer", None, type=uuid.UUID)
    if not ticked or to is None:
        flash("nothing_to_hand_over", "problem")
        return redirect(chosen.href(), 303)
    wanted = Wanted(Action.ASSIGN, assignee_id=to)
    with rt.transaction() as db:
        seen = {step.reference: step.seen for step in bulk.plan(rt, db, who, ticked, wanted)}
    sending = f"{who.staff_id}:{request.form.get('sending', '')[:LONGEST_SENDING]}"
    steps = bulk.do(rt, who, seen, wanted, sending)
    left = [line for line in lines_of(steps) if line.hindrance]
    if not left:
        flash("handed_over", "done")
        return redirect(chosen.href(), 303)
    return _page(chosen, left=left, done=len(steps) - len(left))


def _page(chosen: Chosen, **more: Any) -> str:
    rt, who, lang = runtime(), viewer(), language()
    with rt.transaction() as db:
        parts = supervising.tally(rt, db, who)
        rows = supervising.listed(rt, db, who, chosen.want, unit=chosen.unit, person=chosen.person)
        calendar, desks = registry.calendar(rt, db), offices(db)
        people = desk_reading.people_of(db, own_roles(who), Lane.OPEN)
    whole = supervising.whole(parts)
    return render_template(
        "desk/supervise.html",
        whole=whole,
        tabs=[
            CountedTab(want, getattr(whole, want), Chosen(want).href(), want is chosen.want)
            for want in Want
        ],
        people=_people(parts, chosen, lang),
        desks=_desks(parts, chosen, desks, lang),
        rows=[row_of(row, lang, rt.now(), calendar) for row in rows],
        most=supervising.SHOWN,
        may_act=True,
        chosen=chosen,
        all_href=Chosen(chosen.want).href() if chosen.unit or chosen.person else None,
        colleagues=[Choice(str(key), name) for key, name in people.items()],
        sending=uuid.uuid4().hex,
        **more,
    )


def _chosen(asked: Mapping[str, str]) -> Chosen:
    want, person = asked.get("want", ""), asked.get("person", "")
    return Chosen(
        Want(want) if want in list(Want) else Want.LATE,
        asked.get("unit", "")[:80],
        person if person == NOBODY or read_id(person) else "",
    )


def _people(parts: Sequence[Part], chosen: Chosen, lang: str) -> list[Line]:
    """A line for each person, the heaviest load first, and one for what nobody has."""
    by: dict[str, list[Part]] = {}
    for part in parts:
        by.setdefault(str(part.staff_id or NOBODY), []).append(part)
    names = {key: some[0].name or say(lang, "queue.nobody") for key, some in by.items()}
    hrefs = {key: Chosen(Want.OPEN, person=key).href() for key in by}
    return _lines(by, names, hrefs, chosen.person)


def _desks(
    parts: Sequence[Part], chosen: Chosen, desks: Mapping[str, Office], lang: str
) -> list[Line]:
    by: dict[str, list[Part]] = {}
    for part in parts:
        by.setdefault(part.unit_id, []).append(part)
    names = {key: desks[key].name[lang] if key in desks else NAMELESS for key in by}
    hrefs = {key: Chosen(Want.OPEN, unit=key).href() for key in by}
    return _lines(by, names, hrefs, chosen.unit)


def _lines(
    by: Mapping[str, Iterable[Part]], names: Mapping[str, str], hrefs: Mapping[str, str], here: str
) -> list[Line]:
    counts = {key: supervising.whole(some) for key, some in by.items()}
    most = max((each.open for each in counts.values()), default=0) or 1
    lines = [
        Line(
            names[key], hrefs[key], key == here, counts[key],
            min(part.oldest_at for part in some), counts[key].open / most, counts[key].late / most,
        )
        for key, some in by.items()
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (-line.counts.load, line.name))
