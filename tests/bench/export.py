"""The open data package of a hundred thousand cases and of a million, on a service whose clock has
kept the tallies and drawn up the list of cases: how long the command takes, and whether its memory
grows: `make bench ARGS=export`; ROWS=100000 makes it smaller."""

import csv
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
import sqlalchemy as sa

from feedback_service.reports import requests
from feedback_service.runtime import Runtime, connect
from feedback_service.scoring import rollups
from feedback_service.settings import Settings
from tests.bench import processes
from tests.bench.processes import ROOT, Bench

MANY = 1_000_000
MOST_SECONDS = 60
EVERY = 0.1
"""Seconds between two looks at the process's memory."""


@dataclass(frozen=True)
class Run:
    rows: int
    seconds: float
    cpu: float
    megabytes: int
    drawn: float
    """CPU seconds in which the public list of cases was drawn up, as the clock does monthly."""


def report(bench: Bench) -> str:
    many = int(os.environ.get("ROWS", MANY))
    rt = connect(Settings.from_env(bench.env))
    runs, filled = [], 0
    try:
        for wanted in (many // 10, many):
            fill(rt, filled + 1, wanted)
            filled = wanted
            rollups.rebuild(rt)  # no trigger has seen the cases
            while rollups.keep_up(rt):
                pass
            runs.append(_exported(bench, _drawn_up(rt)))
            print(f"  {runs[-1]}", file=sys.stderr, flush=True)
    finally:
        rt.close()
    small, large = runs
    rows = [
        (
            f"{run.rows:,}", f"{run.seconds:.1f}", f"{run.cpu:.1f}", f"{run.megabytes}",
            f"{run.drawn:.1f}",
        )
        for run in runs
    ]  # fmt: skip
    heads = (
        "rows written", f"s (promised < {MOST_SECONDS})", "CPU s", "peak MB of its own",
        "CPU s a month's list before",
    )  # fmt: skip
    grown = large.megabytes / small.megabytes
    return processes.table("Open data export", heads, rows) + (
        f"\n{large.rows / small.rows:.1f} x the rows took {grown:.2f} x the memory.\n"
    )


def _drawn_up(rt: Runtime) -> float:
    """Seconds of this process for each month."""
    with rt.transaction() as session:  # else no month would be told twice
        session.execute(sa.text("truncate told_months, told_requests"))
    began, months = time.process_time(), 0
    while requests.draw_next(rt):
        months += 1
    return (time.process_time() - began) / max(1, months)


def _exported(bench: Bench, drawn: float) -> Run:
    command = [str(Path(sys.executable).with_name("feedback")), "export", "open-data"]
    with tempfile.TemporaryDirectory(prefix="fb-") as folder:
        began, peak, cpu = time.monotonic(), 0, 0.0
        process = psutil.Popen(
            [*command, folder], env=bench.env, cwd=ROOT, stdout=subprocess.DEVNULL
        )
        while process.poll() is None:
            try:
                peak = max(peak, process.memory_full_info().uss)
                cpu = sum(process.cpu_times()[:2])
            except psutil.Error:  # it ended between two looks
                break
            time.sleep(EVERY)
        assert process.wait() == 0
        took = time.monotonic() - began
        return Run(_rows(Path(folder)), took, cpu, round(peak / 1e6), drawn)


def _rows(folder: Path) -> int:
    """Read back from the files: what was said to be written is not what counts."""
    found = 0
    for path in folder.glob("data/*.csv"):
        with path.open(newline="", encoding="utf-8") as file:
            found += sum(1 for _ in csv.reader(file)) - 1
    return found


def fill(rt: Runtime, first: int, last: int) -> None:
    """Cases numbered from `first`, of three months that are over, unseen by triggers and keys."""
    with rt.transaction() as session:
        session.execute(sa.text("set local statement_timeout = 0"))
        session.execute(sa.text("set local session_replication_role = replica"))
        session.execute(_CASES, {"first": first, "last": last})
    with rt.transaction() as session:
        session.execute(sa.text("set local statement_timeout = 0"))
        session.execute(sa.text("analyze cases"))


_CASES = sa.text("""
insert into cases (id, reference, source, channel, language, text, service_id, institution_id,
  county_code, unit_id, destination_unit_id, urgent, quiet, lane, status, outcome, level, disputes,
  received_on, received_at, triaged_at, acknowledge_due_at, due_at, first_due_at,
  acknowledged_at, resolved_at, closed_at, simulated)
select lpad(to_hex(k), 32, '0')::uuid, lpad(k::text, 8, '0'), 'bench:' || k,
  'africastalking-ussd', 'sw', 'invented words', s.id,
  coalesce(s.institution_id, 'CG-0' || lpad((1 + k % 47)::text, 2, '0')),
  1 + (k * 7 % 47), '', '', false, false, 'open',
  case when k % 10 < 8 then 'closed' else 'received' end,
  case when k % 10 < 8 then 'confirmed' end, 0, 0, on_day, on_day + interval '9 hours',
  on_day + interval '9 hours', on_day + interval '1 day', on_day + interval '14 days',
  on_day + interval '14 days', on_day + interval '12 hours',
  case when k % 10 < 8 then on_day + interval '5 days' end,
  case when k % 10 < 8 then on_day + interval '9 days' end, false
from generate_series(cast(:first as bigint), :last) as k
join (select id, institution_id, row_number() over (order by id) - 1 as n, count(*) over () as many
  from services) as s on s.n = k * 7919 % s.many
cross join lateral (
  select date_trunc('month', now())::date - (1 + k % 90)::int as on_day
) as days
""")
