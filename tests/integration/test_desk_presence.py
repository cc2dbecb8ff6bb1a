"""Two people on one case: each is warned, and nothing is done over what was not read."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from redis import Redis

from feedback_service.models import Role
from feedback_service.redress import presence
from tests.desk_world import Browser, DeskWorld, seen

pytestmark = pytest.mark.servers


@pytest.fixture
def colleague(world: DeskWorld, app: Any) -> Browser:
    return Browser(app, world.staff(Role.SUPERVISOR, "NRB", name="Baraka Supervisor"))


def test_each_is_told_of_the_other_and_nobody_of_themselves(
    world: DeskWorld, officer: Browser, colleague: Browser
) -> None:
    path = f"/desk/cases/{world.case().reference}"
    assert "has this case open too" not in officer.get(path).text
    assert "Amina Officer has this case open too." in colleague.get(path).text
    assert officer.get(f"{path}/here").json == {
        "words": "Baraka Supervisor has this case open too."
    }


def test_the_warning_goes_out_by_itself_and_when_the_other_has_acted(
    world: DeskWorld, officer: Browser, colleague: Browser, clock: Any
) -> None:
    path = f"/desk/cases/{world.case().reference}"
    officer.get(path)
    clock.forward(seconds=presence.STAYS.total_seconds() + 1)
    assert colleague.get(f"{path}/here").json == {"words": ""}
    officer.get(path)
    assert "Amina" in colleague.get(f"{path}/here").json["words"]
    officer.post(f"{path}/note", seen="1", text="Called the store.")
    assert colleague.get(f"{path}/here").json == {"words": ""}


def test_who_only_reads_warns_nobody_and_another_s_case_says_nothing(
    world: DeskWorld, app: Any, officer: Browser, colleague: Browser
) -> None:
    path = f"/desk/cases/{world.case().reference}"
    for role in (Role.AUDITOR, Role.PERFORMANCE):
        Browser(app, world.staff(role, "NRB")).get(path)
    assert "open too" not in officer.get(path).text
    elsewhere = world.case("My passport is late.", service_id="passport")
    assert officer.get(f"/desk/cases/{elsewhere.reference}/here").status_code == 404


def test_without_redis_the_page_opens_and_warns_of_nobody(
    world: DeskWorld, officer: Browser, rt: Any
) -> None:
    case = world.case()
    away = dataclasses.replace(rt, redis=Redis(port=1, socket_connect_timeout=0.2))
    officer.client.application.extensions["runtime"] = away
    sent = officer.get(f"/desk/cases/{case.reference}")
    assert sent.status_code == 200
    assert "open too" not in sent.text


def test_what_was_done_meanwhile_is_shown_before_anything_is_done_over_it(
    world: DeskWorld, officer: Browser, colleague: Browser, clock: Any
) -> None:
    path = f"/desk/cases/{world.case().reference}"
    number = seen(officer.get(path).text)
    clock.forward(minutes=2)
    colleague.post(f"{path}/note", seen=number, text="The store sent it on Monday.")
    back = officer.post(f"{path}/resolve", seen=number, answer="Your card is at GPO.")
    assert back.status_code == 409
    box = back.text.partition('id="changed"')[2].partition("</div>")[0]
    assert "Baraka Supervisor" in box
    assert "The store sent it on Monday." in box
    assert "Amina" not in box
    again = officer.post(f"{path}/resolve", seen=seen(back.text), answer="Your card is at GPO.")
    assert again.status_code == 303


def test_a_form_that_is_only_mistaken_shows_no_change(world: DeskWorld, officer: Browser) -> None:
    path = f"/desk/cases/{world.case().reference}"
    back = officer.post(f"{path}/resolve", seen="1", answer="")
    assert back.status_code == 409
    assert 'id="changed"' not in back.text
