"""What the open data page offers: packages, tables as streams, a workbook that holds no formula."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from analytics.scorecards import Cell, card
from feedback_service import jobs, schedule
from feedback_service.app import create_app
from feedback_service.domain.ratings import Sample
from feedback_service.models import FrozenPeriod
from feedback_service.reports import Names, open_data
from feedback_service.reports.words import SAMPLES
from feedback_service.reports.workbook import Shown, as_workbook
from feedback_service.web.public import packages
from feedback_service.web.texts import say
from tests.integration.scoring_planting import PERIOD, a_case, many_ratings

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def shelved(rt: Any, own_registry: None, tmp_path: Any, clock: Any) -> Any:
    """A service whose VAR_DIR is the test's, two weeks after the quarter."""
    clock.set(datetime(2026, 4, 14, 6, tzinfo=UTC))
    with rt.transaction() as session:
        session.add_all(many_ratings(61, 120))
        session.add_all(a_case(number, received_on=date(2026, 1, 5)) for number in range(8))
    return replace(rt, settings=replace(rt.settings, var_dir=tmp_path))


@pytest.fixture
def reader(shelved: Any) -> Any:
    return create_app(shelved).test_client()


def test_a_quarter_that_is_over_is_kept_ready_and_can_be_taken(reader: Any, shelved: Any) -> None:
    assert ".zip" not in reader.get("/open-data/").text
    made = open_data.keep(shelved)
    assert made.name == "FY2025-26-Q3.20260414.zip"
    page = reader.get("/open-data/").text
    assert f'href="/open-data/packages/{made.name}"' in page
    with reader.get(f"/open-data/packages/{made.name}") as answer:
        assert answer.mimetype == "application/zip"
        content = answer.data
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        told = json.loads(archive.read("datapackage.json"))
        assert {one["path"] for one in told["resources"]} < set(archive.namelist())
    held = {"If-None-Match": answer.headers["ETag"]}
    assert reader.get(f"/open-data/packages/{made.name}", headers=held).status_code == 304
    for wrong in ("nothing.zip", "../run.env", "FY2025-26-Q3.20260101.zip", "%2e%2e%2frun.env"):
        assert reader.get(f"/open-data/packages/{wrong}").status_code == 404


def test_a_package_is_made_anew_daily_until_its_quarter_is_frozen(shelved: Any, clock: Any) -> None:
    def made() -> date | None:
        one = open_data.keep(shelved, lambda asked, path: path.write_bytes(b"a package"))
        return one.made_on if one else None

    assert [made(), made()] == [date(2026, 4, 14), None]
    clock.forward(days=1)
    assert made() == date(2026, 4, 15)
    assert [one.made_on for one in open_data.kept(shelved)] == [date(2026, 4, 15)]
    with shelved.transaction() as session:
        session.add(_frozen(shelved.now()))
    assert made() is None
    clock.forward(days=1)
    assert made() == date(2026, 4, 16), "once more, as it was frozen"
    clock.forward(days=30)
    assert made() is None


def _frozen(at: datetime) -> FrozenPeriod:
    return FrozenPeriod(
        period=PERIOD, frozen_at=at, as_of=at, early=True, reason="", root="r", statement={},
        signature="s", leaf_secret=b"",
    )  # fmt: skip


def test_the_clock_rings_for_a_worker(shelved: Any) -> None:
    assert schedule.DUTIES["open_data"].do is open_data.keep_soon
    open_data.keep_soon(shelved)
    assert [job.func_name for job in shelved.queue.jobs] == ["feedback_service.jobs.open_data"]
    assert jobs.open_data.__name__ == open_data.shelf.BELL


def test_every_table_comes_as_lines_of_two_kinds_that_say_the_same(reader: Any) -> None:
    for resource in open_data.RESOURCES:
        if resource.name in ("nimes_values", "cimes_values"):
            continue  # as scorecards
        where = f"/open-data/tables/{resource.name}"
        rows = list(csv.DictReader(reader.get(f"{where}.csv?period={PERIOD}").text.splitlines()))
        objects = [
            json.loads(line)
            for line in reader.get(f"{where}.ndjson?period={PERIOD}").text.splitlines()
        ]
        assert len(rows) == len(objects), resource.name
        for row, told in zip(rows[:50], objects[:50], strict=True):
            assert row == {key: _as_csv(value) for key, value in told.items()}
    path = "/open-data/tables/counties.csv"
    answer = reader.get(path)
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    held = {"If-None-Match": answer.headers["ETag"]}
    assert reader.get(path, headers=held).status_code == 304
    with packages._ONE_AT_A_TIME:
        busy = reader.get(path)
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "15")
    assert reader.get("/open-data/tables/secrets.csv").status_code == 404
    assert reader.get("/open-data/tables/requests.csv?period=2026Q1").status_code == 400


