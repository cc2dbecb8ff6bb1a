"""Names on the pages of the desk: marked, decided; and no page tells the one named of the case."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.routing import AnyConverter, IntegerConverter, UUIDConverter

from feedback_service import staff
from feedback_service.domain.cases import Lane
from feedback_service.models import Case, Certainty, Conflict, Look, Role, Staff
from tests.desk_world import Browser, Colleague, DeskWorld

pytestmark = pytest.mark.servers

TELLTALE = "the lady with the green umbrella"
NOWHERE = {"static", "desk.sign_in", "desk.try_sign_in", "desk.sign_out"}


@pytest.fixture
def desk(world: DeskWorld) -> dict[str, Colleague]:
    """A desk of three, the supervisor of another, central triage and an auditor."""
    head = world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-R", name="Peter Njoroge")
    below = {"unit_id": "NRB-R", "supervisor_id": head.id}
    return {
        "head": head,
        "amina": world.staff(Role.OFFICER, "NRB", name="Amina Barasa", **below),
        "juma": world.staff(Role.OFFICER, "NRB", name="Juma Otieno", **below),
        "zawadi": world.staff(Role.SUPERVISOR, "NRB", unit_id="NRB-2", name="Zawadi Chebet"),
        "central": world.staff(Role.OFFICER, "CENTRAL", unit_id="CENTRAL-T", name="Central One"),
        "auditor": world.staff(Role.AUDITOR, None, name="Audit Wafula"),
    }


def name_in(rt: Any, case: Case, who: Colleague, certainty: Certainty = Certainty.LIKELY) -> None:
    with rt.transaction() as session:
        session.add(
            Conflict(
                case_id=case.id, staff_id=who.id, certainty=certainty, how="words",
                matched="amina barasa", at=rt.now(),
            )
        )  # fmt: skip


def only(rt: Any, table: Any) -> Any:
    with rt.transaction() as session:
        return session.scalars(sa.select(table)).one()


def test_an_officer_marks_a_colleague_and_the_case_is_gone_for_them(
    app: Any, world: DeskWorld, desk: dict[str, Colleague]
) -> None:
    case = world.case()
    path = f"/desk/cases/{case.reference}"
    juma, amina = Browser(app, desk["juma"]), Browser(app, desk["amina"])
    assert "Amina Barasa" in juma.get(path).text
    sent = juma.post(f"{path}/conflict", person=str(desk["amina"].id))
    assert (sent.status_code, sent.location) == (303, path)
    assert juma.get(path).status_code == 200
    assert amina.get(path).status_code == 404
    assert case.reference not in amina.get("/desk/").text


def test_whoever_marks_their_own_supervisor_leaves_the_case_to_central_triage(
    app: Any, world: DeskWorld, rt: Any, desk: dict[str, Colleague]
) -> None:
    case = world.case()
    path = f"/desk/cases/{case.reference}"
    juma = Browser(app, desk["juma"])
    sent = juma.post(f"{path}/conflict", person=str(desk["head"].id))
    assert (sent.status_code, sent.location) == (303, "/desk/")
    assert juma.get(path).status_code == 404
    assert Browser(app, desk["central"]).get(path).status_code == 200
    assert only(rt, Case).lane is Lane.HELD


def test_nobody_is_marked_who_has_nothing_to_do_with_it(
    app: Any, world: DeskWorld, rt: Any, desk: dict[str, Colleague]
) -> None:
    stranger = world.staff(Role.OFFICER, "DIS", name="Far Away")
    path = f"/desk/cases/{world.case().reference}/conflict"
    juma = Browser(app, desk["juma"])
    for person in (str(stranger.id), str(uuid.uuid4()), ""):
        assert juma.post(path, person=person).status_code == 303
    with rt.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Conflict)) == 0
    assert Browser(app, stranger).post(path, person=str(stranger.id)).status_code == 404


def test_the_page_of_a_case_says_from_whom_it_is_hidden(
    app: Any, world: DeskWorld, rt: Any, desk: dict[str, Colleague]
) -> None:
    case = world.case()
    name_in(rt, case, desk["amina"])
    path = f"/desk/cases/{case.reference}"
    supervisor, peer = (Browser(app, desk[who]).get(path).text for who in ("zawadi", "juma"))
    assert "Hidden from one name" in supervisor
    assert "<dd>Amina Barasa" in supervisor
    assert "Hidden from one name" in peer
    assert "<dd>Amina Barasa" not in peer


def test_the_page_of_names_asks_and_takes_a_decision_once(
    app: Any, world: DeskWorld, rt: Any, desk: dict[str, Colleague]
) -> None:
    case = world.case(f"Amina Barasa, {TELLTALE}, +254712345678")
    name_in(rt, case, desk["amina"])
    zawadi, way = Browser(app, desk["zawadi"]), f"/desk/conflicts/{only(rt, Conflict).id}"
    page = zawadi.get("/desk/conflicts").text
    assert TELLTALE in page
    assert "712345678" not in page
    assert only(rt, Look).what == "conflict"
    back = zawadi.post(way, what="cleared", reason="no")
    assert back.status_code == 422
    assert "Write why in a few words" in back.text
    assert zawadi.post(way, what="cleared", reason="Another person").status_code == 303
    assert only(rt, Conflict).certainty is Certainty.CLEARED
    again = zawadi.post(way, what="stands", reason="Changed my mind")
    assert again.status_code == 303
    assert only(rt, Conflict).certainty is Certainty.CLEARED
    assert TELLTALE not in zawadi.get("/desk/conflicts").text


@pytest.mark.parametrize("who", ["amina", "juma"])
def test_an_officer_of_the_unit_finds_no_such_page(
    app: Any, world: DeskWorld, rt: Any, desk: dict[str, Colleague], who: str
) -> None:
    name_in(rt, world.case(), desk["amina"])
    browser, way = Browser(app, desk[who]), f"/desk/conflicts/{only(rt, Conflict).id}"
    assert browser.get("/desk/conflicts").status_code == 404
    assert browser.post(way, what="cleared", reason="It is not me").status_code == 404
    assert only(rt, Conflict).certainty is Certainty.LIKELY


def test_a_supervisor_reads_nothing_of_the_own_unit_there(
    app: Any, world: DeskWorld, rt: Any, desk: dict[str, Colleague]
) -> None:
    name_in(rt, world.case(TELLTALE), desk["amina"])
    head = Browser(app, desk["head"])
    assert TELLTALE not in head.get("/desk/conflicts").text
    head.post(f"/desk/conflicts/{only(rt, Conflict).id}", what="cleared", reason="She is fine")
    assert only(rt, Conflict).certainty is Certainty.LIKELY


def test_central_triage_hides_it_from_the_whole_office_on_the_page(
    app: Any, world: DeskWorld, rt: Any, desk: dict[str, Colleague]
) -> None:
    case = world.case()
    name_in(rt, case, desk["amina"])
    central, way = Browser(app, desk["central"]), f"/desk/conflicts/{only(rt, Conflict).id}"
    assert 'name="whole_office"' in central.get("/desk/conflicts").text
    assert 'name="whole_office"' not in Browser(app, desk["zawadi"]).get("/desk/conflicts").text
    central.post(way, what="stands", reason="The whole desk is in it", whole_office="1")
    path = f"/desk/cases/{case.reference}"
    for who in ("head", "amina", "juma"):
        assert Browser(app, desk[who]).get(path).status_code == 404, who
    assert central.get(path).status_code == 200


def test_both_languages(app: Any, world: DeskWorld, rt: Any, desk: dict[str, Colleague]) -> None:
    name_in(rt, world.case(), desk["amina"])
    page = Browser(app, desk["zawadi"]).get("/desk/conflicts?lang=sw").text
    assert "Majina ya kuamua" in page
    assert "Ndiye: ibaki imefichwa" in page


def pages(app: Any, case: Case) -> list[tuple[str, str, str, bool]]:
    """Endpoint, method, path and whether it leads to this case, of everything the service has."""
    adapter, found = app.url_map.bind("localhost"), []
    for rule in app.url_map.iter_rules():
        if rule.endpoint in NOWHERE:
            continue
        values = {name: _value(rule._converters[name], case) for name in rule.arguments}
        for method in sorted(rule.methods & {"GET", "POST"}):
            path = adapter.build(rule.endpoint, values, method=method)
            found.append((rule.endpoint, method, path, "reference" in rule.arguments))
    return found


def _value(converter: Any, case: Case) -> Any:
    """The case wherever it fits: its id, its reference."""
    if isinstance(converter, UUIDConverter):
        return case.id
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else case.reference


TOLD = [Role.OFFICER, Role.SUPERVISOR, Role.PERFORMANCE, Role.INTEGRITY, Role.AUDITOR,
        Role.ADMINISTRATOR, Role.OVERSIGHT, Role.ANALYST, Role.TRANSLATOR]  # fmt: skip


def tells(browser: Browser, path: str, case: Case) -> bool:
    """Whether a page tells of the case: the citizen's words, or a reference not in its address."""
    text = browser.get(path).get_data().decode(errors="replace")  # some are PDF
    if case.reference in path:
        return TELLTALE in text
    spoken = [f"{case.reference[:4]}{gap}{case.reference[4:]}" for gap in ("", " ", "&nbsp;")]
    return TELLTALE in text or any(each in text for each in spoken)


