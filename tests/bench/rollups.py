"""The scorecard of all institutions at ten million ratings of one quarter, and what it costs to
take in a hundred thousand more: `make bench ARGS=rollups`; RATINGS=300000 makes it smaller."""

import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import psutil
import sqlalchemy as sa

from feedback_service import scoring
from feedback_service.domain.periods import Period
from feedback_service.runtime import Runtime, connect
from feedback_service.scoring import Dimension, editions, rollups
from feedback_service.settings import Settings
from tests.bench import processes
from tests.bench.processes import Bench

NOW = datetime(2026, 9, 30, 12, tzinfo=UTC)
"""The last afternoon of FY2026/27-Q1."""
DAYS = 92
A_QUARTER = 10_000_000
MORE = 100_000
CASES_IN_A_HUNDRED = 3
READ_MS, TAKE_IN_MS = 200, 4_000
TIMES = 20

Row = tuple[str, ...]


def report(bench: Bench) -> str:
    rt = replace(connect(Settings.from_env(bench.env)), now=lambda: NOW)
    ratings = int(os.environ.get("RATINGS", A_QUARTER))
    days = max(1, round(DAYS * ratings / A_QUARTER))  # as many on a day, whatever their number
    try:
        rows = [*_made(rt, ratings, days), *_read(rt), *_taken_in(rt, ratings)]
    finally:
        rt.close()
    title = f"{ratings:,} ratings and {_cases(ratings):,} cases of {days} days"
    return processes.table(
        title, ("what", "median ms", "slowest ms", "CPU ms", "promised ms"), rows
    )


def _made(rt: Runtime, ratings: int, days: int) -> list[Row]:
    filling = _spent(lambda: fill(rt, 1, ratings, days, whole=True))
    _say(f"filled in {filling.ms / 1000:.0f} s")
    rollups.rebuild(rt)
    done, counted, taken = 1, 0, []

    def a_piece() -> None:
        nonlocal done
        done = rollups.bring_up(rt)

    while done:
        taken.append(_spent(a_piece))
        counted += done
        _say(f"{counted:,} days of institutions, {sum(one.ms for one in taken) / 1000:.0f} s")
    built = _added(taken)
    with rt.transaction() as session:
        session.execute(sa.text("analyze rollup_days, rollup_quarters, rollup_ratings"))
    return [
        _row("filled by SQL, no triggers", [filling]),
        _row(f"built: {counted:,} days of institutions", [built]),
        _told(rt, "first told to the public"),
    ]


def _read(rt: Runtime) -> list[Row]:
    quarter = Period.containing(NOW)
    first = _spent(lambda: scoring.edition(rt, quarter))
    biggest = max(scoring.national(rt, quarter), key=lambda card: card.figures["satisfaction"].n)
    asked: dict[str, Callable[[], object]] = {
        "all institutions, every figure": lambda: scoring.edition(rt, quarter, public=False),
        "all institutions, as the public may see": lambda: scoring.edition(rt, quarter),
        "one institution by everything, the public's": lambda: scoring.edition(
            rt, quarter, Dimension, only=biggest.institution
        ),
    }
    rows = [_row("all institutions, after a start", [first])]
    for what, read in asked.items():
        limit = f"< {READ_MS}" if what.startswith("all") else ""
        rows.append(_row(what, [_spent(read) for _ in range(TIMES)], limit))
    return rows


def _taken_in(rt: Runtime, ratings: int) -> list[Row]:
    marking = _spent(lambda: fill(rt, ratings + 1, MORE, 1, whole=False))
    taking = _spent(lambda: rollups.bring_up(rt))
    told = _told(rt, "after them told anew")
    quarter, one, read = Period.containing(NOW), [], []
    for number in range(1, 6):
        fill(rt, ratings + MORE + number, 1, 1, whole=False)
        one.append(_spent(lambda: rollups.bring_up(rt)))
        read.append(_spent(lambda: scoring.edition(rt, quarter)))
    return [
        _row(f"{MORE:,} ratings inserted, with triggers", [marking]),
        _row(f"{MORE:,} ratings of one day taken in", [taking], f"< {TAKE_IN_MS:,}"),
        told,
        _row("one rating taken in", one),
        _row("all institutions, as the public may see, after it", read, f"< {READ_MS}"),
    ]


