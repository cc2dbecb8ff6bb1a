"""What is done to a contract at the desk: evidence brought and decided, values said and
moderated.  Each form comes back to the page, with the sentence of what was wrong."""

import uuid
from collections.abc import Callable
from decimal import Decimal

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from analytics.contract import Span
from feedback_service import attachments, contracts
from feedback_service.attachments import Refused
from feedback_service.contracts import Brought, Decided, NotTaken, Said
from feedback_service.domain.calendar import NAIROBI
from feedback_service.models import ContractEvidence, Role
from feedback_service.reports.compliance import as_pdf
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk import forms
from feedback_service.web.desk.contract import doors
from feedback_service.web.desk.frame import language, pages, runtime
from feedback_service.web.periods import in_address as in_file
from feedback_service.web.texts import say

BESIDE = 100_000
"""Bytes of a form beside its file."""
WITH_A_FILE = ("desk.bring_evidence", "desk.say_value", "desk.keep_certificate")


@pages.before_request
def _room_for_evidence() -> None:
    """These forms may be larger than others; asked for before anything reads the request."""
    if request.endpoint in WITH_A_FILE:
        limit = runtime().settings.media_limit_mb
        request.max_content_length = limit * attachments.MEGABYTE + BESIDE


@pages.post("/contract/<institution>/evidence")
@open_to(*doors.WRITERS)
def bring_evidence(institution: str) -> ResponseReturnValue:
    """Bring a file for one part of the charter."""

    def do(db: Session, span: Span) -> str:
        content, told = sent_file()
        if not content:
            raise NotTaken("file", "file is empty: choose one")
        said = request.form
        terms = contracts.terms_for(db, institution, span)
        contracts.bring(runtime(), db, terms, Brought(
            institution, span.year, said.get("indicator", "B1"), said.get("key", ""),
            said.get("words", ""), viewer().staff_id, content, told,
        ))  # fmt: skip
        return "contract_brought"

    return done(institution, do)


@pages.post("/contract/evidence/<uuid:evidence_id>")
@open_to(*doors.DECIDERS)
def decide_evidence(evidence_id: uuid.UUID) -> ResponseReturnValue:
    """Accept a piece of evidence, or send it back."""
    with runtime().transaction() as db:
        row = db.get(ContractEvidence, evidence_id)
    if row is None or request.form.get("accepted") not in ("yes", "no"):
        abort(404)
    who, yes = viewer(), request.form["accepted"] == "yes"

    def do(db: Session, _: Span) -> str:
        reason = request.form.get("reason", "")
        over = who.has(Role.OVERSIGHT)
        what = Decided(evidence_id, who.staff_id, who.institution_id, yes, reason, over)
        contracts.decide(runtime(), db, what)
        return "contract_accepted" if yes else "contract_returned"

    return done(row.institution_id, do, writing=False)


@pages.post("/contract/<institution>/values")
@open_to(*doors.WRITERS)
def say_value(institution: str) -> ResponseReturnValue:
    """Say what a declared indicator reached, with evidence if there is any."""

    def do(db: Session, span: Span) -> str:
        content, told = sent_file()
        rt, who = runtime(), viewer().staff_id
        file = contracts.keep(rt, db, institution, who, content, told) if content else None
        _say(db, institution, span, file.id if file else None, moderated=False)
        return "contract_said"

    return done(institution, do)


@pages.post("/contract/<institution>/moderated")
@open_to(Role.ANALYST)
def moderate_contract(institution: str) -> ResponseReturnValue:
    """What the evaluators found: beside the computed figure, with name and reason."""
    if viewer().institution_id == institution:
        abort(404)

    def do(db: Session, span: Span) -> str:
        _say(db, institution, span, None, moderated=True)
        return "contract_moderated"

    return done(institution, do, writing=False)


@pages.get("/contract/<institution>/compliance.pdf")
@open_to(*doors.READERS)
def compliance_report(institution: str) -> ResponseReturnValue:
    """The quarter's charter compliance report, made from the service's own figures."""
    span, rt = doors.span_asked(), runtime()
    with rt.transaction() as db:
        body = doors.body(db, institution)
    made = as_pdf(contracts.report(rt, body, span.quarters[-1]), language(), rt.now())
    name = f"charter-{institution}-{in_file(span.quarters[-1])}.pdf"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(made, mimetype="application/pdf", headers=headers)


@pages.post("/contract/<institution>/report")
@open_to(*doors.WRITERS)
def attach_report(institution: str) -> ResponseReturnValue:
    """Make the report of the quarter and bring it as its evidence, with one press."""
    period, rt = doors.span_asked().quarters[-1], runtime()
    with rt.transaction() as db:
        body = doors.body(db, institution, writing=True)
    if rt.now().astimezone(NAIROBI).date() <= period.end:
        flash("contract_report_early", "problem")
        return redirect(_back(institution), 303)
    made = as_pdf(contracts.report(rt, body, period), language(), rt.now())

    def do(db: Session, span: Span) -> str:
        words = say(language(), "contract.report_name", period=period.label)
        terms = contracts.terms_for(db, institution, span)
        contracts.bring(rt, db, terms, Brought(
            institution, span.year, "B1", f"reports:Q{period.quarter}", words,
            viewer().staff_id, made, "application/pdf",
        ))  # fmt: skip
        return "contract_brought"

    return done(institution, do)


def sent_file() -> tuple[bytes, str]:
    """The bytes of the form's file and the type its browser gives it; none is no bytes."""
    sent = request.files.get("file")
    if sent is None:
        return b"", ""
    with sent.stream as stream:
        return stream.read(), sent.mimetype


def _say(
    db: Session, institution: str, span: Span, file_id: uuid.UUID | None, *, moderated: bool
) -> None:
    said = request.form
    contracts.say(runtime(), db, contracts.terms_for(db, institution, span), Said(
        institution, span, said.get("indicator", ""), number("achieved"),
        said.get("words", ""), viewer().staff_id, moderated, file_id,
    ))  # fmt: skip


def done(
    institution: str, do: Callable[[Session, Span], str], *, writing: bool = True
) -> ResponseReturnValue:
    """Do it in one transaction and go back to the page, with what came of it."""
    span = doors.span_asked()
    try:
        with runtime().transaction() as db:
            doors.body(db, institution, writing=writing)
            flash(do(db, span), "done")
    except NotTaken as error:
        flash(doors.REFUSED[error.why], "problem")
    except Refused as error:
        flash(doors.NO_FILE[error.word], "problem")
    return redirect(_back(institution), 303)


def _back(institution: str) -> str:
    where = doors.in_address(doors.span_asked())
    return url_for("desk.contract", institution=institution, period=where)


def number(name: str) -> Decimal:
    value = forms.number(name)
    if value is None:
        raise NotTaken("number", f"{name}: write a number such as 85.5")
    return value
