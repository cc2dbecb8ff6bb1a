"""A service's programme of the budget: by hand, by file, all lines or none, joined elsewhere."""

from __future__ import annotations

import io
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service.models import Programme, Role
from tests.desk_world import Browser

pytestmark = pytest.mark.servers


@pytest.fixture
def desk(world: Any, app: Any) -> Browser:
    return Browser(app, world.staff(Role.PERFORMANCE, "NRB"))


def kept(world: Any) -> list[tuple[str, str]]:
    with world.rt.transaction() as session:
        rows = session.scalars(sa.select(Programme).order_by(Programme.service_id))
        return [(row.service_id, row.code) for row in rows]


def brought(desk: Browser, text: str) -> int:
    file = (io.BytesIO(text.encode()), "programmes.csv")
    return int(desk.post("/desk/programmes", file=file).status_code)


def test_a_programme_is_said_changed_and_taken_away(world: Any, desk: Browser) -> None:
    def say(code: str, name: str) -> Any:
        return desk.post("/desk/programmes", service="id-first", code=code, name=name)

    assert say("0605000", "Identification").status_code == 303
    assert say("0606000", "Registration of persons").status_code == 303
    assert kept(world) == [("id-first", "0606000")]
    assert "Registration of persons" in desk.get("/desk/programmes").text
    assert say("", "").status_code == 303
    assert kept(world) == []


@pytest.mark.parametrize(
    "text",
    [
        "service,programme\nid-first,0605000\n",
        "service,code,name\nid-first,0605000,Identification\npassport,0605000,Not ours\n",
        "service,code,name\nid-first,=1+1,Identification\n",
        "service,code,name\nid-first,0605000,\n",
    ],
    ids=["another header", "a service of others", "no code", "no name"],
)
def test_a_file_with_a_mistake_is_not_taken_at_all(world: Any, desk: Browser, text: str) -> None:
    assert brought(desk, text) == 422
    assert kept(world) == []


def test_the_file_that_is_taken_out_can_be_brought_back(world: Any, desk: Browser) -> None:
    assert brought(desk, "service,code,name\nid-first,0605000,Identification\n") == 303
    text = desk.get("/desk/programmes?as=csv").text
    assert "id-first,0605000,Identification" in text.splitlines()
    assert brought(desk, text) == 303
    assert kept(world) == [("id-first", "0605000")]
    told = desk.get("/api/v1/institutions/NRB/services").json["services"]
    assert [one["programme"] for one in told if one["id"] == "id-first"] == [
        {"code": "0605000", "name": "Identification"}
    ]
