"""The runtime inside a transaction that is open already: what is done with it commits with that.

A message is heard, its effects done and its answer queued in one transaction, so that a copy of it
finds all of that or none.  The same effects serve USSD, where each answer commits by itself; on a
connection of their own they would wait for the citizen's row, which the message holds.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.runtime import Runtime


@dataclass(frozen=True, kw_only=True)
class _Within(Runtime):
    session: Session

    @contextmanager
    def transaction(self, *, hurry: bool = False) -> Iterator[Session]:
        """A savepoint: what fails in it is undone alone.  Nobody waits on the line: no hurry."""
        with self.session.begin_nested():
            yield self.session

    def at_once(self, statement: sa.TextClause, row: Mapping[str, Any]) -> Any:
        found = self.session.connection().execute(statement, dict(row))
        return found.scalar() if found.returns_rows else None


def within(rt: Runtime, session: Session) -> Runtime:
    """A runtime whose transactions and single statements are part of `session`'s transaction."""
    same: dict[str, Any] = {each.name: getattr(rt, each.name) for each in fields(Runtime)}
    return _Within(**same, session=session)
