"""The score sheet of a whole contract: worked by hand, rule by rule, and what always holds."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.contract import (
    ContractSheet,
    Counted,
    Declared,
    Measured,
    NotASpan,
    Proof,
    Span,
    Stage,
    compose,
    terms_of,
    with_values,
)
from analytics.methods import UnknownMethod
from analytics.performance_contract import Direction, score_file
from analytics.sheets import Table
from feedback_service.domain.periods import Period

YEAR = Span.parse("FY2026/27")
TERMS = terms_of("ministry", 2026)
ALL_CHARTER = (
    "display", "customised", "sensitised", "reports:Q1", "reports:Q2", "reports:Q3", "reports:Q4",
)  # fmt: skip


def row(name: str, criterion: str, weight: str, achieved: str | None, target: str = "100",
        direction: Direction = Direction.HIGHER) -> Declared:  # fmt: skip
    reached = None if achieved is None else Decimal(achieved)
    return Declared(name, criterion, {"en": name, "sw": name}, Decimal(weight), Decimal(target),
                    "%", direction, reached)  # fmt: skip


REST = (
    row("B2", "B", "7", "50"), row("Budget", "A", "10", "100"), row("Outputs", "C", "65", "90"),
    row("Directives", "D", "2", "100"), row("Set aside", "E", "4", "45", target="30"),
    row("Pending bills", "F", "4", "2", target="1", direction=Direction.LOWER),
)  # fmt: skip


def whole_year() -> ContractSheet:
    proofs = [Proof("display", date(2026, 9, 30), True), Proof("reports:Q1", date(2026, 10, 20),
              True), Proof("customised", date(2026, 11, 3), False)]  # fmt: skip
    counts = {"complaints": Counted(81, 90), "requests": Counted(4, 5)}
    return compose(TERMS, YEAR, proofs, counts, REST)


def line(sheet: ContractSheet, name: str):
    return next(line for line in sheet.lines if line.id == name)


def test_the_whole_sheet_agrees_with_one_worked_by_hand():
    sheet = whole_year()
    # B1: 10 + 12.5 of 100: 5 - 2 x 0.225 = 4.55; x 4 % = 0.182.  B3: 70 x 0.9 + 30 x 0.8 = 87:
    # 5 - 1.74 = 3.26; x 4 % = 0.1304.  B2: 50 %: 4.0 x 7 % = 0.28.  Budget 3.0 x 10 % = 0.3.
    # Outputs 90 %: 3.2 x 65 % = 2.08.  Directives 0.06.  Set aside 150 %: 2.0 x 4 % = 0.08.
    # Pending bills, lower: twice the target: 5.0 x 4 % = 0.2.
    by_hand = {
        "B1": ("4.5500", "0.1820"), "B2": ("4.0000", "0.2800"), "B3": ("3.2600", "0.1304"),
        "Budget": ("3.0000", "0.3000"), "Outputs": ("3.2000", "2.0800"),
        "Directives": ("3.0000", "0.0600"), "Set aside": ("2.0000", "0.0800"),
        "Pending bills": ("5.0000", "0.2000"),
    }  # fmt: skip
    scored = {one.id: (f"{one.scored.raw:f}", f"{one.scored.weighted:f}") for one in sheet.lines}
    assert scored == by_hand
    assert sheet.score.composite == Decimal("3.3124")
    assert sheet.score.grade == "Good"
    assert not sheet.missing


def test_every_step_is_written_with_its_numbers():
    assert line(whole_year(), "B3").arithmetic == (
        "87.0000 / 100 = 87.00 %",
        "3.00 + (3.60 − 3.00) × (100 − 87.00) / (100 − 70) = 3.2600 (Good)",  # noqa: RUF001
        "4 / 100 × 3.2600 = 0.1304",  # noqa: RUF001
    )
    lower = line(whole_year(), "Pending bills").arithmetic
    assert lower[0] == "2 / 1 = 200.00 %; 200 % − 200.00 % = 0.00 %"  # noqa: RUF001
    assert lower[1].endswith("= 5.0000 (Poor)")


def test_evidence_counts_from_the_day_it_came_and_only_when_accepted():
    states = {(p.part, p.quarter): p.state for p in line(whole_year(), "B1").parts}
    assert states[("display", None)] == "accepted"  # on the last day
    assert states[("reports", 1)] == "late"
    assert states[("customised", None)] == "waiting"
    assert states[("sensitised", None)] == "missing"


@pytest.mark.parametrize(
    ("label", "due"),
    [
        ("FY2026/27-Q1", "22.5"), ("FY2026/27-Q2", "32.5"), ("FY2026/27-H1", "55"),
        ("FY2026/27-Q3", "32.5"), ("FY2026/27-Q4", "12.5"), ("FY2026/27", "100"),
    ],
)  # fmt: skip
def test_the_charter_s_target_is_what_falls_due_in_the_span(label: str, due: str):
    proofs = [Proof(key, date(2026, 7, 1), True) for key in ALL_CHARTER]
    charter = line(compose(TERMS, Span.parse(label), proofs, {}, ()), "B1")
    assert charter.target == charter.achieved == Decimal(due)
    assert charter.scored.raw == Decimal("3.0000")


@pytest.mark.parametrize(
    ("complaints", "requests", "achieved"),
    [
        ((81, 90), (4, 5), "87.0000"), ((1, 3), (2, 3), "43.3333"),
        ((9, 10), (0, 0), "90.0000"), ((0, 0), (1, 4), "25.0000"), ((0, 0), (0, 0), None),
    ],
)  # fmt: skip
def test_a_part_with_nothing_due_leaves_its_share_to_the_other(
    complaints: tuple[int, int], requests: tuple[int, int], achieved: str | None
):
    counts = {"complaints": Counted(*complaints), "requests": Counted(*requests)}
    found = line(compose(TERMS, YEAR, (), counts, ()), "B3").achieved
    assert (None if found is None else f"{found:f}") == achieved


def test_what_nobody_has_said_leaves_the_contract_open_and_without_a_grade():
    sheet = compose(TERMS, YEAR, (), {}, [row("Outputs", "C", "60", None)])
    assert sheet.missing == {"A": 10, "C": 5, "D": 2, "E": 4, "F": 4}
    assert sheet.score.grade is None
    assert line(sheet, "Outputs").scored is None


def test_moderated_values_stand_beside_and_change_nothing():
    computed = whole_year()
    other = with_values(computed, {"Outputs": Decimal(80), "B3": Decimal(70)})
    assert line(computed, "Outputs").achieved == 90
    assert line(other, "Outputs").scored.raw == Decimal("3.4000")
    assert line(other, "B3").scored.raw == Decimal("3.6000")
    assert line(other, "B1") == line(computed, "B1")


@pytest.mark.parametrize("wrong", ["", "FY2026/27-H2", "FY2026/28-H1", "FY2026/27-Q5", "2026"])
def test_a_span_has_one_spelling(wrong: str):
    with pytest.raises(NotASpan, match="FY2026/27-H1"):
        Span.parse(wrong)


def test_spans_read_back_as_they_are_written():
    assert [span.label for span in Span.all_of(2026)] == [
        Span.parse(span.label).label for span in Span.all_of(2026)
    ]
    half = Span.parse("FY2026/27-H1")
    assert (half.stage, half.start, half.end) == (
        Stage.MID_YEAR, date(2026, 7, 1), date(2026, 12, 31),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "version"),
    [
        ("ministry", "contract-2025.ministry.1"),
        ("state corporation", "contract-2025.corporation.1"),
        ("county government", "contract-2025.other.1"),
    ],
)
def test_terms_follow_the_type_of_institution_and_total_a_hundred(kind: str, version: str):
    terms = terms_of(kind, 2026)
    assert terms.version == version
    assert sum(one.weight for one in terms.criteria) == 100
    delivery = next(one.weight for one in terms.criteria if one.id == "B")
    assert sum(one.weight for one in terms.indicators) == delivery
    for indicator in terms.indicators:
        assert sum(part.share for part in indicator.parts) in (0, 100)
    assert {rule.confidence for rule in terms.rules} <= {"certain", "likely", "unknown"}


def test_terms_of_another_version_are_named():
    assert terms_of("ministry", 2026, "contract-2025.other.1").version == "contract-2025.other.1"
    with pytest.raises(UnknownMethod, match=r"contract-2025\.ministry\.1"):
        terms_of("ministry", 2026, "contract-1999")


def test_a_report_of_the_last_quarter_is_in_time_after_the_year():
    dues = {due.key: due for due in TERMS.dues(TERMS.indicator("B1"), 2026)}
    assert dues["reports:Q4"].by == date(2027, 7, 14)
    assert dues["reports:Q4"].quarter == Period(2026, 4)


amounts = st.integers(0, 30_000).map(lambda cents: Decimal(cents) / 100)


@given(amounts, amounts, st.sampled_from(list(Direction)))
def test_a_better_achievement_never_scores_worse(one: Decimal, other: Decimal, way: Direction):
    less, more = sorted((one, other))
    if way is Direction.LOWER:
        less, more = more, less
    scored = [
        line(compose(TERMS, YEAR, (), {}, [row("X", "C", "65", str(value), direction=way)]), "X")
        for value in (less, more)
    ]
    assert scored[1].scored.raw <= scored[0].scored.raw


@given(
    st.lists(amounts, min_size=6, max_size=6),
    st.tuples(st.integers(0, 50), st.integers(0, 50)),
    st.tuples(st.integers(0, 50), st.integers(0, 50)),
    st.sets(st.sampled_from(ALL_CHARTER)),
)
def test_the_composite_is_what_the_command_makes_of_the_sheet_s_csv(
    reached: list[Decimal], complaints: tuple[int, int], requests: tuple[int, int], keys: set[str]
):
    rest = [
        Declared(one.id, one.criterion, one.name, one.weight, one.target, one.unit, one.direction,
                 value)
        for one, value in zip(REST, reached, strict=True)
    ]  # fmt: skip
    counts = {"complaints": Counted(min(complaints), max(complaints)),
              "requests": Counted(min(requests), max(requests))}  # fmt: skip
    proofs = [Proof(key, date(2026, 8, 1), True) for key in keys]
    sheet = compose(TERMS, YEAR, proofs, counts, rest)
    out = io.StringIO()
    scored = score_file(_file(sheet), out, allow_partial=True)
    assert scored.composite == sheet.score.composite
    assert scored.grade == sheet.score.grade
    total = sum(Decimal(line["weighted"]) for line in sheet.csv_rows())
    assert abs(total - sheet.score.composite) < Decimal("0.001")


def _file(sheet: ContractSheet) -> Path:
    rows = [{k: v for k, v in one.items() if k not in ("raw", "weighted")}
            for one in sheet.csv_rows()]  # fmt: skip
    columns = tuple(rows[0])
    text = Table(columns, tuple(enumerate(rows, 2))).text_with([{}] * len(rows))
    return _Text(text)  # type: ignore[return-value]


class _Text:
    """A file in memory, as the calculator reads one."""

    name = "sheet.csv"

    def __init__(self, text: str) -> None:
        self._text = text

    def read_text(self, encoding: str) -> str:
        return self._text


def test_what_is_measured_by_the_service_is_declared_by_nobody():
    assert {one.id: one.measured for one in TERMS.indicators} == {
        "B1": Measured.EVIDENCE, "B2": Measured.DECLARED, "B3": Measured.REGISTER,
    }  # fmt: skip


def test_how_late_evidence_counts_is_data():
    half = replace(TERMS, late_pct=Decimal(50))
    proofs = [Proof("display", date(2026, 10, 1), True)]
    assert line(compose(half, YEAR, proofs, {}, ()), "B1").achieved == 5
    assert line(compose(TERMS, YEAR, proofs, {}, ()), "B1").achieved == 10


def test_evidence_that_came_twice_counts_from_the_first_that_was_accepted():
    proofs = [
        Proof("display", date(2026, 9, 1), False), Proof("display", date(2026, 9, 20), True),
        Proof("display", date(2026, 12, 1), True),
    ]  # fmt: skip
    part = line(compose(TERMS, YEAR, proofs, {}, ()), "B1").parts[0]
    assert (part.state, part.achieved) == ("accepted", 10)
