"""The calendar all clocks go by: holidays of a year, gazetted ones entered, taken back, as CSV,
and the hours that offices keep.

Clocks of every institution stand still on these days: they are the whole service's to change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from feedback_service.models import MovedDate, Role
from feedback_service.registry import gazette, hours
from feedback_service.registry.gazette import BadDays, Day, Fault, NoSuchDay, Problem
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk import office_hours
from feedback_service.web.desk.frame import (
    Choice,
    catalogue,
    language,
    pages,
    rules_all,
    runtime,
)

FIELDS = gazette.COLUMNS


@dataclass(frozen=True)
class Line:
    """A holiday on the page; `ended` and `by` are of gazetted ones, `moved` counts dates."""

    day: date
    name: str
    county_name: str | None
    source: str | None
    by: str | None
    entered_at: datetime | None
    ended_at: datetime | None
    moved: int
    end_href: str | None


@dataclass(frozen=True)
class Mistake:
    """What is wrong in a sheet; `key` is one of days_wrong.*."""

    row: int
    field: str
    value: str
    key: str


@dataclass(frozen=True)
class Returned:
    form: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    hours: Mapping[str, str] = field(default_factory=dict)
    hours_errors: Mapping[str, str] = field(default_factory=dict)


@pages.get("/calendar")
@open_to(Role.ADMINISTRATOR)
def holidays() -> ResponseReturnValue:
    _for_all_only()
    if request.args.get("as") == "csv":
        return _csv()
    return _page(Returned())


@pages.post("/calendar")
@open_to(Role.ADMINISTRATOR)
def enter_holiday() -> ResponseReturnValue:
    _for_all_only()
    rt = runtime()
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    with rt.transaction() as db:
        row = gazette.check(db, typed, rt.now())
        if isinstance(row, list):
            return _page(Returned(typed, {one.field: _error(one) for one in row})), 422
        number = gazette.enter(db, [row], viewer().staff_id, rt.now())
    return _changed(number, row.date.year)


@pages.post("/calendar/<day>/<int:county>/end")
@open_to(Role.ADMINISTRATOR)
def end_holiday(day: str, county: int) -> ResponseReturnValue:
    _for_all_only()
    rt = runtime()
    try:
        which = date.fromisoformat(day)
    except ValueError:
        abort(404)
    try:
        with rt.transaction() as db:
            gazette.end(db, which, county, viewer().staff_id, rt.now())
    except NoSuchDay:
        flash("days_gone", "problem")
    else:
        rt.kept.pop("catalogue", None)
        flash("days_ended", "done")
    return redirect(url_for("desk.holidays", year=which.year), 303)


@pages.post("/calendar/sheet")
@open_to(Role.ADMINISTRATOR)
def take_in_holidays() -> ResponseReturnValue:
    """Take in a sheet: all of it, or nothing and every mistake told."""
    _for_all_only()
    rt, given = runtime(), request.files.get("sheet")
    try:
        text = given.stream.read().decode("utf-8-sig") if given else ""
        with rt.transaction() as db:
            rows = gazette.read(db, text, rt.now())
            number = gazette.enter(db, rows, viewer().staff_id, rt.now())
    except UnicodeDecodeError:
        return _page(Returned(problems=[Problem(0, "", "UTF-8", Fault.SHEET)])), 422
    except BadDays as error:
        return _page(Returned(problems=error.problems)), 422
    return _changed(number, rows[0].date.year if rows else None)


@pages.post("/calendar/hours")
@open_to(Role.ADMINISTRATOR)
def keep_hours() -> ResponseReturnValue:
    """Keep an office's hours from a day on."""
    _for_all_only()
    rt, wrong = runtime(), []
    try:
        wanted = office_hours.read(request.form, language())
        with rt.transaction() as db:
            hours.keep(db, wanted, viewer().staff_id, rt.now())
    except office_hours.NotFilled as error:
        wrong = error.fields
    except hours.BadHours as error:
        wrong = [error.field]
    if wrong:
        typed = {name: request.form.get(name, "") for name in office_hours.FIELDS}
        errors = {name: office_hours.ERRORS[name] for name in wrong}
        return _page(Returned(hours=typed, hours_errors=errors)), 422
    rt.kept.pop("catalogue", None)
    flash("hours_kept", "done")
    return redirect(url_for("desk.holidays"), 303)


def _for_all_only() -> None:
    if not rules_all(viewer()):
        abort(404)


def _changed(number: int, year: int | None) -> ResponseReturnValue:
    runtime().kept.pop("catalogue", None)  # this process reads the calendar again at once
    flash("days_entered" if number else "days_same", "done" if number else "note")
    return redirect(url_for("desk.holidays", year=year), 303)


def _page(returned: Returned) -> str:
    rt, known = runtime(), catalogue()
    span = gazette.years(rt.now())
    year = request.args.get("year", span[len(span) // 2], type=int)
    year = min(max(year, span[0]), span[-1])
    with rt.transaction() as db:
        lines = [_line(db, one) for one in gazette.listed(db, year, rt.now())]
        kept = hours.all_of(db)
    lang = language()
    return render_template(
        "desk/calendar.html",
        lines=lines,
        year=year,
        years=[(one, url_for("desk.holidays", year=one)) for one in span],
        counties=[Choice(str(code), f"{code} {one.name}") for code, one in known.counties.items()],
        form=returned.form,
        errors=returned.errors,
        problems=[_mistake(one) for one in returned.problems],
        hours=[office_hours.line(one, lang) for one in kept],
        scopes=[Choice(key, name) for key, name in office_hours.scopes(lang).items()],
        weekdays=office_hours.weekdays(lang),
        shut=request.form.getlist("weekend") or ["5", "6"],
        hours_form={"opens": "08:00", "closes": "17:00"} | dict(returned.hours),
        hours_errors=returned.hours_errors,
        csv_href=f"{url_for('desk.holidays')}?as=csv",
    )


def _line(db: Session, one: Day) -> Line:
    county = catalogue().counties.get(one.county)
    in_force = one.source is not None and one.ended_at is None
    return Line(
        day=one.day,
        name=one.name,
        county_name=county.name if county else None,
        source=one.source,
        by=one.by,
        entered_at=one.entered_at,
        ended_at=one.ended_at,
        moved=_moved(db, one) if one.source is not None else 0,
        end_href=url_for("desk.end_holiday", day=one.day.isoformat(), county=one.county)
        if in_force
        else None,
    )


def _moved(db: Session, one: Day) -> int:
    """How many dates name the day as what moved them."""
    named = MovedDate.because.contains(f"{one.day.isoformat()} {one.name}", autoescape=True)
    return db.scalar(sa.select(sa.func.count()).where(named)) or 0


def _mistake(one: Problem) -> Mistake:
    key = f"cell_{one.field}" if one.fault is Fault.CELL else one.fault.value
    return Mistake(one.row, one.field, one.value, key)


def _error(one: Problem) -> str:
    """The key of error.* that says what is wrong with a field of the form."""
    return "days_known" if one.fault is Fault.KNOWN else _ERRORS[one.field]


_ERRORS = {
    "date": "days_date",
    "name": "days_name",
    "county": "choose_one",
    "source": "days_source",
}


def _csv() -> Response:
    with runtime().transaction() as db:
        text = gazette.write(db)
    return Response(
        # The mark in front makes spreadsheets read it as UTF-8.
        "\ufeff" + text,
        mimetype="text/csv; charset=utf-8",
        headers={"Content-Disposition": "attachment; filename=holidays_extra.csv"},
    )
