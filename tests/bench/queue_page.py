"""The queue page of an institution with 100,000 cases, in server time: what the reader waits for.

One in five is open, which is a desk in trouble; one in ten waits for its citizen's word.
"""

import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import sqlalchemy as sa

from feedback_service import redress, staff
from feedback_service.app import create_app
from feedback_service.models import Case, Role, SavedView, Staff
from feedback_service.runtime import Runtime, connect
from feedback_service.settings import Settings
from feedback_service.web.access import TOKEN
from tests.bench import processes
from tests.bench.processes import Bench

CASES = 100_000
LIMIT_MS = 100
TIMES = 15
PAGES = {
    "queue": "/desk/",
    "late": "/desk/?status=late",
    "waiting for the citizen": "/desk/?status=waiting",
    "assigned to me": "/desk/?scope=mine",
    "my unit": "/desk/?scope=unit",
    "found by a rare word": "/desk/?q=kipande",
    "found by a common word": "/desk/?q=waiting",
    "found by nothing": "/desk/?q=nobodywrotethis",
    "closed ones": "/desk/?status=closed",
}


def report(bench: Bench) -> str:
    rt = connect(Settings.from_env(bench.env))
    try:
        token, reference = _institution(rt)
        client = create_app(rt).test_client()
        with client.session_transaction() as session:
            session[TOKEN] = token
        pages = {**PAGES, "a case": f"/desk/cases/{reference}"}
        rows = [_row(name, client, path) for name, path in pages.items()]
        _keep_views(rt)
        rows += [
            _row("nine saved views", client, "/desk/"),
            _row("nine saved views, none counted yet", client, "/desk/",
                 partial(rt.kept.pop, "view counts", None)),
            _row("supervise", client, "/desk/supervise"),
            _row("never answered, counted anew", client, "/never-answered",
                 partial(rt.kept.pop, "never answered", None)),
        ]  # fmt: skip
    finally:
        rt.close()
    head = ("page", "median ms", "slowest ms", "our CPU ms", "KB", f"of {LIMIT_MS} ms")
    return processes.table(f"the desk of an institution with {CASES:,} cases", head, rows)


def _row(name: str, client: Any, path: str, before: Callable[[], object] = int) -> tuple[str, ...]:
    client.get(path)  # the registry's copy is made once a process
    took, worked, size = [], [], 0
    for _ in range(TIMES):
        before()
        began, busy = time.perf_counter(), time.process_time()
        sent = client.get(path)
        took.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - busy) * 1000)
        size = len(sent.data)
        if sent.status_code != 200:
            raise RuntimeError(f"{path} answered {sent.status_code}")
    median = statistics.median(took)
    figures = (median, max(took), statistics.median(worked), size / 1000)
    return (name, *(f"{figure:.0f}" for figure in figures), f"{median / LIMIT_MS:.2f}")


def _keep_views(rt: Runtime) -> None:
    """Nine views of every kind for the account; all but two hold more than are counted."""
    queries: list[dict[str, str]] = [
        {"late": "1"}, {"scope": "unit"}, {"scope": "mine"}, {"status": "waiting"},
        {"status": "disputed"}, {"status": "received", "since": "2025-01-01"}, {"q": "kipande"},
        {"q": "waiting"}, {"q": "nobodywrotethis"},
    ]  # fmt: skip
    with rt.transaction() as session:
        who = session.scalars(sa.select(Staff.id)).one()
        session.add_all(
            SavedView(staff_id=who, name=f"View {n}", query=query, made_at=rt.now())
            for n, query in enumerate(queries)
        )


def _institution(rt: Runtime) -> tuple[str, str]:
    """The cases and a supervisor of their desk: a signed-in token, the reference of a case."""
    with rt.transaction() as session:
        complaint = redress.Complaint(
            source="bench:first", channel="africastalking-sms", language="en",
            text="I have waited", service_id="passport",
        )  # fmt: skip
        case = redress.open_case(rt, session, complaint)
        case.triaged_at = rt.now()
        session.flush()  # the copies are made of its row
        account, password = staff.add(
            session, "bench@example.go.ke", Role.SUPERVISOR, rt.now(),
            institution_id=case.institution_id, unit_id=case.unit_id,
        )  # fmt: skip
        reference = case.reference
        _copies(session, account.id)
    with rt.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("vacuum analyze"))
    token = staff.sign_in(rt, "bench@example.go.ke", password)
    if token is None:
        raise RuntimeError("the account just made is not let in")
    return token, reference


def _copies(session: Any, staff_id: Any) -> None:
    changed = {
        "id": "gen_random_uuid()", "source": "'bench:' || n", "reference": "'b' || n",
        "urgent": "n % 97 = 0", "level": "n % 4",
        "status": "case when n % 10 < 7 then 'closed' when n % 10 = 7 then 'resolved' "
                  "when n % 2 = 0 then 'acknowledged' else 'received' end",
        "outcome": "case when n % 31 = 0 then 'disputed' end",
        "text": "'I am waiting for ' || (array['my card', 'a passport', 'the officer', "
                "'a certificate', 'a receipt'])[1 + n % 5] || ' since ' || md5(n::text) "
                "|| case when n % 5000 = 9 then ' kipande' else '' end",
        "assigned_to_id": "case when n % 40 = 9 then cast(:staff as uuid) end",
        "received_at": "received_at - (n % 2000) * interval '1 hour'",
        "due_at": "due_at - (n % 2000) * interval '1 hour' + interval '60 days'",
        "triaged_at": "now()", "compared_at": "now()",
    }  # fmt: skip
    columns = [column.name for column in Case.__table__.columns]
    values = ", ".join(changed.get(name, name) for name in columns)
    made = f"insert into cases ({', '.join(columns)}) select {values} from cases, "
    session.execute(sa.text(made + "generate_series(1, :n) n"), {"n": CASES, "staff": staff_id})
    session.execute(
        sa.text(
            "insert into case_events (case_id, number, action, actor, at, data, previous, hash) "
            "select id, k, case k when 2 then 'ask' else 'receive' end, 'officer', received_at, "
            "'{}', '', '' from cases, generate_series(1, 2) k where source like 'bench:%' "
            "and source <> 'bench:first' and (k = 1 or abs(hashtext(source)) % 25 = 0)"
        )
    )
