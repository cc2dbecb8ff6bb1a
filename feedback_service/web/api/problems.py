"""What the API says when it cannot answer: RFC 9457 problems with field, value and remedy."""

import json

from flask import Response
from werkzeug.exceptions import HTTPException


class Problem(Exception):
    """An answer that is not a success; `remedy` says what to do instead."""

    def __init__(
        self, status: int, title: str, field: str, value: str, remedy: str, retry_after: int = 0
    ) -> None:
        super().__init__(f"{field}: {title}")
        self.status = status
        self.retry_after = retry_after
        self.body = {
            "type": "about:blank",
            "title": title,
            "status": status,
            "detail": f"{field} is {value!r}: {remedy}",
            "field": field,
            "value": value,
            "remedy": remedy,
        }

    @classmethod
    def told(cls, status: int, title: str, field: str, value: str, error: Exception) -> "Problem":
        """From an error of ours, whose message ends in its remedy after the last colon."""
        return cls(status, title, field, value, str(error).partition(": ")[2] or str(error))


def answer(problem: Problem) -> Response:
    response = _response(problem.body, problem.status)
    if problem.retry_after:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def answer_http(error: HTTPException) -> Response:
    """Flask's own refusals, said in the same form."""
    status = error.code or 500
    remedy = {
        413: "send less at once",
        415: "send application/json",
        429: "wait as long as Retry-After says, in seconds",
        500: "try again later; the operator has been told",
    }.get(status, "see /api/v1/openapi.json")
    body = {"type": "about:blank", "title": error.name, "status": status, "remedy": remedy}
    return _response(body, status)


def _response(body: dict[str, object] | dict[str, str | int], status: int) -> Response:
    response = Response(json.dumps(body), status, mimetype="application/problem+json")
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="feedback"'
    return response
