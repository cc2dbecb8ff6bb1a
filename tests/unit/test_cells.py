"""Cells of files that people open: none of them computes anything."""

from __future__ import annotations

from typing import Any

import pytest

from feedback_service.reports.appraisal_form import Form, Line
from feedback_service.reports.appraisal_form import as_csv as form_csv
from feedback_service.reports.cells import as_csv, harmless


@pytest.mark.parametrize(
    ("cell", "shown"),
    [("=1+1", "'=1+1"), ("+254", "'+254"), ("-", "'-"), ("@SUM(A1)", "'@SUM(A1)"),
     ("\tx", "'\tx"), ("a=1", "a=1"), (-3, -3), (None, ""), ("", "")],
)  # fmt: skip
def test_what_begins_like_a_formula_is_text(cell: Any, shown: Any) -> None:
    assert harmless(cell) == shown


def test_the_files_people_open_go_through_it() -> None:
    assert as_csv(["a", "b"], [["=x", 1]]) == "a,b\r\n'=x,1\r\n"
    line = Line("=cmd|' /C calc'!A0", "4", "@visits", "3", "75.00", "Fair", "")
    form = Form("PSC 37A", "Amina", "", "FY2025/26", [line], [], "75.00", ("", ""), [], [])
    assert "\n'=cmd|' /C calc'!A0,4,3,'@visits," in form_csv(form)
