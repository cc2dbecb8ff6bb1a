"""GeoReport v2 (Open311) at /open311/v2, read only: services, and cases as far as anyone may read
them.  For anyone, without a key, as XML and as JSON."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from feedback_service.runtime import Runtime
from feedback_service.web.access import open_to
from feedback_service.web.geo_report.views import (
    discovery,
    one_request,
    requests,
    service,
    services,
)
from feedback_service.web.geo_report.written import Wrong, formatted

PREFIX = "/open311/v2"
KEPT_FOR = 300
"""Seconds for which anybody may keep an answer: what is told changes once a month."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_VIEWS: dict[str, Callable[..., ResponseReturnValue]] = {
    "/discovery": discovery,
    "/services": services,
    "/services/<service_code>": service,
    "/requests": requests,
    "/requests/<service_request_id>": one_request,
}


def furnish(app: Flask, rt: Runtime) -> None:
    """Register every address in both formats; without one it is XML, as the standard has it."""
    pages = Blueprint("open311", __name__, url_prefix=PREFIX)
    for path, view in _VIEWS.items():
        for ending in ("", ".<any(xml, json):ending>"):
            pages.add_url_rule(f"{path}{ending}", view.__name__, view, methods=["GET"])
    pages.add_url_rule("/<anything:rest>", "nothing", _nothing, methods=METHODS)
    pages.register_error_handler(Wrong, _wrong)
    pages.register_error_handler(HTTPException, _refused)
    pages.after_request(_for_anyone)
    app.register_blueprint(pages)


@open_to("anyone")
def _nothing(rest: str) -> ResponseReturnValue:
    """What is read here is not written; everything else is not there."""
    here = current_app.url_map.bind("")
    if request.method != "GET" and here.match(request.path, "GET")[0] != "open311.nothing":
        raise Wrong(405, f"{request.method}: this is read only; report by phone")
    raise Wrong(404, f"{request.path!r}: see {PREFIX}/discovery.json")


def _wrong(error: Wrong) -> ResponseReturnValue:
    return formatted("errors", [{"code": error.code, "description": str(error)}], error.code)


def _refused(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    return formatted("errors", [{"code": code, "description": error.name}], code)


def _for_anyone(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Link"
    if response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}"
        response.add_etag()
        response.make_conditional(request)
    return response
