"""Scorecards as PDF: the country with its map, or one institution; the same public view as the
pages, the file and the API."""

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from analytics.indicators import DEFINITIONS
from feedback_service import reports, scoring
from feedback_service.reports import scorecard_paper
from feedback_service.reports.governments import governments
from feedback_service.reports.history import history
from feedback_service.reports.scorecard_paper import Heading
from feedback_service.scoring import Dimension, NoSuchInstitution
from feedback_service.web.access import open_to
from feedback_service.web.furniture import language
from feedback_service.web.periods import in_address
from feedback_service.web.public import views
from feedback_service.web.public.country import indicator_here
from feedback_service.web.public.frame import pages, period_here, runtime

PRINTED = (Dimension.SERVICE, Dimension.COUNTY)
"""The tables an institution's paper has; the file has all."""


@pages.get("/open-data/scorecards.pdf")
@open_to("anyone")
def scorecards_pdf() -> ResponseReturnValue:
    """Of `institution`, or of all on one `indicator`; `period` and `lang` as on the pages."""
    rt, period, indicator = runtime(), period_here(), indicator_here()
    counted = views.indicator(DEFINITIONS[indicator], language()).counted
    heading = Heading(rt.settings.scorecard_owner, period, language(), counted)
    key, names = request.args.get("institution") or None, reports.names(rt)
    if key is None:
        found = scoring.edition(rt, period)
        made = scorecard_paper.country(heading, found, names, governments(rt), indicator)
        return _file(made, f"scorecards-{in_address(period)}")
    try:
        found = scoring.edition(rt, period, PRINTED, only=key)
    except NoSuchInstitution:
        abort(404)
    made = scorecard_paper.institution(heading, found, names, key, history(rt, key, period))
    return _file(made, f"scorecard-{key}-{in_address(period)}")


def _file(made: bytes, name: str) -> Response:
    disposition = f'inline; filename="{name}.pdf"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "public, max-age=300"}
    return Response(made, mimetype="application/pdf", headers=headers)
