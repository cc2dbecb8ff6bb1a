"""The register's pages: what is typed there is checked, kept, told to the audit, and in force."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from feedback_service import audit, registry, staff
from feedback_service.models import Charter, Institution, Responsibility, Role, Rung, Unit
from tests.desk_world import Browser, Colleague

pytestmark = pytest.mark.servers

REGISTRY = "/desk/admin/registry"


@pytest.fixture
def rt(rt: Any, own_registry: None) -> Any:
    """A registry of this test's own: it is changed, and what is kept between tests is not."""
    return rt


@pytest.fixture
def admin(app: Any, rt: Any) -> Browser:
    with rt.transaction() as session:
        made, password = staff.add(session, "admin@example.go.ke", Role.ADMINISTRATOR, rt.now())
    token = staff.sign_in(rt, made.email, password)
    return Browser(app, Colleague(made.id, made.email, token or ""))


def form(page: Any) -> dict[str, str]:
    """What a browser would send of the page's main form, were nothing changed."""
    main = page.text.split('class="card"')[1].split("</form>")[0]
    found = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', main))
    found |= dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>([^<]*)</textarea>', main))
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', main, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    found.pop("csrf_token", None)
    unescape = {"&#39;": "'", "&amp;": "&", "&#34;": '"'}
    return {
        name: re.sub("&#39;|&amp;|&#34;", lambda sign: unescape[sign[0]], value)
        for name, value in found.items()
    }


TABLES = ("institutions", "units", "services", "charters", "responsibilities")


def test_every_table_has_its_page_and_every_row_its_form(admin: Browser) -> None:
    rooms = admin.get(REGISTRY)
    assert rooms.status_code == 200
    for table in TABLES:
        page = admin.get(f"{REGISTRY}/{table}")
        assert page.status_code == 200, table
        link = re.search(rf'href="({REGISTRY}/{table}/(?!new)[^"]+)"', page.text)
        assert link, table
        assert admin.get(link[1]).status_code == 200, link[1]
        assert admin.get(f"{REGISTRY}/{table}/new").status_code == 200, table
        assert admin.get(f"{REGISTRY}/{table}/nobody").status_code == 404, table
    assert admin.get(f"{REGISTRY}/staff").status_code == 404
    assert "Immigration" in admin.get(f"{REGISTRY}/institutions?q=immigration").text
    assert "Kenya Prisons" not in admin.get(f"{REGISTRY}/institutions?q=immigration").text


def test_an_institution_is_changed_and_another_made_with_its_desk(admin: Browser, rt: Any) -> None:
    path = f"{REGISTRY}/institutions/DIS"
    typed = form(admin.get(path))
    assert admin.post(path, **typed).status_code == 303
    assert admin.post(path, **typed | {"short_en": "x" * 30}).status_code == 422
    assert admin.post(path, **typed | {"short_en": "Passports"}).status_code == 303
    assert "Passports" in admin.get(path).text
    new = typed | {"id": "NEW", "name": "New Department", "short_en": "New", "short_sw": "Mpya",
                   "aliases": "", "acronym": ""}  # fmt: skip
    assert admin.post(f"{REGISTRY}/institutions/new", **new).status_code == 303
    with rt.transaction() as session:
        assert session.get_one(Institution, "DIS").short_en == "Passports"
        assert session.get_one(Unit, "NEW-R").name_en == "New: complaints desk"


TAKEN = [("institutions", "DIS"), ("units", "DIS-R"), ("services", "passport")]


@pytest.mark.parametrize(("table", "key"), TAKEN)
def test_what_is_new_does_not_take_the_place_of_what_stands(
    admin: Browser, table: str, key: str
) -> None:
    path = f"{REGISTRY}/{table}/{key}"
    stood = form(admin.get(path))
    name = "name" if "name" in stood else "name_en"
    page = admin.post(f"{REGISTRY}/{table}/new", **stood | {name: "Somebody else"})
    assert page.status_code == 422
    assert 'id="id-error"' in page.text
    assert form(admin.get(path)) == stood


def test_what_is_wrong_is_said_at_its_field_in_the_reader_s_language(admin: Browser) -> None:
    path = f"{REGISTRY}/services/passport"
    typed = form(admin.get(path))
    page = admin.post(path, **typed | {"short_en": "Pasipoti za kusafiria nje", "poster_code": "7"})
    assert page.status_code == 422
    assert 'id="short_en-error"' in page.text
    assert 'id="poster_code-error"' in page.text
    assert "This does not fit on a phone" in page.text
    admin.get("/desk/admin/registry?lang=sw")
    assert "haitoshi kwenye simu" in admin.post(path, **typed | {"short_en": "x" * 30}).text


