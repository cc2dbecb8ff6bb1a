"""Which role may open which route of the desk; test_desk_sight tells who may see which case."""

from __future__ import annotations

from typing import Any

import pytest

from feedback_service import staff
from feedback_service.models import Role
from tests.desk_world import Browser, DeskWorld

pytestmark = pytest.mark.servers

ALL = set(Role)
READERS = {Role.OFFICER, Role.SUPERVISOR, Role.PERFORMANCE, Role.INTEGRITY, Role.AUDITOR}
HELPERS = {Role.OFFICER, Role.SUPERVISOR}
LOOK_AFTER = {Role.SUPERVISOR, Role.PERFORMANCE, Role.OVERSIGHT, Role.ANALYST}
CONTRACTS = {*LOOK_AFTER, Role.AUDITOR}
ADMINISTRATOR = {Role.ADMINISTRATOR}
SIGNERS = {Role.PERFORMANCE, Role.OVERSIGHT}
LINES = {*SIGNERS, Role.ANALYST}
FEEDERS = {Role.SUPERVISOR, Role.PERFORMANCE}

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
    "desk.appraisal": HELPERS,
    "desk.enter_reached": HELPERS,
    "desk.appraisals_page": FEEDERS,
    "desk.appraisal_of": FEEDERS,
    "desk.begin_appraisal": FEEDERS,
    "desk.set_target": FEEDERS,
    "desk.set_unit_target": FEEDERS,
    "desk.appraisal_file": {*HELPERS, Role.PERFORMANCE},
    "desk.take_step": {*HELPERS, Role.PERFORMANCE},
    **dict.fromkeys(("desk.government_page", "desk.line_sheet"), LINES),
    **dict.fromkeys(("desk.line_papers", "desk.line_paper"), LINES),
    **dict.fromkeys(("desk.sign_sheet", "desk.send_sheet"), SIGNERS),
    "desk.return_figures": {Role.OVERSIGHT, Role.ANALYST},
    "desk.answer_return": {Role.PERFORMANCE},
    "desk.frozen": {Role.PERFORMANCE, Role.ANALYST, Role.AUDITOR},
    "desk.frozen_period": {Role.PERFORMANCE, Role.ANALYST, Role.AUDITOR},
    "desk.agree_score": {Role.ANALYST},
    "desk.frozen_pack": {Role.ANALYST, Role.AUDITOR},
    "desk.contest_figure": {Role.PERFORMANCE},
    "desk.answer_contest": {Role.ANALYST},
    "desk.moderate_figure": {Role.ANALYST},
    "desk.text_model": {Role.ANALYST, Role.ADMINISTRATOR},
    "desk.change_model": {Role.ANALYST, Role.ADMINISTRATOR},
    "desk.labels": HELPERS,
    "desk.keep_label": HELPERS,
    "desk.act": {Role.OFFICER, Role.SUPERVISOR, Role.INTEGRITY},
    "desk.incidents": {*HELPERS, Role.PERFORMANCE, Role.AUDITOR},
    "desk.incident": {*HELPERS, Role.PERFORMANCE, Role.AUDITOR},
    "desk.gather": HELPERS,
    "desk.change_incident": HELPERS,
    "desk.rising": {*LOOK_AFTER, Role.AUDITOR},
    "desk.problem": {*LOOK_AFTER, Role.AUDITOR},
    "desk.say_what_it_is": LOOK_AFTER,
    "desk.register": HELPERS,
    "desk.file": HELPERS,
    "desk.slip": HELPERS,
    "desk.sheets": HELPERS,
    "desk.sheet": HELPERS,
    "desk.empty_sheet": HELPERS,
    "desk.paper": HELPERS,
    "desk.look_through": HELPERS,
    "desk.file_sheet": HELPERS,
    "desk.account": ALL,
    "desk.name_deputy": ALL,
    "desk.choose_language": ALL,
    "desk.change_password": ALL,
    "desk.plan_together": {Role.OFFICER, Role.SUPERVISOR, Role.INTEGRITY},
    "desk.act_together": {Role.OFFICER, Role.SUPERVISOR, Role.INTEGRITY},
    "desk.replies": {Role.SUPERVISOR, Role.ADMINISTRATOR},
    "desk.keep_reply": {Role.SUPERVISOR, Role.ADMINISTRATOR},
    "desk.change_reply": {Role.SUPERVISOR, Role.ADMINISTRATOR},
    "desk.add_file": {Role.OFFICER, Role.SUPERVISOR, Role.INTEGRITY},
    "desk.supervise": {Role.SUPERVISOR},
    "desk.hand_over": {Role.SUPERVISOR},
    "desk.keep_view": READERS,
    "desk.change_view": READERS,
    "desk.rules": {Role.SUPERVISOR, Role.ADMINISTRATOR},
    "desk.add_rule": {Role.SUPERVISOR, Role.ADMINISTRATOR},
    "desk.change_rule": {Role.SUPERVISOR, Role.ADMINISTRATOR},
    "desk.people": {Role.ADMINISTRATOR, Role.SUPERVISOR},
    "desk.add_person": {Role.ADMINISTRATOR, Role.SUPERVISOR},
    "desk.person": {Role.ADMINISTRATOR, Role.SUPERVISOR},
    "desk.change_person": {Role.ADMINISTRATOR, Role.SUPERVISOR},
    "desk.act_on_person": {Role.ADMINISTRATOR, Role.SUPERVISOR},
    "desk.show_code": "anyone",
    "desk.try_code": "anyone",
    "desk.registry_rooms": ADMINISTRATOR,
    "desk.rows": ADMINISTRATOR,
    "desk.row": ADMINISTRATOR,
    "desk.keep_row": ADMINISTRATOR,
    "desk.end_row": ADMINISTRATOR,
    "desk.where_to": ADMINISTRATOR,
    "desk.compare_charters": ADMINISTRATOR,
    "desk.ladder_days": ADMINISTRATOR,
    "desk.keep_ladder": ADMINISTRATOR,
    "desk.changes": {Role.AUDITOR, Role.ADMINISTRATOR},
    "desk.export_changes": {Role.AUDITOR, Role.ADMINISTRATOR},
    "desk.go_to_provider": "anyone",
    "desk.back_from_provider": "anyone",
    "desk.enrol": "anyone",
    "desk.confirm_enrolment": "anyone",
    "desk.own_second_factor": ALL,
    "desk.change_second_factor": ALL,
    "desk.new_password": "anyone",
    "desk.choose_password": "anyone",
    "desk.oversight": {Role.OVERSIGHT, Role.ANALYST},
    "desk.survey": {Role.PERFORMANCE, Role.ANALYST, Role.OVERSIGHT},
    "desk.national": {Role.OVERSIGHT, Role.ANALYST},
    "desk.national_body": {Role.OVERSIGHT, Role.ANALYST},
    "desk.national_cases": {Role.OVERSIGHT, Role.ANALYST},
    "desk.dashboard": {Role.PERFORMANCE, Role.SUPERVISOR},
    "desk.conflicts_page": {Role.OFFICER, Role.SUPERVISOR, Role.INTEGRITY},
    "desk.decide_conflict": {Role.OFFICER, Role.SUPERVISOR, Role.INTEGRITY},
    "desk.mark_conflict": {Role.OFFICER, Role.SUPERVISOR, Role.INTEGRITY},
    "desk.ombudsman_file": {Role.SUPERVISOR, Role.INTEGRITY, Role.AUDITOR, Role.OVERSIGHT},
    "desk.notices_page": ALL,
    "desk.see_notices": ALL,
    "desk.ladder": ADMINISTRATOR,
    "desk.name_holder": ADMINISTRATOR,
    "desk.calls": {Role.ANALYST, Role.OVERSIGHT},
    "desk.next_call": {Role.ANALYST, Role.OVERSIGHT},
    "desk.record_call": {Role.ANALYST, Role.OVERSIGHT},
    "desk.visit_feed": {*FEEDERS, Role.ANALYST, Role.OVERSIGHT, Role.AUDITOR},
    "desk.look_visits_through": FEEDERS,
    "desk.take_visits": FEEDERS,
    "desk.declare_visits": FEEDERS,
    "desk.confirm_declared": {Role.ANALYST, Role.OVERSIGHT},
    "desk.visit_codes": FEEDERS,
    "desk.make_codes": FEEDERS,
    "desk.print_codes": FEEDERS,
    "desk.controls": {Role.ANALYST, Role.OVERSIGHT},
    "desk.plant_control": {Role.ANALYST, Role.OVERSIGHT},
    "desk.compliments": {*HELPERS, Role.PERFORMANCE, Role.AUDITOR},
    "desk.match_compliment": HELPERS,
    "desk.reached": LOOK_AFTER,
    "desk.feedback_report": LOOK_AFTER,
    "desk.programmes": {Role.PERFORMANCE, Role.ANALYST},
    "desk.say_programmes": {Role.PERFORMANCE, Role.ANALYST},
    "desk.campaigns": LOOK_AFTER,
    "desk.campaign": LOOK_AFTER,
    "desk.make_campaign": {Role.PERFORMANCE, Role.ANALYST},
    "desk.end_campaign": {Role.PERFORMANCE, Role.ANALYST},
    "desk.targets": LOOK_AFTER,
    "desk.target": LOOK_AFTER,
    "desk.begin_target": {Role.PERFORMANCE, Role.ANALYST},
    "desk.take_back_target": {Role.PERFORMANCE, Role.ANALYST},
    "desk.performance_week": {Role.ANALYST, Role.AUDITOR},
    "desk.performance_week_csv": {Role.ANALYST, Role.AUDITOR},
    "desk.performance_week_paper": {Role.ANALYST, Role.AUDITOR},
    "desk.decide_proposal": {Role.ANALYST},
    "desk.subjects": {Role.AUDITOR},
    "desk.enter_letter": {Role.AUDITOR},
    "desk.answer_subject": {Role.AUDITOR},
    "desk.looks": {Role.AUDITOR},
    "desk.flags": {Role.AUDITOR, Role.OVERSIGHT, Role.ANALYST},
    "desk.flag": {Role.AUDITOR, Role.OVERSIGHT, Role.ANALYST},
    "desk.review_flag": {Role.AUDITOR, Role.OVERSIGHT, Role.ANALYST},
    "desk.ask_number": {*HELPERS, Role.INTEGRITY},
    "desk.see_number": {*HELPERS, Role.INTEGRITY},
    "desk.unsealings": {*HELPERS, Role.INTEGRITY, Role.AUDITOR},
    "desk.decide_unsealing": {*HELPERS, Role.INTEGRITY, Role.AUDITOR},
    "desk.channels": {Role.ADMINISTRATOR, Role.AUDITOR},
    "desk.send_again": ADMINISTRATOR,
    "desk.holidays": ADMINISTRATOR,
    "desk.keep_hours": ADMINISTRATOR,
    "desk.enter_holiday": ADMINISTRATOR,
    "desk.end_holiday": ADMINISTRATOR,
    "desk.take_in_holidays": ADMINISTRATOR,
    "desk.was_taken": ADMINISTRATOR,
    "desk.contracts_page": CONTRACTS,
    "desk.contract": CONTRACTS,
    "desk.contract_sheet": CONTRACTS,
    "desk.contract_file": CONTRACTS,
    "desk.compliance_report": CONTRACTS,
    "desk.attach_report": {Role.PERFORMANCE},
    "desk.bring_evidence": {Role.PERFORMANCE},
    "desk.decide_evidence": {Role.ANALYST, Role.OVERSIGHT},
    "desk.add_row": {Role.PERFORMANCE},
    "desk.say_value": {Role.PERFORMANCE},
    "desk.moderate_contract": {Role.ANALYST},
    "desk.contract_rows": CONTRACTS,
    "desk.contract_units": CONTRACTS,
    "desk.set_unit": {Role.PERFORMANCE},
    "desk.allow_change": {Role.ANALYST},
    "desk.caj_returns": CONTRACTS,
    "desk.caj_return": CONTRACTS,
    "desk.caj_return_file": {Role.PERFORMANCE, Role.SUPERVISOR, Role.AUDITOR},
    "desk.note_return": {Role.PERFORMANCE},
    "desk.keep_certificate": {Role.PERFORMANCE},
    "desk.set_aside": HELPERS,
    "desk.settle": HELPERS,
    "desk.wording": {Role.TRANSLATOR, Role.ADMINISTRATOR},
    "desk.change_wording": {Role.TRANSLATOR, Role.ADMINISTRATOR},
}
NOBODY = "00000000-0000-0000-0000-000000000000"
SAMPLE = {
    **dict.fromkeys((
        "return_id", "compliment_id", "campaign_id", "target_id", "staff_id", "sheet_id",
        "count_id", "contest", "score", "request_id", "unsealing_id", "view_id", "rule_id",
        "reply_id", "account_id", "case_id", "conflict_id", "incident_id", "message_id",
        "problem_id", "flag_id", "file_id", "evidence_id", "change_id",
    ), NOBODY),
    "line": "direct", "holder": "NRB", "lang": "en",
    "form": "csv", "reference": "10000009", "name": "note", "anything": "nowhere", "what": "reset",
    "link": "x", "token": "0", "table": "units", "key": "new", "ladder": "ministry",
    "service": "passport", "period": "FY2026-27-Q1",
    "number": "1", "day": "2026-12-12", "county": "1",
    "institution": "NRB",
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
        "admin/people",
        "oversight",
        "looks",
        "wording",
        "channels",
        "ladder",
    )
    for endpoint in own:
        who = ROUTES[f"desk.{endpoint.rpartition('/')[2]}"]
        if isinstance(who, set) and role in who:
            path = "/desk/" if endpoint == "queue" else f"/desk/{endpoint}"
            assert browser.get(path).status_code in (200, 303), endpoint
