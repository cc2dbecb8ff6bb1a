"""Every file that reads cases for staff carries the clause of who may see them, or says why not."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "feedback_service"
READS = re.compile(
    r"select\(\s*(?:Case\b|sa\.func\.count\(Case|aliased\(Case)|get(?:_one)?\(Case\b"
)
CLAUSE = re.compile(
    r"\bmay_see\(|\bnot_shut\(|\bdesk_reading\.find\(|\bSight\(|\.clause\b|\bfind\(db"
)
ROOMS = ("web", "incidents", "verification", "privacy", "reports")
# Files that read cases without the clause, and why nobody learns of a case by them.
WITHOUT = {
    "privacy/breach.py": "an operator's list of rows and references, no word of a case",
    "privacy/erasing.py": "takes words out, shows none",
    "privacy/requests.py": "the service withdraws a person's own cases, shows none",
    "privacy/retention.py": "the clock removes by age, shows nothing",
    "verification/drawing.py": "the lot takes references; the calls page asks for each case",
    "incidents/comparing.py": "the clock compares; the pages that show a likeness ask",
    "web/desk/oversight.py": "counts of whole institutions, no case",
    "web/metrics.py": "counts for the operator, no case",
    "reports/requests/drawing.py": "the public list: no word, nobody accused or named, five alike",
    "reports/requests/held.py": "counts by service and county, for what the list must not tell",
    "web/api/service.py": "counts of the whole service, no case",
}


def _reading() -> list[str]:
    found = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return [str(p.relative_to(ROOT)) for p in found if READS.search(p.read_text("utf-8"))]


def test_there_are_files_to_look_at() -> None:
    assert "web/desk/looks.py" not in WITHOUT
    assert len(_reading()) >= 2


@pytest.mark.parametrize("path", _reading())
def test_a_file_that_reads_cases_for_staff_asks_who_may_see_them(path: str) -> None:
    text = (ROOT / path).read_text("utf-8")
    assert CLAUSE.search(text) or path in WITHOUT, (
        f"{path} reads cases: add `may_see(viewer)`, or say in WITHOUT why no case is told by it"
    )
