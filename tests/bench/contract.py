"""How long an institution's return and sheet take: `python -m tests.bench.contract [CASES]`.

Cases and histories are planted by the database itself on servers of its own.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime

import sqlalchemy as sa

import migrations
from analytics.contract import Span
from feedback_service import contracts, embedded
from feedback_service.contracts import returns
from feedback_service.domain.periods import Period
from tests.conftest import Clock, assembled, settings_on
from tests.desk_world import DeskWorld
from tests.servers import redis_away

CASES = 100_000
OTHERS = 4
"""So many times as many events belong to other institutions' cases."""

_PLANT = sa.text("""
insert into cases (id, reference, source, kind, channel, language, text, institution_id, unit_id,
  destination_unit_id, urgent, quiet, lane, status, level, disputes, received_on, received_at,
  acknowledge_due_at, due_at, first_due_at, resolved_at, asked, simulated)
select gen_random_uuid(), :body || lpad(n::text, 8, '0'), 'bench:' || :body || n, 'complaint',
  'africastalking-sms', 'en', 'words', :body, :unit, :unit, false, false, 'open',
  case when n % 5 = 0 then 'acknowledged' else 'resolved' end, 0, 0, at::date, at, at + '1 day',
  at + '14 days', at + '14 days', case when n % 5 = 0 then null else at + '9 days' end, 0, false
from (select n, timestamptz '2025-08-01' + (n % 180) * interval '1 day' as at
      from generate_series(1, :many) as n) as planned
""")
_EVENTS = sa.text("""
insert into case_events (case_id, number, action, actor, at, data, previous, hash)
select id, number, action, 'officer', received_at + step,
  case number when 1 then jsonb_build_object('holder', unit_id) else data::jsonb end, '', ''
from cases, (values
  (1, 'receive', interval '0', '{}'), (2, 'acknowledge', interval '1 day', '{}'),
  (3, 'note', interval '2 days', '{"text": "words"}'),
  (4, 'resolve', interval '9 days', '{"text": "Your card is ready."}')
) as told(number, action, step, data)
where source like 'bench:%' and (action <> 'resolve' or resolved_at is not null)
""")


def main(many: int) -> None:
    servers = embedded.start(throwaway=True)
    try:
        migrations.upgrade(servers.database_url)
        engine = sa.create_engine(servers.database_url, poolclass=sa.NullPool)
        clock = Clock()
        clock.set(datetime(2026, 2, 20, 6, tzinfo=UTC))
        settings = settings_on(servers.database_url, "redis://nowhere")
        with assembled(settings, engine, redis_away(), clock) as rt:
            DeskWorld(rt)
            _fill(engine, many)
            _measure(rt, many)
    finally:
        servers.stop()


def _fill(engine: sa.Engine, many: int) -> None:
    with engine.begin() as connection:
        connection.execute(_PLANT, {"body": "NRB", "unit": "NRB-R", "many": many})
        connection.execute(_PLANT, {"body": "DIS", "unit": "DIS-R", "many": many * OTHERS})
        connection.execute(_EVENTS)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("vacuum analyze"))


def _measure(rt: object, many: int) -> None:
    from feedback_service.runtime import Runtime

    assert isinstance(rt, Runtime)
    with rt.transaction() as session:
        begun = _now()
        found = returns.read(session, "NRB", Period.parse("FY2025/26-Q2"), rt.now())
        _say(f"return of {len(found.lines):,} lines of {many:,} cases", begun)
        begun = _now()
        agreed = returns.reconciled(rt, session, found)
        _say(f"reconciled ({agreed.agrees})", begun)
        begun = _now()
        contracts.standing(rt, session, "NRB", Span.parse("FY2025/26"))
        _say("annual sheet of one institution", begun)
        begun = _now()
        bodies = contracts.missing(rt, session, Span.parse("FY2025/26"))
        _say(f"annual list of {len(bodies)} institutions", begun)


def _say(what: str, begun: tuple[float, float]) -> None:
    wall, own = time.perf_counter() - begun[0], time.process_time() - begun[1]
    print(f"{what}: {wall:.2f} s, {own:.2f} s of it this process's CPU", flush=True)


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CASES)
