"""Versioned JSON at /api/v1.  One table holds the routes: it registers them and describes them.

To add a route, write its view in a file of this folder and its row in ROUTES.
"""

from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import PathConverter

from feedback_service.runtime import Runtime
from feedback_service.scoring import Dimension
from feedback_service.staff import Scope
from feedback_service.web.access import open_to
from feedback_service.web.api import (
    draws,
    evidence,
    institutions,
    openapi,
    scorecards,
    survey,
    visits,
)
from feedback_service.web.api.keys import HEADER, brake, holder, known, require
from feedback_service.web.api.paging import page
from feedback_service.web.api.problems import Problem, answer, answer_http
from feedback_service.web.api.routes import Parameter, Route
from feedback_service.web.api.shapes import one

PREFIX = "/api/v1"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
FROZEN_PERIOD = Parameter("period", "a frozen quarter, as /frozen lists it", "FY2026-27-Q1")
INSTITUTION = Parameter("institution", "id of an institution, as /institutions lists it", "NRB")


class Anything(PathConverter):
    """The rest of an address, line breaks too, which a path of Werkzeug's does not hold."""

    part_isolating = False
    regex = r"(?s:.*?)"


def description(rt: Runtime) -> dict[str, Any]:
    """This document."""
    return openapi.document(ROUTES, rt.settings.scorecard_owner, rt.settings.public_url)


ROUTES: tuple[Route, ...] = (
    Route(
        "/institutions",
        institutions.institutions,
        "Every institution of the registry",
        one("Institutions"),
        pages=("institutions", "id"),
    ),
    Route(
        "/institutions/{institution}/services",
        institutions.services,
        "The services an institution owes",
        one("Services"),
        (INSTITUTION,),
        pages=("services", "id"),
    ),
    Route(
        "/institutions/{institution}/charter",
        institutions.charter,
        "What an institution promises today: papers, cost, time",
        one("Charter"),
        (INSTITUTION,),
    ),
    Route(
        "/scorecards",
        scorecards.scorecards,
        "Figures of a quarter or a year, with interval, sample and tier",
        one("Scorecards"),
        (
            Parameter("period", "a quarter or a year; without it the newest", "FY2026/27-Q1"),
            INSTITUTION,
            Parameter("by", "tables to divide the figures into", "county", tuple(Dimension)),
        ),
        scope=Scope.SCORECARDS,
        pages=("scorecards", "institution"),
    ),
    Route(
        "/survey",
        survey.survey,
        "From visits to answers: visited, asked, delivered, answered; hidden problems, weights",
        one("Surveys"),
        (Parameter("period", "a quarter or a year; without it the newest", "FY2026/27-Q1"),),
    ),
    Route(
        "/survey/draws",
        survey.survey_draws,
        "The survey's draws: sealed by hashes at once, the seed when nobody is asked any more",
        one("SurveyDraws"),
        (Parameter("period", "a quarter or a year; without it the newest", "FY2026/27-Q1"),),
    ),
    Route(
        "/draws",
        draws.draws,
        "Draws of the random call-back: sealed by hashes at once, the seed when its calls are over",
        one("Draws"),
        (Parameter("period", "a quarter; without it the newest", "FY2026/27-Q1"),),
        pages=("draws", "institution", "closed_before", "drawn_on"),
    ),
    Route(
        "/visits",
        visits.feed,
        "Feed one visit or up to 1,000; the same source twice is one visit",
        one("Fed"),
        method="POST",
        scope=Scope.VISITS,
        key_needed=True,
        takes={"oneOf": [one("Visit"), {"type": "array", "items": one("Visit"), "maxItems": 1000}]},
    ),
    Route(
        "/coverage",
        visits.coverage,
        "How whole every frame is: visits fed of visits declared, and why a body is not measured",
        one("Coverages"),
        (Parameter("period", "a quarter or a year; without it the newest", "FY2026/27-Q1"),),
        pages=("coverage", "institution"),
    ),
    Route(
        "/evidence/{institution}/{period}.zip",
        evidence.evidence,
        "The signed pack of a frozen quarter: records without names, figures, the statement",
        {"type": "string", "contentMediaType": "application/zip"},
        (INSTITUTION, FROZEN_PERIOD),
        scope=Scope.EVIDENCE,
        key_needed=True,
        media="application/zip",
    ),
    Route(
        "/frozen", evidence.frozen, "The frozen quarters: root, key and signature", one("Frozen")
    ),
    Route(
        "/frozen/{period}",
        evidence.statement,
        "What was signed of a frozen quarter",
        one("FrozenPeriod"),
        (FROZEN_PERIOD,),
    ),
    Route(
        "/frozen/{period}/proof/{receipt}",
        evidence.proof,
        "That the answer with this receipt was counted, never which it is",
        one("Inclusion"),
        (FROZEN_PERIOD, Parameter("receipt", "as COUNTED gave it", "0123-4567-89ab-cdef")),
    ),
    Route("/openapi.json", description, "This document", {"type": "object"}),
)


def furnish(app: Flask, rt: Runtime) -> None:
    """Register the table, and a problem for every other address below it."""
    pages = Blueprint("api", __name__, url_prefix=PREFIX)
    for route in ROUTES:
        rule = route.path.replace("{", "<").replace("}", ">")
        rule = rule.replace("<period>", "<path:period>")  # FY2026/27-Q1 has a slash of its own
        pages.add_url_rule(rule, route.name, _view(route, rt), methods=[route.method])
    app.url_map.converters["anything"] = Anything
    pages.add_url_rule("/<anything:rest>", "nothing", _nothing, methods=METHODS)
    pages.register_error_handler(Problem, answer)
    pages.register_error_handler(HTTPException, answer_http)
    pages.after_request(_for_browsers)
    app.register_blueprint(pages)


def _view(route: Route, rt: Runtime) -> Any:
    def view(**values: str) -> ResponseReturnValue:
        brake()
        if route.scope and route.key_needed:
            require(route.scope)
        found, after = route.view(rt, **values), None
        if route.pages and isinstance(found, dict):
            found, after = page(found, route.pages)
        response = found if isinstance(found, Response) else jsonify(found)
        if after:
            response.headers["Link"] = after
        return _fresh(response) if route.method == "GET" else response

    view.open_to = route.open_to  # type: ignore[attr-defined]
    return view


def _fresh(response: Response) -> Response:
    """A 304 for whoever has this answer already; what a key opened is in nobody else's store."""
    response.add_etag()
    response.headers["Cache-Control"] = "private, no-cache" if holder() else "no-cache"
    response.headers["Vary"] = f"{HEADER}, Authorization"
    response.make_conditional(request)
    return response


@open_to("anyone")
def _nothing(rest: str) -> ResponseReturnValue:
    """Another method's address is said to be so; everything else is not there."""
    if known():
        brake()
    here = current_app.url_map.bind("")
    allowed = [method for method in METHODS if here.match(request.path, method)[0] != "api.nothing"]
    raise MethodNotAllowed(allowed) if allowed else NotFound()


def _for_browsers(response: Response) -> Response:
    """Any page may read what anybody may: no cookie opens anything here."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "GET")
        asked = f"{HEADER}, Authorization, Content-Type, If-None-Match"
        response.headers["Access-Control-Allow-Headers"] = asked
        response.headers["Access-Control-Max-Age"] = "86400"
    return response
