"""Cases filed for citizens: every way they come, a slip that opens them, an officer they name."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import redress
from feedback_service.domain.cases import Action, Actor, CaseStatus, Lane, Outcome
from feedback_service.models import (
    Case,
    CaseEvent,
    Institution,
    Message,
    Role,
    Sector,
    Service,
)
from feedback_service.redress import Act, assisted
from tests.desk_world import Browser, DeskWorld
from tests.handset import ME, arrived, sms
from tests.integration.test_desk_register import LETTER, cases

pytestmark = pytest.mark.servers

WALKED_IN = LETTER | {"came": "person", "received_on": "2026-03-02", "phone": ""}


@pytest.fixture
def helper(world: DeskWorld, app: Any) -> Browser:
    return Browser(app, world.staff(Role.OFFICER, "HKS", service_point_id="NRC-001"))


def filed(helper: Browser, rt: Any, **more: str) -> Case:
    """The case of a form, whose office has answered that it is solved."""
    sent = helper.post("/desk/register", **WALKED_IN | more)
    assert sent.status_code == 303, sent.text
    reference = sent.location.rpartition("/")[2]
    (case,) = (one for one in cases(rt) if one.reference == reference)
    redress.act(rt, case.id, Act(Action.RESOLVE, Actor.OFFICER, "Your card is ready."))
    return case


def now(rt: Any, case: Case) -> Case:
    return next(one for one in cases(rt) if one.id == case.id)


@pytest.mark.parametrize("came", ["person", "call", "letter", "ombudsman"])
def test_every_way_a_complaint_comes_is_a_case_of_the_register(
    helper: Browser, rt: Any, came: str
) -> None:
    assert helper.post("/desk/register", **WALKED_IN | {"came": came}).status_code == 303
    (case,) = cases(rt)
    assert case.source.startswith(f"desk:{came}:")
    assert case.registered_by_id


def test_what_the_ombudsman_sent_is_counted_apart_and_keeps_its_number(
    world: DeskWorld, app: Any, helper: Browser, rt: Any
) -> None:
    with rt.transaction() as session:
        session.add(_ombudsman())
    helper.post("/desk/register", **LETTER | {"came": "ombudsman", "referral": "CAJ/1/26"})
    helper.post("/desk/register", **LETTER | {"token": "fedcba9876543210"})
    counted = [(case.referred_by, case.source.split(":")[1]) for case in cases(rt)]
    assert sorted(counted, key=str) == [("CAJ", "ombudsman"), (None, "letter")]
    watching = Browser(app, world.staff(Role.ANALYST, None))
    line = next(row for row in watching.get("/desk/oversight?as=csv").text.splitlines()
                if row.startswith("NRB,"))  # fmt: skip
    assert line.endswith(",1")
    supervisor = Browser(app, world.staff(Role.SUPERVISOR, "NRB"))
    with rt.transaction() as session:
        for case in session.scalars(sa.select(Case)):
            case.triaged_at = rt.now()
    sent = next(case for case in cases(rt) if case.referred_by)
    assert "CAJ/1/26" in supervisor.get(f"/desk/cases/{sent.reference}").text


def _ombudsman() -> Institution:
    return Institution(
        id="CAJ", name="Ombudsman", short_en="Ombudsman", short_sw="Ombudsman", acronym="CAJ",
        type="commission", sector="civil_registration", county_code=None, reporting_line="direct",
        aliases=[], external_escalation="",
    )  # fmt: skip


def test_a_case_entered_late_says_so_and_its_clock_began_when_it_came(
    world: DeskWorld, app: Any, helper: Browser, rt: Any
) -> None:
    helper.post("/desk/register", **LETTER)
    (case,) = cases(rt)
    assert case.received_on.isoformat() == "2026-02-24"
    with rt.transaction() as session:
        session.get_one(Case, case.id).triaged_at = rt.now()
        assert session.get_one(CaseEvent, (case.id, 1)).data["entered_on"] == "2026-03-02"
    page = Browser(app, world.staff(Role.SUPERVISOR, "NRB")).get(f"/desk/cases/{case.reference}")
    assert "entered late, on Mon 2 Mar 2026" in page.text


def test_one_entered_on_its_day_is_not_late(helper: Browser, rt: Any) -> None:
    case = filed(helper, rt)
    with rt.transaction() as session:
        assert "entered_on" not in session.get_one(CaseEvent, (case.id, 1)).data


def test_a_call_centre_s_next_form_is_a_call_as_the_last_one_was(helper: Browser, rt: Any) -> None:
    assert 'value="person" required checked' in helper.get("/desk/register").text
    helper.post("/desk/register", **WALKED_IN | {"came": "call"})
    assert 'value="call" required checked' in helper.get("/desk/register").text


# --- the slip -----------------------------------------------------------------------------------


def test_without_a_phone_the_slip_s_digits_open_the_case_from_any(
    helper: Browser, rt: Any, client: Any
) -> None:
    case = filed(helper, rt)
    slip = helper.get(f"/desk/slips/{case.reference}").text
    secret = assisted.slip_secret(rt, case)
    assert f">{secret}<" in slip
    sms(client, f"{case.reference} {secret} YES", ME)
    assert (now(rt, case).status, now(rt, case).outcome) == (CaseStatus.CLOSED, Outcome.CONFIRMED)


def test_without_the_digits_another_phone_says_nothing(
    helper: Browser, rt: Any, client: Any
) -> None:
    case = filed(helper, rt)
    sms(client, f"{case.reference} YES", ME)
    wrong = "9071" if assisted.slip_secret(rt, case) != "9071" else "9072"
    sms(client, f"{case.reference} {wrong} YES", ME)
    assert now(rt, case).outcome is None


def test_the_slip_speaks_the_citizen_s_language_and_forgets_the_digits_after_a_day(
    helper: Browser, rt: Any, clock: Any
) -> None:
    case = filed(helper, rt)
    page = helper.get(f"/desk/slips/{case.reference}").text
    assert "Nambari yako ya siri" in page
    assert "Your secret number" in helper.get(f"/desk/slips/{case.reference}?in=en").text
    clock.forward(days=1)
    assert "Nambari yako ya siri" not in helper.get(f"/desk/slips/{case.reference}").text


def test_a_case_with_a_phone_has_no_digits_on_its_slip(helper: Browser, rt: Any) -> None:
    case = filed(helper, rt, phone="0722000111")
    assert "siri" not in helper.get(f"/desk/slips/{case.reference}").text


def test_a_hospital_s_case_is_quiet_and_its_slip_opens_it(helper: Browser, rt: Any) -> None:
    with rt.transaction() as session:
        session.add(Sector(key="health", position=2, short_en="Health", short_sw="Afya"))
        session.flush()  # the service points at it
        session.get_one(Service, "id-first").sector = "health"
    helper.post("/desk/register", **WALKED_IN | {"phone": "0722000111"})
    (case,) = cases(rt)
    assert case.quiet
    assert assisted.slip_secret(rt, case) in helper.get(f"/desk/slips/{case.reference}").text
    with rt.transaction() as session:
        assert session.scalars(sa.select(Message)).all() == []


# --- whom it names ------------------------------------------------------------------------------


def test_the_officer_the_citizen_names_does_not_see_the_case(
    world: DeskWorld, app: Any, helper: Browser, rt: Any
) -> None:
    accused = world.staff(Role.OFFICER, "NRB", name="Beatrice Achieng Odhiambo", unit_id="NRB-R")
    other = world.staff(Role.OFFICER, "NRB", name="Peter Kamau", unit_id="NRB-R")
    helper.post("/desk/register", **WALKED_IN | {"named": "Beatrice Odhiambo"})
    (case,) = cases(rt)
    with rt.transaction() as session:
        session.get_one(Case, case.id).triaged_at = rt.now()
    path = f"/desk/cases/{case.reference}"
    assert Browser(app, accused).get(path).status_code == 404
    assert Browser(app, other).get(path).status_code == 200


def test_a_helper_who_is_named_reads_no_slip_of_it(world: DeskWorld, app: Any, rt: Any) -> None:
    named = world.staff(Role.OFFICER, "NRB", name="Beatrice Achieng Odhiambo", unit_id="NRB-R")
    sent = Browser(app, named).post("/desk/register", **WALKED_IN | {"named": "Beatrice Odhiambo"})
    assert (sent.status_code, sent.location) == (303, "/desk/register")
    assert len(cases(rt)) == 1


@pytest.mark.parametrize("category", ["delay", "bribery"])
def test_a_name_nobody_has_goes_to_central_triage_first_which_reads_it(
    world: DeskWorld, app: Any, helper: Browser, rt: Any, category: str
) -> None:
    named = {"named": "Mwangi at window four", "category": category}
    helper.post("/desk/register", **WALKED_IN | named)
    (case,) = cases(rt)
    assert (case.lane, case.unit_id) == (Lane.HELD, "CENTRAL-T")
    assert arrived(rt, ME) == []
    central = Browser(app, world.staff(Role.OFFICER, "CENTRAL", unit_id="CENTRAL-T"))
    assert "Mwangi at window four" in central.get(f"/desk/cases/{case.reference}").text
