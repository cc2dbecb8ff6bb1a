"""One look for problems that rise over a million cases of two years: seconds, CPU and memory."""

import resource
import time
from typing import Any

import sqlalchemy as sa

from analytics.triage.rows import read_corpus
from feedback_service import emerging
from feedback_service.models import EmergingLook
from feedback_service.runtime import Runtime, connect
from feedback_service.settings import Settings
from tests.bench import processes
from tests.bench.processes import Bench

CASES = 1_000_000
LIMIT_S = 10.0
DAYS = 730
FILL = """
insert into cases (
    id, reference, source, kind, channel, language, text, service_id, institution_id, county_code,
    unit_id, destination_unit_id, urgent, quiet, lane, status, level, disputes, received_on,
    received_at, acknowledge_due_at, due_at, first_due_at, asked, triaged_at, compared_at, simulated
)
select
    gen_random_uuid(), 'b' || n, 'bench:' || n, 'complaint', 'africastalking-ussd', 'en',
    (cast(:texts as text[]))[1 + (cast(n as bigint) * 7919) % :many], null, u.institution_id,
    1 + (n * 31) % 47,
    u.id, u.id, false, false, 'open', 'closed', 0, 0, cast(at as date),
    at, at, at, at, 0, at, at, false
from generate_series(1, :cases) n
cross join lateral (
    select
        cast(:now as timestamptz)
            - make_interval(days => cast((cast(n as bigint) * 104729) % :days as int)) as at,
        1 + floor(power((cast(n as bigint) * 7907 % 1009) / 1009.0, 3) * 100) as place
) d
join (
    select id, institution_id, row_number() over (order by institution_id, id) as place from units
    where kind = 'redress'
) u on u.place = d.place
"""
"""Few bodies get most of it: the third power of what is drawn."""


def report(bench: Bench) -> str:
    rt = connect(Settings.from_env(bench.env))
    try:
        _fill(rt)
        rows = [_row("the first look", rt), _row("an hour later", rt)]
    finally:
        rt.close()
    head = (
        "look",
        "cases",
        "series judged",
        "seconds",
        "CPU s",
        "memory MB",
        f"of {LIMIT_S:.0f} s",
    )
    return processes.table(f"problems that rise over {CASES:,} cases", head, rows)


def _fill(rt: Runtime) -> None:
    texts = [row.text for row in read_corpus() if row.judges]
    with rt.transaction() as session:
        session.execute(sa.text("set local statement_timeout = 0"))
        values = {"texts": texts, "many": len(texts), "cases": CASES, "days": DAYS, "now": rt.now()}
        session.execute(sa.text(FILL), values)
    with rt.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("analyze cases"))


def _row(name: str, rt: Any) -> tuple[str, ...]:
    began, busy = time.perf_counter(), time.process_time()
    emerging.look(rt)
    took, worked = time.perf_counter() - began, time.process_time() - busy
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with rt.transaction() as session:
        look = session.scalars(sa.select(EmergingLook)).one()
    return (
        name, f"{look.cases:,}", str(look.judged), f"{took:.1f}", f"{worked:.1f}",
        f"{memory:.0f}", f"{took / LIMIT_S:.2f}",
    )  # fmt: skip
