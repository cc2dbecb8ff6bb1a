"""Frozen quarters at the desk: the list, one quarter of one body, the contest of a figure, its
answer, a moderated score, and the packs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from analytics.evidence.making import Edition
from analytics.evidence.plain import read
from analytics.indicators import DEFINITIONS, Figure
from analytics.scorecards import Scorecard
from feedback_service.domain.cases import Lane
from feedback_service.domain.periods import NotAPeriod, Period
from feedback_service.models import Case, FrozenCard, FrozenPeriod, Institution, Role
from feedback_service.redress.sight import may_see, not_shut
from feedback_service.scoring.frozen import contests, keeping
from feedback_service.scoring.frozen.apart import stands_apart
from feedback_service.scoring.frozen.contests import (
    Agreement,
    Answer,
    Doubt,
    Moderation,
    NotTaken,
)
from feedback_service.scoring.frozen.later import after_the_freeze
from feedback_service.scoring.frozen.packs import NoSuchPack, pack
from feedback_service.web import frozen_views as views
from feedback_service.web.access import open_to, viewer
from feedback_service.web.api.evidence import zipped
from feedback_service.web.desk.frame import (
    Choice,
    institution_name,
    language,
    pages,
    read_id,
    runtime,
)
from feedback_service.web.periods import in_address, read_period

READERS = (Role.PERFORMANCE, Role.ANALYST, Role.AUDITOR)
OWNERS = (Role.ANALYST, Role.AUDITOR)
"""Who sees every body's, and every record of a pack: nobody of the body itself or near it."""


@dataclass(frozen=True)
class Listed:
    """A frozen quarter in the list."""

    quarter: views.Quarter
    href: str
    waiting: int
    open_until: datetime


@dataclass(frozen=True)
class Late:
    """What came to a case after the freeze."""

    reference: str
    href: str
    action: str
    at: datetime


@pages.get("/frozen")
@open_to(*READERS)
def frozen() -> ResponseReturnValue:
    rt = runtime()
    with rt.transaction() as db:
        waiting = contests.waiting(db)
        found = [
            Listed(
                views.quarter(row), url_for("desk.frozen_period", period=_key(row.period)),
                waiting.get(row.period, 0), contests.open_until(rt, row),
            )
            for row in keeping.periods(db)
        ]  # fmt: skip
    return render_template("desk/frozen.html", quarters=found)


@pages.get("/frozen/<period>")
@open_to(*READERS)
def frozen_period(period: str) -> ResponseReturnValue:
    return _page(period, {})


@pages.post("/frozen/<period>/contest")
@open_to(Role.PERFORMANCE)
def contest_figure(period: str) -> ResponseReturnValue:
    who, form = viewer(), request.form
    row = _row(period)
    doubt = Doubt(
        row.period, who.institution_id or "", form.get("indicator", ""), form.get("reasons", ""),
        form.get("evidence", ""), who.staff_id,
    )  # fmt: skip
    return _done(period, "contest_made", lambda: contests.contest(runtime(), doubt))


@pages.post("/frozen/<period>/contests/<contest>")
@open_to(Role.ANALYST)
def answer_contest(period: str, contest: str) -> ResponseReturnValue:
    who, form, contest_id = viewer(), request.form, read_id(contest)
    if contest_id is None or form.get("upheld") not in _VERDICTS:
        abort(400)
    said = Answer(
        contest_id, _VERDICTS[form["upheld"]], form.get("answer", ""), who.staff_id,
        who.institution_id,
    )  # fmt: skip
    return _done(period, "contest_answered", lambda: contests.answer(runtime(), said))


@pages.post("/frozen/<period>/moderate")
@open_to(Role.ANALYST)
def moderate_figure(period: str) -> ResponseReturnValue:
    who, form, row = viewer(), request.form, _row(period)
    indicator = form.get("indicator", "")
    value = _number(form.get("value", ""), indicator)
    score = Moderation(
        row.period, form.get("institution", ""), indicator, value, form.get("reason", ""),
        who.staff_id, who.institution_id,
    )  # fmt: skip
    return _done(period, "score_moderated", lambda: contests.moderate(runtime(), score))


@pages.post("/frozen/<period>/scores/<score>")
@open_to(Role.ANALYST)
def agree_score(period: str, score: str) -> ResponseReturnValue:
    """The second analyst's agreement."""
    who, score_id = viewer(), read_id(score)
    if score_id is None:
        abort(400)
    said = Agreement(score_id, who.staff_id, who.institution_id)
    return _done(period, "score_agreed", lambda: contests.agree(runtime(), said))


@pages.get("/frozen/<period>/<institution>.zip")
@open_to(*OWNERS)
def frozen_pack(period: str, institution: str) -> ResponseReturnValue:
    """The full edition: for people outside the body, since each record of it stands alone."""
    row = _row(period)
    when = Period.parse(row.period)
    with runtime().transaction() as db:
        if not stands_apart(db, institution, viewer().institution_id):
            abort(404)
        try:
            return zipped(pack(db, institution, when, Edition.FULL), institution, when)
        except NoSuchPack:
            abort(404)


