"""The units of a contract at the desk: each target of a service or place beside what citizens said,
as page and as CSV, and the forms that set one and take it off."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from analytics.contract import Span
from analytics.indicators import DEFINITIONS
from feedback_service import contracts, reports
from feedback_service.contracts import NotTaken, UnitLine, UnitSheet, WantedOfUnit
from feedback_service.contracts.units import OFFERED, UNITS
from feedback_service.reports.cells import as_csv
from feedback_service.reports.names import Names
from feedback_service.reports.scale import Scale
from feedback_service.scoring import Dimension
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.contract import doors
from feedback_service.web.desk.contract.changes import number
from feedback_service.web.desk.frame import (
    Choice,
    catalogue,
    language,
    offices,
    pages,
    read_id,
    runtime,
)
from feedback_service.web.public import views

COLUMNS = (
    "dimension", "unit", "name", "indicator", "version", "target", "value", "low", "high", "n",
    "sample", "verdict", "source", "set_at",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A target of a unit; `verdict` is a key of target.*, `figure` what citizens said or None.

    set_at: whoever reads a target sees whether it was set when the figure was known.
    """

    id: str
    indicator: str
    target: str
    set_at: datetime
    source: str
    figure: views.Shown | None
    verdict: str


@dataclass(frozen=True)
class Unit:
    """A unit with its targets; `kind` is service or service_point, `desks` who answers for it."""

    name: str
    kind: str
    desks: str
    lines: list[Line]


@pages.get("/contract/<institution>/units")
@open_to(*doors.READERS)
def contract_units(institution: str) -> ResponseReturnValue:
    """What the units of an institution reached of the targets cascaded to them."""
    rt, lang, who, span = runtime(), language(), viewer(), doors.span_asked()
    with rt.transaction() as db:
        body = doors.body(db, institution)
        stood = contracts.standing(rt, db, institution, span)
    sheet, names = contracts.unit_sheet(rt, institution, span), reports.names(rt)
    if request.args.get("as") == "csv":
        return _csv(institution, sheet, names, span)
    sources = {line.id: line.name[lang] for line in stood.computed.lines}
    return render_template(
        "desk/contract_units.html",
        name=body.short_sw if lang == "sw" else body.short_en, institution=institution,
        period=sheet.period.label, units=_units(sheet, names, sources, lang),
        simulated=sheet.simulated, closed_at=stood.closed_at,
        writes=who.institution_id == institution and who.has(*doors.WRITERS),
        to_choose=_to_choose(institution, sheet, names, lang),
        indicators=[Choice(key, _name(key, lang)) for key in OFFERED],
        sources=[Choice(key, name) for key, name in sources.items()],
        period_key=doors.in_address(span), periods=doors.spans(span),
        contract_href=url_for("desk.contract", institution=institution,
                              period=doors.in_address(span)),
    )  # fmt: skip


@pages.post("/contract/<institution>/units")
@open_to(*doors.WRITERS)
def set_unit(institution: str) -> ResponseReturnValue:
    """Give a unit a target, or take one off."""
    span, said, rt = doors.span_asked(), request.form, runtime()
    try:
        with rt.transaction() as db:
            doors.body(db, institution, writing=True)
            if "end" in said:
                _end(db, institution)
                flash("contract_unit_ended", "done")
            else:
                contracts.set_for_unit(rt, db, _wanted(institution, span))
                flash("contract_unit_set", "done")
    except NotTaken as error:
        flash(doors.REFUSED[error.why], "problem")
    where = doors.in_address(span)
    return redirect(url_for("desk.contract_units", institution=institution, period=where), 303)


def _end(db: Session, institution: str) -> None:
    target_id = read_id(request.form["end"])
    if target_id is None:
        abort(404)
    contracts.end_of_unit(runtime(), db, institution, target_id, viewer().staff_id)


def _wanted(institution: str, span: Span) -> WantedOfUnit:
    """What the form asks for; shares are typed in percent."""
    said = request.form
    dimension, _, unit = said.get("unit", "").partition(":")
    indicator, target = said.get("indicator", ""), number("target")
    if indicator in OFFERED and DEFINITIONS[indicator].unit == "share":
        target /= 100
    return WantedOfUnit(
        institution, span.year, dimension, unit, indicator, target, said.get("source", ""),
        viewer().staff_id,
    )  # fmt: skip


def _units(sheet: UnitSheet, names: Names, sources: dict[str, str], lang: str) -> list[Unit]:
    found: dict[tuple[str, str], Unit] = {}
    with runtime().transaction() as db:
        called = offices(db)
    for one in sheet.lines:
        row = one.row
        name = names.value(Dimension(row.dimension), row.unit)[lang]
        key = (row.dimension, row.unit)
        desks = ", ".join(called[desk].name[lang] for desk in sheet.desks.get(key, ()))
        unit = found.setdefault(key, Unit(name, row.dimension, desks, []))
        unit.lines.append(_line(one, sources, lang))
    return sorted(found.values(), key=lambda unit: (UNITS.index(Dimension(unit.kind)), unit.name))


def _line(one: UnitLine, sources: dict[str, str], lang: str) -> Line:
    row = one.row
    words = Scale.of(DEFINITIONS[row.indicator]).words(float(row.target), lang)
    figure = views.shown(one.card, row.indicator, lang) if one.card else None
    source = sources.get(row.source, row.source)
    name = _name(row.indicator, lang)
    return Line(str(row.id), name, words, row.set_at, source, figure, one.verdict.value)


def _to_choose(institution: str, sheet: UnitSheet, names: Names, lang: str) -> list[Choice]:
    """The institution's services, and whatever else its scorecard tells of."""
    mine = {
        (Dimension.SERVICE, one.id) for one in catalogue().services.values()
        if one.institution == institution
    }  # fmt: skip
    told = {(dimension, key) for dimension in UNITS for key in sheet.cards[dimension] if key}
    found = [(names.value(dimension, key)[lang], dimension, key) for dimension, key in mine | told]
    return [Choice(f"{dimension}:{key}", name) for name, dimension, key in sorted(found)]


def _csv(institution: str, sheet: UnitSheet, names: Names, span: Span) -> Response:
    body = as_csv(COLUMNS, _rows(sheet, names))
    name = f"contract-{institution}-{doors.in_address(span)}-units.csv"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(body, mimetype="text/csv", headers=headers)


def _rows(sheet: UnitSheet, names: Names) -> Iterator[list[object]]:
    for one in sheet.lines:
        row, figure = one.row, one.card.figures.get(one.row.indicator) if one.card else None
        told = figure if figure is not None and figure.shown else None
        yield [
            row.dimension, row.unit, names.value(Dimension(row.dimension), row.unit)["en"],
            row.indicator, DEFINITIONS[row.indicator].version, _plain(row.target),
            told.value if told else None, told.low if told else None, told.high if told else None,
            told.n if told else None, one.card.sample.value if one.card else None,
            one.verdict.value, row.source, row.set_at.isoformat(),
        ]  # fmt: skip


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _name(indicator: str, lang: str) -> str:
    one = DEFINITIONS[indicator]
    return one.name_sw if lang == "sw" else one.name_en
