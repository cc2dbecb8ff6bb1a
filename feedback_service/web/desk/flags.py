"""Flags of suspect figures, for people outside the body: what was seen, the figures three ways, and
the review with its ten working days."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from analytics.indicators import DEFINITIONS, Figure
from analytics.integrity import Reading
from feedback_service import registry
from feedback_service.domain.calendar import WorkingCalendar
from feedback_service.domain.cases import CaseStatus
from feedback_service.domain.periods import Period
from feedback_service.models import Case, Flag, Institution, Role, Staff
from feedback_service.redress.sight import not_shut
from feedback_service.scoring import flags as room
from feedback_service.scoring.flags import NoSuchFlag, NotReviewed, Reviewed
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import (
    NAMELESS,
    institution_name,
    language,
    offices,
    pages,
    runtime,
)
from feedback_service.web.desk.oversight import watched
from feedback_service.web.desk.presenting import Due, due_of
from feedback_service.web.texts import say

REVIEWERS = (Role.AUDITOR, Role.OVERSIGHT, Role.ANALYST)
SHOWN, CASES_SHOWN = 200, 60


@dataclass(frozen=True)
class Line:
    """One flag in the list; `due` is its clock, `verdict` a key of flags.* once reviewed."""

    href: str
    name: str
    institution: str
    desk: str
    period: str
    records: int
    seen: str
    due: Due
    verdict: str | None


@dataclass(frozen=True)
class Row:
    """One figure in words: with all records, without this flag's, and as it stands."""

    name: str
    counted: str
    without: str
    stands: str
    differs: bool


@dataclass(frozen=True)
class Decided:
    verdict: str
    who: str
    at: datetime
    reason: str


@pages.get("/flags")
@open_to(*REVIEWERS)
def flags() -> ResponseReturnValue:
    rt, lang = runtime(), language()
    with rt.transaction() as db:
        calendar = registry.calendar(rt, db)
        found = db.scalars(
            _mine().order_by(Flag.reviewed_at.is_not(None), Flag.due_at, Flag.id).limit(SHOWN)
        )
        lines = [_line(db, flag, lang, rt.now(), calendar) for flag in found]
        waiting = _count(db, Flag.reviewed_at.is_(None))
        late = _count(db, Flag.reviewed_at.is_(None), Flag.due_at < rt.now())
    return render_template("desk/flags.html", flags=lines, waiting=waiting, late=late)


@pages.get("/flags/<uuid:flag_id>")
@open_to(*REVIEWERS)
def flag(flag_id: uuid.UUID) -> ResponseReturnValue:
    return _page(flag_id)


@pages.post("/flags/<uuid:flag_id>/review")
@open_to(*REVIEWERS)
def review_flag(flag_id: uuid.UUID) -> ResponseReturnValue:
    who, reason = viewer(), request.form.get("reason", "")
    with runtime().transaction() as db:
        _found(db, flag_id)
    if request.form.get("stands") not in _DECISIONS:
        abort(400)
    stands = _DECISIONS[request.form["stands"]]
    try:
        room.review(runtime(), Reviewed(flag_id, who.staff_id, who.institution_id, stands, reason))
    except NoSuchFlag:
        abort(404)
    except NotReviewed as error:
        flash(_REFUSED[error.why], "problem")
        return _page(flag_id, reason), 409
    flash("flag_reviewed", "done")
    return redirect(url_for("desk.flags"), 303)


_DECISIONS = {"yes": True, "no": False}
_REFUSED = {
    "own-body": "flag_own_body",
    "reason-missing": "flag_reason_missing",
    "reviewed-already": "flag_reviewed_already",
}
"""What the page says, by why a review is not taken."""


def _page(flag_id: uuid.UUID, reason: str = "") -> str:
    rt, lang, who = runtime(), language(), viewer()
    with rt.transaction() as db:
        one = _found(db, flag_id)
        of_the_body = db.scalars(
            sa.select(Flag)
            .where(Flag.institution_id == one.institution_id, Flag.period == one.period)
            .order_by(Flag.id)
        ).all()
        period = Period.parse(one.period)
        alone = room.figures(rt, db, one.institution_id, period, [one])
        all_of_them = room.figures(rt, db, one.institution_id, period, of_the_body)
        return render_template(
            "desk/flag.html",
            flag=_line(db, one, lang, rt.now(), registry.calendar(rt, db)),
            why=say(lang, f"flag.{_key(one.kind)}_words"),
            parameters=one.detail["parameters"],
            raised_at=one.raised_at,
            others=len(of_the_body) - 1,
            rows=[_row(name, alone[name], all_of_them[name], lang) for name in alone],
            cases=_cases(db, one) if who.has(Role.AUDITOR) else [],
            more=max(0, one.records - CASES_SHOWN),
            decided=_decided(db, one),
            own=who.institution_id == one.institution_id,
            review_href=url_for("desk.review_flag", flag_id=one.id),
            reason=reason,
        )


