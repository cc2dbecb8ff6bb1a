"""The list for the Performance Week: proposals with their evidence, taken or dropped by a person in
words; what was taken as CSV and on paper."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from analytics.evidence.plain import read
from feedback_service.domain.periods import NotAPeriod, Period
from feedback_service.models import Institution, Proposal, Role, Staff
from feedback_service.recognition import week as room
from feedback_service.recognition.owner import speaks_for_all
from feedback_service.recognition.week import Evidence, NotDecided, Proposed
from feedback_service.reports import performance_week as paper
from feedback_service.reports.performance_week import Taken
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import Choice, language, pages, runtime
from feedback_service.web.desk.recognition.files import as_csv
from feedback_service.web.periods import in_address, read_period

READERS = (Role.ANALYST, Role.AUDITOR)
COLUMNS = (
    "period", "institution", "indicator", "proposal", "decision", "words", "who", "at", "standard",
    "value", "low", "high", "n", "value_before", "low_before", "high_before", "n_before",
    "flags", "flags_open", "flags_upheld", "simulated",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One proposal in words; `wait` is a key of week.*, `taken` None while nobody has decided."""

    institution: str
    name: str
    indicator: str
    indicator_name: str
    figures: Sequence[str]
    standard: str
    flags: int
    flags_open: int
    wait: str | None
    taken: bool | None
    words: str
    who: str
    simulated: bool


@pages.get("/recognition")
@open_to(*READERS)
def performance_week() -> ResponseReturnValue:
    return _page()


@pages.post("/recognition")
@open_to(Role.ANALYST)
def decide_proposal() -> ResponseReturnValue:
    """Take it or drop it."""
    rt, who, form = runtime(), viewer(), request.form
    period = _period()
    if period is None or not speaks_for_all(rt, who):
        abort(404)
    key = (form.get("institution", ""), form.get("indicator", ""))
    if form.get("decision") not in ("take", "drop"):
        abort(400)
    try:
        with rt.transaction() as db:
            room.decide(
                rt, db, who, period, key, taken=form["decision"] == "take",
                words=form.get("words", ""),
            )  # fmt: skip
    except NotDecided as error:
        return _page((key, error.why)), 422
    flash("week_decided", "done")
    return redirect(url_for("desk.performance_week", period=in_address(period)), 303)


@pages.get("/recognition/list.csv")
@open_to(*READERS)
def performance_week_csv() -> ResponseReturnValue:
    """Every proposal with its evidence, decided or not."""
    period = _period() or abort(404)
    with runtime().transaction() as db:
        found, names = room.proposals(runtime(), db, period), _people(db)
    rows = (_cells(period, one, names) for one in found)
    return as_csv(f"performance-week-{in_address(period)}.csv", COLUMNS, rows)


@pages.get("/recognition/list.pdf")
@open_to(*READERS)
def performance_week_paper() -> ResponseReturnValue:
    """What was taken."""
    rt, lang, period = runtime(), language(), _period() or abort(404)
    with rt.transaction() as db:
        names, people = _names(db, lang), _people(db)
        taken = [
            Taken(
                names.get(one.institution, one.institution), one.indicator, one.proposal,
                read(Evidence, one.decision.evidence), one.decision.words,
                people.get(one.decision.decided_by_id, ""), one.decision.decided_at,
            )
            for one in room.proposals(rt, db, period)
            if one.decision is not None and one.decision.taken
        ]  # fmt: skip
        owner = names.get(rt.settings.scorecard_owner, rt.settings.scorecard_owner)
    made = paper.as_pdf(owner, period.label, taken, lang, rt.now())
    told = f"attachment; filename=performance-week-{in_address(period)}.pdf"
    return Response(made, mimetype="application/pdf", headers={"Content-Disposition": told})


def _page(refused: tuple[tuple[str, str], str] | None = None) -> str:
    rt, lang, period = runtime(), language(), _period()
    found: list[Proposed] = []
    with rt.transaction() as db:
        if period:
            found = room.proposals(rt, db, period)
        names, people = _names(db, lang), _people(db)
    lines = {
        kind.value: [_line(one, names, people, lang) for one in found if one.proposal is kind]
        for kind in Proposal
    }
    key = in_address(period) if period else ""
    return render_template(
        "desk/performance_week.html", lines=lines, refused=refused,
        said_words=request.form.get("words", ""),
        may_decide=speaks_for_all(rt, viewer()), period=period.label if period else "",
        period_key=key,
        periods=[Choice(in_address(one), one.label) for one in room.periods(rt)],
        csv_href=url_for("desk.performance_week_csv", period=key) if period else None,
        paper_href=url_for("desk.performance_week_paper", period=key) if period else None,
    )  # fmt: skip


def _period() -> Period | None:
    """The quarter that is asked for, or the newest; None where no two in a row are closed."""
    asked, offered = request.values.get("period"), room.periods(runtime())
    if not asked:
        return offered[0] if offered else None
    try:
        period = read_period(asked)
    except NotAPeriod:
        abort(404)
    if period not in offered:
        abort(404)
    return period


def _line(
    one: Proposed, names: Mapping[str, str], people: Mapping[uuid.UUID, str], lang: str
) -> Line:
    kept = one.decision
    evidence = read(Evidence, kept.evidence) if kept else one.evidence
    return Line(
        one.institution, names.get(one.institution, one.institution), one.indicator,
        paper.name_of(one.indicator, lang),
        paper.figures_in_words(one.indicator, evidence, lang),
        paper.standard_in_words(one.indicator, evidence, lang), evidence.flags,
        evidence.flags_open, one.wait.value if one.wait else None, kept.taken if kept else None,
        kept.words if kept else "", people.get(kept.decided_by_id, "") if kept else "",
        evidence.simulated,
    )  # fmt: skip


def _names(db: Session, lang: str) -> dict[str, str]:
    name = Institution.short_sw if lang == "sw" else Institution.short_en
    return {row[0]: row[1] for row in db.execute(sa.select(Institution.id, name))}


def _people(db: Session) -> dict[uuid.UUID, str]:
    """Who may have decided."""
    found = sa.select(Staff.id, Staff.name).where(Staff.role == Role.ANALYST)
    return {row[0]: row[1] for row in db.execute(found)}


def _cells(period: Period, one: Proposed, people: Mapping[uuid.UUID, str]) -> tuple[object, ...]:
    kept = one.decision
    evidence = read(Evidence, kept.evidence) if kept else one.evidence
    decided = ("", "", "", "")
    if kept:
        word = "taken" if kept.taken else "dropped"
        at = kept.decided_at.isoformat(timespec="minutes")
        decided = (word, kept.words, people.get(kept.decided_by_id, ""), at)
    stands = [cell for s in evidence.stands for cell in (s.value, s.low, s.high, s.n)]
    return (
        period.label, one.institution, one.indicator, one.proposal.value, *decided,
        evidence.standard, *stands, evidence.flags, evidence.flags_open, evidence.flags_upheld,
        evidence.simulated,
    )  # fmt: skip
