"""The register of compliments, number reached and programmes in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

from feedback_service.models import Compliment, ComplimentState, Role
from tests.browser import sign_in
from tests.desk_world import DeskWorld
from tests.e2e.test_desk_browser import desk  # noqa: F401 - a fixture
from tests.e2e.test_visits_browser import in_all_looks
from tests.integration.scoring_planting import a_citizen, a_rating

pytestmark = [pytest.mark.browser, pytest.mark.servers, pytest.mark.timeout(300)]


def praise(at: Any, body: str | None, citizen_id: Any) -> Compliment:
    return Compliment(
        source=f"test:{body}", citizen_id=citizen_id, channel="africastalking-sms",
        language="sw", rated=False,
        text="Asante, dada wa dawati la pili alinisaidia vizuri. Nipigieni 0712 345 678",
        institution_id=body, service_id="id-first", county_code=47,
        state=ComplimentState.KEPT, received_at=at,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("room", "role", "body"),
    [
        ("compliments", Role.SUPERVISOR, "NRB"),
        ("compliments", Role.SUPERVISOR, "CENTRAL"),
        ("reached", Role.ANALYST, None),
        ("programmes", Role.PERFORMANCE, "NRB"),
    ],
)
def test_the_rooms_of_the_policies_shut_nobody_out(
    page: Any,
    desk: str,  # noqa: F811 - above
    rt: Any,
    app: Any,
    room: str,
    role: Role,
    body: str | None,
) -> None:
    world = DeskWorld(rt)
    world.staff(Role.OFFICER, "NRB", name="Amina Wanjiru")
    with rt.transaction() as session:
        session.add_all([praise(rt.now(), body, a_citizen(session)) for body in ("NRB", None)])
        session.add_all([a_rating(citizen_id=a_citizen(session)) for _ in range(6)])
    sign_in(page, app, world.staff(role, body))
    in_all_looks(page, f"{room}-{body}", desk + room)
    assert page.locator("h1").count() == 1