@pytest.mark.parametrize("role", TOLD)
def test_no_page_of_the_service_tells_the_one_named_of_the_case(
    app: Any, world: DeskWorld, rt: Any, desk: dict[str, Colleague], role: Role
) -> None:
    """Every route there is, asked for this very case: 404, or a page without a trace of it."""
    body = None if role in staff.UNIVERSAL_ROLES else "NRB"
    body = "EACC" if role is Role.INTEGRITY else body
    named = world.staff(role, body, name="Named Person")
    confidential = role is Role.INTEGRITY
    case = world.confidential(TELLTALE) if confidential else world.case(f"I met {TELLTALE}")
    with rt.transaction() as session:  # whoever registered it reads its slip as well
        session.get_one(Case, case.id).registered_by_id = named.id
    browser = Browser(app, named)
    seen = [path for _, method, path, _ in pages(app, case)
            if method == "GET" and tells(browser, path, case)]  # fmt: skip
    can_read = {Role.OFFICER, Role.SUPERVISOR, Role.PERFORMANCE, Role.INTEGRITY, Role.AUDITOR}
    assert bool(seen) == (role in can_read)  # so the look below can fail
    name_in(rt, case, named)
    for endpoint, method, path, leads_there in pages(app, case):
        if method == "GET":
            assert not tells(browser, path, case), path
        if leads_there and endpoint.startswith("desk."):
            way = browser.get(path) if method == "GET" else browser.post(path, text="x", seen=1)
            assert way.status_code == 404, (endpoint, method)
    sought = browser.get(f"/desk/?q={case.reference}").text + browser.get("/desk/?q=umbrella").text
    assert f"/desk/cases/{case.reference}" not in sought
    assert TELLTALE not in sought


def test_the_counts_of_the_queue_leave_it_out(
    app: Any, world: DeskWorld, rt: Any, desk: dict[str, Colleague]
) -> None:
    from feedback_service.redress import queue

    def open_now(key: str) -> int:
        with rt.transaction() as session:
            who = staff.viewer_for(session, session.get_one(Staff, desk[key].id), rt.now())
            page = queue.queue(session, who, queue.Filters(), None, rt.now())
            assert page.tabs[queue.Tab.OPEN] == page.scopes[queue.Scope.ALL] == len(page.rows)
            return len(page.rows)

    case = world.case()
    world.case("Another")
    name_in(rt, case, desk["amina"])
    assert (open_now("amina"), open_now("juma")) == (1, 2)
