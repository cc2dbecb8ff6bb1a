"""Scoring methods as versioned data: what the sources say, and what was decided where they are
silent.  A new guideline is a new entry in `choices.json`, not a change of code."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

_PINNED: ContextVar[Mapping[str, str]] = ContextVar("pinned methods")


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
    `standards`); without a version the one in use: what is `pinned` here, else the last.

    Raises UnknownMethod, naming the versions there are.
    """
    known: list[dict[str, Any]] = published("choices.json")[kind]
    wanted = version or _PINNED.get({}).get(kind) or known[-1]["version"]
    for choice in known:
        if choice["version"] == wanted:
            return choice
    names = ", ".join(choice["version"] for choice in known)
    raise UnknownMethod(f"{kind}: no method has version {wanted!r}; use one of {names}")


@contextmanager
def pinned(versions: Mapping[str, str]) -> Iterator[None]:
    """Inside, `chosen` without a version takes these: figures of a closed year are made again under
    the methods they were made with."""
    token = _PINNED.set(versions)
    try:
        yield
    finally:
        _PINNED.reset(token)


def versions_in_use() -> dict[str, str]:
    """The version of each kind of method that `chosen` takes without one."""
    kinds = (kind for kind, known in published("choices.json").items() if isinstance(known, list))
    return {kind: chosen(kind)["version"] for kind in kinds}
