"""The contract's scale falls and the appraisal's rises: no page and no file lets them be added."""

from __future__ import annotations

import ast
from decimal import Decimal
from pathlib import Path

import pytest

from analytics.appraisal import Scale
from analytics.intervals import Interval
from analytics.own_cases import Measure
from analytics.proposal import METHODS, Reached, propose
from feedback_service.reports.appraisal_form import Form, Line, as_csv

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "feedback_service/web/templates"
OF_CONTRACTS = {"analytics.performance_contract", "analytics.contract.composing"}
SCORES = ("composite", "raw", "weighted", "weight", "total")
"""What the contract's scale is made of."""


def modules(*places: str) -> list[Path]:
    return [path for place in places for path in sorted((ROOT / place).rglob("*.py"))]


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
    return found


def of_appraisal(name: str) -> bool:
    return name.startswith(("analytics.appraisal", "analytics.proposal", "analytics.own_"))


def test_no_module_has_both_scales() -> None:
    both = [
        str(path.relative_to(ROOT))
        for path in modules("feedback_service", "analytics")
        if any(of_appraisal(name) for name in imports(path))
        and any(name.startswith(tuple(OF_CONTRACTS)) for name in imports(path))
    ]
    assert both == []


def test_appraisals_take_from_contracts_nothing_but_names_of_rows() -> None:
    taken = {
        name
        for path in modules("feedback_service/appraisals", "feedback_service/web/desk/appraisal")
        for name in imports(path)
        if "contract" in name
    }
    assert taken == {"analytics.contract", "analytics.contract.terms_of"}
    text = (ROOT / "feedback_service/appraisals/targets.py").read_text(encoding="utf-8")
    assert not any(f".{word}" in text for word in SCORES)


@pytest.mark.parametrize("name", ["appraisal", "appraisals"])
def test_no_page_of_appraisals_shows_a_figure_of_the_contract(name: str) -> None:
    text = (TEMPLATES / f"desk/{name}.html").read_text(encoding="utf-8")
    assert not any(f"contract.{word}" in text or f".{word} " in text for word in SCORES)


@pytest.mark.parametrize("name", ["contract", "contracts"])
def test_no_page_of_contracts_shows_an_appraisal(name: str) -> None:
    text = (TEMPLATES / f"desk/{name}.html").read_text(encoding="utf-8")
    assert "appraisal" not in text


def test_a_file_of_an_appraisal_has_no_column_of_the_contract() -> None:
    form = Form("PSC 37A", "A", "", "FY2025/26", [Line("a", "4")], [], "", ("", ""), [], [])
    assert as_csv(form).splitlines()[0].split(",") == [
        "target_name", "target", "achieved", "unit", "own_cases",
    ]  # fmt: skip


def test_both_methods_are_scales_that_rise_and_neither_is_the_contract_s() -> None:
    for method in METHODS:
        scale = Scale.load(method)
        words = [scale.band(Decimal(percent)) for percent in (10, 70, 90, 120)]
        assert words == ["Poor", "Fair", "Good", "Excellent"]


def test_stars_confirmations_and_disputes_are_no_measure_of_a_person() -> None:
    words = " ".join(Measure)
    assert not any(word in words for word in ("star", "satisf", "confirm", "dispute", "reopen"))


def test_a_band_whose_interval_crosses_an_edge_says_so() -> None:
    found = propose([Reached("a", Decimal(100), Decimal(81), Interval(77, 101)),
                     Reached("b", Decimal(10), Decimal(10))])  # fmt: skip
    five, four = found.banded
    assert (found.mean, found.low, found.high) == (
        Decimal("90.50"), Decimal("88.50"), Decimal("100.50"),
    )  # fmt: skip
    assert (five.band, five.touches) == ("Good", ("Excellent", "Very Good", "Good"))
    assert (four.band, four.touches) == ("Good", ("Excellent", "Good"))
