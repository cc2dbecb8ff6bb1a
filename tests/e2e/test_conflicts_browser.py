"""Names to decide in a real browser: open to all, and decided by keyboard without a script."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service.models import Certainty, Conflict, Role
from tests.browser import sign_in
from tests.desk_world import DeskWorld
from tests.e2e.test_desk_browser import LOOKS, check, desk  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(300)]


@pytest.fixture
def asked(page: Any, desk: str, rt: Any, app: Any) -> str:  # noqa: F811 - the fixture above
    """A name that waits for central triage, whose browser it is; the case's reference."""
    world = DeskWorld(rt)
    amina = world.staff(Role.OFFICER, "NRB", unit_id="NRB-R", name="Amina Barasa")
    world.staff(Role.OFFICER, "NRB", unit_id="NRB-R", name="Juma Otieno")
    central = world.staff(Role.SUPERVISOR, "CENTRAL", unit_id="CENTRAL-T", name="Central One")
    case = world.case("Amina Barasa at window three threw my forms on the floor, twice.")
    with rt.transaction() as session:
        session.add(
            Conflict(
                case_id=case.id, staff_id=amina.id, certainty=Certainty.LIKELY, how="words",
                matched="amina barasa", at=rt.now(),
            )
        )  # fmt: skip
    sign_in(page, app, central)
    return str(case.reference)


def test_the_page_of_names_shuts_nobody_out(
    page: Any, desk: str, asked: str, app: Any, rt: Any  # noqa: F811
) -> None:  # fmt: skip
    supervisor = DeskWorld.staff(_world(rt), Role.SUPERVISOR, "NRB", unit_id="NRB-2", name="Z C")
    for theme, width in LOOKS:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(desk + "conflicts?lang=sw")
        check(page, f"conflicts-{theme}-{width}")
    sign_in(page, app, supervisor)
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{desk}cases/{asked}?lang=en")
        assert page.get_by_text("Hidden from one name").is_visible()
        check(page, f"conflict-case-{width}")


def test_a_name_is_decided_by_keyboard(page: Any, desk: str, asked: str, rt: Any) -> None:  # noqa: F811
    page.goto(desk + "conflicts")
    page.focus("textarea")
    page.keyboard.type("She alone sits at window three.")
    page.keyboard.press("Tab")  # the whole office
    page.keyboard.press("Tab")  # it is
    page.keyboard.press("Enter")
    page.get_by_text("Decided: it stays hidden.").wait_for()
    with rt.transaction() as session:
        decided = session.scalars(sa.select(Conflict)).one()
    assert (decided.certainty, decided.reason) == (
        Certainty.NAMED, "She alone sits at window three.",
    )  # fmt: skip


def _world(rt: Any) -> DeskWorld:
    """The world that stands already."""
    world = DeskWorld.__new__(DeskWorld)
    world.rt = rt
    return world
