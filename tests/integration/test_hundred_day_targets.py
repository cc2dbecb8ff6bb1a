"""A target of a hundred days: set beside the figure as it stood, tracked at tenth days without
telling single answers, decided once when its days have matured."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service.domain.cases import Lane
from feedback_service.models import AuditLine, HundredDayTarget, Notice, Role
from feedback_service.recognition import decide, targets
from tests.desk_world import Browser
from tests.integration.scoring_planting import a_case, a_rating

pytestmark = pytest.mark.servers


DAY = timedelta(days=1)
Signs = Callable[..., Browser]


@pytest.fixture
def signs_in(world: Any, app: Any) -> Signs:
    """Somebody who signs in now, the bureau's performance officer unless said."""

    def now(role: Role = Role.PERFORMANCE, body: str | None = "NRB") -> Browser:
        return Browser(app, world.staff(role, body))

    return now


def plant(rt: Any, begin: int, solved: int, of: int) -> None:
    """Cases due one a day from so many days from now on, the first of them solved in time."""
    with rt.transaction() as session:
        for number in range(of):
            due = rt.now() + timedelta(days=begin + number, hours=1)
            at = due - timedelta(days=1) if number < solved else None
            more = {"resolved_at": at, "received_at": due - timedelta(days=9)}
            session.add(a_case(1000 + begin + number, due_at=due, **more))


def shown(desk: Browser) -> list[dict[str, str]]:
    text = desk.get("/desk/targets?as=csv").text
    return list(csv.DictReader(io.StringIO(text)))


def test_a_target_is_tracked_and_decided_once_by_the_interval(
    rt: Any, signs_in: Signs, clock: Any
) -> None:
    plant(rt, -60, 30, 60)
    theirs, today = signs_in(), str(rt.now().date())
    said = {"indicator": "resolved_in_time", "starts_on": today}
    assert theirs.post("/desk/targets", target="40", **said).status_code == 422
    assert theirs.post("/desk/targets", target="70", **said).status_code == 303
    with rt.transaction() as session:
        session.add_all(
            a_case(n, lane=Lane.CONFIDENTIAL, due_at=rt.now() + timedelta(days=3)) for n in range(5)
        )
    plant(rt, 0, 95, 100)
    [line] = shown(theirs)
    assert (line["baseline"], line["baseline_n"], line["target"]) == ("0.5", "60", "0.7")
    assert (line["day"], line["verdict"], line["standing"]) == ("", "", "runs")
    clock.forward(days=25)
    theirs = signs_in()
    [line] = shown(theirs)
    assert (line["day"], line["n"], line["value"], line["verdict"]) == ("20", "20", "1.0", "met")
    assert set_otherwise(rt, theirs, version="0") == "not_measured", "it was another definition"
    unseen = {**target(rt).baseline, "shown": False, "why_hidden": "the frame is not measured"}
    assert set_otherwise(rt, theirs, baseline=unseen) == "not_decided", "it may ask for nothing"
    page = theirs.get(f"/desk/targets/{target(rt).id}").text
    assert "<svg" in page
    assert "Day 20" in page
    clock.forward(days=100)
    assert (decide(rt), shown(signs_in())[0]["standing"]) == (0, "matures")
    clock.forward(days=10)
    theirs = signs_in()
    assert (decide(rt), decide(rt)) == (1, 0)
    [line] = shown(theirs)
    assert (line["standing"], line["verdict"], line["value"]) == ("decided", "met", "0.95")
    with rt.transaction() as session:
        told = session.scalars(sa.select(AuditLine).where(AuditLine.what == "target.decide")).one()
        assert told.data["verdict"] == "met"
        assert set(session.scalars(sa.select(Notice.kind))) == {"target_met"}
        session.execute(sa.text("update cases set resolved_at = null"))
    assert shown(theirs)[0]["value"] == "0.95"
    late = theirs.post(f"/desk/targets/{target(rt).id}/back", why="We do not like it.")
    assert (late.status_code, target(rt).taken_back_at) == (422, None)
    others = signs_in(Role.PERFORMANCE, "DIS")
    assert others.get(f"/desk/targets/{target(rt).id}").status_code == 404
    assert shown(others) == []
    assert len(shown(signs_in(Role.ANALYST, None))) == 1
    of_a_body, back = signs_in(Role.ANALYST, "DIS"), f"/desk/targets/{target(rt).id}/back"
    assert of_a_body.post(back, why="It is not ours at all.").status_code == 404
    said = {"indicator": "resolved", "starts_on": str(rt.now().date()), "target": "99"}
    assert of_a_body.post("/desk/targets", institution="NRB", **said).status_code == 303
    assert {line["institution"] for line in shown(signs_in(Role.ANALYST, None))} == {"NRB", "DIS"}
    assert len(shown(signs_in())) == 1, "what a body's analyst sets is of that body"


