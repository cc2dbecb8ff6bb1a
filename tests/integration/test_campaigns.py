"""A campaign's code marks what comes by it, and nothing else: never a verified rating, never a
step more for who has no code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service.domain.ratings import Sample
from feedback_service.models import AuditLine, Campaign, Case, Rating, Role
from feedback_service.recognition.campaigns import report
from tests.desk_world import Browser
from tests.handset import ME, OTHER, Handset, sms
from tests.integration.scoring_planting import a_case, a_rating

pytestmark = pytest.mark.servers

WEEK = {"name_en": "Public Service Week", "name_sw": "Wiki ya Utumishi wa Umma"}


@pytest.fixture
def gpmco(world: Any, app: Any) -> Browser:
    return Browser(app, world.staff(Role.ANALYST, None))


def made(rt: Any, by: Browser, **said: str) -> Campaign:
    today = rt.now().date()
    days = {"first_on": str(today), "last_on": str(today + timedelta(days=4))}
    assert by.post("/desk/campaigns", **(WEEK | days | said)).status_code == 303
    rt.kept.pop("catalogue", None)  # Ten seconds are over.
    with rt.transaction() as session:
        return session.scalars(sa.select(Campaign).order_by(Campaign.made_at.desc())).first()


def rows(rt: Any, kind: Any) -> Any:
    with rt.transaction() as session:
        return session.scalars(sa.select(kind)).all()


def test_what_comes_by_the_code_is_marked_and_nothing_else(
    rt: Any, gpmco: Browser, client: Any, clock: Any
) -> None:
    week = made(rt, gpmco)
    dialled = Handset(client, code=f"*384*77*{week.code}#")
    dialled.dial()
    dialled.keys("1", "2", "1001", "1")
    plain = Handset(client, OTHER)
    plain.dial()
    plain.keys("1", "2", "1001", "4")
    marks = {rating.score: (rating.campaign_id, rating.sample) for rating in rows(rt, Rating)}
    assert marks == {5: (week.id, Sample.OPEN), 2: (None, Sample.OPEN)}
    sms(client, f"{week.code}. The ID office lost my papers twice")
    sms(client, "50000 shillings were asked of me at the ID office", OTHER)
    found = {case.text: case.campaign_id for case in rows(rt, Case)}
    assert found == {
        "The ID office lost my papers twice": week.id,
        "50000 shillings were asked of me at the ID office": None,
    }
    clock.forward(days=5)
    rt.kept.pop("catalogue", None)
    late = Handset(client, ME, code=f"*384*77*{week.code}#")
    assert "1 Before" in late.dial()
    late.keys("2", "1001", "5")
    assert {r.score: r.campaign_id for r in rows(rt, Rating)}[1] is None
    drawn = sa.update(Rating).values(sample=Sample.VERIFIED)
    with rt.transaction() as session, pytest.raises(sa.exc.IntegrityError, match="not_drawn"):
        session.execute(drawn)


def test_the_code_alone_opens_the_menu_by_sms_and_a_service_of_its_own_at_once(
    rt: Any, world: Any, app: Any, client: Any
) -> None:
    theirs = Browser(app, world.staff(Role.PERFORMANCE, "NRB"))
    week = made(rt, theirs, service="id-first")
    assert week.institution_id == "NRB"
    phone = Handset(client, code=f"*384*77*{week.code}#")
    phone.dial()
    assert phone.keys("1").startswith("CON ID, first time")
    for text in (week.code, "1", "2", "4"):
        sms(client, text)
    assert [(r.score, r.campaign_id) for r in rows(rt, Rating)] == [(2, week.id)]
    with rt.transaction() as session:
        assert "campaign.make" in session.scalars(sa.select(AuditLine.what)).all()


def test_a_report_tells_no_small_number_and_none_that_gives_one_back(
    rt: Any, world: Any, app: Any, gpmco: Browser
) -> None:
    week = made(rt, gpmco)
    with rt.transaction() as session:
        counties = {1: 12, 47: 9, None: 3}
        for code, many in counties.items():
            session.add_all(a_rating(county_code=code, campaign_id=week.id) for _ in range(many))
        session.add_all(a_case(n, campaign_id=week.id) for n in range(4))
        session.add(a_rating(county_code=1, campaign_id=week.id, institution_id="DIS"))
        session.add(a_rating(county_code=1))
    with rt.transaction() as session:
        found = report(session, week, None)
        own = report(session, week, "DIS")
    by = {row.value: (row.ratings, row.cases) for row in found.by["county"]}
    assert (found.whole.ratings, found.whole.cases) == (25, None)
    assert by == {"1": (13, 0), "47": (None, None), "": (None, 0)}
    assert (own.whole.ratings, own.whole.cases) == (None, 0)
    page = gpmco.get(f"/desk/campaigns/{week.id}").text
    assert f"Dial *384*77*{week.code}#" in page
    lines = gpmco.get(f"/desk/campaigns/{week.id}?as=csv").text.splitlines()
    assert lines[1].endswith(",whole,,,25,")
    assert any(line.endswith("county,1,Mombasa,10,") for line in lines), "it runs: in fives"
    supervisor = Browser(app, world.staff(Role.SUPERVISOR, "DIS"))
    assert supervisor.get(f"/desk/campaigns/{week.id}").status_code == 200
    assert supervisor.post(f"/desk/campaigns/{week.id}/end").status_code == 404
    theirs = Browser(app, world.staff(Role.ANALYST, "DIS"))
    assert theirs.post(f"/desk/campaigns/{week.id}/end").status_code == 404, "nor a body's analyst"
    made(rt, theirs)
    assert {row.institution_id for row in rows(rt, Campaign)} == {None, "DIS"}
    assert gpmco.post(f"/desk/campaigns/{week.id}/end").status_code == 303


def test_nobody_sees_the_first_one_come_while_a_campaign_runs(rt: Any, gpmco: Browser) -> None:
    week = made(rt, gpmco)

    def seen() -> tuple[Any, ...]:
        with rt.transaction() as session:
            found = report(session, week, None, runs=True)
        return found.whole, found.by

    nobody = seen()
    with rt.transaction() as session:
        session.add(a_rating(county_code=1, campaign_id=week.id))
        session.add(a_case(1, county_code=47, campaign_id=week.id))
    assert seen() == nobody
    with rt.transaction() as session:
        session.add_all(a_rating(county_code=1, campaign_id=week.id) for _ in range(4))
    assert [(row.value, row.ratings, row.cases) for row in seen()[1]["county"]] == [("1", 5, None)]


@pytest.mark.parametrize(
    ("field", "value"),
    [("name_sw", ""), ("first_on", "2020-01-01"), ("last_on", "2030-01-01"), ("service", "no")],
)
def test_what_cannot_be_a_campaign_is_said(rt: Any, gpmco: Browser, field: str, value: str) -> None:
    today = str(rt.now().date())
    said = WEEK | {"first_on": today, "last_on": today, field: value}
    page = gpmco.post("/desk/campaigns", **said)
    assert (page.status_code, 'role="alert"' in page.text) == (422, True)