_VERDICTS = {"yes": True, "no": False}
_REFUSED: Mapping[str, str] = {
    "not-frozen": "contest_no_figure",
    "no-figure": "contest_no_figure",
    "reason-missing": "contest_reason_missing",
    "too-late": "contest_too_late",
    "contested-already": "contest_already",
    "answered-already": "contest_answered_already",
    "own-body": "contest_own_body",
    "value-outside": "score_outside",
    "nothing-computed": "score_nothing",
    "own-score": "score_own",
    "agreed-already": "score_agreed_already",
    "names-somebody": "contest_names_somebody",
}
"""What the page says, by why it was not taken."""


def _done(period: str, key: str, do: Callable[[], object]) -> ResponseReturnValue:
    """Do it and go back to the page, or show what was typed beside what is wrong with it."""
    try:
        do()
    except contests.NoSuchContest:
        abort(404)
    except NotTaken as error:
        flash(_REFUSED[error.why], "problem")
        return _page(period, request.form), 409
    flash(key, "done")
    named = request.form.get("institution") or None
    return redirect(url_for("desk.frozen_period", period=period, institution=named), 303)


def _page(period: str, typed: Mapping[str, str]) -> str:
    rt, lang, who, row = runtime(), language(), viewer(), _row(period)
    owner = who.has(*OWNERS)
    asked = request.values.get("institution", "") if owner else who.institution_id or ""
    with rt.transaction() as db:
        names = dict(db.execute(sa.select(Institution.id, Institution.name)).all())
        one = db.get(FrozenCard, (row.period, asked)) if asked in names else None
        if asked and one is None:
            abort(404)
        said = contests.contests(db, row.period, asked or None)
        apart = owner and bool(asked) and stands_apart(db, asked, who.institution_id)
        shown = _shown(db, row, one, apart, lang) if one else None
        open_until = contests.open_until(rt, row)
        return render_template(
            "desk/frozen_period.html",
            quarter=views.quarter(row),
            institutions=[
                Choice(key, name) for key, name in sorted(names.items(), key=lambda one: one[1])
            ] if owner else [],
            institution=asked,
            name=institution_name(asked, lang) if asked else "",
            shown=shown,
            contests=[views.said(one, names[one.row.institution_id], lang) for one in said],
            open_until=open_until,
            may_contest=who.has(Role.PERFORMANCE) and bool(asked) and rt.now() <= open_until
            and asked == who.institution_id,
            may_answer=who.has(Role.ANALYST),
            choices=[Choice(name, views.name_of(name, lang)) for name in DEFINITIONS],
            full_href=url_for("desk.frozen_pack", period=period, institution=asked)
            if apart else None,
            public_href=url_for("public.frozen_period", period=period),
            simulated=bool(row.statement["simulated"]),
            typed=typed,
            me=who.staff_id,
        )  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """One body's figures as they were frozen, and what came later."""

    lines: list[views.Line]
    suspect: bool
    late: list[Late]
    late_in_all: int


def _shown(db: Session, row: FrozenPeriod, one: FrozenCard, apart: bool, lang: str) -> Shown:
    whole = read(Scorecard, one.full["card"])
    # The body reads what everybody reads: a figure of few answers could be people at its counter.
    card = whole if apart else read(Scorecard, one.public["card"])
    readings = {
        name: {way: read(Figure, figure) for way, figure in ways.items()}
        for name, ways in one.readings.items()
        if name in card.figures
    }
    scores = contests.proposed(db, row.period, one.institution_id)
    who, sees_cases = viewer(), viewer().has(Role.PERFORMANCE, Role.AUDITOR)
    seen = may_see(who) if sees_cases else sa.and_(Case.lane == Lane.OPEN, not_shut(who))
    late, in_all = after_the_freeze(db, row, one.institution_id, seen)
    told = [
        Late(one.reference, url_for("desk.case", reference=one.reference), one.action.value, one.at)
        for one in late
        if sees_cases
    ]
    return Shown(
        views.lines(card, whole.figures, readings, scores, lang), bool(readings), told, in_all
    )


def _row(period: str) -> FrozenPeriod:
    try:
        label = read_period(period).label
    except NotAPeriod:
        abort(404)
    with runtime().transaction() as db:
        found = db.get(FrozenPeriod, label)
        if found is None:
            abort(404)
        return found


def _key(label: str) -> str:
    return in_address(Period.parse(label))


def _number(text: str, indicator: str) -> float:
    """What was typed, a share in percent; not a number is outside every scale."""
    try:
        value = float(text.replace("%", "").replace(",", "").strip())
    except ValueError:
        return float("nan")
    definition = DEFINITIONS.get(indicator)
    return value / 100 if definition and definition.unit == "share" else value
