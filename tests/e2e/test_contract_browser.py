"""Contract and Ombudsman's return in a browser: open to everybody, in light and dark."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from analytics.contract import Span, terms_of
from feedback_service.contracts import (
    Allowed,
    Brought,
    Decided,
    NewRow,
    Said,
    WantedOfUnit,
    add_row,
    allow,
    bring,
    decide,
    end_row,
    returns,
    say,
    set_for_unit,
)
from feedback_service.domain.cases import CaseKind, CaseStatus
from feedback_service.domain.periods import Period
from feedback_service.models import ContractChange, Role
from feedback_service.web.access import TOKEN
from tests.browser import check
from tests.desk_world import DeskWorld
from tests.e2e.test_desk_browser import LOOKS, desk
from tests.integration.scoring_planting import a_case
from tests.integration.test_return_sent import PNG

__all__ = ["desk"]

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(300)]
DUE = datetime(2026, 2, 10, 7, tzinfo=UTC)


@pytest.fixture
def people(rt: Any) -> dict[str, Any]:
    """An institution in the middle of its year, and who reads of it."""
    world = DeskWorld(rt)
    found = {
        "officer": world.staff(Role.PERFORMANCE, "NRB", name="Wanjiru Kamau"),
        "gpmco": world.staff(Role.ANALYST, None, name="Otieno Ouma"),
    }
    world.case()
    terms, span = terms_of("department", 2025), Span.parse("FY2025/26-Q3")
    officer, gpmco = found["officer"].id, found["gpmco"].id
    with rt.transaction() as session:
        for number in range(12):
            kind = CaseKind.INFORMATION if number > 9 else CaseKind.COMPLAINT
            session.add(a_case(
                1000 + number, kind=kind, due_at=DUE, received_at=DUE - timedelta(days=9),
                resolved_at=DUE - timedelta(days=1) if number % 5 else None,
                status=CaseStatus.RESOLVED if number % 5 else CaseStatus.RECEIVED,
            ))  # fmt: skip
        for key in ("sensitised", "reports:Q3"):
            words = "Lists of all staff, signed at the training of February"
            row = bring(rt, session, terms, Brought(
                "NRB", 2025, "B1", key, words, officer, PNG, "image/png"))  # fmt: skip
            if key == "sensitised":
                decide(rt, session, Decided(row.id, gpmco, None, True, ""))
        row = add_row(rt, session, terms, NewRow(
            "NRB", 2025, "C", "Identity cards printed within ten days", Decimal(65), Decimal(90),
            "%", "higher", officer, "It was forgotten."))  # fmt: skip
        session.flush()
        asked = session.query(ContractChange).one().id
        allow(rt, session, terms, Allowed(asked, gpmco, None, True, ""))
        for who, value, moderated in (
            (officer, 91, False),
            (officer, 88, False),
            (gpmco, 81, True),
        ):
            say(rt, session, terms, Said(
                "NRB", span, str(row.id), Decimal(value), "Counted at the printer's.", who,
                moderated))  # fmt: skip
        set_for_unit(
            rt,
            session,
            WantedOfUnit(
                "NRB",
                2025,
                "service",
                "id-first",
                "resolved_in_time",
                Decimal("0.9"),
                "B3",
                officer,
            ),
        )
        end_row(rt, session, "NRB", row.id, officer, "The printer was sold.")
        sent = returns.read(session, "NRB", Period.parse("FY2025/26-Q2"), rt.now())
        returns.submitted(rt, session, sent, date(2026, 1, 16), officer, left_out=1)
    return found


@pytest.mark.parametrize(
    ("who", "room"),
    [
        ("officer", "contract/NRB?period=FY2025-26-Q3"),
        ("gpmco", "contract/NRB?period=FY2025-26-Q3&lang=sw"),
        ("gpmco", "contract?period=FY2025-26-Q3"),
        ("officer", "contract/NRB/units?period=FY2025-26-Q3"),
        ("gpmco", "return/NRB?period=FY2025-26-Q2"),
        ("gpmco", "return?period=FY2025-26-Q2"),
    ],
    ids=["contract", "contract-sw", "contracts", "units", "return", "returns"],
)
def test_contract_and_return_shut_nobody_out(
    page: Any, desk: str, app: Any, people: dict[str, Any], who: str, room: str,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    signed = app.session_interface.get_signing_serializer(app).dumps({TOKEN: people[who].token})
    page.context.add_cookies([{"name": "session", "value": signed, "url": desk}])
    page.goto(desk + room)
    for box in page.locator("main details").all():
        box.evaluate("box => box.open = true")
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        check(page, f"{request.node.callspec.id}-{theme}-{width}")
