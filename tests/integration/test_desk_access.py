"""Who may open what at the desk: every route and role, every kind of case and viewer."""

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

ALL = set(Role)
READERS = {Role.OFFICER, Role.SUPERVISOR, Role.PERFORMANCE, Role.INTEGRITY, Role.AUDITOR}
HELPERS = {Role.OFFICER, Role.SUPERVISOR}
ADMINISTRATOR = {Role.ADMINISTRATOR}

# What each route is open to, said here a second time so that a slip in the code is seen.
ROUTES: dict[str, set[Role] | str] = {
    "desk.sign_in": "anyone",
    "desk.try_sign_in": "anyone",
    "desk.nowhere": "anyone",
    "desk.sign_out": ALL,
    "desk.queue": ALL,
    "desk.case": READERS,
    "desk.attachment": READERS,
    "desk.here": {Role.OFFICER, Role.SUPERVISOR, Role.INTEGRITY},
    "desk.act": {Role.OFFICER, Role.SUPERVISOR, Role.INTEGRITY},
    "desk.incidents": {*HELPERS, Role.PERFORMANCE, Role.AUDITOR},
    "desk.incident": {*HELPERS, Role.PERFORMANCE, Role.AUDITOR},
    "desk.gather": HELPERS,
    "desk.change_incident": HELPERS,
    "desk.register": HELPERS,
    "desk.file": HELPERS,
    "desk.slip": HELPERS,
    "desk.account": ALL,
    "desk.name_deputy": ALL,
    "desk.choose_language": ALL,
    "desk.change_password": ALL,
    "desk.plan_together": {Role.OFFICER, Role.SUPERVISOR, Role.INTEGRITY},
    "desk.act_together": {Role.OFFICER, Role.SUPERVISOR, Role.INTEGRITY},
    "desk.replies": {Role.SUPERVISOR, Role.ADMINISTRATOR},
    "desk.keep_reply": {Role.SUPERVISOR, Role.ADMINISTRATOR},
    "desk.change_reply": {Role.SUPERVISOR, Role.ADMINISTRATOR},
    "desk.team": {Role.ADMINISTRATOR, Role.SUPERVISOR},
    "desk.add_member": ADMINISTRATOR,
    "desk.change_member": ADMINISTRATOR,
    "desk.oversight": {Role.OVERSIGHT, Role.ANALYST},
    "desk.conflicts_page": {Role.OFFICER, Role.SUPERVISOR, Role.INTEGRITY},
    "desk.decide_conflict": {Role.OFFICER, Role.SUPERVISOR, Role.INTEGRITY},
    "desk.mark_conflict": {Role.OFFICER, Role.SUPERVISOR, Role.INTEGRITY},
    "desk.ombudsman_file": {Role.SUPERVISOR, Role.INTEGRITY, Role.AUDITOR, Role.OVERSIGHT},
    "desk.notices_page": ALL,
    "desk.see_notices": ALL,
    "desk.ladder": ADMINISTRATOR,
    "desk.name_holder": ADMINISTRATOR,
    "desk.looks": {Role.AUDITOR},
    "desk.flags": {Role.AUDITOR, Role.OVERSIGHT, Role.ANALYST},
    "desk.flag": {Role.AUDITOR, Role.OVERSIGHT, Role.ANALYST},
    "desk.review_flag": {Role.AUDITOR, Role.OVERSIGHT, Role.ANALYST},
    "desk.channels": {Role.ADMINISTRATOR, Role.AUDITOR},
    "desk.send_again": ADMINISTRATOR,
    "desk.holidays": ADMINISTRATOR,
    "desk.keep_hours": ADMINISTRATOR,
    "desk.enter_holiday": ADMINISTRATOR,
    "desk.end_holiday": ADMINISTRATOR,
    "desk.take_in_holidays": ADMINISTRATOR,
    "desk.was_taken": ADMINISTRATOR,
    "desk.set_aside": HELPERS,
    "desk.settle": HELPERS,
    "desk.wording": {Role.TRANSLATOR, Role.ADMINISTRATOR},
    "desk.change_wording": {Role.TRANSLATOR, Role.ADMINISTRATOR},
}
SAMPLE = {
    "form": "json", "reference": "10000009", "name": "note", "anything": "nowhere", "what": "reset",
    "number": "1", "day": "2026-12-12", "county": "1",
    "reply_id": "00000000-0000-0000-0000-000000000000",
    "account_id": "00000000-0000-0000-0000-000000000000",
    "conflict_id": "00000000-0000-0000-0000-000000000000",
    "incident_id": "00000000-0000-0000-0000-000000000000",
    "message_id": "00000000-0000-0000-0000-000000000000",
    "flag_id": "00000000-0000-0000-0000-000000000000",
}  # fmt: skip


def routes(app: Any) -> list[tuple[str, str, str]]:
    """Endpoint, method and a path of everything the desk answers to."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/desk")]
    adapter = app.url_map.bind("localhost")
    return [
        (rule.endpoint, method, adapter.build(rule.endpoint, _sample(rule.arguments)))
        for rule in rules
        for method in sorted(rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"})
    ]


def _sample(names: set[str]) -> dict[str, str]:
    return {name: SAMPLE[name] for name in names}


def test_every_route_of_the_desk_is_in_the_table_and_marked(app: Any) -> None:
    found = {endpoint for endpoint, _, _ in routes(app)}
    assert found == set(ROUTES)
    for endpoint, who in ROUTES.items():
        marked = app.view_functions[endpoint].open_to
        assert marked == ({"anyone"} if who == "anyone" else who), endpoint


def test_who_is_not_signed_in_is_led_to_the_door(app: Any, world: DeskWorld) -> None:
    stranger = Browser(app)
    for endpoint, method, path in routes(app):
        if ROUTES[endpoint] == "anyone":
            continue
        sent = stranger.get(path) if method == "GET" else stranger.post(path)
        assert sent.status_code == 303, (endpoint, method)
        assert sent.location.startswith("/desk/sign-in"), (endpoint, method)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_finds_nothing_where_it_has_no_business(
    app: Any, world: DeskWorld, role: Role
) -> None:
    browser = Browser(app, world.staff(role, None if role in staff.UNIVERSAL_ROLES else "NRB"))
    for endpoint, method, path in routes(app):
        who = ROUTES[endpoint]
        if isinstance(who, set) and role not in who:
            sent = browser.get(path) if method == "GET" else browser.post(path)
            assert sent.status_code == 404, (endpoint, method)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_the_pages_that_are_its_own(app: Any, world: DeskWorld, role: Role) -> None:
    browser = Browser(app, world.staff(role, None if role in staff.UNIVERSAL_ROLES else "NRB"))
    own = (
        "queue",
        "register",
        "account",
        "team",
        "oversight",
        "looks",
        "wording",
        "channels",
        "ladder",
    )
    for endpoint in own:
        who = ROUTES[f"desk.{endpoint}"]
        if isinstance(who, set) and role in who:
            path = "/desk/" if endpoint == "queue" else f"/desk/{endpoint}"
            assert browser.get(path).status_code in (200, 303), endpoint


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
        staff.name_deputy(session, principal.id, deputy.email, rt.now() + timedelta(days=days))
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
        staff.name_deputy(session, officer.id, auditor.email, None)
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
