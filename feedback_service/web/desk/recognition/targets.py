"""Targets of a hundred days: an institution's own, for those who watch over several all of them;
set, tracked with a chart, taken back, and as CSV."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from analytics import charts
from analytics.charts import Moment, Trend
from analytics.hundred_days import DAYS, OFFERED
from analytics.indicators import DEFINITIONS, Figure
from feedback_service.domain.calendar import NAIROBI
from feedback_service.models import HundredDayTarget, Institution, Role
from feedback_service.recognition import targets as room
from feedback_service.recognition.owner import speaks_for_all
from feedback_service.recognition.targets import NotATarget, Progress, Wanted
from feedback_service.reports.scale import Scale, shown_values
from feedback_service.reports.words import why_not
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import Choice, institution_name, language, pages, runtime
from feedback_service.web.desk.oversight import watched
from feedback_service.web.desk.recognition.files import as_csv
from feedback_service.web.texts import say

WRITERS = (Role.PERFORMANCE, Role.ANALYST)
READERS = (*WRITERS, Role.SUPERVISOR, Role.OVERSIGHT)
COLUMNS = (
    "institution", "indicator", "version", "unit", "first_day", "last_day", "target", "baseline",
    "baseline_low", "baseline_high", "baseline_n", "day", "value", "low", "high", "n", "verdict",
    "standing",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A target in words; `standing` and `verdict` are keys of target.*, `stands` where it stood at
    the end of `day`."""

    href: str
    institution: str | None
    indicator: str
    first: date
    last: date
    target: str
    baseline: str
    day: int
    stands: str
    verdict: str
    standing: str
    simulated: bool


@pages.get("/targets")
@open_to(*READERS)
def targets() -> ResponseReturnValue:
    if request.args.get("as") == "csv":
        with runtime().transaction() as db:
            return _csv([(row, room.progress(runtime(), db, row)) for row in _rows(db)])
    return _page()


@pages.post("/targets")
@open_to(*WRITERS)
def begin_target() -> ResponseReturnValue:
    rt, who = runtime(), viewer()
    try:
        wanted = _wanted()
        with rt.transaction() as db:
            made = room.set_target(rt, db, who, wanted).id
    except NotATarget as error:
        return _page(error.field), 422
    flash("target_set", "done")
    return redirect(url_for("desk.target", target_id=made), 303)


@pages.get("/targets/<uuid:target_id>")
@open_to(*READERS)
def target(target_id: uuid.UUID) -> ResponseReturnValue:
    return _one_page(target_id)


@pages.post("/targets/<uuid:target_id>/back")
@open_to(*WRITERS)
def take_back_target(target_id: uuid.UUID) -> ResponseReturnValue:
    rt, who = runtime(), viewer()
    try:
        with rt.transaction() as db:
            row = _one(db, target_id)
            if not room.may_set(rt, who, row.institution_id):
                abort(404)
            room.take_back(rt, db, who, row, request.form.get("why", ""))
    except NotATarget as error:
        return _one_page(target_id, error.field), 422
    flash("target_taken_back", "done")
    return redirect(url_for("desk.target", target_id=target_id), 303)


def _page(wrong: str = "") -> str:
    rt, lang, who = runtime(), language(), viewer()
    with rt.transaction() as db:
        lines = [_line(row, room.progress(rt, db, row), lang) for row in _rows(db)]
        bodies = _bodies(db, lang) if speaks_for_all(rt, who) else []
    return render_template(
        "desk/targets.html", lines=lines, wrong=wrong, said=request.form, bodies=bodies,
        may_set=who.has(*WRITERS), indicators=[Choice(key, _name(key, lang)) for key in OFFERED],
        csv_href=f"{url_for('desk.targets')}?as=csv",
    )  # fmt: skip


def _one_page(target_id: uuid.UUID, wrong: str = "") -> str:
    rt, lang = runtime(), language()
    with rt.transaction() as db:
        row = _one(db, target_id)
        found = room.progress(rt, db, row)
        may_take_back = (
            room.may_set(rt, viewer(), row.institution_id)
            and row.taken_back_at is None
            and row.decided_at is None
        )
        return render_template(
            "desk/target.html", target=_line(row, found, lang), why=row.why, wrong=wrong,
            said=request.form, chart=Markup(charts.figure(_chart(row, found, lang),
                                                          say(lang, "chart.numbers"))),
            basis=found.last.figure.basis if found.last and found.last.figure else "",
            may_take_back=may_take_back, all_href=url_for("desk.targets"),
            back_href=url_for("desk.take_back_target", target_id=row.id),
        )  # fmt: skip


def _rows(db: Session) -> Sequence[HundredDayTarget]:
    return db.scalars(
        sa.select(HundredDayTarget)
        .where(_mine())
        .order_by(HundredDayTarget.starts_on.desc(), HundredDayTarget.id)
    ).all()


def _one(db: Session, target_id: uuid.UUID) -> HundredDayTarget:
    found = sa.select(HundredDayTarget).where(HundredDayTarget.id == target_id, _mine())
    row = db.scalars(found).one_or_none()
    if row is None:
        abort(404)
    return row


