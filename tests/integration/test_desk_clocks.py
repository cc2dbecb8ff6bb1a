"""The clocks on the page of a case agree with each other, and end when the case does."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from feedback_service.domain.cases import Action, Actor
from feedback_service.redress import Act, act
from tests.desk_world import Browser, DeskWorld

pytestmark = pytest.mark.servers

# When it came and when it is looked at, both in Nairobi; days used and days left of five.
AT = [
    ("the Sunday it came", "01 12:00", "01 12:30", 0, 5),
    ("the Monday after", "01 12:00", "02 10:00", 0, 5),
    ("the Tuesday after", "01 12:00", "03 10:00", 1, 4),
    ("after closing on Friday", "06 18:00", "06 18:05", 0, 5),
    ("the Monday it came", "02 10:00", "02 10:05", 0, 5),
    ("Saturday, of a case that came on Wednesday", "04 10:00", "07 10:00", 2, 3),
]


def nairobi(march: str) -> datetime:
    return datetime.strptime(f"2026-03-{march} +0300", "%Y-%m-%d %H:%M %z").astimezone(UTC)


@pytest.mark.parametrize(
    ("came", "now", "used", "left"), [row[1:] for row in AT], ids=[row[0] for row in AT]
)
def test_days_used_and_days_left_add_up_whenever_the_case_came(
    world: DeskWorld, officer: Browser, clock: Any, came: str, now: str, used: int, left: int
) -> None:
    clock.set(nairobi(came))
    case = world.case()
    clock.set(nairobi(now))
    page = officer.get(f"/desk/cases/{case.reference}").text
    assert f"{used} of 5 working days used" in page
    assert f"due in {left} working days" in page.lower()
    assert f"due in {left} working days" in officer.get("/desk/").text.lower()


def test_the_clocks_of_a_closed_case_have_ended(
    world: DeskWorld, officer: Browser, rt: Any, clock: Any
) -> None:
    case = world.case()
    clock.forward(days=1)
    act(rt, case.id, Act(Action.WITHDRAW, Actor.CITIZEN))
    clock.forward(days=3)
    page = officer.get(f"/desk/cases/{case.reference}").text
    assert "Waited 1 day" in page
    assert "never stops" not in page
    custody = re.search(r'<section aria-labelledby="custody">.*?</section>', page, re.DOTALL)
    assert custody
    assert "<td>now</td>" not in custody[0]
    assert "Tue 3 Mar 2026, 09:00" in custody[0]
