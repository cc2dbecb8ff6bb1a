"""Where a report is written, and how a long evaluation says how far it is."""

import json
import shutil
from pathlib import Path

import pytest

from analytics.triage import TRAINED, Row, read_corpus
from analytics.triage.rows import data_hash, without_repeats
from feedback_service.cli.model_steps import progress
from feedback_service.triage.shelf import Shelf


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return read_corpus()[:50]


def trained(var: Path, version: str, data: str) -> None:
    folder = var / "models" / version
    folder.mkdir(parents=True)
    for name in ("model.json", "weights.npz"):
        shutil.copy(TRAINED / name, folder)
    manifest = json.loads((TRAINED / "manifest.json").read_text())
    text = json.dumps({**manifest, "version": version, "data_hash": data})
    (folder / "manifest.json").write_text(text)


def test_a_report_stands_in_the_folder_of_the_model_of_the_same_rows(
    tmp_path: Path, rows: list[Row]
) -> None:
    shelf = Shelf(tmp_path)
    trained(tmp_path, "triage-a", data_hash(without_repeats(rows)))
    trained(tmp_path, "triage-b", "of other rows")
    assert shelf.report(rows) == tmp_path / "models" / "triage-a"


def test_of_two_models_of_the_same_rows_the_one_in_use_has_the_report(
    tmp_path: Path, rows: list[Row]
) -> None:
    shelf, data = Shelf(tmp_path), data_hash(without_repeats(rows))
    for version in ("triage-a", "triage-b"):
        trained(tmp_path, version, data)
    for version in ("triage-a", "triage-b"):
        shelf.use(version)
        assert shelf.report(rows) == tmp_path / "models" / version


def test_without_a_model_of_these_rows_the_report_stands_beside(
    tmp_path: Path, rows: list[Row]
) -> None:
    trained(tmp_path, "triage-b", "of other rows")
    assert Shelf(tmp_path).report(rows) == tmp_path / "models" / "report"


def test_a_report_folder_is_no_model(tmp_path: Path, rows: list[Row]) -> None:
    shelf = Shelf(tmp_path)
    shelf.report(rows).mkdir(parents=True)
    (shelf.report(rows) / "report.json").write_text("{}")
    assert shelf.trained() == []


def test_progress_says_what_is_left_and_not_too_often(capsys: pytest.CaptureFixture[str]) -> None:
    clock = iter([0.0, 60.0, 120.0])
    told = progress(lambda: next(clock))
    for share in (0.01, 0.25, 0.26, 0.5):
        told(share)
    assert capsys.readouterr().out.splitlines() == [
        "   25% done, about 3 min left",
        "   50% done, about 2 min left",
    ]
