"""An officer's year as its page shows it, the list of those a supervisor leads, and the form as CSV
and on paper."""

import uuid

import sqlalchemy as sa
from flask import Response, abort, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from analytics.own_cases import Measure
from analytics.proposal import METHODS, words_of
from feedback_service import appraisals
from feedback_service.appraisals import entries, going, line, targets
from feedback_service.domain.appraisals import OFFICERS, SHOWN, Stage, Step, possible
from feedback_service.domain.periods import Period
from feedback_service.models import Appraisal, AppraisalTarget, Role, Staff, Unit
from feedback_service.reports import appraisal_form
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.appraisal import doors, shapes
from feedback_service.web.desk.frame import Choice, choices, language, offices, pages, runtime
from feedback_service.web.texts import say


@pages.get("/appraisal")
@open_to(*doors.OWN)
def appraisal() -> ResponseReturnValue:
    """One's own year: own cases first, then targets, quarters and what is proposed."""
    return _shown(viewer().staff_id)


@pages.get("/appraisals/<uuid:staff_id>")
@open_to(*doors.OVER)
def appraisal_of(staff_id: uuid.UUID) -> ResponseReturnValue:
    """The same for the supervisors above and the institution's performance officer."""
    return _shown(staff_id)


@pages.get("/appraisals")
@open_to(*doors.OVER)
def appraisals_page() -> ResponseReturnValue:
    """Who is where in the year, and the targets of the desks."""
    year, lang = doors.year_asked(), language()
    with runtime().transaction() as db:
        me = doors.me(db)
        if me.institution_id is None or me.role not in doors.OVER:
            abort(404)
        people = line.led_by(db, me)
        stages = _stages(db, [one.id for one in people], year)
        units = {
            unit.id: (unit.name_sw if lang == "sw" else unit.name_en)
            for unit in db.scalars(sa.select(Unit).where(Unit.institution_id == me.institution_id))
        }
        mine = me.role is Role.PERFORMANCE or me.unit_id is None
        rows = targets.of_units(db, me.institution_id, year)
        origins = _sources(db, me.institution_id, year, lang)
        return render_template(
            "desk/appraisals.html",
            people=[
                (one.name, units.get(one.unit_id or "", ""), stages.get(one.id, Stage.EMPTY).value,
                 url_for("desk.appraisal_of", staff_id=one.id, period=year))
                for one in people
            ],
            to_sign=sum(
                stages.get(one.id) in (Stage.ACCEPTED, Stage.CONTESTED) for one in people
            ),
            unit_targets=[(units.get(row.unit_id or "", ""), row,
                           shapes.origin(row, _origins(origins)), shapes.number(row.target))
                          for row in rows],
            desks=[Choice(key, name) for key, name in units.items() if mine or key == me.unit_id],
            measures=choices("appraisal", ("entered", *Measure), lang),
            sources=origins,
            year=Period(year).label, period_key=str(year), periods=doors.years(year),
        )  # fmt: skip


@pages.get("/appraisals/<uuid:staff_id>/form.<form>")
@open_to(*doors.ANY)
def appraisal_file(staff_id: uuid.UUID, form: str) -> ResponseReturnValue:
    """The form on paper, or its targets as `feedback appraisal score` reads them, once the officer
    has seen what is proposed."""
    year, rt = doors.year_asked(), runtime()
    with rt.transaction() as db:
        there = doors.opened(db, staff_id, year)
        if there.appraisal is None or form not in ("csv", "pdf"):
            abort(404)
        if form == "csv" and there.appraisal.stage not in SHOWN:
            abort(404)
        shown = shapes.on_paper(db, there.officer, there.appraisal)
    if form == "csv":
        body, kind = appraisal_form.as_csv(shown).encode(), "text/csv"
    else:
        body, kind = appraisal_form.as_pdf(shown, language(), rt.now()), "application/pdf"
    headers = {"Content-Disposition": f"attachment; filename=appraisal-{year}.{form}"}
    return Response(body, mimetype=kind, headers=headers)


def _shown(staff_id: uuid.UUID) -> ResponseReturnValue:
    year, lang, rt = doors.year_asked(), language(), runtime()
    with rt.transaction() as db:
        there = doors.opened(db, staff_id, year)
        row, officer = there.appraisal, there.officer
        first = there.own or (row is not None and row.stage in SHOWN)
        rows = targets.of_appraisal(db, row) if row else []
        if there.own:
            entries.see(rt, db, rows)
        steps = going.steps_of(db, row) if row else []
        origins = _sources(db, officer.institution_id, year, lang)
        own = (
            shapes.live(appraisals.own(rt, db, officer, year), rt.now(), lang) if there.own
            else shapes.kept(steps, lang) if first else None
        )  # fmt: skip
        unit = offices(db).get(officer.unit_id or "")
        can = set(possible(row.stage)) if row else set()
        may = {
            one.value
            for one in can
            if (one in OFFICERS and there.own) or (one not in OFFICERS and there.leads)
        }
        return render_template(
            "desk/appraisal.html",
            person_name=officer.name, own_page=there.own, leads=there.leads,
            staff_id=officer.id, desk_name=unit.name[lang] if unit else "",
            form=row.form if row else "", stage=row.stage.value if row else Stage.EMPTY.value,
            begun=row is not None,
            own=own, simulated=bool(own and own.simulated),
            rules=shapes.rules(lang), rule_version=shapes.version(),
            targets=shapes.rows(db, rows, _origins(origins), seen_only=not there.own),
            settable=there.leads and row is not None and row.stage in targets.SETTABLE,
            enters=there.own and row is not None and row.stage not in entries.OVER,
            proposal=shapes.proposal(steps) if first else None,
            steps=shapes.history(db, steps, shown=first),
            may=may, bands=[Choice(word, shapes.band(word, lang)) for word in words_of(METHODS[0])],
            parents=_parents(db, officer, year), sources=origins,
            measures=choices("appraisal", ("entered", *Measure), lang),
            quarters=[Choice(str(n), f"Q{n}") for n in range(1, 5)],
            to_enter=[Choice(str(one.id), one.name) for one in rows if not one.measure],
            forms=[Choice(one, one) for one in targets.FORMS],
            paper=row is not None and row.stage in SHOWN, year=Period(year).label,
            period_key=str(year), periods=doors.years(year), Step=Step,
            list_href="" if there.own else url_for("desk.appraisals_page", period=year),
        )  # fmt: skip


def _stages(db: Session, people: list[uuid.UUID], year: int) -> dict[uuid.UUID, Stage]:
    found = sa.select(Appraisal.staff_id, Appraisal.stage).where(
        Appraisal.staff_id.in_(people), Appraisal.year == year
    )
    return dict(db.execute(found).all())


def _sources(db: Session, institution_id: str | None, year: int, lang: str) -> list[Choice]:
    if institution_id is None:
        return []
    found = appraisals.sources(db, institution_id, year)
    return [Choice("", say(lang, "appraisal.no_source")),
            *(Choice(one.id, one.names[lang]) for one in found)]  # fmt: skip


def _origins(sources: list[Choice]) -> dict[str, str]:
    return {one.key: one.name for one in sources if one.key}


def _parents(db: Session, officer: Staff, year: int) -> list[AppraisalTarget]:
    """The targets of the officer's desk, which the officer's own come from."""
    if officer.institution_id is None:
        return []
    found = targets.of_units(db, officer.institution_id, year)
    return [row for row in found if row.unit_id == officer.unit_id]