def _as_csv(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def test_a_workbook_has_a_sheet_for_each_view_in_both_languages(reader: Any) -> None:
    whole, _ = opened(reader, f"/open-data/scorecards.xlsx?period={PERIOD}&lang=en")
    assert list(whole) == ["Institutions", "Figures", "Notes"]
    assert "/open-data/scorecards.xlsx?" in reader.get(f"/scorecards/NRB/{PERIOD}").text
    one, _ = opened(reader, f"/open-data/scorecards.xlsx?period={PERIOD}&institution=NRB&lang=sw")
    assert list(one) == [
        "Takwimu", "Kwa kaunti", "Kwa huduma", "Kwa mahali", "Kwa njia", "Kwa lugha", "Maelezo"
    ]  # fmt: skip
    for sheet in (*whole.values(), *one.values()):
        assert sheet.find(f".//{MAIN}pane").attrib["state"] == "frozen"


@pytest.mark.parametrize("risky", ["=1+1", "+1", "-1", "@SUM(1)", "\tx", "\rx"])
def test_no_text_becomes_a_formula(risky: str) -> None:
    names = Names({"X": {"en": risky}}, {})
    content = as_workbook(Shown("P", "today", "owner", [card("X", "P", Cell())]), names, "en")
    sheets, styles = read(content)
    assert all(sheet.find(f".//{MAIN}f") is None for sheet in sheets.values())
    cell = next(one for one in sheets["Figures"].iter(f"{MAIN}c") if one.attrib["r"] == "A2")
    assert "".join(cell.itertext()).replace("_x000D_", "\r") == risky
    assert cell.attrib["t"] == "inlineStr"
    assert styles[int(cell.attrib["s"])].attrib["quotePrefix"] == "1"


def test_a_workbook_says_the_figures_of_the_file(reader: Any) -> None:
    lines = reader.get(f"/open-data/scorecards.csv?period={PERIOD}&institution=NRB").text
    told = {row["indicator"]: row for row in csv.DictReader(lines.splitlines())}
    path = f"/open-data/scorecards.xlsx?period={PERIOD}&institution=NRB"
    row = opened(reader, path)[0]["Figures"].findall(f".//{MAIN}row")[1]
    numbers = [cell.findtext(f"{MAIN}v") for cell in row if cell.find(f"{MAIN}v") is not None]
    first = told["satisfaction"]
    wanted = [first[name] for name in ("value", "low", "high", "n")]
    assert [float(number) for number in numbers] == [float(number) for number in wanted]
    assert SAMPLES["en"][Sample.OPEN] in ["".join(cell.itertext()) for cell in row]
    for lang, words in SAMPLES.items():
        assert {say(lang, f"sample.{one}") for one in Sample} == set(words.values())
    assert reader.get("/open-data/scorecards.xlsx?institution=NOBODY").status_code == 404
    assert reader.get("/open-data/scorecards.xlsx?period=2026").status_code == 400


def opened(reader: Any, path: str) -> Any:
    answer = reader.get(path)
    assert answer.status_code == 200
    return read(answer.data)


def read(content: bytes) -> tuple[dict[str, Xml.Element], list[Xml.Element]]:
    """The sheets by name, and the styles that their cells point to."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = Xml.fromstring(archive.read("xl/workbook.xml"))
        names = [sheet.attrib["name"] for sheet in book.iter(f"{MAIN}sheet")]
        styles = Xml.fromstring(archive.read("xl/styles.xml"))
        sheets = {
            name: Xml.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
            for number, name in enumerate(names, 1)
        }
    return sheets, styles.findall(f".//{MAIN}cellXfs/{MAIN}xf")
