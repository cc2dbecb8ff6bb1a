"""Scoring methods as versioned data: what the sources say, and what was decided where they are
silent.  A new guideline is a new entry in `choices.json`, not a change of code."""

import json
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any


class UnknownMethod(ValueError):
    """No method of that kind has that version."""


@cache
def published(name: str) -> dict[str, Any]:
    """A data file of this folder; every number in it is an int or a Decimal, never a float."""
    text = files(__name__).joinpath(name).read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return data


def chosen(kind: str, version: str | None = None) -> dict[str, Any]:
    """The choices of one version of a kind of method (`performance_contract`, `appraisal`,
    `standards`); without a version the one in use, which stands last.

    Raises UnknownMethod, naming the versions there are.
    """
    known: list[dict[str, Any]] = published("choices.json")[kind]
    for choice in known:
        if choice["version"] == (version or known[-1]["version"]):
            return choice
    names = ", ".join(choice["version"] for choice in known)
    raise UnknownMethod(f"{kind}: no method has version {version!r}; use one of {names}")