def _mine() -> sa.ColumnElement[bool]:
    who = viewer()
    if who.has(Role.ANALYST, Role.OVERSIGHT):
        return HundredDayTarget.institution_id.in_(sa.select(Institution.id).where(watched(who)))
    return HundredDayTarget.institution_id == who.institution_id


def _bodies(db: Session, lang: str) -> list[Choice]:
    name = Institution.short_sw if lang == "sw" else Institution.short_en
    return [Choice(*row) for row in db.execute(sa.select(Institution.id, name).order_by(name))]


def _wanted() -> Wanted:
    """What the form asks for; shares are typed in percent."""
    form, who = request.form, viewer()
    indicator = form.get("indicator", "")
    if indicator not in OFFERED:
        raise NotATarget("indicator")
    try:
        value = float(form.get("target", "").strip().rstrip("%").replace(",", "."))
    except ValueError:
        raise NotATarget("target") from None
    try:
        starts = date.fromisoformat(form.get("starts_on", ""))
    except ValueError:
        raise NotATarget("starts_on") from None
    share = DEFINITIONS[indicator].unit == "share"
    own = who.institution_id or ""
    body = form.get("institution", own) if speaks_for_all(runtime(), who) else own
    return Wanted(body, indicator, value / 100 if share else value, starts)


def _line(row: HundredDayTarget, found: Progress, lang: str) -> Line:
    scale, last = Scale.of(DEFINITIONS[row.indicator]), found.last
    return Line(
        url_for("desk.target", target_id=row.id), institution_name(row.institution_id, lang),
        _name(row.indicator, lang), row.starts_on, room.ends_on(row),
        scale.words(row.target, lang), _words(found.baseline, scale, lang),
        last.day if last else 0, _words(last.figure if last else None, scale, lang),
        found.verdict.value if found.verdict else "no_mark", _standing(row, found), row.simulated,
    )  # fmt: skip


def _standing(row: HundredDayTarget, found: Progress) -> str:
    today = runtime().now().astimezone(NAIROBI).date()
    if row.taken_back_at is not None:
        return "taken_back"
    if found.final:
        return "decided"
    if today < row.starts_on:
        return "comes"
    return "runs" if today <= room.ends_on(row) else "matures"


def _words(figure: Figure | None, scale: Scale, lang: str) -> str:
    """A figure with its interval and sample, or why there is none."""
    if figure is None or not figure.shown or figure.value is None:
        return _why(figure, lang)
    between = scale.between(figure.low, figure.high, lang)
    return f"{scale.words(figure.value, lang)} ({between}, n {figure.n:,})"


def _why(figure: Figure | None, lang: str) -> str:
    if figure is not None and figure.why_hidden == "the frame is not measured":
        return say(lang, "tier.not_measured")
    return why_not(figure, lang)


def _name(indicator: str, lang: str) -> str:
    one = DEFINITIONS[indicator]
    return one.name_sw if lang == "sw" else one.name_en


def _chart(row: HundredDayTarget, found: Progress, lang: str) -> Trend:
    """Where it stood before, and at every tenth day, against the target."""
    given = [found.baseline, *(mark.figure for mark in found.marks)]
    scale = Scale.of(DEFINITIONS[row.indicator], [*shown_values(given), row.target])
    names = [say(lang, "target.before")]
    names += [say(lang, "target.day", n=mark.day) for mark in found.marks]
    names += [say(lang, "target.day", n=day) for day in range(10 * len(names), DAYS + 1, 10)]
    figures: list[Figure | None] = [*given, *([None] * (len(names) - len(given)))]
    moments = tuple(
        Moment(name, *_ends(figure), why=_why(figure, lang) if at < len(given) else "")
        for at, (name, figure) in enumerate(zip(names, figures, strict=True))
    )
    told = scale.words(row.target, lang)
    return Trend(
        "target", _name(row.indicator, lang), say(lang, "target.chart", target=told),
        say(lang, "target.at"), scale.axis(say(lang, "target.figure")), moments, row.target,
        say(lang, "target.line", target=told), ((1, say(lang, "target.begins")),),
    )  # fmt: skip


def _ends(figure: Figure | None) -> tuple[float | None, float | None, float | None]:
    if figure is None or not figure.shown:
        return None, None, None
    return figure.value, figure.low, figure.high


def _csv(found: Sequence[tuple[HundredDayTarget, Progress]]) -> Response:
    rows = []
    for row, progress in found:
        last = progress.last
        stood = _ends(last.figure) if last else (None, None, None)
        rows.append((
            row.institution_id, row.indicator, row.version, DEFINITIONS[row.indicator].unit,
            row.starts_on, room.ends_on(row), row.target, *_ends(progress.baseline),
            progress.baseline.n, last.day if last else None, *stood,
            last.figure.n if last and last.figure else None,
            progress.verdict.value if progress.verdict else None, _standing(row, progress),
        ))  # fmt: skip
    return as_csv("targets.csv", COLUMNS, rows)
