"""The Ombudsman's quarterly return at the desk: the countdown, totals reconciled to the register,
the files to send, what is written down when it was sent; for overseers, who has sent theirs."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation

import sqlalchemy as sa
from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from analytics.returns import calendar_of
from feedback_service import contracts
from feedback_service.attachments import Refused
from feedback_service.contracts import NotTaken, returns
from feedback_service.contracts.reading import NO_CONTRACT
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import CaseKind
from feedback_service.domain.periods import NotAPeriod, Period
from feedback_service.models import Case, Institution, OmbudsmanReturn, Role
from feedback_service.redress.sight import not_shut
from feedback_service.reports import ombudsman_return
from feedback_service.reports.ombudsman_return import Titles
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.contract import doors
from feedback_service.web.desk.contract.changes import sent_file
from feedback_service.web.desk.frame import Choice, language, pages, runtime
from feedback_service.web.periods import in_address, read_period

LISTERS = (Role.PERFORMANCE, Role.SUPERVISOR, Role.AUDITOR)
"""Who reads the lines: those who read cases.  Overseers see totals."""


@pages.get("/return")
@open_to(*doors.READERS)
def caj_returns() -> ResponseReturnValue:
    """Who has sent their return; the own one for whoever has only that."""
    who, period, lang = viewer(), _period(), language()
    if doors.own_only(who):
        return redirect(_href(who.institution_id or "", period), 303)
    with runtime().transaction() as db:
        theirs = doors.overseen(db, who)
        sent = {
            row.institution_id: row
            for row in db.scalars(
                sa.select(OmbudsmanReturn).where(OmbudsmanReturn.period == period.label)
            )
        }
        bodies = db.scalars(
            sa.select(Institution)
            .where(Institution.type.not_in(NO_CONTRACT), Institution.ended_on.is_(None))
            .order_by(Institution.name)
        ).all()
    days = calendar_of(period)
    shown = [
        (body.short_sw if lang == "sw" else body.short_en, _href(body.id, period),
         sent.get(body.id), _penalties(period, sent.get(body.id)))
        for body in bodies if body.id in theirs
    ]  # fmt: skip
    return render_template(
        "desk/returns.html", bodies=shown, period=period.label, days=days,
        left=days.days_left(_today()), sent=sum(row is not None for _, _, row, _ in shown),
        period_key=in_address(period), periods=_periods(period),
    )  # fmt: skip


@pages.get("/return/<institution>")
@open_to(*doors.READERS)
def caj_return(institution: str) -> ResponseReturnValue:
    rt, period, lang, who = runtime(), _period(), language(), viewer()
    with rt.transaction() as db:
        body = doors.body(db, institution)
        seen = not_shut(who)
        found = returns.read(db, institution, period, rt.now(), seen)
        agreed = returns.reconciled(rt, db, found, seen)
        sent = returns.sent(db, found)
        shut = db.scalar(sa.select(Case.id).where(sa.not_(seen)).limit(1))
        certificates = returns.certificates(db, institution)
    days = calendar_of(period)
    left = days.days_left(_today())
    return render_template(
        "desk/return.html",
        name=body.short_sw if lang == "sw" else body.short_en, institution=institution,
        period=period.label, period_key=in_address(period), periods=_periods(period),
        heading=ombudsman_return.header(period, lang), days=days, left=left,
        over=_today() > period.end, found=found,
        sums=[(key, found.totals(ombudsman=which)) for key, which in
               (("direct", False), ("ombudsman", True), ("all", None))],
        requests=found.totals(kind=CaseKind.INFORMATION), agreed=agreed, sent=sent,
        penalty_today=days.penalty(_today()) if left < 0 else None,
        penalties=_penalties(period, sent.row if sent else None),
        # The whole was written down: for whom a case does not exist it would always have changed.
        changed=sent is not None and sent.changed and shut is None,
        growth=days.growth[lang],
        confidence=days.growth["confidence"],
        certificates=[(Period(one.year).label, one, url_for(
            "desk.contract_file", institution=institution, file_id=one.file_id))
            for one in certificates],
        writes=who.institution_id == institution and who.has(*doors.WRITERS),
        lists=who.has(*LISTERS), outside=who.institution_id != institution, today=_today(),
        year=period.financial_year.label,
        list_href="" if doors.own_only(who) else url_for(
            "desk.caj_returns", period=in_address(period)),
        contract_href=url_for("desk.contract", institution=institution),
    )  # fmt: skip


@pages.get("/return/<institution>/lines.<form>")
@open_to(*LISTERS)
def caj_return_file(institution: str, form: str) -> ResponseReturnValue:
    """The lines as CSV or on paper, as if a case that is shut to the reader did not exist."""
    if form not in ("csv", "pdf"):
        abort(404)
    rt, period, lang = runtime(), _period(), language()
    with rt.transaction() as db:
        body = doors.body(db, institution)
        found = returns.read(db, institution, period, rt.now(), not_shut(viewer()))
        titles = Titles(returns.services(db), returns.desks(db))
    if form == "csv":
        made, kind = ombudsman_return.as_csv(found, titles, lang).encode(), "text/csv"
    else:
        made = ombudsman_return.as_pdf(found, body.name, titles, lang, rt.now())
        kind = "application/pdf"
    name = f"return-{institution}-{in_address(period)}.{form}"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(made, mimetype=kind, headers=headers)


@pages.post("/return/<institution>/sent")
@open_to(*doors.WRITERS)
def note_return(institution: str) -> ResponseReturnValue:
    """Write down that it was sent, or what the Ombudsman said to it."""

    def do(db: Session, period: Period) -> str:
        rt, who = runtime(), viewer().staff_id
        if request.form.get("what") == "feedback":
            score = _score()
            returns.note_feedback(rt, db, institution, period, _day(), score, who)
            return "return_feedback"
        found = returns.read(db, institution, period, rt.now())
        seen = returns.read(db, institution, period, rt.now(), not_shut(viewer()))
        returns.submitted(rt, db, found, _day(), who, len(found.lines) - len(seen.lines))
        return "return_noted"

    return _done(institution, do)


@pages.post("/return/<institution>/certificate")
@open_to(*doors.WRITERS)
def keep_certificate(institution: str) -> ResponseReturnValue:
    """Keep the certificate that the Ombudsman gave for a financial year."""

    def do(db: Session, period: Period) -> str:
        rt, who = runtime(), viewer().staff_id
        content, told = sent_file()
        if not content:
            raise NotTaken("file", "file is empty: choose one")
        file = contracts.keep(rt, db, institution, who, content, told)
        number = request.form.get("number", "")
        returns.keep_certificate(rt, db, institution, period.year, number, _day(), file, who)
        return "return_certificate_kept"

    return _done(institution, do)


def _done(institution: str, do: Callable[[Session, Period], str]) -> ResponseReturnValue:
    period = _period()
    try:
        with runtime().transaction() as db:
            doors.body(db, institution, writing=True)
            flash(do(db, period), "done")
    except NotTaken as error:
        flash(doors.REFUSED[error.why], "problem")
    except Refused as error:
        flash(doors.NO_FILE[error.word], "problem")
    return redirect(_href(institution, period), 303)


def _period() -> Period:
    """The quarter asked for; without one the last that is over, whose return is due next."""
    asked = request.values.get("period", "")
    try:
        found = read_period(asked) if asked else Period.containing(runtime().now()).previous()
    except NotAPeriod:
        abort(404)
    if found.quarter is None:
        abort(404)
    return found


def _periods(period: Period) -> list[Choice]:
    around = [Period(year, n) for year in (period.year - 1, period.year) for n in (1, 2, 3, 4)]
    now = Period.containing(runtime().now())
    chosen = {one for one in around if one.start <= _today()} | {now, now.previous()}
    return [Choice(in_address(one), one.label) for one in sorted(chosen, key=lambda p: p.start)]


def _href(institution: str, period: Period) -> str:
    return url_for("desk.caj_return", institution=institution, period=in_address(period))


def _penalties(period: Period, row: OmbudsmanReturn | None) -> list[tuple[date, Decimal | None]]:
    """What the day costs that the sender says, and after it, where it costs another, that on which
    they said so: no day can be proven to be the true one here."""
    if row is None:
        return []
    days = calendar_of(period)
    said, noted = row.submitted_on, row.noted_at.astimezone(NAIROBI).date()
    found = [(day, days.penalty(day)) for day in (said, noted)]
    return found if said != noted else found[:1]


def _today() -> date:
    return runtime().now().astimezone(NAIROBI).date()


def _day() -> date:
    try:
        return date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        raise NotTaken("day", "day: write it like 2026-10-14") from None


def _score() -> Decimal | None:
    said = request.form.get("score", "").strip()
    try:
        score = Decimal(said) if said else None
    except InvalidOperation:
        score = Decimal("nan")
    if score is not None and not score.is_finite():
        raise NotTaken("score", f"score is {said!r}: write percent, such as 97.5")
    return score
