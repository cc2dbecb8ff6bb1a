"""The OpenAPI 3.1 description of the API, made from the table that registers its routes."""

import re
from collections.abc import Iterable
from typing import Any

from feedback_service.web.api.keys import HEADER
from feedback_service.web.api.paging import PARAMETERS
from feedback_service.web.api.routes import Parameter, Route
from feedback_service.web.api.shapes import SHAPES, TEXT, one

SECURITY = {
    "key": {"type": "apiKey", "in": "header", "name": HEADER},
    "bearer": {"type": "http", "scheme": "bearer"},
}


def document(routes: Iterable[Route], owner: str, public_url: str) -> dict[str, Any]:
    """Every route of the table; `owner` answers for the scorecards."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Citizen feedback",
            "version": "1",
            "description": (
                f"Scorecards, charters and institutions of Kenya's public service; {owner} answers "
                "for the figures. Figures that could tell of single persons are left out without "
                "a key. Errors are problems (RFC 9457)."
            ),
        },
        "servers": [{"url": f"{public_url}/api/v1"}],
        "paths": paths,
        "components": {"schemas": SHAPES, "securitySchemes": SECURITY},
    }


def _operation(route: Route) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "parameters": [*_in_path(route), *(_in_query(p) for p in _query(route))],
        "responses": {
            "200": {"description": "done", "content": {route.media: {"schema": route.answers}}},
            "default": {
                "description": "why not, and what to do instead",
                "content": {"application/problem+json": {"schema": one("Problem")}},
            },
        },
        "security": _security(route),
    }
    if route.takes:
        body = {"schema": route.takes}
        said["requestBody"] = {"required": True, "content": {"application/json": body}}
    return said


def _security(route: Route) -> list[dict[str, list[str]]]:
    """An empty requirement says that no key is needed."""
    if route.scope is None:
        return [{}]
    keyed: list[dict[str, list[str]]] = [{"key": [route.scope]}, {"bearer": [route.scope]}]
    return keyed if route.key_needed else [{}, *keyed]


def _in_path(route: Route) -> list[dict[str, Any]]:
    about = {p.name: p for p in route.parameters}
    return [
        _parameter(about.get(name, Parameter(name, name)), "path", required=True)
        for name in _names(route)
    ]


def _query(route: Route) -> list[Parameter]:
    paged = PARAMETERS if route.pages else ()
    return [p for p in (*route.parameters, *paged) if p.name not in _names(route)]


def _in_query(parameter: Parameter) -> dict[str, Any]:
    said = _parameter(parameter, "query", required=False)
    if parameter.choices:
        items = TEXT | {"enum": list(parameter.choices)}
        said |= {"schema": {"type": "array", "items": items}, "explode": False, "style": "form"}
    return said


def _parameter(parameter: Parameter, place: str, *, required: bool) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": parameter.name,
        "in": place,
        "required": required,
        "description": parameter.about,
        "schema": TEXT,
    }
    return said | ({"example": parameter.example} if parameter.example else {})


def _names(route: Route) -> list[str]:
    return re.findall(r"{(\w+)}", route.path)
