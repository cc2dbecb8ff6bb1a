"""What an officer's year looks like to its page: figures, targets by quarter, the proposal, the
steps; numbers become words here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from analytics.own_cases import Measure, Rule
from analytics.own_figures import OwnFigure
from feedback_service.appraisals import Own, entries, going, line, targets
from feedback_service.domain.appraisals import SHOWN, Step
from feedback_service.domain.periods import Period
from feedback_service.models import (
    Appraisal,
    AppraisalEntry,
    AppraisalStep,
    AppraisalTarget,
    Staff,
    Unit,
)
from feedback_service.reports.appraisal_form import Form, Line, Signed
from feedback_service.web.texts import say


@dataclass(frozen=True)
class Shown:
    """A figure of own cases; `value` None: too few for a score."""

    name: str
    words: str
    value: float | None
    low: float | None
    high: float | None
    between: str
    n: int
    note: str


@dataclass(frozen=True)
class Row:
    """A target with what was reached by each quarter's end; a dash where nothing is there yet."""

    id: UUID
    name: str
    origin: str
    target: str
    measured: bool
    reached: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class OwnShown:
    """What a reader sees of own cases; `at` is when they were kept for others, None while live.

    mix: kind and category, how many own cases, how many of them urgent.
    """

    figures: Sequence[Shown]
    mix: Sequence[tuple[str, int, int]]
    simulated: bool
    at: datetime | None


def live(own: Own, now: datetime, lang: str) -> OwnShown:
    """The officer's own year until now."""
    mix = [_mix(one.kind, one.category, one.cases, one.urgent, lang) for one in own.mix()]
    return OwnShown(_figures(own, now, lang), mix, own.simulated, None)


def kept(steps: Sequence[AppraisalStep], lang: str) -> OwnShown | None:
    """For others: as it was when the band was proposed.  What came since, the officer reads first;
    a proposal of an older release has kept nothing of it."""
    step = next((one for one in reversed(steps) if one.step is Step.PROPOSE), None)
    own = step.data.get("own") if step else None
    if step is None or own is None:
        return None
    least = Rule.load(own["rule"]).least
    shown = [
        _figure(entries.from_data(Measure(name), data), least, lang)
        for name, data in own["figures"].items()
    ]
    mix = [_mix(kind, category, n, urgent, lang) for kind, category, n, urgent in own["mix"]]
    return OwnShown(shown, mix, own["simulated"], step.at)


def _figures(own: Own, now: datetime, lang: str) -> list[Shown]:
    """One by one: there is no sum of them."""
    period = Period.containing(now)
    quarter = (period.quarter or 4) if period.year == own.year else 4
    return [_figure(one, own.rule.least, lang) for one in own.until(quarter).values()]


def _mix(kind: str, category: str, cases: int, urgent: int, lang: str) -> tuple[str, int, int]:
    what = f"category.{category}" if category else "appraisal.no_category"
    return f"{say(lang, f'kind.{kind}')}: {say(lang, what)}", cases, urgent


def rules(lang: str) -> Sequence[str]:
    return Rule.load().words[lang]


def version() -> str:
    return Rule.load().version


def rows(
    db: Session, found: Sequence[AppraisalTarget], origins: Mapping[str, str], *, seen_only: bool
) -> list[Row]:
    """origins: what the contract's rows are called today, by id."""
    there = entries.of(db, found, seen_only=seen_only)
    return [
        Row(
            row.id, row.name, origin(row, origins), f"{number(row.target)} {row.unit}".strip(),
            bool(row.measure),
            [_reached(there.get(row.id, {}).get(quarter)) for quarter in range(1, 5)],
        )
        for row in found
    ]  # fmt: skip


def proposal(steps: Sequence[AppraisalStep]) -> dict[str, Any] | None:
    """The last proposal, each row with its percent and its word under both methods."""
    data = going.proposal_of(steps)
    if data is None:
        return None
    words = zip(*(one["rows"] for one in data["bands"]), strict=True)
    lines = [
        {**row, "percent": percent, "words": bands}
        for row, percent, bands in zip(data["rows"], data["percents"], words, strict=True)
    ]
    return {**data, "lines": lines}


def history(db: Session, steps: Sequence[AppraisalStep], *, shown: bool) -> list[dict[str, Any]]:
    people = line.names(db, [one.by_id for one in steps])
    return [
        {
            "step": one.step.value, "who": people.get(one.by_id, ""), "at": one.at,
            "words": one.words, "band": one.data.get("band", "") if shown else "",
            "differs": one.step is Step.SIGN and one.data["band"] != one.data["proposed"],
        }
        for one in steps
    ]  # fmt: skip


def on_paper(db: Session, officer: Staff, row: Appraisal) -> Form:
    """The form as it stands; figures only once the officer has seen them."""
    steps = going.steps_of(db, row)
    data = proposal(steps) if row.stage in SHOWN else None
    unit = db.get(Unit, row.unit_id) if row.unit_id else None
    people = line.names(db, [one.by_id for one in steps])
    if data:
        lines = [
            Line(one["name"], one["target"], one["unit"], one["achieved"], one["percent"],
                 " / ".join(one["words"]), str(one.get("n", "")))
            for one in data["lines"]
        ]  # fmt: skip
    else:
        lines = [Line(one.name, number(one.target), one.unit)
                 for one in targets.of_appraisal(db, row)]  # fmt: skip
    signed = [
        Signed(one.step.value, people.get(one.by_id, ""), one.at, one.words,
               one.data.get("band", ""))
        for one in steps
    ]  # fmt: skip
    return Form(
        row.form, officer.name, unit.name_en if unit else "", Period(row.year).label, lines,
        [one["name"] for one in data["left"]] if data else [], data["mean"] if data else "",
        (data["low"], data["high"]) if data else ("", ""),
        [(one["method"], one["band"], one["touches"], one["note"]) for one in data["bands"]]
        if data else [],
        signed,
    )  # fmt: skip


def band(word: str, lang: str) -> str:
    return say(lang, f"appraisal.band_{word.lower().replace(' ', '_')}")


def origin(row: AppraisalTarget, origins: Mapping[str, str]) -> str:
    """The row of the contract that it comes from; as it was called then where it is gone."""
    return origins.get(row.source, row.source_words) if row.source else ""


def number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _figure(one: OwnFigure, least: int, lang: str) -> Shown:
    name = say(lang, f"appraisal.{one.measure.value}")
    if one.percent is None:
        few = say(lang, "appraisal.few", n=one.n, least=least)
        return Shown(name, few, None, None, None, "", one.n, "")
    note = say(lang, "appraisal.expected", percent=one.expected) if one.expected else ""
    low, high = (one.interval.low, one.interval.high) if one.interval else (None, None)
    between = f"{low:.1f}\u2013{high:.1f} %" if one.interval else ""
    return Shown(
        name, f"{one.percent} % ({one.hits} / {one.n})", float(one.percent), low, high, between,
        one.n, note,
    )  # fmt: skip


def _reached(entry: AppraisalEntry | None) -> tuple[str, str]:
    """What is printed, and the words or cases behind it."""
    if entry is None:
        return "\u2013", ""
    figure: Mapping[str, Any] = entry.figure
    behind = f"{figure['hits']} / {figure['n']}" if figure else entry.words
    return ("\u2013" if entry.achieved is None else number(entry.achieved)), behind
