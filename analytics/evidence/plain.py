"""Values as JSON and back by their types: dataclasses, mappings, sequences, moments, closed sets.
One value has one spelling, so that two machines write the same bytes."""

import json
import types
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints


class NotPlain(TypeError):
    """The value has no JSON of its own, or the JSON is not of that type."""


def canonical(value: Any) -> bytes:
    """The bytes of a value: keys sorted, no spaces, beyond ASCII escaped, a line end behind."""
    text = json.dumps(said(value), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("ascii") + b"\n"


def said(value: Any) -> Any:
    """What JSON can say of a value.  Raises NotPlain."""
    kind: Any = type(value)
    if kind in _AS_THEY_ARE:  # nearly always: a pack has millions of them
        return value
    if names := _names(kind):
        return {name: said(getattr(value, name)) for name in names}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date | Decimal):
        return str(value)
    return _many(value)


def read(kind: Any, data: Any) -> Any:
    """The value of type `kind` that `said` wrote as `data`.

    A field that the data lack has its default, one that the type no longer has is passed over: a
    frozen figure outlives the code that made it.  Raises NotPlain.
    """
    origin = get_origin(kind)
    if kind is Any or kind is object:
        return data
    if origin in (Union, types.UnionType):
        return _of_several(kind, data)
    if origin is not None:
        return _collection(origin, get_args(kind), data)
    if is_dataclass(kind):
        return _made(kind, data)
    return _single(kind, data)


_AS_THEY_ARE = frozenset({str, int, float, bool, type(None)})


@cache
def _names(kind: Any) -> tuple[str, ...]:
    """The fields of a dataclass that make a value of it."""
    return tuple(one.name for one in fields(kind) if one.init) if is_dataclass(kind) else ()


def _many(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_key(key): said(item) for key, item in value.items()}
    if isinstance(value, AbstractSet):
        return sorted(said(item) for item in value)
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [said(item) for item in value]
    raise NotPlain(f"{type(value).__name__} has no plain form: write it as text")


def _key(key: Any) -> str:
    if isinstance(key, Enum):
        return str(key.value)
    if isinstance(key, tuple):
        return json.dumps([said(part) for part in key], separators=(",", ":"))
    return str(key)


def _of_several(kind: Any, data: Any) -> Any:
    if data is None:
        return None
    kinds = [one for one in get_args(kind) if one is not type(None)]
    if len(kinds) != 1:
        return data
    return read(kinds[0], data)


def _collection(origin: Any, inner: tuple[Any, ...], data: Any) -> Any:
    if issubclass(origin, Mapping):
        return {_read_key(inner[0], key): read(inner[1], item) for key, item in data.items()}
    if issubclass(origin, tuple):
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(read(inner[0], item) for item in data)
        return tuple(read(one, item) for one, item in zip(inner, data, strict=True))
    if issubclass(origin, AbstractSet):
        return frozenset(read(inner[0], item) for item in data)
    if issubclass(origin, Sequence):
        return [read(inner[0], item) for item in data]
    raise NotPlain(f"{origin.__name__} cannot be read from plain data")


def _read_key(kind: Any, key: str) -> Any:
    if get_origin(kind) is tuple:
        return read(kind, json.loads(key))
    return kind(key) if isinstance(kind, type) else key


def _made(kind: Any, data: Any) -> Any:
    wanted = {}
    for name, hint, needed in _fields(kind):
        if name in data:
            wanted[name] = read(hint, data[name])
        elif needed:
            raise NotPlain(f"{kind.__name__} needs {name}, which is not there")
    return kind(**wanted)


@cache
def _fields(kind: Any) -> tuple[tuple[str, Any, bool], ...]:
    hints = get_type_hints(kind)
    return tuple(
        (one.name, hints[one.name], one.default is MISSING and one.default_factory is MISSING)
        for one in fields(kind)
        if one.init
    )


def _single(kind: Any, data: Any) -> Any:
    if kind is datetime:
        return datetime.fromisoformat(data)
    if kind is date:
        return date.fromisoformat(data)
    if kind is float:
        return data  # A whole number stays one: the bytes must come out as they went in.
    if isinstance(kind, type) and issubclass(kind, Enum | Decimal):
        return kind(data)
    return data
