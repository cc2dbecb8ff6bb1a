"""What a route of the API is: the row that both registers it and describes it in OpenAPI."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from feedback_service.staff import Scope

Answer = Any
"""What a view gives: anything JSON can say, or a ready Flask response."""


@dataclass(frozen=True)
class Parameter:
    """A value in the query, or in the path where the path names it."""

    name: str
    about: str
    example: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Route:
    """One address.  `path` is below /api/v1, with {names} as OpenAPI writes them; the view is given
    the runtime and the path's values.

    `scope` is the key it takes: with `key_needed` nobody gets in without, else the key shows more.
    """

    path: str
    view: Callable[..., Answer]
    summary: str
    answers: dict[str, Any]
    parameters: tuple[Parameter, ...] = ()
    method: str = "GET"
    scope: Scope | None = None
    key_needed: bool = False
    takes: dict[str, Any] = field(default_factory=dict)
    media: str = "application/json"
    pages: tuple[str, ...] = ()
    """The list in its answer that can be had in pages, then what tells an item from another."""

    @property
    def name(self) -> str:
        return self.view.__name__

    @property
    def open_to(self) -> frozenset[str]:
        """Who may call, as the guard of all views reads it."""
        return frozenset({f"key:{self.scope}"} if self.key_needed else {"anyone"})
