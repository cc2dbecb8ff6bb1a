"""The text model in use: its figures, what it meets, what people think of it, and its history.

For those who run the whole service; a model is taken into use or back by a press, never while it
is worse at anything that must not fall.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from analytics import charts
from analytics.charts import Axis, Guide, Lines, Point, Series, Unit
from analytics.triage import Manifest, comparing, read_manifest
from analytics.triage.comparing import Difference
from analytics.triage.labels import LANG
from feedback_service.models import ModelChange, ModelStep, Staff
from feedback_service.triage import agreement, lots, promotion, serving, training, watching
from feedback_service.triage.shelf import UNLOADABLE, NoSuchModel, NothingPromoted, NotLoaded, Shelf
from feedback_service.triage.telling import KEEPERS
from feedback_service.triage.watching import Drift
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import NAMELESS, language, pages, runs_all, runtime
from feedback_service.web.texts import say

SHOWN = 20


@dataclass(frozen=True)
class Row:
    """One question with the macro-F1 of each language and of all, already written."""

    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One line of the history in words; `who` is empty for the clock and for commands."""

    at: datetime
    words: str
    who: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    """A model trained here that is not in use."""

    version: str
    when: str
    messages: int
    category: str
    urgent: str


@pages.get("/model")
@open_to(*KEEPERS)
def text_model() -> ResponseReturnValue:
    _keepers_only()
    rt, lang, shelf = runtime(), language(), Shelf(runtime().settings.var_dir)
    manifest = _manifest(shelf)
    version = manifest.version if manifest else ""
    with rt.transaction() as db:
        drift = watching.drift_of(rt, db)
        return render_template(
            "desk/text_model.html",
            manifest=manifest,
            rows=_rows(manifest, lang),
            safety=_safety(manifest),
            refused=serving.refused(rt),
            trouble=training.trouble(rt, db),
            new_labels=training.new_labels(db),
            settings=rt.settings,
            by_lot=lots.accuracy(db, version),
            enough=promotion.LEAST_BY_LOT,
            agreement=agreement.agreement(db),
            fewest=agreement.FEWEST,
            drift=drift,
            alarms=[say(lang, f"model.alarm_{key.partition(':')[0]}") for key in drift.alarms]
            if drift else [],
            chart=_chart(drift, lang) if drift else "",
            candidates=[_candidate(one) for one in shelf.trained() if one.version != version][:5],
            may_go_back=bool(shelf.promoted()),
            steps=_steps(db, lang),
            refusals=session.pop("model_refused", []),
        )  # fmt: skip


@pages.post("/model")
@open_to(*KEEPERS)
def change_model() -> ResponseReturnValue:
    """Take a version into use, or the one before back."""
    _keepers_only()
    rt, who = runtime(), viewer()
    shelf = Shelf(rt.settings.var_dir)
    try:
        with rt.transaction() as db:
            if request.form.get("what") == "rollback":
                promotion.rollback(db, shelf, rt.now(), who.staff_id)
                said = "model_back"
            else:
                version = request.form.get("version", "")
                found = promotion.promote(db, shelf, version, rt.now(), who.staff_id)
                said = "model_worse" if found.worse else "model_used"
                session["model_refused"] = [_in_words(one, language()) for one in found.worse]
    except (NoSuchModel, NotLoaded, NothingPromoted):
        said = "model_gone"
    flash(said, "done" if said in ("model_back", "model_used") else "problem")
    return redirect(url_for("desk.text_model"), 303)


def _keepers_only() -> None:
    if not runs_all(viewer()):
        abort(404)


def _manifest(shelf: Shelf) -> Manifest | None:
    """None where the model in use cannot be read; workers keep another one meanwhile."""
    try:
        return read_manifest(shelf.in_use)
    except UNLOADABLE:
        return None


def _rows(manifest: Manifest | None, lang: str) -> list[Row]:
    if manifest is None:
        return []
    rows = []
    for head in comparing.HEADS:
        figures = manifest.metrics["heads"][head.name]
        parts = [figures["by_language"].get(one, {}).get("macro_f1") for one in LANG.labels]
        cells = tuple(_written(value) for value in (*parts, figures["macro_f1"]))
        rows.append(Row(say(lang, f"model.head_{head.name}"), cells))
    return rows


