"""Lists in pages: `limit` and `cursor`, and a Link to the next page (RFC 8288).  Without a limit a
list comes whole, as it always did."""

from typing import Any
from urllib.parse import urlencode

from flask import request

from feedback_service.web.api.problems import Problem
from feedback_service.web.api.routes import Parameter

MOST = 1_000
PARAMETERS = (
    Parameter("limit", f"how many at most, 1 to {MOST}; without it all", "50"),
    Parameter("cursor", "where the page before ended: take it from its Link header"),
)


def page(answer: dict[str, Any], pages: tuple[str, ...]) -> tuple[dict[str, Any], str | None]:
    """The part of an answer that was asked for, and the address of the next if there is one.

    pages: the list's name in the answer, then the fields that tell its items apart.  A cursor names
    the last item of a page, so that what is added before it moves nothing.
    """
    name, *told_by = pages
    items, limit = answer[name], _limit()
    begin = _begin(items, told_by)
    shown = items[begin : begin + limit] if limit else items[begin:]
    left = len(items) > begin + len(shown)
    return answer | {name: shown}, _next(_cursor(shown[-1], told_by)) if left and shown else None


def _limit() -> int:
    given = request.args.get("limit", "")
    if not given:
        return 0
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:9]) <= MOST):
        raise Problem(400, "No such limit", "limit", given, f"give a whole number, 1 to {MOST}")
    return int(given[:9])


def _begin(items: list[dict[str, Any]], told_by: list[str]) -> int:
    given = request.args.get("cursor", "")
    if not given:
        return 0
    for position, item in enumerate(items):
        if _cursor(item, told_by) == given:
            return position + 1
    raise Problem(
        400, "No such cursor", "cursor", given, "take it from the Link header of the page before"
    )


def _cursor(item: dict[str, Any], told_by: list[str]) -> str:
    return "~".join(str(item[field]) for field in told_by)


def _next(cursor: str) -> str:
    asked = request.args.to_dict(flat=False) | {"cursor": [cursor]}
    return f'<{request.path}?{urlencode(asked, doseq=True)}>; rel="next"'
