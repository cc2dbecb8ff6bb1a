"""Rows that an institution enters in its contract: what would break the sheet is refused, and after
vetting nothing changes without a second person and a trace."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from analytics.contract import Span
from feedback_service import contracts
from feedback_service.contracts import Brought, NewRow, NotTaken, Said
from feedback_service.models import FrozenPeriod, Role
from tests.desk_world import Browser, DeskWorld

pytestmark = pytest.mark.servers

SPAN = Span.parse("FY2025/26-Q3")


@pytest.mark.parametrize(
    ("weight", "target", "name", "unit", "why"),
    [
        ("5", "0.00001", "Cards printed", "cards", "decimals"),  # kept as a target of zero
        ("0.00001", "10", "Cards printed", "cards", "decimals"),  # kept as no weight at all
        ("5", "10", "=1+1", "cards", "formula"),
        ("5", "10", "Cards printed", "@SUM(A1)", "formula"),
    ],
)
def test_a_row_that_has_no_score_or_is_a_formula_is_not_taken(
    rt: Any, world: DeskWorld, weight: str, target: str, name: str, unit: str, why: str
) -> None:
    officer = world.staff(Role.PERFORMANCE, "NRB").id
    row = NewRow(
        "NRB", 2025, "C", name, Decimal(weight), Decimal(target), unit, "higher", officer
    )  # fmt: skip
    with rt.transaction() as session:
        terms = contracts.terms_for(session, "NRB", SPAN)
        with pytest.raises(NotTaken) as refused:
            contracts.add_row(rt, session, terms, row)
    assert refused.value.why == why


def enter(rt: Any, staff_id: Any, name: str = "Cards printed", target: str = "1000", **more: Any):
    """A row of all that criterion C has; by default before the contract is vetted."""
    row = NewRow("NRB", 2025, "C", name, Decimal(65), Decimal(target), "cards", "higher", staff_id,
                 **more)  # fmt: skip
    with rt.transaction() as session:
        return contracts.add_row(rt, session, contracts.terms_for(session, "NRB", SPAN), row)


def test_of_two_rows_entered_at_once_the_second_does_not_fit(
    world: DeskWorld, rt: Any, clock: Any
) -> None:
    officer = world.staff(Role.PERFORMANCE, "NRB").id
    clock.set(datetime(2025, 8, 1, 7, tzinfo=UTC))
    first = NewRow("NRB", 2025, "C", "Cards printed", Decimal(65), Decimal(10), "cards", "higher",
                   officer)  # fmt: skip
    with ThreadPoolExecutor(1) as beside:
        with rt.transaction() as session:
            contracts.add_row(rt, session, contracts.terms_for(session, "NRB", SPAN), first)
            session.flush()
            second = beside.submit(enter, rt, officer, "Cards handed out")
            wait([second], timeout=0.4)
        with pytest.raises(NotTaken) as refused:
            second.result(timeout=10)
    assert refused.value.why == "weight"


def end(rt: Any, row: Any, staff_id: Any, why: str = "") -> Any:
    with rt.transaction() as session:
        return contracts.end_row(rt, session, "NRB", row.id, staff_id, why)


def sheet(rt: Any, label: str = "FY2025/26-Q3") -> dict[str, str]:
    """Targets of the rows that were entered, as the sheet has them."""
    with rt.transaction() as session:
        stood = contracts.standing(rt, session, "NRB", Span.parse(label))
    return {line.name["en"]: f"{line.target:f}" for line in stood.computed.lines
            if line.criterion == "C"}  # fmt: skip


def test_after_vetting_a_target_is_lowered_only_with_an_analyst_and_leaves_its_trace(
    world: DeskWorld, rt: Any, app: Any, clock: Any
) -> None:
    officer = world.staff(Role.PERFORMANCE, "NRB", name="Wanjiru Officer")
    analyst = world.staff(Role.ANALYST, None, name="Otieno Analyst")
    clock.set(datetime(2025, 8, 31, 20, tzinfo=UTC))  # still the last day, in Nairobi
    old = enter(rt, officer.id)
    clock.set(datetime(2026, 3, 2, 7, tzinfo=UTC))
    with pytest.raises(NotTaken) as refused:
        end(rt, old, officer.id)
    assert refused.value.why == "why"
    desk, gpmco = Browser(app, officer), Browser(app, analyst)
    where = "/desk/contract/NRB/rows"
    desk.post(where, period="FY2025-26", end=str(old.id), why="The printer was broken.")
    desk.post(
        where, period="FY2025-26", criterion="C", name="Cards printed again", weight="65",
        target="900", unit="cards", direction="higher", why="The printer was broken.",
    )  # fmt: skip
    assert sheet(rt) == {"Cards printed": "1000"}
    page = gpmco.get("/desk/contract/NRB?period=FY2025-26").text
    asked = re.findall(r"/desk/contract/changes/([0-9a-f-]{36})", page)
    assert len(asked) == 2
    assert desk.post(f"/desk/contract/changes/{asked[0]}", accepted="yes").status_code == 404
    near = Browser(app, world.staff(Role.ANALYST, "DIS"))
    for change in reversed(asked):  # of a body of its sector, perhaps above it
        near.post(f"/desk/contract/changes/{change}", accepted="yes", period="FY2025-26")
    assert sheet(rt) == {"Cards printed": "1000"}
    for change in reversed(asked):  # the new one does not fit before the old one is gone
        gpmco.post(f"/desk/contract/changes/{change}", accepted="yes", period="FY2025-26")
    assert sheet(rt) == {}
    gpmco.post(f"/desk/contract/changes/{asked[1]}", accepted="yes", period="FY2025-26")
    assert sheet(rt) == {"Cards printed again": "900"}
    page = desk.get("/desk/contract/NRB?period=FY2025-26").text
    assert "<del><b>C: Cards printed</b>" in page
    assert "Asked to be taken off: Wanjiru Officer, Mon 2 Mar 2026" in page
    assert "Allowed, taken off: Otieno Analyst" in page
    lines = desk.get("/desk/contract/NRB/rows.csv?period=FY2025-26").text.splitlines()
    assert [line.split(",")[6:8] for line in lines[1:]] == [
        ["entered", "Wanjiru Officer"], ["end_asked", "Wanjiru Officer"],
        ["end_allowed", "Otieno Analyst"], ["asked", "Wanjiru Officer"],
        ["allowed", "Otieno Analyst"],
    ]  # fmt: skip


def freeze(rt: Any, label: str) -> None:
    with rt.transaction() as session:
        session.add(FrozenPeriod(
            period=label, frozen_at=rt.now(), as_of=rt.now(), early=False, reason="", root="",
            statement={}, signature="", leaf_secret=b"",
        ))  # fmt: skip


def test_what_is_frozen_keeps_its_rows_and_values(world: DeskWorld, rt: Any, clock: Any) -> None:
    officer = world.staff(Role.PERFORMANCE, "NRB").id
    analyst = world.staff(Role.ANALYST, None).id
    clock.set(datetime(2025, 8, 1, 7, tzinfo=UTC))
    row = enter(rt, officer)
    with rt.transaction() as session:
        terms = contracts.terms_for(session, "NRB", SPAN)

    def say(achieved: int, *, moderated: bool = False) -> None:
        who = analyst if moderated else officer
        with rt.transaction() as session:
            contracts.say(rt, session, terms, Said(
                "NRB", Span.parse("FY2025/26-Q1"), str(row.id), Decimal(achieved),
                "Count of the printer.", who, moderated,
            ))  # fmt: skip

    say(900)
    say(950)
    freeze(rt, "FY2025/26-Q1")
    clock.set(datetime(2025, 8, 2, 7, tzinfo=UTC))
    with pytest.raises(NotTaken) as refused:
        say(1000)
    assert refused.value.why == "frozen"
    say(800, moderated=True)
    end(rt, row, officer)
    assert sheet(rt, "FY2025/26-Q1") == {"Cards printed": "1000"}
    assert sheet(rt, "FY2025/26-Q2") == {}
    with rt.transaction() as session:
        stood = contracts.standing(rt, session, "NRB", Span.parse("FY2025/26-Q1"))
    assert [value.achieved for value in stood.replaced[str(row.id)]] == [900]
    freeze(rt, "FY2025/26")
    late = Brought(
        "NRB", 2025, "B1", "sensitised", "All staff were told.", officer, b"", "image/png"
    )
    for change in (lambda: enter(rt, officer, "Another"), lambda: brought(rt, terms, late)):
        with pytest.raises(NotTaken) as refused:
            change()
        assert refused.value.why == "frozen"


def brought(rt: Any, terms: Any, what: Brought) -> None:
    with rt.transaction() as session:
        contracts.bring(rt, session, terms, what)
