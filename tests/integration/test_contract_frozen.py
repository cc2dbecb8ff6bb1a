"""The contract of a frozen quarter: read as it was frozen, with moderated scores beside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from analytics.contract import Span
from analytics.evidence import plain
from analytics.scorecards import Scorecard
from feedback_service import contracts
from feedback_service.domain.cases import CaseKind, CaseStatus
from feedback_service.domain.periods import Period
from feedback_service.models import Case, FrozenCard, Role
from feedback_service.reports.contract_sheet import as_pdf
from feedback_service.scoring.frozen import contests
from feedback_service.scoring.frozen.closing import Closing, freeze
from feedback_service.scoring.frozen.contests import Agreement, Moderation
from tests.desk_world import Browser, DeskWorld
from tests.integration.frozen_planting import with_history
from tests.integration.scoring_planting import a_case

pytestmark = pytest.mark.servers

QUARTER = "FY2025/26-Q2"
DUE = datetime(2025, 11, 12, 7, tzinfo=UTC)


@pytest.fixture
def frozen(world: DeskWorld, rt: Any) -> DeskWorld:
    """Four of five complaints and one of two requests were answered when the quarter was closed;
    since then the fifth was, too."""
    with rt.transaction() as session:
        for number in range(7):
            done = number not in (4, 6)
            with_history(session, a_case(
                3000 + number, due_at=DUE, received_at=DUE - timedelta(days=9),
                kind=CaseKind.INFORMATION if number > 4 else CaseKind.COMPLAINT,
                resolved_at=DUE - timedelta(days=1) if done else None,
                status=CaseStatus.RESOLVED if done else CaseStatus.RECEIVED,
            ))  # fmt: skip
    freeze(rt, Closing(Period.parse(QUARTER)), lambda *_: None)
    with rt.transaction() as session:
        late = session.query(Case).filter(Case.reference == "00003004").one()
        late.resolved_at, late.status = rt.now(), CaseStatus.RESOLVED
    return world


def b3(rt: Any, label: str) -> tuple[str, str | None]:
    """What B3 reached: computed, and moderated."""
    with rt.transaction() as session:
        stood = contracts.standing(rt, session, "NRB", Span.parse(label))
    found = [
        next(f"{line.achieved:f}" for line in sheet.lines if line.id == "B3") if sheet else None
        for sheet in (stood.computed, stood.moderated)
    ]
    return str(found[0]), found[1]


def test_what_came_after_the_freeze_changes_nothing(frozen: DeskWorld, rt: Any) -> None:
    assert b3(rt, QUARTER) == ("71.0000", None)  # 70 x 4/5 + 30 x 1/2
    with rt.transaction() as session:  # the figures of the signed scorecard
        kept = session.get_one(FrozenCard, (QUARTER, "NRB"))
        card: Scorecard = plain.read(Scorecard, kept.full["card"])
        counted = contracts.register(rt, session, "NRB", Span.parse(QUARTER)).counted
    for part, name in (("complaints", "resolved"), ("requests", "requests_answered")):
        figure = card.figures[name]
        assert (counted[part].n, counted[part].hits / counted[part].n) == (figure.n, figure.value)


def test_a_moderated_score_stands_beside_it_with_name_and_reason(
    frozen: DeskWorld, rt: Any, app: Any
) -> None:
    judge = frozen.staff(Role.ANALYST, None, name="Achieng Judge")
    score = contests.moderate(rt, Moderation(
        QUARTER, "NRB", "resolved", 0.6, "Two of them were answered in words only.", judge.id, None,
    ))  # fmt: skip
    assert b3(rt, QUARTER) == ("71.0000", None), "nobody has agreed yet"
    second = frozen.staff(Role.ANALYST, None, name="Barasa Second")
    contests.agree(rt, Agreement(score, second.id, None))
    assert b3(rt, QUARTER) == ("71.0000", "57.0000")  # 70 x 0.6 + 30 x 1/2
    officer = Browser(app, frozen.staff(Role.PERFORMANCE, "NRB"))
    page = officer.get("/desk/contract/NRB?period=FY2025-26-Q2").text
    assert "1 quarter is read as it was frozen" in page
    assert "Achieng Judge" in page
    assert "answered in words only" in page
    for number in ("71.0000 %", "57.0000 %"):
        assert number in page
    assert "what was declared stays as it is" in page
    with rt.transaction() as session:
        stood = contracts.standing(rt, session, "NRB", Span.parse(QUARTER))
    assert stood.closed_at is not None
    assert as_pdf(stood, Span.parse(QUARTER), "sw", rt.now()).startswith(b"%PDF")


def test_a_year_adds_frozen_and_open_quarters(frozen: DeskWorld, rt: Any) -> None:
    with rt.transaction() as session:
        session.add(a_case(
            3100, due_at=rt.now() - timedelta(days=1), received_at=rt.now() - timedelta(days=9)
        ))  # fmt: skip
    assert b3(rt, "FY2025/26")[0] == "61.6667"  # 70 x 4/6 + 30 x 1/2