def test_what_citizens_say_is_not_measured_without_a_frame_and_no_single_answer_is_told(
    rt: Any, signs_in: Signs, clock: Any
) -> None:
    theirs, today = signs_in(), str(rt.now().date())
    said = {"indicator": "courtesy", "starts_on": today, "target": "80"}
    assert theirs.post("/desk/targets", **said).status_code == 303
    with rt.transaction() as session:
        session.add_all(a_rating(given_at=rt.now() + timedelta(days=1)) for _ in range(40))
        session.add_all(a_rating(given_at=rt.now() + timedelta(days=12)) for _ in range(2))
        session.add_all(a_rating(given_at=rt.now() + timedelta(days=22)) for _ in range(3))
    clock.forward(days=31)
    theirs = signs_in()
    with rt.transaction() as session:
        found = targets.progress(rt, session, target(rt))
    assert [mark.figure.n if mark.figure else None for mark in found.marks] == [40, None, 45]
    assert found.verdict == "not_measured"
    assert "Not measured" in theirs.get("/desk/targets").text
    address = f"/desk/targets/{target(rt).id}/back"
    assert theirs.post(address, why="no").status_code == 422
    assert theirs.post(address, why="The frame is not fed yet.").status_code == 303
    assert shown(theirs)[0]["standing"] == "taken_back"


def test_no_two_targets_of_one_figure_tell_of_a_day_between_them(
    rt: Any, signs_in: Signs, clock: Any
) -> None:
    today = rt.now().date()

    def sets(begins: int, indicator: str = "courtesy") -> int:
        said = {"indicator": indicator, "target": "80", "starts_on": str(today + begins * DAY)}
        answer = signs_in().post("/desk/targets", **said)
        if answer.status_code == 422:
            assert "share days" in answer.text
        return answer.status_code

    def takes_back() -> int:
        with rt.transaction() as session:
            mine = sa.select(HundredDayTarget.id).where(HundredDayTarget.indicator == "courtesy")
            at = session.scalars(mine.where(HundredDayTarget.taken_back_at.is_(None))).one()
        return signs_in().post(f"/desk/targets/{at}/back", why="A slip of the pen.").status_code

    assert (sets(0), sets(0), sets(1), sets(60)) == (303, 422, 422, 422)
    assert (takes_back(), sets(1), takes_back()) == (303, 303, 303), "put right on the same day"
    assert (sets(0), sets(0, "resolved_in_time")) == (303, 303)
    clock.forward(days=1)
    assert (sets(1), takes_back(), sets(1)) == (422, 303, 422), "nor by taking it back tomorrow"
    clock.forward(days=40)
    assert (sets(100), sets(101)) == (422, 303)


def set_otherwise(rt: Any, desk: Browser, **other: Any) -> str:
    """The verdict that is shown had the only target been set so; it then stands as it was."""
    before = {name: getattr(target(rt), name) for name in other}
    with rt.transaction() as session:
        session.execute(sa.update(HundredDayTarget).values(**other))
    found = shown(desk)[0]["verdict"]
    with rt.transaction() as session:
        session.execute(sa.update(HundredDayTarget).values(**before))
    return found


def target(rt: Any) -> HundredDayTarget:
    with rt.transaction() as session:
        return session.scalars(sa.select(HundredDayTarget)).one()