def fill(rt: Runtime, first: int, many: int, days: int, *, whole: bool) -> None:
    """Ratings numbered from `first`, of the days up to NOW's; the `whole` of a quarter with its
    citizens and cases, unseen by triggers and keys."""
    asked = {"first": first, "last": first + many - 1, "days": days, "now": NOW}
    with rt.transaction() as session:
        session.execute(sa.text("set local statement_timeout = 0"))
        if whole:
            session.execute(sa.text("set local session_replication_role = replica"))
            for statement in _BARE:
                session.execute(sa.text(statement))
            session.execute(_CITIZENS, {"many": max(1, many // 4), "now": NOW})
        session.execute(_PAIRS)
        session.execute(_PLACES)
        session.execute(_RATINGS, asked)
        if whole:
            session.execute(_CASES, asked | {"last": _cases(many)})
            for statement in _INDEXED:
                session.execute(sa.text(statement))
        session.execute(sa.text("drop table pairs, places"))
    if whole:
        with rt.transaction() as session:
            session.execute(sa.text("set local statement_timeout = 0"))
            session.execute(sa.text("analyze ratings, cases"))


def _cases(ratings: int) -> int:
    return ratings * CASES_IN_A_HUNDRED // 100


@dataclass(frozen=True)
class Spent:
    """Milliseconds by the clock on the wall, and of processors: ours and the database's."""

    ms: float
    cpu: float


def _spent(do: Callable[[], object]) -> Spent:
    before, began = processes.cpu_seconds([psutil.Process()]), time.perf_counter()
    do()
    ms = (time.perf_counter() - began) * 1000
    return Spent(ms, (processes.cpu_seconds([psutil.Process()]) - before) * 1000)


def _told(rt: Runtime, what: str) -> Row:
    """The clock's turns until nothing is left to tell."""
    done, told, turns = 1, 0, list[Spent]()

    def a_turn() -> None:
        nonlocal done
        done = editions.keep_up(rt)

    while done:
        turns.append(_spent(a_turn))
        told += done
    return _row(f"{what}: {told:,} institutions with every division", [_added(turns)])


def _added(given: Sequence[Spent]) -> Spent:
    return Spent(sum(one.ms for one in given), sum(one.cpu for one in given))


def _row(what: str, times: Sequence[Spent], limit: str = "") -> Row:
    wall = [one.ms for one in times]
    cpu = sum(one.cpu for one in times) / len(times)
    return (what, f"{statistics.median(wall):,.0f}", f"{max(wall):,.0f}", f"{cpu:,.0f}", limit)


def _say(words: str) -> None:
    print(f"  {words}", file=sys.stderr, flush=True)


_BARE = ("drop index ix_ratings_citizen_id", "drop index ix_ratings_institution")
_INDEXED = (
    "create index ix_ratings_citizen_id on ratings (citizen_id)",
    "create index ix_ratings_institution on ratings (institution_id, given_at)",
)
_CITIZENS = sa.text("""
insert into citizens (id, lookup, sealed, kind, created_at)
select md5('c' || k)::uuid, decode(md5('l' || k), 'hex'), '', 'phone', :now
from generate_series(1, :many) as k
on conflict do nothing
""")
_PLACES = sa.text("""
create temporary table places as
select row_number() over (order by id) - 1 as n, id, county_code from service_points
""")
# Eight services of each institution, some far busier than others; half are said at a known place.
_PAIRS = sa.text("""
create temporary table pairs as
with i as (
  select id, row_number() over (order by md5(id)) - 1 as n, count(*) over () as many
  from institutions
), s as (
  select id, row_number() over (order by id) - 1 as n, count(*) over () as many from services
)
select row_number() over (order by md5(i.id || s.id)) - 1 as n,
  i.id as institution, s.id as service, count(*) over () as many
from i join s on (s.n - i.n * 7) % s.many between 0 and 7 or (s.n - i.n * 7) % s.many < 7 - s.many
""")
_RATINGS = sa.text(
    """
insert into ratings (id, source, citizen_id, service_id, institution_id, service_point_id,
  county_code, channel, language, score, on_time, paid_more, paid_extra_kes, courteous, complete,
  given_at, simulated, sample, had_problem, reported_problem)
select lpad(to_hex(k), 32, '0')::uuid, 'bench:' || lpad(k::text, 12, '0'),
  case when r1 < 0.8 then md5('c' || 1 + (r2 * (select count(*) from citizens) - 0.5)::int)::uuid
  end, p.service, p.institution, place.id, coalesce(place.county_code, 1 + (r4 * 46.99)::int % 47),
  (array['africastalking-ussd', 'africastalking-ussd', 'africastalking-sms', 'twilio-whatsapp'])
    [1 + (r5 * 3.99)::int % 4],
  case when r6 < 0.6 then 'sw' else 'en' end, 1 + (sqrt(r7) * 4.99)::int % 5,
  r8 < 0.7, r9 < 0.1, case when r9 < 0.05 then 100 end, r10 < 0.85, r11 < 0.8,
  cast(:now as timestamptz) - ((r12 * :days)::int % :days) * interval '1 day'
    - r13 * interval '5 hours',
  false, case when r14 < 0.3 then 'verified' when r14 < 0.95 then 'open' else 'assisted' end,
  case when r15 < 0.5 then r15 < 0.1 end, case when r15 < 0.1 then r15 < 0.04 end
from (
  select k, {lots} from generate_series(cast(:first as bigint), :last) as k offset 0
) as drawn
join pairs as p on p.n = floor(power(r3, 2) * (select count(*) from pairs))
left join places as place on place.n = case when r16 < 0.5 then (r4 * 58)::int end
""".format(lots=", ".join(f"random() as r{n}" for n in range(1, 17)))
)
_CASES = sa.text("""
insert into cases (id, reference, source, channel, language, text, service_id, institution_id,
  county_code, unit_id, destination_unit_id, urgent, quiet, lane, status, outcome, level, disputes,
  received_on, received_at, acknowledge_due_at, due_at, first_due_at, acknowledged_at, resolved_at,
  closed_at, simulated)
select lpad(to_hex(k), 32, '0')::uuid, lpad(k::text, 8, '0'), 'bench:' || k, 'africastalking-ussd',
  'sw', 'invented words', p.service, p.institution, 1 + (k % 47), '', '', k % 50 = 0, false, 'open',
  case when k % 10 < 8 then 'closed' else 'received' end,
  case k % 10 when 0 then 'disputed' when 1 then 'closed-unconfirmed' when 8 then null
    when 9 then null else 'confirmed' end,
  0, 0, (due - interval '20 days')::date, due - interval '20 days', due - interval '19 days', due,
  due, due - interval '19.5 days',
  case when k % 10 < 8 then due - (k % 23 - 3) * interval '1 day' end,
  case when k % 10 < 8 then due + interval '3 days' end, false
from generate_series(1, cast(:last as bigint)) as k
join pairs as p on p.n = (k * 7919) % p.many
cross join lateral (
  select cast(:now as timestamptz) - ((k % :days) - 10) * interval '1 day' as due
) as dates
""")
