"""The survey at the size of a Huduma network: a day of 60,000 visits drawn and asked about, and a
quarter read: `make bench ARGS=survey`; VISITS=100000 makes the quarter smaller."""

import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.models import Invitation, Visit
from feedback_service.runtime import Runtime, connect
from feedback_service.scoring import survey, survey_kept
from feedback_service.settings import Settings
from feedback_service.visits import drawing, inviting
from tests.bench import processes
from tests.bench.processes import Bench

NOON = datetime(2026, 9, 30, 9, 5, tzinfo=UTC)
"""Just after the feed of Tuesday 29 September has closed."""
A_QUARTER, A_DAY = 1_000_000, 60_000

_PEOPLE = sa.text("""
insert into citizens (id, lookup, sealed, kind, created_at)
select gen_random_uuid(), decode(md5('p' || n), 'hex'), '', 'phone', :at
from generate_series(1, :many) as n
""")
_VISITS = sa.text("""
insert into visits (id, source, institution_id, service_id, citizen_id, at, fed_at)
select gen_random_uuid(), :of || n, 'DIS', 'passport', p.id, :at - random() * :over, :at
from generate_series(1, :many) as n
left join (select id, row_number() over () as k from citizens) as p on p.k = n % :people + 1
""").bindparams(sa.bindparam("over", type_=sa.Interval))


def report(bench: Bench) -> str:
    rt = replace(connect(Settings.from_env(bench.env)), now=lambda: NOON)
    many = int(os.environ.get("VISITS", A_QUARTER))
    try:
        rows = _rows(rt, many)
    finally:
        rt.close()
    title = f"{many:,} visits of one institution and quarter, {A_DAY:,} on one day"
    return processes.table(title, ("what", "ms", "many"), rows)


def _rows(rt: Runtime, many: int) -> list[tuple[str, ...]]:
    yesterday = datetime(2026, 9, 29, 18, tzinfo=NAIROBI)
    with rt.transaction() as session:
        session.execute(sa.text("set local statement_timeout = 0"))
        session.execute(_PEOPLE, {"at": NOON - timedelta(days=9), "many": A_DAY})
        for of, before, over, count in (
            ("day-", yesterday, timedelta(hours=9), A_DAY),
            ("old-", yesterday - timedelta(days=1), timedelta(days=89), many - A_DAY),
        ):
            asked = {"of": of, "at": before, "over": over, "many": count, "people": A_DAY}
            session.execute(_VISITS, asked)
    with rt.transaction() as session:
        session.execute(sa.text("analyze visits, citizens"))
    found = []
    for what, do in (
        ("the day's draw, invitations written", lambda: drawing.draw_due(rt)),
        ("following what became of them", lambda: inviting.follow(rt)),
        ("funnel, weights and figures of the quarter, counted", lambda: _count(rt)),
        ("kept by the clock", lambda: survey_kept.keep_surveys(rt)),
        ("read as kept", lambda: _read(rt)),
    ):
        began = time.perf_counter()
        do()
        found.append((what, f"{(time.perf_counter() - began) * 1000:,.0f}", ""))
    with rt.transaction() as session:
        counts = [
            session.scalar(sa.select(sa.func.count()).select_from(table))
            for table in (Visit, Invitation)
        ]
    return [*found, ("visits; invitations", "", "; ".join(f"{n:,}" for n in counts))]


def _count(rt: Runtime) -> object:
    with rt.transaction() as session:
        return survey.surveys(session, Period.containing(NOON), NOON, "DIS")


def _read(rt: Runtime) -> object:
    with rt.transaction() as session:
        return survey_kept.told(session, Period.containing(NOON), NOON)
