"""Wording changed while the service runs: kept, said by every process, taken back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from feedback_service import jobs, registry, schedule
from feedback_service.conversations import wording
from feedback_service.conversations.wording import phrase, sheet, shipped
from feedback_service.conversations.wording.sheet import Edit
from feedback_service.models import Phrase, RegistryState
from feedback_service.registry import phrases
from tests.integration.command_line import loaded, run

__all__ = ["loaded", "run"]

OURS = shipped("sw")["sms-added"]
THEIRS = "Asante, {office} itaona maneno yako kwa kesi {reference}."


@pytest.fixture(autouse=True)
def shipped_again() -> Iterator[None]:
    """What a process says is its own: the next test finds it as we ship it."""
    yield
    wording.use({})


def edit(rt: Any, text: str = THEIRS, key: str = "sms-added") -> None:
    with rt.transaction() as session:
        phrases.change(session, [Edit(key, "sw", text)], None, rt.now())


def said(rt: Any) -> str:
    """What another process says: one that has looked at nothing yet."""
    rt.kept.clear()
    wording.use({})
    registry.catalogue(rt)
    return wording.phrases("sw")["sms-added"]


def test_an_edit_is_said_until_it_is_taken_back(loaded_rt: Any) -> None:
    assert said(loaded_rt) == OURS
    edit(loaded_rt)
    assert said(loaded_rt) == THEIRS
    edit(loaded_rt, "")
    assert said(loaded_rt) == OURS
    with loaded_rt.transaction() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Phrase)) == 2


def test_a_process_that_runs_hears_of_it_when_it_looks_again(
    loaded_rt: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.catalogue(loaded_rt)
    edit(loaded_rt)
    registry.catalogue(loaded_rt)
    assert wording.phrases("sw")["sms-added"] == OURS
    monkeypatch.setattr("feedback_service.registry.reading.LOOK_AGAIN_AFTER", 0)
    registry.catalogue(loaded_rt)
    assert wording.phrases("sw")["sms-added"] == THEIRS


def test_the_worker_and_the_clock_say_it_too(rt: Any) -> None:
    edit(rt)
    schedule.tick(rt, {})
    assert wording.phrases("sw")["sms-added"] == THEIRS
    wording.use({})
    rt.kept.clear()
    jobs.use(rt)
    jobs.outbox()
    assert wording.phrases("sw")["sms-added"] == THEIRS


def test_an_edit_of_another_release_is_left_unsaid_and_told(
    loaded_rt: Any, caplog: pytest.LogCaptureFixture
) -> None:
    edit(loaded_rt, "Kesi {number} imeongezwa.")
    edit(loaded_rt, "Halo", "gone-key")
    assert said(loaded_rt) == OURS
    assert "edited wording sms-added.sw is of another release" in caplog.text


def test_edits_before_the_first_load_make_the_registry_s_first_version(rt: Any) -> None:
    edit(rt)
    with rt.transaction() as session:
        assert session.get_one(RegistryState, 1).version == 1
    assert registry.load(rt).version == 2


# --- by the command line ----------------------------------------------------------------------


def changed(path: Any, key: str, **cells: str) -> None:
    """Change cells of one row of a sheet on disk, as an editor does."""
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    for row in rows:
        if row["key"] == key:
            row.update(cells)
    with path.open("w", newline="", encoding="utf-8") as out:
        table = csv.DictWriter(out, sheet.COLUMNS)
        table.writeheader()
        table.writerows(rows)


def test_a_sheet_goes_out_and_comes_back_changed(loaded: Any, rt: Any, tmp_path: Any) -> None:
    file = tmp_path / "maneno.csv"
    assert loaded("wording", "export", file)[0] == 0
    assert "Nothing differs" in loaded("wording", "import", file)[1]
    changed(file, "sms-added", kiswahili=THEIRS)
    assert "1 text changed" in loaded("wording", "import", file)[1]
    assert said(rt) == THEIRS
    changed(file, "sms-added", kiswahili="")
    assert "1 text changed" in loaded("wording", "import", file)[1]
    assert said(rt) == OURS


def test_a_sheet_with_one_bad_row_changes_nothing(loaded: Any, rt: Any, tmp_path: Any) -> None:
    file = tmp_path / "maneno.csv"
    loaded("wording", "export", file)
    changed(file, "sms-added", kiswahili=THEIRS)
    changed(file, "sms-routed", english="Case {reference} is with {ofice}.")
    code, out, err = loaded("wording", "import", file)
    assert (code, out) == (1, "")
    assert "english of 'sms-routed'" in err
    assert "{ofice}" in err
    assert "Write exactly {day}, {office}, {reference}" in err
    assert said(rt) == OURS


def test_a_file_that_is_none_is_refused_in_words(loaded: Any, tmp_path: Any) -> None:
    assert "Save it as CSV in UTF-8" in loaded("wording", "import", tmp_path / "nothing.csv")[2]


def test_the_templates_are_printed_as_twilio_takes_them(run: Any) -> None:
    code, out, _ = run("wording", "templates")
    assert code == 0
    by_name = {one["friendly_name"]: one for one in json.loads(out)}
    routed = by_name["sms-routed.sw"]
    assert routed["language"] == "sw"
    assert "{{1}}" in routed["types"]["twilio/text"]["body"]
    assert routed["variables"]["1"] == "1234 5678"
    assert routed["approval"] == {"name": "sms_routed_sw", "category": "UTILITY"}


def test_a_phrase_is_filled_as_it_is_edited(loaded_rt: Any) -> None:
    edit(loaded_rt)
    said(loaded_rt)
    told = phrase("sms-added", "sw", office="KRA", reference="1234 5678")
    assert told == "Asante, KRA itaona maneno yako kwa kesi 1234 5678."
