"""Sheets of Mashinani: each row a case once, on the day it came, with every mistake told."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest

from feedback_service import outbox, registry
from feedback_service.identity import KeyRing
from feedback_service.intake import mashinani
from feedback_service.models import Case, Citizen, Message, Role, StaffPhone
from tests.desk_world import Browser, DeskWorld

pytestmark = pytest.mark.servers

TODAY = date(2026, 3, 2)
HEAD = ",".join(mashinani.COLUMNS)
GOOD = (
    "MASH2345,1,26/02/2026,I have waited for my ID card since May.,en,722000111,1001,Nairobi,"
    ",delay,"
)
SLIP = "MASH2345,2,27/02/2026,Sijapata kitambulisho changu hadi leo.,Kiswahili,,id-first,47,,,"


@pytest.fixture
def helper(world: DeskWorld, app: Any) -> Browser:
    return Browser(app, world.staff(Role.OFFICER, "HKS"))


def sheet(*rows: str) -> str:
    return "\n".join([HEAD, *rows, ""])


def sent(helper: Browser, text: str | bytes) -> Any:
    content = text.encode() if isinstance(text, str) else text
    return helper.post("/desk/sheets", sheet=(io.BytesIO(content), "sheet.csv"))


def filed(helper: Browser, page: Any) -> Any:
    token = re.search(r'action="/desk/sheets/([0-9a-f]{32})"', page.text)
    assert token, page.text
    return helper.post(f"/desk/sheets/{token[1]}")


@pytest.fixture
def all_rows(rt: Any) -> Any:
    import sqlalchemy as sa

    def rows(model: Any) -> list[Any]:
        with rt.transaction() as session:
            return list(session.scalars(sa.select(model)))

    return rows


def test_a_sheet_is_looked_through_before_anything_is_filed(helper: Browser, all_rows: Any) -> None:
    page = sent(helper, sheet(GOOD, SLIP))
    assert page.status_code == 200
    assert "2 rows can be filed" in page.text
    assert "722000111" not in page.text
    assert all_rows(Case) == []
    assert all_rows(Citizen) == []


def test_each_row_is_a_case_on_the_day_it_came(helper: Browser, rt: Any, all_rows: Any) -> None:
    done = filed(helper, sent(helper, sheet(GOOD, SLIP)))
    assert done.location == "/desk/sheets/MASH2345"
    one, two = sorted(all_rows(Case), key=lambda case: case.source)
    assert (one.source, two.source) == ("desk:mashinani:MASH2345:1", "desk:mashinani:MASH2345:2")
    assert (one.received_on, two.received_on) == (date(2026, 2, 26), date(2026, 2, 27))
    assert (one.service_id, one.county_code, one.language) == ("id-first", 47, "en")
    assert (two.citizen_id, two.language) == (None, "sw")
    outbox.drain(rt)
    (message,) = all_rows(Message)
    assert message.citizen_id == one.citizen_id
    page = helper.get(done.location).text
    assert f"/desk/slips/{two.reference}" in page
    assert f"/desk/slips/{one.reference}" not in page


def test_the_same_sheet_again_changes_nothing(helper: Browser, all_rows: Any) -> None:
    page = sent(helper, sheet(GOOD, SLIP))
    filed(helper, page)
    filed(helper, page)
    again = sent(helper, sheet(GOOD.replace("waited", "WAITED"), SLIP))
    assert "2 rows were filed before" in again.text
    assert 'action="/desk/sheets/' not in again.text.replace('action="/desk/sheets"', "")
    assert len(all_rows(Case)) == 2


def test_a_copied_sheet_does_not_swallow_another_complaint(helper: Browser, all_rows: Any) -> None:
    filed(helper, sent(helper, sheet(GOOD, SLIP)))
    copied = SLIP.replace("Sijapata kitambulisho changu hadi leo.", "Maji hayajatoka tangu Mei.")
    page = sent(helper, sheet(GOOD, copied))
    assert page.status_code == 422
    assert "was filed with other words" in page.text
    assert "1 row was filed before" in page.text
    assert len(all_rows(Case)) == 2


def test_a_row_is_one_however_its_number_is_written(helper: Browser, all_rows: Any) -> None:
    filed(helper, sent(helper, sheet(GOOD)))
    assert "1 row was filed before" in sent(helper, sheet(GOOD.replace(",1,", ",01,", 1))).text


def test_rows_that_are_right_are_filed_beside_wrong_ones(helper: Browser, all_rows: Any) -> None:
    page = sent(helper, sheet(GOOD, SLIP.replace("id-first", "nothing")))
    assert page.status_code == 422
    assert "1 row can be filed" in page.text
    assert "its code from the poster" in page.text
    filed(helper, page)
    assert len(all_rows(Case)) == 1
    mended = sent(helper, sheet(GOOD, SLIP))
    filed(helper, mended)
    assert len(all_rows(Case)) == 2


MISTAKES = [
    ("no sheet's name", GOOD.replace("MASH2345", "a b"), "sheet", "sheet_name"),
    ("no row's number", GOOD.replace(",1,", ",one,", 1), "row", "sheet_row"),
    ("a row no sheet has", GOOD.replace(",1,", f",{'9' * 5000},", 1), "row", "sheet_row"),
    ("a day to come", GOOD.replace("26/02/2026", "03/03/2026"), "received_on", "in_future"),
    ("a day long ago", GOOD.replace("26/02/2026", "26/02/2025"), "received_on", "too_old"),
    ("no day", GOOD.replace("26/02/2026", "Friday"), "received_on", "not_a_day"),
    ("no words", GOOD.replace("I have waited for my ID card since May.", ""), "words", "required"),
    ("no phone number", GOOD.replace("722000111", "12"), "phone", "not_a_phone"),
    ("no such service", GOOD.replace("1001", "9999"), "service", "sheet_service"),
    ("no such county", GOOD.replace("Nairobi", "Narnia"), "county", "sheet_county"),
    ("no such category", GOOD.replace("delay", "weather"), "category", "sheet_category"),
    ("no such language", GOOD.replace(",en,", ",fr,"), "language", "sheet_language"),
]


@pytest.mark.parametrize(
    ("row", "field", "key"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES]
)
def test_a_mistake_is_told_with_its_line_and_column(
    world: DeskWorld, rt: Any, row: str, field: str, key: str
) -> None:
    with rt.transaction() as session:
        found = mashinani.read(session, sheet(SLIP, row), registry.catalogue(rt), TODAY)
    (problem,) = found.problems
    assert (problem.line, problem.field, problem.key) == (3, field, key)
    assert len(found.new) == 1
    assert "722" not in problem.value


def test_one_row_s_name_twice_in_a_file_is_a_mistake(world: DeskWorld, rt: Any) -> None:
    with rt.transaction() as session:
        found = mashinani.read(session, sheet(GOOD, GOOD), registry.catalogue(rt), TODAY)
    assert [problem.key for problem in found.problems] == ["row_twice"]


SPREADSHEETS = [
    ("with a mark in front", ("\ufeff" + sheet(SLIP)).encode()),
    ("with semicolons", sheet(SLIP).replace(",", ";").encode()),
    ("in Windows' letters", sheet(SLIP.replace("leo.", "leo caf\u00e9.")).encode("cp1252")),
    ("with lines ended as Windows does", sheet(SLIP).replace("\n", "\r\n").encode()),
]


@pytest.mark.parametrize(
    "content", [row[1] for row in SPREADSHEETS], ids=[row[0] for row in SPREADSHEETS]
)
def test_what_spreadsheets_save_is_read(helper: Browser, content: bytes) -> None:
    assert "1 row can be filed" in sent(helper, content).text


NO_SHEETS = [
    ("an empty file", "", "no filled row"),
    ("other columns", "a,b\n1,2\n", "Columns are missing"),
    ("no row in use", sheet("MASH2345,1,,,,,,,,,"), "no filled row"),
]


@pytest.mark.parametrize(
    ("text", "says"), [row[1:] for row in NO_SHEETS], ids=[row[0] for row in NO_SHEETS]
)
def test_what_is_no_sheet_is_told_so(helper: Browser, text: str, says: str) -> None:
    page = sent(helper, text)
    assert page.status_code == 422
    assert says in page.text


def test_an_empty_sheet_is_read_by_its_own_reader(helper: Browser) -> None:
    empty = helper.get("/desk/sheets/empty.csv")
    assert "attachment" in empty.headers["Content-Disposition"]
    lines = empty.get_data(as_text=True).splitlines()
    name = lines[1].split(",")[0]
    text = "\n".join([lines[0], GOOD.replace("MASH2345", name)])
    assert "1 row can be filed" in sent(helper, text).text


def test_the_paper_sheet_is_a_pdf_with_a_name_of_its_own(helper: Browser) -> None:
    one, two = (helper.get("/desk/sheets/paper.pdf") for _ in range(2))
    assert one.data.startswith(b"%PDF")
    assert one.headers["Content-Disposition"] != two.headers["Content-Disposition"]


def test_what_was_read_is_gone_after_half_an_hour_and_is_nobody_else_s(
    world: DeskWorld, app: Any, helper: Browser, rt: Any, all_rows: Any
) -> None:
    page = sent(helper, sheet(GOOD))
    (kept,) = rt.redis.keys("sheet:*")
    assert 0 < rt.redis.ttl(kept) <= 1800
    assert b"722" not in rt.redis.get(kept)
    other = Browser(app, world.staff(Role.OFFICER, "HKS"))
    filed(other, page)
    assert all_rows(Case) == []


def test_a_phone_of_the_helper_s_own_office_is_no_citizen_s(
    helper: Browser, rt: Any, all_rows: Any
) -> None:
    lookup = KeyRing(rt.settings.phone_keys).lookup("+254722000111")
    with rt.transaction() as session:
        session.add(StaffPhone(institution_id="HKS", lookup=lookup, entered_at=rt.now()))
    page = sent(helper, sheet(GOOD, SLIP))
    assert "a phone of your own office" in page.text
    assert "1 row can be filed" in page.text


def test_a_sheet_of_another_helper_is_not_there(
    world: DeskWorld, app: Any, helper: Browser
) -> None:
    filed(helper, sent(helper, sheet(GOOD)))
    other = Browser(app, world.staff(Role.OFFICER, "HKS"))
    assert other.get("/desk/sheets/MASH2345").status_code == 404
