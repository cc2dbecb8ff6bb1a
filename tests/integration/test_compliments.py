"""Praise opens no case: it is read, kept, passed on to who is praised, and thanked for once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import intake, triage
from feedback_service.doctor import backlog
from feedback_service.domain.cases import Lane
from feedback_service.models import (
    Case,
    Citizen,
    Compliment,
    ComplimentState,
    Heard,
    Notice,
    Rating,
    Role,
)
from feedback_service.privacy import erasing
from feedback_service.recognition import NotMatched, match, reads_as_praise
from feedback_service.staff import viewer_of
from tests.desk_world import Browser
from tests.handset import arrived, sms
from tests.integration.scoring_planting import a_citizen

pytestmark = pytest.mark.servers

PRAISE = "Asante sana Immigration Nyayo, huduma nzuri na afisa alinisaidia vizuri sana"
MIXED = "Thank you but the passport I paid for in May has still not come, the officer is rude"
BRIBE = "Thank you, the officer was helpful after I gave him a bribe of 500 shillings"


def test_praise_opens_no_case_and_is_thanked_for_once(
    client: Any, loaded_rt: Any, all_of: Any
) -> None:
    sms(client, PRAISE)
    assert [row.state for row in all_of(Compliment)] == [ComplimentState.WAITING]
    assert intake.settle_praise(loaded_rt) == 1
    assert intake.settle_praise(loaded_rt) == 0
    (row,) = all_of(Compliment)
    assert (row.state, row.text, row.case_id) == (ComplimentState.KEPT, PRAISE, None)
    assert all_of(Case) == all_of(Rating) == []
    assert [heard.became for heard in all_of(Heard)] == ["praise"]
    assert [text[:6] for text in arrived(loaded_rt)] == ["Asante"]


def test_thanks_that_complain_are_a_case_as_if_they_had_never_waited(
    client: Any, loaded_rt: Any, all_of: Any
) -> None:
    sms(client, MIXED)
    intake.settle_praise(loaded_rt)
    (case,) = all_of(Case)
    (heard,), (row,) = all_of(Heard), all_of(Compliment)
    assert (case.text, heard.became, heard.case_id) == (MIXED, "complaint", case.id)
    assert (row.state, row.text, row.case_id) == (ComplimentState.CASE, "", case.id)


def test_praise_that_smells_of_a_bribe_goes_the_confidential_way(
    client: Any, loaded_rt: Any, all_of: Any
) -> None:
    sms(client, BRIBE)
    (case,) = all_of(Case)
    assert case.lane is Lane.HELD
    assert all_of(Compliment) == []


def test_nothing_waits_when_the_text_model_is_off(client: Any, loaded_rt: Any, all_of: Any) -> None:
    off = replace(loaded_rt, settings=replace(loaded_rt.settings, text_model=False))
    now = loaded_rt.now()
    assert reads_as_praise(off, PRAISE, now) == (False, False)
    assert reads_as_praise(off, BRIBE, now) == (False, True)


class Choked:
    """A model that cannot read one text, and thinks the rest is praise."""

    def __init__(self, rt: Any, text: str) -> None:
        self.model, self.text = triage.model(rt), text

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    def answers(self, texts: list[str]) -> Any:
        if self.text in texts:
            raise ValueError("this text is too strange")
        return self.model.answers(texts)


def test_what_cannot_be_read_stops_no_other_and_is_a_case_after_an_hour(
    client: Any, loaded_rt: Any, all_of: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Choked(loaded_rt, MIXED)
    choked = replace(loaded_rt.kept["model"], model=model)
    monkeypatch.setitem(loaded_rt.kept, "model", choked)
    sms(client, MIXED)
    clock.forward(seconds=1)
    sms(client, PRAISE)
    with pytest.raises(ValueError, match="too strange"):
        intake.settle_praise(loaded_rt)
    with pytest.raises(ValueError, match="too strange"):
        intake.settle_praise(loaded_rt)
    assert {row.text: row.state for row in all_of(Compliment)} == {
        MIXED: ComplimentState.WAITING, PRAISE: ComplimentState.KEPT,
    }  # fmt: skip
    clock.forward(minutes=61)
    with loaded_rt.transaction() as session:
        told = [finding.what for finding in backlog.checks(loaded_rt, session)]
    assert "1 message that sounded like praise not read for more than an hour" in told
    assert intake.settle_praise(loaded_rt) == 1
    assert [case.text for case in all_of(Case)] == [MIXED]


def test_praise_of_a_forgotten_citizen_is_not_read_and_opens_no_case(
    client: Any, loaded_rt: Any, all_of: Any
) -> None:
    sms(client, MIXED)
    (citizen,) = all_of(Citizen)
    with loaded_rt.transaction() as session:
        erasing.erase(loaded_rt, session, session.get_one(Citizen, citizen.id))
    assert intake.settle_praise(loaded_rt) == 0
    assert all_of(Case) == []
    assert [(row.state, row.text) for row in all_of(Compliment)] == [(ComplimentState.NONE, "")]


@pytest.fixture
def kept(world: Any, clock: Any) -> Compliment:
    """A compliment of the Registration Bureau."""
    row = Compliment(
        source="test:praise", channel="africastalking-sms", language="en", rated=False,
        text="The lady at desk 2 was kind. Call me on 0712 345 678", institution_id="NRB",
        state=ComplimentState.KEPT, received_at=clock(),
    )  # fmt: skip
    with world.rt.transaction() as session:
        row.citizen_id = a_citizen(session)
        session.add(row)
    return row


def test_the_desk_matches_the_officer_who_hears_of_it(
    world: Any, app: Any, kept: Compliment
) -> None:
    def all_of(table: Any) -> list[Any]:
        with world.rt.transaction() as session:
            return list(session.scalars(sa.select(table)))

    amina = world.staff(Role.OFFICER, "NRB", unit_id="NRB-R", name="Amina Officer")
    boss = world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R")
    here = f"/desk/compliments/{kept.id}"
    Browser(app, amina).post(here, person=str(amina.id))
    assert all_of(Compliment)[0].staff_id is None  # nobody praises themselves
    desk = Browser(app, boss)
    assert desk.post(here, person=str(amina.id)).status_code == 303
    assert all_of(Compliment)[0].staff_id == amina.id
    assert [(one.kind, one.staff_id) for one in all_of(Notice)] == [("praised_you", amina.id)]
    page = desk.get("/desk/compliments").text
    assert "Amina Officer" in page
    assert "345 678" not in page
    assert "345 678" not in desk.get("/desk/compliments?as=csv").text


def test_praise_of_no_institution_is_given_to_nobody(world: Any, kept: Compliment) -> None:
    nobody_s = world.staff(Role.ADMINISTRATOR, None)
    with world.rt.transaction() as session:
        row = session.get_one(Compliment, kept.id)
        row.institution_id = None
        viewer = viewer_of(session, world.staff(Role.SUPERVISOR, "CENTRAL").token, world.rt.now())
        with pytest.raises(NotMatched) as refused:
            match(world.rt, session, viewer, row, nobody_s.id)
    assert refused.value.why == "institution"


def test_another_institution_does_not_see_it(world: Any, app: Any, kept: Compliment) -> None:
    stranger = Browser(app, world.staff(Role.SUPERVISOR, "DIS"))
    assert "desk 2" not in stranger.get("/desk/compliments").text
    assert stranger.post(f"/desk/compliments/{kept.id}", person="x").status_code == 404
