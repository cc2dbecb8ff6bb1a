"""A case at the desk: all that is known of it, and what can be done with it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service.domain.cases import CaseStatus
from feedback_service.models import Case, Look, Message, MessageState, Role, Stop
from feedback_service.redress import history
from feedback_service.redress.masking import masked_words
from tests.desk_world import Browser, DeskWorld, Statements, seen

pytestmark = pytest.mark.servers


def fresh(rt: Any, case: Case) -> Case:
    with rt.transaction() as session:
        found: Case = session.get_one(Case, case.id)
    return found


def test_the_queue_and_a_case_are_shown(world: DeskWorld, officer: Browser) -> None:
    case = world.case("No ID since May, my number is 0712 345 678.")
    queue = officer.get("/desk/")
    assert queue.status_code == 200
    assert "No ID since May" in queue.text
    page = officer.get(f"/desk/cases/{case.reference}")
    assert page.status_code == 200, page.text
    assert "345" not in page.text
    assert "Birth certificate" in page.text


def opened(browser: Browser, case: Case) -> tuple[str, str]:
    """The address of a case and what its forms must carry."""
    path = f"/desk/cases/{case.reference}"
    page = browser.get(path)
    assert page.status_code == 200
    return path, seen(page.text)


def test_solved_tells_the_citizen_and_waits_for_their_word(
    world: DeskWorld, officer: Browser, rt: Any
) -> None:
    case = world.case()
    path, number = opened(officer, case)
    sent = officer.post(f"{path}/resolve", seen=number, answer="Your card is at GPO, counter 3.")
    assert (sent.status_code, sent.location) == (303, path)
    assert fresh(rt, case).status is CaseStatus.RESOLVED
    page = officer.get(path).text
    assert "The citizen will be asked" in page
    assert "Your card is at GPO, counter 3." in page
    assert "waiting to leave" in page


def test_a_form_sent_twice_has_one_effect(world: DeskWorld, officer: Browser, rt: Any) -> None:
    case = world.case()
    path, number = opened(officer, case)
    for _ in range(2):
        sent = officer.post(f"{path}/note", seen=number, text="Called the store.")
        assert sent.status_code == 303
    with rt.transaction() as session:
        done = [event.action for event in history.events(session, case)]
    assert done == ["receive", "note"]


def test_a_form_sent_by_two_clicks_at_once_has_one_effect(
    world: DeskWorld, app: Any, rt: Any
) -> None:
    case, colleague = world.case(), world.staff(Role.OFFICER, "NRB")
    browsers = [Browser(app, colleague) for _ in range(4)]
    fields = {"seen": "1", "answer": "Your card is at GPO, counter 3."}

    def click(browser: Browser) -> int:
        return int(browser.post(f"/desk/cases/{case.reference}/resolve", **fields).status_code)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(click, browsers)) == [303] * 4
    with rt.transaction() as session:
        found = sa.select(sa.func.count()).select_from(Message)
        assert session.scalar(found.where(Message.wording == "sms-answered")) == 1


def test_an_answer_typed_while_another_acted_comes_back(
    world: DeskWorld, officer: Browser, app: Any, rt: Any
) -> None:
    case = world.case()
    path, number = opened(officer, case)
    other = Browser(app, world.staff(Role.SUPERVISOR, "NRB"))
    assert other.post(f"{path}/note", seen=number, text="Mine.").status_code == 303
    sent = officer.post(f"{path}/resolve", seen=number, answer="My long answer.")
    assert sent.status_code == 409
    assert "My long answer." in sent.text
    assert "Somebody else acted on this case" in sent.text
    assert fresh(rt, case).status is CaseStatus.RECEIVED


REFUSED = [
    ("no words", "resolve", {"answer": ""}, "Write a little more"),
    ("too many words", "resolve", {"answer": "x" * 301}, "This is too long"),
    ("no office", "transfer", {"to": "", "reason": "other_institution"}, "This is needed"),
    ("no such office", "transfer", {"to": "X", "reason": "other_institution"}, "Choose one"),
    ("no ground", "reject", {"ground": "", "reasons": "Kept typed."}, "This is needed"),
    ("not a colleague", "assign", {"officer": "somebody"}, "Choose one"),
    ("no such category", "categorise", {"category": "weather"}, "Choose one"),
]


@pytest.mark.parametrize(
    ("name", "fields", "says"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_a_form_that_cannot_be_done_says_why(
    world: DeskWorld, officer: Browser, rt: Any, name: str, fields: dict[str, str], says: str
) -> None:
    case = world.case()
    path, number = opened(officer, case)
    sent = officer.post(f"{path}/{name}", seen=number, **fields)
    assert sent.status_code == 409
    assert says in sent.text
    typed = [value for name, value in fields.items() if name in ("answer", "reasons")]
    assert all(value in sent.text for value in typed)
    assert fresh(rt, case).status is CaseStatus.RECEIVED


def test_what_the_status_forbids_is_said_in_the_rule_s_words(
    world: DeskWorld, officer: Browser
) -> None:
    case = world.case()
    path, number = opened(officer, case)
    officer.post(f"{path}/resolve", seen=number, answer="Done, collect it.")
    again = seen(officer.get(path).text)
    sent = officer.post(f"{path}/ask", seen=again, question="Which office?")
    assert sent.status_code == 409


def test_not_ours_moves_the_case_to_the_office_chosen(
    world: DeskWorld, officer: Browser, rt: Any
) -> None:
    case = world.case()
    path, number = opened(officer, case)
    sent = officer.post(
        f"{path}/transfer", seen=number, to="DIS-R", reason="wrong_service", words="A passport."
    )
    assert (sent.status_code, sent.location) == (303, "/desk/")
    assert fresh(rt, case).unit_id == "DIS-R"
    assert officer.get(path).status_code == 404


def test_a_question_stops_the_clock_only_once_delivered(
    world: DeskWorld, officer: Browser, rt: Any, clock: Any
) -> None:
    case = world.case()
    path, number = opened(officer, case)
    officer.post(f"{path}/ask", seen=number, question="Which name is on the receipt?")
    assert "Waiting for the citizen until" not in officer.get(path).text
    with rt.transaction() as session:
        asked = session.scalars(sa.select(Message).where(Message.wording == "sms-asked")).one()
        asked.state, asked.delivered_at = MessageState.DELIVERED, clock()
    clock.forward(hours=1)
    assert "Waiting for the citizen until" in officer.get(path).text


def test_a_category_is_kept_beside_the_suggestion(
    world: DeskWorld, officer: Browser, rt: Any
) -> None:
    case = world.case()
    path, number = opened(officer, case)
    assert officer.post(f"{path}/categorise", seen=number, category="delay").status_code == 303
    assert fresh(rt, case).category == "delay"


def test_every_look_is_written_down(world: DeskWorld, app: Any, rt: Any) -> None:
    case = world.case()
    for role, institution in (
        (Role.OFFICER, "NRB"),
        (Role.PERFORMANCE, "NRB"),
        (Role.AUDITOR, None),
    ):
        assert Browser(app, world.staff(role, institution)).get(
            f"/desk/cases/{case.reference}"
        ).status_code == 200  # fmt: skip
    with rt.transaction() as session:
        looks = session.scalars(sa.select(Look).where(Look.case_id == case.id)).all()
    assert len({look.staff_id for look in looks}) == 3


def test_somebody_who_said_stop_cannot_be_reached(
    world: DeskWorld, officer: Browser, rt: Any
) -> None:
    case = world.case()
    with rt.transaction() as session:
        session.add(Stop(citizen_id=case.citizen_id, channel="africastalking-sms", at=rt.now()))
    path, number = opened(officer, case)
    officer.post(f"{path}/resolve", seen=number, answer="Your card is at GPO.")
    page = officer.get(path).text
    assert "d-stopped" in page
    assert "We need something from the citizen" not in page


def test_a_case_takes_at_most_twelve_statements(
    world: DeskWorld, officer: Browser, engine: Any
) -> None:
    case, _ = world.case(), world.case()
    officer.get(f"/desk/cases/{case.reference}")  # the registry's copy is kept from here on
    with Statements(engine) as sent:
        assert officer.get(f"/desk/cases/{case.reference}").status_code == 200
    assert len(sent) <= 12, "\n".join(sent)


MASKED = [
    ("a mobile", "call 0712345678 now", "call […78] now"),
    ("with spaces", "0712 345 678", "[…78]"),
    ("with dashes", "0712-345-678.", "[…78]."),
    ("with the country", "+254 712 345 678", "[…78]"),
    ("without a plus", "254712345678", "[…78]"),
    ("a new block", "0110 123 456", "[…56]"),
    ("without the zero", "712345678", "[…78]"),
    ("a landline", "020 222 7411", "[…11]"),
    ("from abroad", "+44 20 7946 0958", "[…58]"),
    ("two of them", "0712345678/0722000111", "[…78]/[…11]"),
    ("a reference", "case 1234 5674", "case 1234 5674"),
    ("an ID number", "ID 28456123", "ID […23]"),
    ("money and a day", "KES 12,500 on 14.10.2026", "KES 12,500 on 14.10.2026"),
]


@pytest.mark.parametrize(
    ("typed", "shown"), [row[1:] for row in MASKED], ids=[row[0] for row in MASKED]
)
def test_numbers_typed_in_words_are_masked(typed: str, shown: str) -> None:
    assert masked_words(typed) == shown


def test_custody_adds_up_to_the_whole_and_names_every_holder(
    world: DeskWorld, officer: Browser, app: Any, rt: Any, clock: Any
) -> None:
    case = world.case()
    path = f"/desk/cases/{case.reference}"
    clock.forward(hours=3)
    way = {"to": "DIS-R", "reason": "other_institution", "words": "Theirs."}
    assert officer.post(f"{path}/transfer", seen=1, **way).status_code == 303
    clock.forward(hours=4, minutes=20)
    immigration = Browser(app, world.staff(Role.OFFICER, "DIS"))
    page = immigration.get(path).text
    for words in ("NRB-R desk", "3 h 0 min", "DIS-R desk", "4 h 20 min", "7 h 20 min"):
        assert words in page


def test_the_office_s_clock_waits_and_the_citizen_s_does_not(
    world: DeskWorld, rt: Any, officer: Browser, clock: Any
) -> None:
    case = world.case()
    officer.post(f"/desk/cases/{case.reference}/ask", seen=1, question="Which name is on it?")
    with rt.transaction() as session:
        asked = session.scalars(sa.select(Message).where(Message.wording == "sms-asked")).one()
        asked.state, asked.delivered_at = MessageState.DELIVERED, clock()
    clock.forward(days=3)
    page = officer.get(f"/desk/cases/{case.reference}").text
    assert "0 of 5 working days used" in page
    assert "Waiting for 3 days" in page


def test_the_desk_speaks_kiswahili_to_who_reads_it(world: DeskWorld, officer: Browser) -> None:
    case = world.case()
    officer.post(f"/desk/cases/{case.reference}/note", seen=1, text="Called the store.")
    page = officer.get(f"/desk/cases/{case.reference}?lang=sw").text
    assert '<html lang="sw">' in page
    assert "Dawati NRB-R" in page
    assert "Cheti cha kuzaliwa" in page
    assert f'href="/desk/cases/{case.reference}?lang=en"' in page
    assert '<html lang="sw">' in officer.get("/desk/").text
