"""What the public's pages share: their blueprint, the period asked for, what is not there."""

from flask import Blueprint, Response, abort, current_app, request

from feedback_service import scoring
from feedback_service.domain.periods import NotAPeriod, Period
from feedback_service.runtime import Runtime
from feedback_service.web.periods import read_period

pages = Blueprint("public", __name__)


def runtime() -> Runtime:
    found: Runtime = current_app.extensions["runtime"]
    return found


def period_here(written: str = "") -> Period:
    """The period of the path or of the query, else the newest anybody rated in; 404 for none."""
    text = written or request.args.get("period", "")
    if not text:
        return scoring.newest_period(runtime())
    try:
        return read_period(text)
    except NotAPeriod as error:
        abort(404, str(error))


def plain(status: int, words: str) -> Response:
    """A few words for whoever asked for a file and gave it a wrong name."""
    return Response(words + "\n", status, mimetype="text/plain")
