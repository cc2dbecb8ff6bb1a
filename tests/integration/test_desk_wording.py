"""The desk's page of all wording: read side by side, filtered, taken out and in as a sheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service.conversations import wording
from feedback_service.conversations.wording import sheet, shipped
from feedback_service.models import Phrase, Role
from tests.desk_world import Browser, DeskWorld

pytestmark = pytest.mark.servers

THEIRS = "Asante, {office} itaona maneno yako kwa kesi {reference}."


@pytest.fixture(autouse=True)
def shipped_again() -> Iterator[None]:
    """What a process says is its own: the next test finds it as we ship it."""
    yield
    wording.use({})


@pytest.fixture
def editor(world: DeskWorld, app: Any) -> Browser:
    return Browser(app, world.staff(Role.TRANSLATOR, None, name="Njeri Editor"))


def taken_out(editor: Browser) -> list[dict[str, str]]:
    sent = editor.get("/desk/wording?as=csv")
    assert sent.status_code == 200
    assert sent.headers["Content-Disposition"].endswith("wording.csv")
    return list(csv.DictReader(io.StringIO(sent.data.decode("utf-8-sig"), newline="")))


def give_back(editor: Browser, key: str, **cells: str) -> Any:
    """The sheet as it came with cells of one row changed."""
    out = io.StringIO()
    table = csv.DictWriter(out, sheet.COLUMNS)
    table.writeheader()
    for row in taken_out(editor):
        table.writerow(row | (cells if row["key"] == key else {}))
    return upload(editor, out.getvalue().encode())


def upload(editor: Browser, content: bytes) -> Any:
    fields = {"sheet": (io.BytesIO(content), "wording.csv"), "csrf_token": editor.csrf()}
    return editor.client.post("/desk/wording", data=fields)


def test_an_editor_reads_every_wording_and_takes_it_out(editor: Browser) -> None:
    page = editor.get("/desk/wording").text
    rows = taken_out(editor)
    assert [row["key"] for row in rows] == list(shipped("en"))
    assert all(f"<code>{row['key']}</code>" in page for row in rows)


def test_a_change_names_who_made_it_and_what_we_ship(editor: Browser, rt: Any) -> None:
    assert give_back(editor, "sms-added", kiswahili=THEIRS).status_code == 303
    assert wording.phrases("sw")["sms-added"] != THEIRS, "this process has not looked yet"
    page = editor.get("/desk/wording?changed=1").text
    assert THEIRS in page
    assert shipped("sw")["sms-added"] in page
    assert "by Njeri Editor" in page
    assert "<code>sms-routed</code>" not in page
    assert give_back(editor, "sms-added", kiswahili="").status_code == 303
    assert "<code>sms-added</code>" not in editor.get("/desk/wording?changed=1").text


def test_one_mistake_changes_nothing_and_is_told_by_row(editor: Browser, rt: Any) -> None:
    sent = give_back(editor, "sms-added", english="Thanks.", kiswahili=THEIRS)
    assert sent.status_code == 422
    assert "Write exactly {office}, {reference}." in sent.text
    with rt.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Phrase)) == 0


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"not,a,sheet\r\n", b"x" * 450_000])
def test_what_is_no_sheet_is_refused_politely(editor: Browser, content: bytes) -> None:
    sent = upload(editor, content)
    assert sent.status_code == 422
    assert "nothing was changed" in sent.text


def test_a_sheet_as_it_went_out_changes_nothing(editor: Browser) -> None:
    sent = upload(editor, editor.get("/desk/wording?as=csv").data)
    assert (sent.status_code, sent.location) == (303, "/desk/wording")
    assert "Nothing differs" in editor.get("/desk/wording").text


@pytest.mark.parametrize(
    ("asked", "shown", "hidden"),
    [
        ("q=SMS-ROUTED", "sms-routed", "sms-late"),
        ("q=bado+nangoja", "on-time-waiting", "on-time-yes"),
        ("where=message", "sms-late", "main-rate"),
        ("where=line", "main-rate", "sms-late"),
    ],
)
def test_the_lines_are_filtered(editor: Browser, asked: str, shown: str, hidden: str) -> None:
    page = editor.get(f"/desk/wording?{asked}").text
    assert f"<code>{shown}</code>" in page
    assert f"<code>{hidden}</code>" not in page


def test_a_filter_that_nothing_passes_offers_the_way_back(editor: Browser) -> None:
    assert "Nothing matches." in editor.get("/desk/wording?q=zzzz").text
