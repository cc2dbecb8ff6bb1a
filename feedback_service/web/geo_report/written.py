"""One answer in the standard's two forms: XML, and JSON by the Spark convention, where a list loses
the name of its items and a value keeps its type."""

import json
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as Xml

from flask import Response, request

ITEMS = {
    "services": "service", "service_requests": "request", "errors": "error",
    "endpoints": "endpoint", "formats": "format", "attributes": "attribute",
}  # fmt: skip
"""What an item of each list is called in XML."""


class Wrong(Exception):
    """The question cannot be answered; the message says why and what to do instead."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code


def formatted(root: str, value: Any, status: int = 200) -> Response:
    """The value under `root`, as the address's ending asks."""
    if (request.view_args or {}).get("ending") == "json" or request.path.endswith(".json"):
        text = json.dumps(value, ensure_ascii=False)
        return Response(text, status, content_type="application/json; charset=utf-8")
    tree = Xml.tostring(_element(root, value), encoding="unicode")
    text = f'<?xml version="1.0" encoding="utf-8"?>\n{tree}\n'
    return Response(text, status, content_type="text/xml; charset=utf-8")


def _element(name: str, value: Any) -> Xml.Element:
    made = Xml.Element(name)
    if isinstance(value, Mapping):
        made.extend(_element(key, inner) for key, inner in value.items())
    elif isinstance(value, list):
        made.extend(_element(ITEMS[name], inner) for inner in value)
    elif isinstance(value, bool):
        made.text = str(value).lower()
    elif value is not None:
        made.text = str(value)
    return made