def _mine() -> sa.Select[Flag]:
    """The flags of the bodies the viewer watches over; an auditor's are all."""
    who = viewer()
    found = sa.select(Flag).join(Institution, Institution.id == Flag.institution_id)
    return found if who.has(Role.AUDITOR) else found.where(watched(who))


def _found(db: Session, flag_id: uuid.UUID) -> Flag:
    found = db.scalars(_mine().where(Flag.id == flag_id)).one_or_none()
    if found is None:
        abort(404)
    return found


def _count(db: Session, *conditions: sa.ColumnElement[bool]) -> int:
    found = _mine().where(*conditions).with_only_columns(sa.func.count())
    return db.scalar(found) or 0


def _line(db: Session, one: Flag, lang: str, now: datetime, calendar: WorkingCalendar) -> Line:
    desk = offices(db).get(one.unit_id or "")
    return Line(
        href=url_for("desk.flag", flag_id=one.id),
        name=say(lang, f"flag.{_key(one.kind)}"),
        institution=institution_name(one.institution_id, lang) or one.institution_id,
        desk=desk.name[lang] if desk else "",
        period=one.period,
        records=one.records,
        seen=_seen(one, lang),
        due=due_of(lang, CaseStatus.RECEIVED, one.due_at, None, now, calendar),
        verdict=_verdict(one),
    )


def _verdict(one: Flag) -> str | None:
    if one.stands is None:
        return None
    return "upheld" if one.stands else "cleared"


def _key(kind: str) -> str:
    return kind.replace("-", "_")


def _seen(one: Flag, lang: str) -> str:
    """The numbers behind the flag in a sentence."""
    told: Mapping[str, float] = one.detail["figures"]
    for name, key in _TOLD_BY.items():
        if name in told:
            percent = {n: _percent(told[n]) for n in ("usual",) if n in told}
            if told.get("of"):
                percent["share"] = _percent(told["hits"] / told["of"])
            return say(lang, key, **{**told, **percent})
    return say(lang, "flags.seen_codes", **told)


_TOLD_BY = {
    "missing": "flags.seen_visits",
    "phones": "flags.seen_ratings",
    "categories": "flags.seen_words",
    "usual": "flags.seen_share",
}
"""The sentence for a number that only some flags have."""


def _row(name: str, alone: Reading, together: Reading, lang: str) -> Row:
    definition = DEFINITIONS[name]
    title = definition.name_sw if lang == "sw" else definition.name_en
    counted, without = _words(alone.counted), _words(alone.without)
    stands = _words(together.stands)
    return Row(title, counted, without, stands, differs=len({counted, without, stands}) > 1)


def _words(figure: Figure) -> str:
    if figure.value is None:
        return NAMELESS
    if DEFINITIONS[figure.indicator].unit == "share":
        return f"{_percent(figure.value)} (n {figure.n:,})"
    return f"{figure.value:.2f} (n {figure.n:,})"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _cases(db: Session, one: Flag) -> list[tuple[str, str]]:
    """References and addresses of the first suspect cases; ratings have none."""
    ids = [uuid.UUID(record) for record in one.detail["records"][:CASES_SHOWN]]
    wanted = sa.select(Case.reference).where(Case.id.in_(ids), not_shut(viewer()))
    found = db.scalars(wanted.order_by(Case.reference))
    return [(reference, url_for("desk.case", reference=reference)) for reference in found]


def _decided(db: Session, one: Flag) -> Decided | None:
    if one.reviewed_at is None or one.reviewed_by_id is None:
        return None
    person = db.get_one(Staff, one.reviewed_by_id)
    return Decided(str(_verdict(one)), person.name, one.reviewed_at, one.reason)
