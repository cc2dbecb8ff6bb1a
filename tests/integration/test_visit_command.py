"""`feedback visits`: a file is taken once, what is wrong named, counts declared, coverage shown."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from feedback_service.domain.periods import Period
from feedback_service.visits import FIELDS
from tests.integration.command_line import loaded, run

__all__ = ["loaded", "run"]

DOCUMENT = Path(__file__).parents[2] / "docs/visits.md"


def test_a_file_is_taken_once_and_counted_against_what_was_declared(
    loaded: Any, tmp_path: Path
) -> None:
    at = datetime.now(UTC) - timedelta(hours=2)  # the command has the real clock
    file = tmp_path / "visits.csv"
    rows = [f"T{n},id-first,47,{at.isoformat()},07120001{n:02d}" for n in range(9)]
    wrong = f"T99,id-first,47,{at.isoformat()},12"
    file.write_text("\n".join(["source,service,county,at,phone", *rows, wrong, ""]))
    code, said, _ = loaded("visits", "load", file, "--institution", "NRB")
    assert code == 1
    assert "row 11, phone: '...'" in said
    assert "9 taken, 0 repeated, 1 refused" in said
    assert "071200" not in said
    assert "0 taken, 9 repeated" in loaded("visits", "load", file, "--institution", "NRB")[1]
    quarter = Period.containing(at).label
    count = ("visits", "declare", "NRB", quarter)
    assert loaded(*count, "10", "--kind", "tickets", "--evidence", "roll A")[0] == 0
    assert "90.0%  measured" in loaded("visits", "coverage", quarter)[1]
    assert loaded(*count, "many", "--evidence", "roll A")[0] == 1


def test_what_cannot_be_loaded_is_said_in_words(loaded: Any, tmp_path: Path) -> None:
    file = tmp_path / "visits.csv"
    file.write_text("a,b\n1,2\n")
    for words in ((tmp_path / "none.csv",), (file,), (file, "--institution", "NOBODY")):
        code, _, wrong = loaded("visits", "load", *words)
        assert code == 1
        assert wrong


def test_the_document_names_every_field_of_a_visit() -> None:
    told = re.findall(r"^\| `([a-z_]+)` \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert tuple(told) == FIELDS
