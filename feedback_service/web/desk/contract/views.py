"""The contract of an institution and, for those who watch over many, the list of who lacks what;
the sheet as CSV and on paper, and the files that were brought."""

import uuid
from io import BytesIO

from flask import Response, abort, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from analytics.contract import Measured, Span, vetting_of
from feedback_service import contracts
from feedback_service.domain.calendar import NAIROBI
from feedback_service.models import Institution, Role
from feedback_service.reports.contract_sheet import as_csv, as_pdf
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.attachments import ENDINGS
from feedback_service.web.desk.attachments import HEADERS as FILE_HEADERS
from feedback_service.web.desk.contract import doors, rows, shapes
from feedback_service.web.desk.frame import Choice, language, pages, runtime
from feedback_service.web.texts import say


@pages.get("/contract")
@open_to(*doors.READERS)
def contracts_page() -> ResponseReturnValue:
    """All contracts the viewer watches over; the own one for whoever has only that."""
    who, lang = viewer(), language()
    span = doors.span_asked()
    if doors.own_only(who):
        own, here = who.institution_id or "", doors.in_address(span)
        return redirect(url_for("desk.contract", institution=own, period=here), 303)
    with runtime().transaction() as db:
        theirs = doors.overseen(db, who)
        found = [
            one for one in contracts.missing(runtime(), db, span) if one.institution.id in theirs
        ]
    return render_template(
        "desk/contracts.html",
        bodies=[
            (one, _short(one.institution, lang), _href(one.institution, span)) for one in found
        ],
        whole=sum(one.whole for one in found),
        span=span.label, period_key=doors.in_address(span), periods=doors.spans(span),
    )  # fmt: skip


@pages.get("/contract/<institution>")
@open_to(*doors.READERS)
def contract(institution: str) -> ResponseReturnValue:
    return shown(institution, doors.span_asked())


@pages.get("/contract/<institution>/sheet.<form>")
@open_to(*doors.READERS)
def contract_sheet(institution: str, form: str) -> ResponseReturnValue:
    """The sheet as `feedback contract score` reads it (csv), or on paper (pdf)."""
    span, rt = doors.span_asked(), runtime()
    with rt.transaction() as db:
        doors.body(db, institution)
        stood = contracts.standing(rt, db, institution, span)
    if form not in ("csv", "pdf"):
        abort(404)
    if form == "pdf":
        body, kind = as_pdf(stood, span, language(), rt.now()), "application/pdf"
    else:
        body, kind = as_csv(stood).encode(), "text/csv"
    name = f"contract-{institution}-{doors.in_address(span)}.{form}"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(body, mimetype=kind, headers=headers)


@pages.get("/contract/<institution>/files/<uuid:file_id>")
@open_to(*doors.READERS)
def contract_file(institution: str, file_id: uuid.UUID) -> ResponseReturnValue:
    rt = runtime()
    with rt.transaction() as db:
        doors.body(db, institution)
        try:
            row, content = contracts.opened(rt, db, file_id)
        except contracts.NoSuchFile:
            abort(404)
    if row.institution_id != institution:
        abort(404)
    ending = ENDINGS.get(row.content_type, "bin")
    response = send_file(
        BytesIO(content), mimetype=row.content_type, as_attachment=True,
        download_name=f"{institution}-{row.added_at:%Y-%m-%d}-{str(row.id)[-6:]}.{ending}",
    )  # fmt: skip
    response.headers.update(FILE_HEADERS)
    return response


def shown(institution: str, span: Span) -> str:
    """The page of one contract."""
    rt, lang, who = runtime(), language(), viewer()
    with rt.transaction() as db:
        body = doors.body(db, institution)
        stood = contracts.standing(rt, db, institution, span)
        own = who.institution_id == institution
        decides = who.has(*doors.DECIDERS) and not own
        lines = shapes.lines(stood, lang, decides, who.staff_id)
    sheet, writes = stood.computed, own and who.has(*doors.WRITERS)
    vetting = vetting_of(span.year)
    return render_template(
        "desk/contract.html",
        name=_short(body, lang), institution=institution, span=span.label,
        period_key=doors.in_address(span), periods=doors.spans(span),
        lines=lines, entered=rows.shown(stood, who.has(Role.ANALYST) and not own, who.staff_id),
        vetting=(vetting.words[lang], vetting.confidence),
        vetted=rt.now().astimezone(NAIROBI).date() > vetting.on,
        closed_at=stood.closed_at, criteria=shapes.criteria(sheet, lang), total=shapes.total(sheet),
        moderated=shapes.total(stood.moderated), register=stood.register,
        rules=[(rule.words[lang], rule.confidence) for rule in sheet.rules],
        versions=(sheet.terms.version, sheet.terms.method),
        writes=writes, decides=decides, moderates=who.has(Role.ANALYST) and not own,
        to_declare=[Choice(one.id, one.name) for one in lines
                    if one.measured == Measured.DECLARED.value],
        to_moderate=[Choice(one.id, one.name) for one in lines],
        places=[Choice(one.id, f"{one.id}: {one.name}") for one in shapes.criteria(sheet, lang)],
        directions=[Choice(key, say(lang, f"contract.{key}")) for key in ("higher", "lower")],
        list_href="" if doors.own_only(who) else url_for(
            "desk.contracts_page", period=doors.in_address(span)),
        return_href=url_for("desk.caj_return", institution=institution),
        file_mb=rt.settings.media_limit_mb,
    )  # fmt: skip


def _href(body: Institution, span: Span) -> str:
    return url_for("desk.contract", institution=body.id, period=doors.in_address(span))


def _short(body: Institution, lang: str) -> str:
    return body.short_sw if lang == "sw" else body.short_en
