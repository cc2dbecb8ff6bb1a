"""What a table of the package is: its fields as Frictionless's Table Schema says them, and where
its rows come from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from feedback_service.reports.open_data.asked import Asked

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Field:
    """A column: `type` and `rules` as in Table Schema, and what it holds in two languages."""

    name: str
    type: str
    en: str
    sw: str
    rules: dict[str, Any] = field(default_factory=dict)

    @property
    def told(self) -> dict[str, Any]:
        said: dict[str, Any] = {"name": self.name, "type": self.type, "description": self.en}
        return said | ({"constraints": self.rules} if self.rules else {})


@dataclass(frozen=True)
class Resource:
    """A table.  `within` says that it belongs to the periods asked for; `key` names its primary
    key, `points` its references as (column, table, column of that table)."""

    name: str
    en: str
    sw: str
    fields: tuple[Field, ...]
    rows: Callable[[Asked], Iterator[Row]]
    key: tuple[str, ...] = ()
    points: tuple[tuple[str, str, str], ...] = ()

    @property
    def path(self) -> str:
        return f"data/{self.name}.csv"

    @property
    def schema(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "fields": [one.told for one in self.fields],
            "missingValues": [""],
        }
        if self.key:
            said["primaryKey"] = list(self.key)
        if self.points:
            said["foreignKeys"] = [
                {"fields": [column], "reference": {"resource": table, "fields": [there]}}
                for column, table, there in self.points
            ]
        return said


REQUIRED = {"required": True}
UNIQUE = {"required": True, "unique": True}
