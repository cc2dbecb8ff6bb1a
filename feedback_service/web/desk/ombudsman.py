"""The file of a case for the Ombudsman, as JSON or on paper; each reading is written down."""

import json

from flask import Response, abort, url_for
from flask.typing import ResponseReturnValue

from feedback_service import registry
from feedback_service.domain import escalation
from feedback_service.models import Case
from feedback_service.redress import NoSuchCase, case_file
from feedback_service.reports.case_file import as_pdf
from feedback_service.staff import Viewer
from feedback_service.web.access import open_to, viewer
from feedback_service.web.desk.frame import language, pages, runtime

TYPES = {"pdf": "application/pdf", "json": "application/json"}


@pages.get("/cases/<reference>/ombudsman.<form>")
@open_to(*case_file.MAY_HAVE)
def ombudsman_file(reference: str, form: str) -> ResponseReturnValue:
    """The whole file; pdf in the reader's language, json in words of its own."""
    if form not in TYPES:
        abort(404)
    rt = runtime()
    try:
        with rt.transaction() as db:
            found = case_file.of_case(rt, db, viewer(), reference)
    except NoSuchCase:
        abort(404)
    body = as_pdf(found, language()) if form == "pdf" else json.dumps(found, indent=1).encode()
    name = f"case-{found['case']['reference'].replace(' ', '')}.{form}"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(body, mimetype=TYPES[form], headers=headers)


def file_href(case: Case, who: Viewer) -> str | None:
    """Where the file is, on a case whose next rung is the Ombudsman or that stands there."""
    rungs = registry.ladder_of(runtime(), case.institution_id).rungs
    if escalation.after_appeal(case.level, rungs) < escalation.OMBUDSMAN_LEVEL:
        return None
    if not who.has(*case_file.MAY_HAVE):
        return None
    return url_for("desk.ombudsman_file", reference=case.reference, form="pdf")
