"""The page of the calendar: days entered, taken back, out and in as CSV, each change on record."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest

from feedback_service import audit, registry
from feedback_service.models import Case, Holiday, Role
from feedback_service.redress import moved
from tests.desk_world import Browser, DeskWorld

pytestmark = pytest.mark.servers

IDD = {"date": "2026-03-27", "name": "Idd-ul-Fitr", "county": "", "source": "Gazette notice 3"}
HEAD = "date,name,county,source\n"


@pytest.fixture
def chief(world: DeskWorld, app: Any) -> Browser:
    """The browser of an administrator of the whole service."""
    return Browser(app, world.staff(Role.ADMINISTRATOR, None, name="Wanjiku Chief"))


def in_force(rt: Any, day: str = "2026-03-27", county: int = 0) -> bool:
    with rt.transaction() as session:
        row = session.get(Holiday, (date.fromisoformat(day), county))
        return row is not None and row.ended_at is None


def what_is_on_record(rt: Any) -> list[tuple[str, str]]:
    with rt.transaction() as session:
        return [(line.what, line.subject) for line in audit.lines(session)]


def test_a_day_is_entered_shown_counted_by_the_clocks_and_taken_back(
    chief: Browser, rt: Any
) -> None:
    assert chief.post("/desk/calendar", **IDD).status_code == 303
    page = chief.get("/desk/calendar?year=2026").text
    assert "Idd-ul-Fitr" in page
    assert "Gazette notice 3" in page
    assert "Entered by Wanjiku Chief" in page
    with rt.transaction() as session:
        assert date(2026, 3, 27) in registry.calendar(rt, session).holidays
    assert chief.post("/desk/calendar/2026-03-27/0/end").status_code == 303
    assert not in_force(rt)
    assert "Taken back" in chief.get("/desk/calendar?year=2026").text
    with rt.transaction() as session:
        assert date(2026, 3, 27) not in registry.calendar(rt, session).holidays
    assert what_is_on_record(rt) == [
        ("holiday.add", "2026-03-27/0"), ("holiday.end", "2026-03-27/0"),
    ]  # fmt: skip


def test_days_known_ahead_stand_beside_ours_and_cannot_be_taken_back(chief: Browser) -> None:
    page = chief.get("/desk/calendar?year=2026&lang=sw").text
    assert "Jamhuri" in page
    assert "Inajulikana mapema" in page
    assert chief.post("/desk/calendar/2026-12-12/0/end").status_code == 303
    assert "haitumiki tena" in chief.get("/desk/calendar").text


REFUSED = [
    ("no day", {"date": ""}, "date"),
    ("a word for a day", {"date": "next Friday"}, "date"),
    ("a day of a year too far", {"date": "2031-01-05"}, "date"),
    ("a day known ahead", {"date": "2026-06-01"}, "date"),
    ("no name", {"name": ""}, "name"),
    ("a county there is not", {"county": "48"}, "county"),
    ("a county of no registry", {"county": "30"}, "county"),
    ("no source", {"source": " "}, "source"),
]


@pytest.mark.parametrize(
    ("typed", "field"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_is_typed_wrong_is_shown_beside_its_field(
    chief: Browser, rt: Any, typed: dict[str, str], field: str
) -> None:
    sent = chief.post("/desk/calendar", **(IDD | typed))
    assert sent.status_code == 422
    assert f'id="{field}-error"' in sent.text
    assert not in_force(rt)


def sheet(browser: Browser, text: str | bytes) -> Any:
    content = text.encode() if isinstance(text, str) else text
    return browser.post("/desk/calendar/sheet", sheet=(io.BytesIO(content), "days.csv"))


def test_what_goes_out_as_csv_comes_in_again_and_changes_nothing(chief: Browser, rt: Any) -> None:
    rows = '2026-03-27,Idd-ul-Fitr,,Notice 3\n2026-05-11,"Founders, remembered",47,Notice 9\n'
    assert sheet(chief, HEAD + rows).status_code == 303
    assert in_force(rt)
    assert in_force(rt, "2026-05-11", 47)
    file = chief.get("/desk/calendar?as=csv")
    assert file.data.decode("utf-8-sig").replace("\r\n", "\n") == HEAD + rows
    assert sheet(chief, file.data).status_code == 303
    assert len(what_is_on_record(rt)) == 2


BAD_SHEETS = [
    ("empty", "", "Save it as CSV"),
    ("not text", b"\xff\xfe\x00", "Save it as CSV"),
    ("an open quote", HEAD + '2026-03-27,"Idd,,x\n', "Save it as CSV"),
    ("another header", "day,name\n", "The first line must read"),
    ("a cell too many", HEAD + "2026-03-27,Idd,,a,b\n", "needs four cells"),
    ("a day that is none", HEAD + "20 March,Idd,,x\n", "Write the day like"),
    ("a county that is none", HEAD + "2026-03-27,Idd,Nairobi,x\n", "county&#39;s number"),
    (
        "the same day twice",
        HEAD + "2026-03-27,Idd,,x\n2026-03-27,Eid,,x\n",
        "comes twice|come twice",
    ),
    ("a day known ahead", HEAD + "2026-06-01,Madaraka,,x\n", "This day is a holiday already"),
]


@pytest.mark.parametrize(
    ("text", "words"), [row[1:] for row in BAD_SHEETS], ids=[row[0] for row in BAD_SHEETS]
)
def test_a_sheet_with_one_bad_row_is_told_and_nothing_of_it_taken(
    chief: Browser, rt: Any, text: str | bytes, words: str
) -> None:
    good = "2026-03-23,Good,,x\n"
    whole = text + good if isinstance(text, str) and text.startswith(HEAD) else text
    sent = sheet(chief, whole)
    assert sent.status_code == 422
    assert any(one in sent.text for one in words.split("|"))
    assert not in_force(rt, "2026-03-23")


def test_an_administrator_of_one_institution_does_not_change_the_country_s_calendar(
    world: DeskWorld, app: Any
) -> None:
    browser = Browser(app, world.staff(Role.ADMINISTRATOR, "NRB"))
    assert browser.get("/desk/calendar").status_code == 404
    assert browser.post("/desk/calendar", **IDD).status_code == 404
    assert browser.post("/desk/calendar/2026-03-27/0/end").status_code == 404
    assert sheet(browser, HEAD).status_code == 404


def test_the_page_says_how_many_dates_a_day_moved_and_the_case_why(
    chief: Browser, world: DeskWorld, officer: Browser, rt: Any
) -> None:
    case = world.case()
    chief.post("/desk/calendar", **(IDD | {"date": "2026-03-04"}))
    moved.recompute(rt)
    assert "moved 1 date" in chief.get("/desk/calendar?year=2026").text
    page = officer.get(f"/desk/cases/{case.reference}").text
    assert "Idd-ul-Fitr" in page
    assert "Mon 9 Mar 2026" in page
    assert "Tue 10 Mar 2026" in page
    with rt.transaction() as session:
        assert session.get_one(Case, case.id).due_at.date() == date(2026, 3, 10)
