"""What the database holds of a session or a message, read past the service by plain SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

Row = Mapping[str, Any]

_OF = sa.text("""
select
  (select coalesce(jsonb_agg(to_jsonb(r)), '[]') from ratings r where r.source like any(:like)),
  (select coalesce(jsonb_agg(to_jsonb(c) || jsonb_build_object(
       'secret', c.secret_hash is not null,
       'messages', (select count(*) from messages m where m.case_id = c.id))), '[]')
     from cases c where c.source like any(:like)),
  (select coalesce(jsonb_agg(jsonb_build_object(
       'action', e.action, 'text', e.data->>'text', 'reference', c.reference)), '[]')
     from case_events e join cases c on c.id = e.case_id where e.source like any(:like))
""")
_COUNTS = sa.text("""
select (select count(*) from heard) as heard, (select count(*) from cases) as cases,
       (select count(*) from case_events) as events, (select count(*) from messages) as messages,
       (select count(*) from ratings) as ratings,
       (select count(*) from heard where became = 'waiting' and settled_at is null) as waiting
""")


class Records:
    """A connection of the test's own."""

    def __init__(self, engine: sa.Engine) -> None:
        self._line = engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def close(self) -> None:
        self._line.close()

    def of(self, sessions: Sequence[str]) -> tuple[Sequence[Row], Sequence[Row], Sequence[Row]]:
        """The ratings and cases of these sessions, and what else they did to cases."""
        like = [f"africastalking-ussd:{session}:%" for session in sessions]
        ratings, cases, events = self._line.execute(_OF, {"like": like}).one()
        return ratings, cases, events

    def counts(self) -> Row:
        return self.all(_COUNTS)[0]

    def all(self, query: sa.TextClause | str, **values: Any) -> Sequence[Row]:
        text = sa.text(query) if isinstance(query, str) else query
        return [dict(row) for row in self._line.execute(text, values).mappings()]
