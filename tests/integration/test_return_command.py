"""`feedback return`: two files, the totals, an exit code that says whether it agrees; and the
contract's sheet as CSV."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from feedback_service.domain.cases import CaseStatus
from feedback_service.models import Case
from tests.integration.command_line import run

__all__ = ["run"]

pytestmark = pytest.mark.servers


def test_both_files_are_written_and_the_totals_said(run: Any, world: Any, tmp_path: Path) -> None:
    world.case()
    code, said, _ = run("return", "NRB", "FY2025/26-Q3", "--to", tmp_path)
    # The command reads by its own clock: by then the quarter is over and the case still open.
    assert code == 0
    assert "received 1" in said
    assert "Agrees with the register." in said
    with (tmp_path / "return-NRB-FY2025-26-Q3.csv").open(encoding="utf-8", newline="") as file:
        assert [row["status"] for row in csv.DictReader(file)] == ["On Going"]
    assert (tmp_path / "return-NRB-FY2025-26-Q3.pdf").read_bytes().startswith(b"%PDF")


def test_a_return_that_does_not_agree_ends_in_one(
    run: Any, world: Any, rt: Any, tmp_path: Path
) -> None:
    case = world.case()
    with rt.transaction() as session:
        session.get_one(Case, case.id).status = CaseStatus.CLOSED
    code, said, _ = run("return", "NRB", "FY2025/26-Q3", "--to", tmp_path)
    assert code == 1
    assert "DOES NOT AGREE" in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("NRB", "FY2025/26"), "name a quarter"),
        (("NRB", "2025-Q1"), "write it like FY2026/27-Q1"),
        (("NOBODY", "FY2025/26-Q3"), "none has that id"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    run: Any, world: Any, words: tuple[str, str], told: str
) -> None:
    code, _, error = run("return", *words)
    assert code == 1
    assert told in error


def test_the_sheet_of_a_contract_is_what_the_calculator_reads(
    run: Any, world: Any, rt: Any, tmp_path: Path
) -> None:
    world.case()  # due, and answered by nobody
    code, said, _ = run("contract", "sheet", "NRB", "FY2025/26")
    assert code == 0
    assert "Resolution of Public Complaints,4,100,0.0000,higher" in said
    (tmp_path / "sheet.csv").write_text(said, encoding="utf-8")
    code, again, _ = run("contract", "score", "--partial", tmp_path / "sheet.csv")
    assert code == 0
    assert "contribution of weights totalling 8: 0.4000" in again
    assert run("contract", "sheet", "NRB", "FY2025/26-H2")[0] == 1


def test_a_quarter_without_cases_is_a_nil_return(run: Any, world: Any, tmp_path: Path) -> None:
    code, said, _ = run("return", "NRB", "FY2025/26-Q1", "--to", tmp_path)
    assert code == 0
    assert "Nil return" in said