def test_a_charter_s_next_version_begins_and_is_compared(admin: Browser, rt: Any) -> None:
    path = f"{REGISTRY}/charters/passport"
    typed = form(admin.get(path))
    assert typed["effective_from"] == ""
    assert admin.post(path, **typed).status_code == 422
    day = (rt.now() + timedelta(days=2)).date().isoformat()
    way = typed | {"effective_from": day, "resolve_working_days": "4"}
    assert admin.post(path, **way).status_code == 303
    with rt.transaction() as session:
        versions = session.query(Charter).filter_by(service_id="passport").all()
    newest = max(versions, key=lambda each: each.version)
    assert (newest.resolve_working_days, newest.effective_to) == (4, None)
    page = admin.get("/desk/admin/charters/passport/compare").text
    assert page.count("differs") >= 2
    assert f"Version {newest.version}<" in page
    assert admin.get("/desk/admin/charters/passport/compare?first=99").status_code == 404
    assert admin.get("/desk/admin/charters/nothing/compare").status_code == 404


def test_where_a_case_would_go_is_told_before_and_after_a_rule(admin: Browser, rt: Any) -> None:
    where = "/desk/admin/where?service=passport&service_point=&county="
    assert "Immigration: complaints desk" in admin.get(where).text
    path = f"{REGISTRY}/responsibilities/passport||"
    typed = form(admin.get(path))
    today = rt.now().date().isoformat()
    sent = admin.post(path, **typed | {"unit": "NPS-R", "effective_from": today})
    assert sent.status_code == 303
    assert "Police: complaints desk" in admin.get(where).text
    assert admin.post(f"{path}/end").status_code == 303
    page = admin.get(where).text
    assert "No rule says who answers" in page
    assert "/responsibilities/new?service=passport" in page
    new = {"service": "passport", "service_point": "", "county": "47", "unit": "NPS-R",
           "effective_from": today}  # fmt: skip
    assert admin.post(f"{REGISTRY}/responsibilities/new", **new).status_code == 303
    assert "Police" in admin.get(where.replace("county=", "county=47")).text
    assert admin.get("/desk/admin/where?service=nothing").status_code == 404


def test_a_desk_ends_only_when_no_rule_names_it(admin: Browser, rt: Any) -> None:
    new = {"id": "NPS-2", "institution": "NPS", "name_en": "Second", "name_sw": "Pili",
           "kind": "redress"}  # fmt: skip
    assert admin.post(f"{REGISTRY}/units/new", **new).status_code == 303
    for unit, ends in (("NPS-2", True), ("DIS-R", False)):
        assert admin.post(f"{REGISTRY}/units/{unit}/end").status_code == 303
        with rt.transaction() as session:
            assert (session.get_one(Unit, unit).ended_on is not None) == ends, unit
    assert admin.post(f"{REGISTRY}/units/NPS-2/resume").status_code == 303
    assert admin.post(f"{REGISTRY}/charters/passport/end").status_code == 404
    assert admin.post(f"{REGISTRY}/units/NPS-2/burn").status_code == 404


def ladder(rt: Any, **more: str) -> dict[str, str]:
    with rt.transaction() as session:
        rungs = session.query(Rung).filter_by(ladder="ministry", version=1).all()
    names = ("name_en", "name_sw", "holder", "overdue_working_days")
    return {f"{n}-{rung.level}": str(getattr(rung, n)) for rung in rungs for n in names} | more


def test_who_stands_in_for_one_that_serves_all_changes_nothing_for_all(
    app: Any, admin: Browser, rt: Any
) -> None:
    with rt.transaction() as session:
        auditor, _ = staff.add(
            session, "a@example.go.ke", Role.AUDITOR, rt.now(), institution_id="DIS"
        )
        own, password = staff.add(
            session, "o@example.go.ke", Role.ADMINISTRATOR, rt.now(), institution_id="DIS"
        )
        staff.name_deputy(session, auditor.id, own.email, rt.now(), rt.now())
    browser = Browser(
        app, Colleague(own.id, own.email, staff.sign_in(rt, own.email, password) or "")
    )
    assert browser.get("/desk/admin/audit").status_code == 200
    for page in (REGISTRY, f"{REGISTRY}/units/DIS-R", "/desk/admin/ladders", "/desk/calendar"):
        assert browser.get(page).status_code == 404, page


