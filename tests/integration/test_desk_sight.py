"""Who may see and act on which case at the desk: every kind of case and of viewer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from feedback_service import staff
from feedback_service.domain.cases import Lane
from feedback_service.models import Case, Role, Staff
from feedback_service.web.desk.case_actions import FORMS
from tests.desk_world import Browser, Colleague, DeskWorld

pytestmark = pytest.mark.servers


def cases(world: DeskWorld) -> dict[str, Case]:
    """One case of each kind that sight tells apart."""
    return {
        "own": world.case(),
        "other": world.case("My passport is late.", service_id="passport"),
        "hosted": world.case(place_id="NRC-001", county=47),
        "hosted far": world.case(place_id="MSA-001", county=1),
        "held": world.case("It is not clear whether they wanted money.", lane=Lane.HELD),
        "confidential": world.confidential(),
    }


ID_CASES = {"own", "hosted", "hosted far"}
EVERY_CASE = {"own", "other", "hosted", "hosted far", "held", "confidential"}
# Who (role, institution, place), what they see, what of it they may act on.
SIGHT: list[tuple[str, Role, str | None, str | None, set[str], set[str]]] = [
    ("an officer of the owner", Role.OFFICER, "NRB", None, ID_CASES, ID_CASES),
    ("a supervisor of the owner", Role.SUPERVISOR, "NRB", None, ID_CASES, ID_CASES),
    ("a performance officer", Role.PERFORMANCE, "NRB", None, ID_CASES, set()),
    ("an officer at one place", Role.OFFICER, "NRB", "NRC-001", {"hosted"}, {"hosted"}),
    ("an officer of another body", Role.OFFICER, "DIS", None, {"other"}, {"other"}),
    ("the host", Role.OFFICER, "HKS", None, {"hosted", "hosted far"}, {"hosted", "hosted far"}),
    ("the host at one place", Role.OFFICER, "HKS", "NRC-001", {"hosted"}, {"hosted"}),
    ("the host at another", Role.SUPERVISOR, "HKS", "MSA-001", {"hosted far"}, {"hosted far"}),
    ("central triage", Role.OFFICER, "CENTRAL", None, {"held"}, {"held"}),
    ("integrity", Role.INTEGRITY, "EACC", None, {"confidential"}, {"confidential"}),
    ("integrity of the accused", Role.INTEGRITY, "NRB", None, set(), set()),
    ("an officer beside integrity", Role.OFFICER, "EACC", None, set(), set()),
    ("an auditor", Role.AUDITOR, None, None, EVERY_CASE, set()),
    ("an auditor with an office", Role.AUDITOR, "NRB", None, EVERY_CASE, set()),
    ("oversight", Role.OVERSIGHT, None, None, set(), set()),
    ("oversight of a body", Role.OVERSIGHT, "NRB", None, set(), set()),
    ("an analyst", Role.ANALYST, None, None, set(), set()),
    ("a translator", Role.TRANSLATOR, None, None, set(), set()),
    ("an administrator", Role.ADMINISTRATOR, "NRB", None, set(), set()),
]


@pytest.mark.parametrize(
    ("role", "institution", "place", "sees", "acts"),
    [row[1:] for row in SIGHT],
    ids=[row[0] for row in SIGHT],
)
def test_a_case_exists_only_for_those_who_may_see_it(
    app: Any, world: DeskWorld, role: Role, institution: str | None, place: str | None,
    sees: set[str], acts: set[str],
) -> None:  # fmt: skip
    browser = Browser(app, world.staff(role, institution, service_point_id=place))
    there = cases(world)
    queue = browser.get("/desk/").text
    for kind, case in there.items():
        path = f"/desk/cases/{case.reference}"
        assert (path in queue) == (kind in sees), kind
        assert browser.get(path).status_code == (200 if kind in sees else 404), kind
        if kind in acts:
            assert browser.post(f"{path}/note", seen=1, text="Seen.").status_code == 303, kind
            continue
        for name in FORMS:
            assert browser.post(f"{path}/{name}", seen=1).status_code == 404, (kind, name)


def test_nobody_at_the_desk_speaks_the_citizen_s_verdict(app: Any, world: DeskWorld) -> None:
    case = world.case()
    for role in Role:
        browser = Browser(app, world.staff(role, "NRB"))
        for word in ("confirm", "dispute", "withdraw", "answer", "expire", "escalate"):
            sent = browser.post(f"/desk/cases/{case.reference}/{word}", seen=1, text="Yes.")
            assert sent.status_code == 404, (role, word)


def test_a_held_case_is_cleared_at_central_triage_and_nowhere_else(
    app: Any, world: DeskWorld, rt: Any
) -> None:
    case = cases(world)["held"]
    path, way = f"/desk/cases/{case.reference}", {"to": "NRB-R", "reason": "wrong_service"}
    assert Browser(app, world.staff(Role.SUPERVISOR, "NRB")).get(path).status_code == 404
    central = Browser(app, world.staff(Role.OFFICER, "CENTRAL"))
    assert f"{path}/clear" in central.get(path).text
    assert central.post(f"{path}/transfer", seen=1, **way).status_code == 404
    assert central.post(f"{path}/clear", seen=1, **way).status_code == 303
    assert Browser(app, world.staff(Role.SUPERVISOR, "NRB")).get(path).status_code == 200


def test_a_confidential_case_cannot_be_sent_to_the_accused(app: Any, world: DeskWorld) -> None:
    case = world.confidential()
    path = f"/desk/cases/{case.reference}"
    integrity = Browser(app, world.staff(Role.INTEGRITY, "EACC"))
    assert 'value="NRB-R"' not in integrity.get(path).text
    sent = integrity.post(f"{path}/transfer", seen=1, to="NRB-R", reason="wrong_service")
    assert sent.status_code == 409


def deputised(world: DeskWorld, rt: Any, days: int) -> tuple[Colleague, Colleague]:
    """An integrity officer and the colleague who stands in for them for so many days."""
    principal = world.staff(Role.INTEGRITY, "EACC")
    deputy = world.staff(Role.OFFICER, "EACC")
    with rt.transaction() as session:
        staff.name_deputy(
            session, principal.id, deputy.email, rt.now() + timedelta(days=days), rt.now()
        )
    return principal, deputy


def test_a_deputy_sees_what_the_principal_sees_until_the_day_ends(
    app: Any, world: DeskWorld, rt: Any, clock: Any
) -> None:
    path = f"/desk/cases/{world.confidential().reference}"
    _, deputy = deputised(world, rt, days=2)
    browser = Browser(app, deputy)
    assert browser.get(path).status_code == 200
    clock.forward(days=2, hours=14)  # 23:00 of the last day in Nairobi
    assert browser.get(path).status_code == 200
    clock.forward(hours=2)
    assert browser.get(path).status_code == 404


def test_a_deputy_acts_no_more_once_the_principal_s_account_is_closed(
    app: Any, world: DeskWorld, rt: Any
) -> None:
    path = f"/desk/cases/{world.confidential().reference}"
    principal, deputy = deputised(world, rt, days=2)
    with rt.transaction() as session:
        session.get_one(Staff, principal.id).disabled_at = rt.now()
    assert Browser(app, deputy).get(path).status_code == 404


def test_an_auditor_who_stands_in_for_an_officer_acts_only_where_the_officer_may(
    app: Any, world: DeskWorld, rt: Any
) -> None:
    officer, auditor = world.staff(Role.OFFICER, "NRB"), world.staff(Role.AUDITOR, "NRB")
    with rt.transaction() as session:
        staff.name_deputy(session, officer.id, auditor.email, None, rt.now())
    there, browser = cases(world), Browser(app, auditor)
    for kind, code in (("own", 303), ("other", 404), ("confidential", 404)):
        path = f"/desk/cases/{there[kind].reference}"
        assert browser.get(path).status_code == 200
        assert browser.post(f"{path}/note", seen=1, text="Seen.").status_code == code, kind


def test_an_auditor_reads_words_only_where_the_look_is_written_down(
    app: Any, world: DeskWorld
) -> None:
    case = world.confidential("The clerk at window two wants money.")
    auditor = Browser(app, world.staff(Role.AUDITOR, None))
    page = auditor.get("/desk/").text
    assert case.reference in page
    assert "window two" not in page
    sought, other = (auditor.get(f"/desk/?q={words}").text for words in ("window", "weather"))
    assert (case.reference in sought) == (case.reference in other)
    assert "window two" in auditor.get(f"/desk/cases/{case.reference}").text
