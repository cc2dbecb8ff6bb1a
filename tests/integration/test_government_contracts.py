"""The contract beside the figures of a line: the number of the body's own sheet, and no number of
so few citizens that the figure beside it is kept back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from analytics.contract import Measured, Span
from analytics.integrity import Signal
from feedback_service import contracts
from feedback_service.domain.cases import CaseStatus
from feedback_service.domain.periods import Period
from feedback_service.models import Case, Role
from feedback_service.scoring.frozen.closing import Closing, freeze
from tests.desk_world import Browser, DeskWorld
from tests.integration.frozen_planting import raised, with_history
from tests.integration.scoring_planting import a_case

pytestmark = pytest.mark.servers
QUARTER = "FY2025/26-Q2"
DUE = datetime(2025, 11, 12, 7, tzinfo=UTC)
PAGE = "/desk/government/direct/NRB?period=FY2025-26-Q2"


def plant(rt: Any, many: int, open_ones: int) -> None:
    with rt.transaction() as session:
        for number in range(many):
            done = number >= open_ones
            with_history(session, a_case(
                4000 + number, due_at=DUE, received_at=DUE - timedelta(days=9),
                resolved_at=DUE - timedelta(days=1) if done else None,
                status=CaseStatus.RESOLVED if done else CaseStatus.RECEIVED,
            ))  # fmt: skip


def close(rt: Any) -> None:
    freeze(rt, Closing(Period.parse(QUARTER)), lambda *_: None)


def complaints(page: str) -> str:
    """The last but one number of the bureau's row."""
    (row,) = re.findall(r"<tr><th[^>]*>[^<]*Bureau.*?</tr>", page, re.S)
    return str(re.findall(r"<td[^>]*>([^<]*)</td>", row)[-2]).strip()


def test_the_aggregate_has_the_number_of_the_body_s_own_sheet(
    world: DeskWorld, rt: Any, app: Any
) -> None:
    plant(rt, many=20, open_ones=4)
    officer = Browser(app, world.staff(Role.PERFORMANCE, "NRB"))
    with rt.transaction() as session:
        solved = sa.select(Case.id).where(Case.resolved_at.is_not(None)).limit(8)
        flag = raised(rt, Signal.NO_CONTACT, list(session.scalars(solved)))
        flag.period = QUARTER
        session.add(flag)
    assert complaints(officer.get(PAGE).text) == "", "before the freeze it moves with each case"
    close(rt)
    with rt.transaction() as session:
        sheet = contracts.standing(rt, session, "NRB", Span.parse(QUARTER)).computed
    (own,) = [line.achieved for line in sheet.lines if line.measured is Measured.REGISTER]
    assert own is not None
    assert own < 80, "the less favourable reading stands while the flag waits"
    assert complaints(officer.get(PAGE).text) == f"{own:.1f}"


def test_four_cases_tell_no_share_beside_a_figure_that_is_kept_back(
    world: DeskWorld, rt: Any, app: Any
) -> None:
    plant(rt, many=4, open_ones=1)
    close(rt)
    officer = Browser(app, world.staff(Role.PERFORMANCE, "NRB"))
    assert complaints(officer.get(PAGE).text) == ""