def test_a_ladder_is_kept_whole(admin: Browser, rt: Any) -> None:
    assert "Ministries" in admin.get("/desk/admin/ladders").text
    path = "/desk/admin/ladders/ministry"
    wrong = admin.post(path, **ladder(rt, **{"overdue_working_days-2": "many"}))
    assert wrong.status_code == 422
    assert "Write a whole number" in wrong.text
    assert admin.post(path, **ladder(rt, **{"overdue_working_days-2": "6"})).status_code == 303
    days = [rung.overdue_working_days for rung in registry.ladder_of(rt, "DIS").rungs]
    assert days[2] == 6
    assert admin.post("/desk/admin/ladders/nothing").status_code == 404


def test_an_administrator_of_one_institution_finds_no_register(app: Any, rt: Any) -> None:
    with rt.transaction() as session:
        made, password = staff.add(
            session, "local@example.go.ke", Role.ADMINISTRATOR, rt.now(), institution_id="DIS"
        )
    token = staff.sign_in(rt, made.email, password) or ""
    browser = Browser(app, Colleague(made.id, made.email, token))
    for path in (REGISTRY, f"{REGISTRY}/units", "/desk/admin/where", "/desk/admin/ladders"):
        assert browser.get(path).status_code == 404, path
    assert browser.post(f"{REGISTRY}/units/DIS-R/end").status_code == 404


def changes(rt: Any, somebody: str) -> dict[str, tuple[str, dict[str, str]]]:
    """A good form for each route that changes something under /desk/admin."""
    person = f"/desk/admin/people/{somebody}"
    unit = {"id": "NPS-2", "institution": "NPS", "name_en": "Two", "name_sw": "Pili",
            "kind": "redress"}  # fmt: skip
    return {
        "desk.add_person": (
            "/desk/admin/people",
            {"name": "A", "email": "a@example.go.ke", "role": "officer", "institution": "DIS",
             "unit": "", "place": ""},
        ),
        "desk.change_person": (
            person, {"name": "B", "role": "officer", "institution": "DIS", "unit": "",
                     "place": "", "supervisor": ""},
        ),
        "desk.act_on_person": (f"{person}/disable", {}),
        "desk.keep_row": (f"{REGISTRY}/units/new", unit),
        "desk.end_row": (f"{REGISTRY}/units/NPS-2/end", {}),
        "desk.keep_ladder": (
            "/desk/admin/ladders/ministry", ladder(rt, **{"overdue_working_days-3": "40"}),
        ),
    }  # fmt: skip


def test_every_route_that_changes_something_writes_a_line(
    app: Any, admin: Browser, rt: Any
) -> None:
    with rt.transaction() as session:
        other, _ = staff.add(
            session, "b@example.go.ke", Role.OFFICER, rt.now(), institution_id="DIS"
        )
    table = changes(rt, str(other.id))
    posting = {
        rule.endpoint for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/desk/admin") and "POST" in (rule.methods or ())
    }  # fmt: skip
    assert posting == table.keys()
    for endpoint, (path, fields) in table.items():
        with rt.transaction() as session:
            before = audit.check(session)
        assert admin.post(path, **fields).status_code in (200, 303), endpoint
        with rt.transaction() as session:
            assert audit.check(session) > before, endpoint
            last = list(audit.lines(session))[-1]
        assert last.staff_id is not None, endpoint


def test_the_register_says_who_changed_a_rule(admin: Browser, rt: Any) -> None:
    path = f"{REGISTRY}/responsibilities/passport||"
    today = rt.now().date().isoformat()
    admin.post(path, **form(admin.get(path)) | {"unit": "NPS-R", "effective_from": today})
    with rt.transaction() as session:
        lines = [(line.what, line.data) for line in audit.lines(session)][-2:]
        row = session.get_one(Responsibility, ("passport", "", 0, 2))
    assert row.unit_id == "NPS-R"
    assert [what for what, _ in lines] == ["responsibilities.change", "responsibilities.add"]
    assert lines[0][1] == {"effective_to": ["", (rt.now().date() - timedelta(days=1)).isoformat()]}
