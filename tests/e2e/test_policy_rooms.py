"""Campaigns, targets of a hundred days and the Performance Week in a real browser: open to all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from feedback_service.models import Campaign, Flag, Role, Staff, new_id
from feedback_service.recognition import targets
from feedback_service.recognition.targets import Wanted
from feedback_service.staff.viewers import viewer_for
from tests.browser import check, sign_in
from tests.desk_world import DeskWorld
from tests.e2e.test_desk_browser import LOOKS
from tests.integration.scoring_planting import a_case, a_rating
from tests.integration.test_performance_week import NEW, closed
from tests.web_process import served

__all__ = ["closed"]

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(300)]


CORNERS = LOOKS[::3]
"""Light and narrow, dark and wide: between them nothing else is styled on these pages."""


@pytest.fixture
def world(rt: Any) -> DeskWorld:
    return DeskWorld(rt)


@pytest.fixture
def desk(app: Any) -> Iterator[str]:
    with served(app) as address:
        yield f"{address}/desk/"


def test_the_rooms_that_the_policies_name_shut_nobody_out(
    page: Any, desk: str, closed: DeskWorld, rt: Any, app: Any, clock: Any
) -> None:
    gpmco = closed.staff(Role.ANALYST, None)
    rooms = {
        "campaigns": "campaigns",
        "campaign": f"campaigns/{_campaign(rt)}",
        "target": f"targets/{_target(rt, gpmco, clock)}",
        "targets": "targets",
        "performance-week": "recognition",
    }
    _flag(rt)
    sign_in(page, app, closed.staff(Role.ANALYST, None))
    for name, path in rooms.items():
        page.goto(desk + path)
        for theme, width in CORNERS:
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(
                "for (const each of document.querySelectorAll('main details')) each.open = 1"
            )
            check(page, f"{name}-{theme}-{width}")


def _campaign(rt: Any) -> object:
    today = rt.now().date()
    week = Campaign(
        id=new_id(), code="91234", name_en="Public Service Week 2026",
        name_sw="Wiki ya Utumishi wa Umma 2026", first_on=today,
        last_on=today + timedelta(days=4), made_at=rt.now(), simulated=True,
    )  # fmt: skip
    with rt.transaction() as session:
        session.add(week)
        session.flush()  # Ratings point to it.
        for county, many in ((1, 8), (47, 31), (None, 2)):
            session.add_all(a_rating(county_code=county, campaign_id=week.id) for _ in range(many))
        session.add_all(a_case(n, campaign_id=week.id) for n in range(7))
    return week.id


def _target(rt: Any, gpmco: Any, clock: Any) -> object:
    """Two months of it, each better than the one before."""
    with rt.transaction() as session:
        for day in range(-90, 64):
            due = rt.now() + timedelta(days=day, hours=1)
            solved = {"resolved_at": due - timedelta(days=1)} if day % 3 or day > 20 else {}
            session.add(a_case(1000 + day, due_at=due, received_at=due, **solved))
    with rt.transaction() as session:
        who = viewer_for(session, session.get_one(Staff, gpmco.id), rt.now())
        wanted = Wanted("NRB", "resolved_in_time", 0.8, rt.now().date())
        found = targets.set_target(rt, session, who, wanted).id
    clock.forward(days=64)
    return found


def _flag(rt: Any) -> None:
    with rt.transaction() as session:
        session.add(
            Flag(
                id=new_id(), kind="burst", institution_id="NRB", period=NEW.label, subject="x",
                detail={}, records=3, raised_at=rt.now(), due_at=rt.now(),
            )
        )  # fmt: skip