def _safety(manifest: Manifest | None) -> Mapping[str, str]:
    """What keeps people safe, and how much goes without a person, in percent."""
    if manifest is None:
        return {}
    figures = manifest.metrics
    return {
        "urgent": _percent(figures["urgent"]["either"]["recall"]),
        "kept": _percent(figures["hold"]["either"]["recall"]),
        "waiting": _percent(figures["hold"]["held_share"]),
        "coverage": _percent(figures["abstention"]["coverage"]),
        "accuracy": _percent(figures["abstention"]["accuracy"]),
    }


def _candidate(manifest: Manifest) -> Candidate:
    figures = manifest.metrics
    return Candidate(
        manifest.version, manifest.when, manifest.rows,
        _written(figures["heads"]["category"]["macro_f1"]),
        _percent(figures["urgent"]["either"]["recall"]),
    )  # fmt: skip


def _chart(drift: Drift, lang: str) -> Markup:
    """Unknown words and abstaining day by day; nothing of a single day."""
    days = drift.days
    if len(days) < 2:
        return Markup("")
    last = max(day.day for day in days)
    along = [(day.day - last).days for day in days]
    unknown = [day.figures["unknown"] / max(1, day.figures["words"]) for day in days]
    abstained = [day.abstained / day.messages for day in days]
    series = tuple(
        Series(say(lang, f"model.line_{name}"), tuple(map(Point, map(float, along), values)))
        for name, values in (("unknown", unknown), ("abstained", abstained))
    )
    guides, top = [], max([*unknown, *abstained])
    if drift.unknown_then:
        alarm = watching.UNKNOWN_TIMES * drift.unknown_then
        top = max(top, alarm)
        ends = (float(min(along)), alarm), (0.0, alarm)
        guides.append(Guide(say(lang, "model.line_alarm"), *ends))
    chart = Lines(
        key="drift",
        title=say(lang, "model.chart"),
        description=say(lang, "model.chart_words", n=len(days)),
        named=say(lang, "model.chart_lines"),
        x=Axis(say(lang, "model.days"), float(min(along)), 0.0, Unit.COUNT),
        y=Axis(say(lang, "model.share"), 0.0, min(1.0, top * 1.2 or 1.0), Unit.SHARE),
        series=series,
        guides=tuple(guides),
    )
    return Markup(charts.figure(chart, say(lang, "model.numbers")))


def _steps(db: Session, lang: str) -> list[Step]:
    found = promotion.history(db, SHOWN)
    ids = {one.staff_id for one in found if one.staff_id}
    people = db.execute(sa.select(Staff.id, Staff.name).where(Staff.id.in_(ids)))
    names = dict(iter(people))
    return [_step(one, names.get(one.staff_id, "") if one.staff_id else "", lang) for one in found]


def _step(one: ModelChange, who: str, lang: str) -> Step:
    words = say(lang, f"model.step_{one.step}", version=one.version, **_told(one.detail))
    why: tuple[str, ...] = ()
    if one.step is ModelStep.REFUSED:
        fell = [Difference(**given) for given in one.detail.get("worse", [])]
        why = tuple(_in_words(given, lang) for given in fell)
    return Step(one.at, words, who, why)


def _told(detail: Mapping[str, Any]) -> dict[str, str]:
    """What a line of the history is filled with, where it has it."""
    return {name: str(detail.get(name, "")) for name in ("corrections", "was", "error", "rows")}


def _in_words(one: Difference, lang: str) -> str:
    if one.what == "by_lot":
        what = say(lang, "model.by_lot")
    elif one.group == "recall":
        what = say(lang, f"model.safety_{one.what}")
    else:
        what = f"{say(lang, f'model.head_{one.what}')}, {say(lang, f'lang.{one.group}')}"
    return say(
        lang, "model.fell", what=what, new=_written(one.new), old=_written(one.old),
        low=f"{one.low:+.3f}", high=f"{one.high:+.3f}",
    )  # fmt: skip


def _written(value: float | None) -> str:
    return NAMELESS if value is None else charts.written(value, Unit.FIGURE)


def _percent(value: float) -> str:
    return charts.written(value, Unit.SHARE)
