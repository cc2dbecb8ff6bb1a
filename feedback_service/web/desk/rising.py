"""Problems that rise, for those who answer for a body and those who watch over it: what, where, how
much against the season, examples with names masked, and what people say of it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from analytics import intervals
from feedback_service import emerging as room
from feedback_service.emerging import NoSuchProblem, NotSaid, Precision, Said
from feedback_service.models import EmergingProblem, Role, Staff
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import (
    NAMELESS,
    Choice,
    catalogue,
    institution_name,
    language,
    pages,
    runtime,
)
from feedback_service.web.desk.oversight import watched
from feedback_service.web.desk.rising_chart import chart_of
from feedback_service.web.texts import day, say

LOOK_AFTER = (Role.SUPERVISOR, Role.PERFORMANCE, *room.WATCHERS)
SEE = (*LOOK_AFTER, Role.AUDITOR)
INCIDENTS_SEEN = (Role.SUPERVISOR, Role.PERFORMANCE, Role.AUDITOR)
SHOWN = 100
OTHER_TERMS = 5


@dataclass(frozen=True)
class Line:
    """One problem in the list; `verdict` is a key of rising.* once somebody looked."""

    href: str
    name: str
    place: str
    observed: int
    expected: str
    window: int
    first: date
    last: date
    over: bool
    verdict: str | None
    simulated: bool


@dataclass(frozen=True)
class Word:
    """What somebody said of a problem."""

    verdict: str
    who: str
    at: datetime
    note: str


@pages.get("/emerging")
@open_to(*SEE)
def rising() -> ResponseReturnValue:
    rt, lang, chosen = runtime(), language(), _county(request.args.get("county", ""))
    with rt.transaction() as db:
        found = room.listed(db, _mine(), SHOWN, chosen)
        look = room.last_look(db)
        known = room.precision(db, sa.and_(_mine(), ~EmergingProblem.simulated))
    return render_template(
        "desk/rising.html",
        problems=[_line(problem, lang) for problem in found],
        counties=[Choice(str(code), card.name) for code, card in catalogue().counties.items()],
        county=str(chosen or ""),
        look=look,
        right=_right(known, lang),
    )


@pages.get("/emerging/<uuid:problem_id>")
@open_to(*SEE)
def problem(problem_id: uuid.UUID) -> ResponseReturnValue:
    return _page(problem_id)


@pages.post("/emerging/<uuid:problem_id>/said")
@open_to(*LOOK_AFTER)
def say_what_it_is(problem_id: uuid.UUID) -> ResponseReturnValue:
    note, confirmed = request.form.get("note", ""), request.form.get("confirmed")
    if confirmed not in _VERDICTS:
        abort(400)
    try:
        said = Said(problem_id, _VERDICTS[confirmed], note)
        room.say_what_it_is(runtime(), viewer(), said, _mine())
    except NoSuchProblem:
        abort(404)
    except NotSaid as error:
        flash(_REFUSED[error.why], "problem")
        return _page(problem_id, note), 409
    flash("rising_said", "done")
    return redirect(url_for("desk.problem", problem_id=problem_id), 303)


_VERDICTS = {"yes": True, "no": False}
_REFUSED = {"reason-missing": "rising_reason_missing", "said-already": "rising_said_already"}
"""What the page says, by why a word is not taken."""


def _page(problem_id: uuid.UUID, note: str = "") -> str:
    rt, lang, who = runtime(), language(), viewer()
    with rt.transaction() as db:
        wanted = sa.select(EmergingProblem).where(EmergingProblem.id == problem_id, _mine())
        one = db.scalars(wanted).one_or_none()
        if one is None:
            abort(404)
        cases = room.seen_of(db, who, one)
        decided = _word(db, one)
        return render_template(
            "desk/rising_problem.html",
            problem=_line(one, lang),
            others=[_named(one, term, lang) for term in _others(one)],
            chart=chart_of(one, lang),
            parameters=one.parameters,
            raised_at=one.raised_at,
            examples=room.examples(db, who, one),
            campaigns=[
                say(
                    lang,
                    "rising.campaign",
                    n=each.cases,
                    name=each.name[lang],
                    first=day(lang, each.first),
                    last=day(lang, each.last),
                )
                for each in room.campaigns_of(db, who, one)
            ],
            cases=cases,
            cases_href=url_for("desk.queue", rising=one.id) if cases else None,
            incident_href=_incident(one),
            decided=decided,
            may_say=who.has(*LOOK_AFTER) and (decided is None or who.has(*room.WATCHERS)),
            note=note,
        )


def _mine() -> sa.ColumnElement[bool]:
    return room.mine(runtime(), viewer(), watched(viewer()))


def _line(one: EmergingProblem, lang: str) -> Line:
    return Line(
        href=url_for("desk.problem", problem_id=one.id),
        name=_named(one, one.term, lang),
        place=_place(one, lang),
        observed=one.observed,
        expected=f"{one.expected:.1f}" if one.expected < 10 else f"{one.expected:,.0f}",
        window=one.detail.get("window", 1),
        first=one.day,
        last=one.last_day,
        over=one.ended_on is not None,
        verdict=_verdict(one),
        simulated=one.simulated,
    )


def _named(one: EmergingProblem, term: str, lang: str) -> str:
    """A term as a reader says it: citizens' own words in quotes, or the service and its trouble."""
    if not term:
        return say(lang, "rising.everything")
    if not term.startswith(room.TOPIC):
        spoken: Mapping[str, str] = one.detail.get("spoken", {})
        return f"“{spoken.get(term, term.strip('#~'))}”"
    service, _, category = term.removeprefix(room.TOPIC).partition("/")
    known = catalogue().services.get(service)
    name = known.short[lang] if known else service
    return f"{name}: {say(lang, f'category.{category}')}" if category else name


def _others(one: EmergingProblem) -> list[str]:
    return [term for term in one.detail.get("terms", ()) if term != one.term][:OTHER_TERMS]


def _place(one: EmergingProblem, lang: str) -> str:
    card = catalogue().counties.get(one.county_code or 0)
    parts = [institution_name(one.institution_id, lang), card.name if card else None]
    return ", ".join(part for part in parts if part) or NAMELESS


def _verdict(one: EmergingProblem) -> str | None:
    if one.confirmed is None:
        return None
    return "is_one" if one.confirmed else "is_none"


def _word(db: Session, one: EmergingProblem) -> Word | None:
    if one.seen_at is None or one.seen_by_id is None:
        return None
    who = db.get_one(Staff, one.seen_by_id).name
    return Word(str(_verdict(one)), who, one.seen_at, one.note)


def _incident(one: EmergingProblem) -> str | None:
    if one.incident_id is None or not viewer().has(*INCIDENTS_SEEN):
        return None
    return url_for("desk.incident", incident_id=one.incident_id)


def _county(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 4 else None


def _right(known: Precision, lang: str) -> str | None:
    """How often an alarm was right, in words with its interval; nothing before one was judged."""
    share = intervals.wilson(known.confirmed, known.decided)
    if share is None:
        return None
    low, high = round(100 * share.low), round(100 * share.high)
    return say(
        lang, "rising.right", hits=known.confirmed, n=known.decided, low=low, high=high,
        waiting=known.waiting,
    )  # fmt: skip
