"""Performance Contract scores: raw score, weight, composite and grade on the scale from 1 (best)
to 5.  The rules are data with a version (`methods/`); this scale falls, the appraisal's rises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any, TextIO

from analytics.methods import chosen, published
from analytics.sheets import BadSheet, Problem, Table, number, read_table, rounded

COLUMNS = ("indicator", "weight", "target", "achieved", "direction")


class Direction(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"


class ScoreError(ValueError):
    """The method has no score for these values; the text says why and what to do."""


@dataclass(frozen=True)
class Band:
    """One grade: percent of target from `pct_from` to `pct_to`, and the raw score at each."""

    grade: str
    pct_from: Fraction
    pct_to: Fraction
    raw_from: Fraction
    raw_to: Fraction


@dataclass(frozen=True)
class Row:
    """One indicator of a contract; `weight` in points of 100, target and achieved in one unit."""

    indicator: str
    weight: Decimal
    target: Decimal
    achieved: Decimal
    direction: Direction
    line: int = 0


@dataclass(frozen=True)
class ScoredRow:
    """A row with its raw and weighted score as published, and the grade read from the raw one."""

    row: Row
    raw: Decimal
    weighted: Decimal
    grade: str


@dataclass(frozen=True)
class Sheet:
    """A scored contract.  A partial sheet has a `composite` that is only a contribution, and no
    grade; `notes` are the open questions of the method that touch these rows."""

    rows: tuple[ScoredRow, ...]
    composite: Decimal
    grade: str | None
    weights: Decimal
    method: str
    notes: tuple[str, ...]

    def summary(self) -> list[str]:
        """The lines printed under the rows."""
        name = "composite" if self.grade else f"contribution of weights totalling {self.weights}"
        graded = [f"grade: {self.grade}"] if self.grade else []
        notes = [f"note: {note}" for note in self.notes]
        return [f"{name}: {self.composite}", *graded, f"method: {self.method}", *notes]


@dataclass(frozen=True)
class Method:
    """One version of the scoring rules.  Confidence and sources of each rule are in its data."""

    version: str
    bands: tuple[Band, ...]
    edges: tuple[tuple[str, Fraction, Fraction], ...]
    decimals: int
    weights_total: int
    edge_belongs_to: str
    zero_met_pct: Fraction
    zero_missed_raw: Fraction
    notes: dict[str, str]

    @classmethod
    def load(cls, version: str | None = None) -> Method:
        """The method of that version, or the one in use.  Raises UnknownMethod."""
        choice = chosen("performance_contract", version)
        facts = published(choice["facts"])
        edges = facts["composite_grade_bands"]["values"]
        return cls(
            version=choice["version"],
            bands=tuple(_band(band) for band in facts["indicator_bands_growth"]["bands"]),
            edges=tuple((grade, Fraction(low), Fraction(high)) for grade, low, high in edges),
            decimals=facts["scale"]["decimals_published"],
            weights_total=choice["weights_total"],
            edge_belongs_to=choice["edge_belongs_to"],
            zero_met_pct=Fraction(choice["zero_target_lower"]["met_pct"]),
            zero_missed_raw=Fraction(choice["zero_target_lower"]["missed_raw"]),
            notes=choice["notes"],
        )

    def raw_score(self, target: Decimal, achieved: Decimal, direction: Direction) -> Decimal:
        """From 1 (best) to 5, half-up to the published decimals.  Raises ScoreError."""
        return rounded(self.exact_raw(target, achieved, direction), self.decimals)

    def exact_raw(self, target: Decimal, achieved: Decimal, direction: Direction) -> Fraction:
        """The raw score before rounding, which weights are multiplied with."""
        for field, value, remedy in _faults(target, achieved, direction):
            raise ScoreError(f"{field}: {value}: {remedy}")
        if target == 0:
            return self._on_the_line(self.zero_met_pct) if achieved == 0 else self.zero_missed_raw
        pct = 100 * Fraction(achieved) / Fraction(target)
        return self._on_the_line(pct if direction is Direction.HIGHER else self._best - pct)

    def grade(self, raw: Decimal) -> str:
        """The grade of a raw or composite score, read from its published decimals, so that
        whoever holds the paper comes to the same word."""
        score = Fraction(rounded(Fraction(raw), self.decimals))
        for grade, _, worse_edge in self.edges:
            if score < worse_edge or (score == worse_edge and self.edge_belongs_to == "better"):
                return grade
        return self.edges[-1][0]

    def grades_between(self, low: Decimal, high: Decimal) -> tuple[str, ...]:
        """Every grade an interval of scores touches, best first; more than one means that the
        interval crosses an edge and the sheet must say so."""
        names = [grade for grade, _, _ in self.edges]
        return tuple(names[names.index(self.grade(low)) : names.index(self.grade(high)) + 1])

    @property
    def _best(self) -> Fraction:
        """Percent of target beyond which nothing is gained; lower-is-better mirrors there."""
        return max(band.pct_to for band in self.bands)

    def _on_the_line(self, pct: Fraction) -> Fraction:
        pct = min(max(pct, Fraction(0)), self._best)
        band = next(band for band in self.bands if pct >= band.pct_from)
        part = (band.pct_to - pct) / (band.pct_to - band.pct_from)
        return band.raw_to + (band.raw_from - band.raw_to) * part


def score_rows(
    rows: Sequence[Row], method: Method | None = None, *, allow_partial: bool = False
) -> Sheet:
    """Weighted score = weight/100 x raw; composite = their sum, each rounded once at the end.

    Raises BadSheet with every problem: a weight that is not positive, weights that do not total
    100 (unless `allow_partial`), a target the method cannot score.
    """
    method = method or Method.load()
    problems = _row_problems(rows)
    total = sum((row.weight for row in rows), Decimal(0))
    partial = allow_partial and total < method.weights_total
    if not problems and total != method.weights_total and not partial:
        problems.append(Problem(0, "weight", str(total), _wrong_total(method, total)))
    if problems:
        raise BadSheet(problems)
    exact = [method.exact_raw(row.target, row.achieved, row.direction) for row in rows]
    weighted = [
        Fraction(row.weight) / method.weights_total * raw
        for row, raw in zip(rows, exact, strict=True)
    ]
    composite = rounded(sum(weighted, Fraction(0)), method.decimals)
    scored = tuple(
        _scored(method, row, raw, share)
        for row, raw, share in zip(rows, exact, weighted, strict=True)
    )
    grade = method.grade(composite) if total == method.weights_total else None
    return Sheet(scored, composite, grade, total, method.version, _notes(method, rows))


def score_file(
    path: Path, out: TextIO, method: Method | None = None, *, allow_partial: bool = False
) -> Sheet:
    """Write the rows of a CSV file (`COLUMNS`; others are kept) with `raw,weighted` to `out`,
    then an empty line and the summary.  Nothing is written unless all of it can be.

    Raises BadSheet naming file, row, field, value and remedy of every problem.
    """
    method = method or Method.load()
    table = read_table(path, COLUMNS)
    rows, problems = _rows(table)
    if problems:
        raise BadSheet([*problems, *_row_problems(rows)], path.name)
    try:
        sheet = score_rows(rows, method, allow_partial=allow_partial)
    except BadSheet as bad:
        raise BadSheet(bad.problems, path.name) from None
    added = [{"raw": f"{row.raw:f}", "weighted": f"{row.weighted:f}"} for row in sheet.rows]
    out.write(table.text_with(added) + "\n" + "\n".join(sheet.summary()) + "\n")
    return sheet


def _band(data: dict[str, Any]) -> Band:
    names = ("pct_from", "pct_to", "raw_at_pct_from", "raw_at_pct_to")
    return Band(data["grade"], *(Fraction(data[name]) for name in names))


def _faults(
    target: Decimal, achieved: Decimal, direction: Direction
) -> Iterator[tuple[str, Decimal, str]]:
    """Field, value and remedy of whatever the method has no score for."""
    if target < 0:
        yield "target", target, "a target cannot be negative; state it as an amount to reach"
    if target == 0 and direction is Direction.HIGHER:
        yield "target", target, "where higher is better a target of zero has no score; set one"
    if achieved < 0 and direction is Direction.LOWER:
        yield "achieved", achieved, "where lower is better it cannot be negative; check its sign"


def _scored(method: Method, row: Row, raw: Fraction, weighted: Fraction) -> ScoredRow:
    shown = rounded(raw, method.decimals)
    return ScoredRow(row, shown, rounded(weighted, method.decimals), method.grade(shown))


def _row_problems(rows: Iterable[Row]) -> list[Problem]:
    problems = []
    for row in rows:
        if row.weight <= 0:
            problems.append(Problem(row.line, "weight", str(row.weight), "write one above zero"))
        for field, value, remedy in _faults(row.target, row.achieved, row.direction):
            problems.append(Problem(row.line, field, str(value), remedy))
    return problems


def _wrong_total(method: Method, total: Decimal) -> str:
    remedy = "add the missing indicators" if total < method.weights_total else "lower the weights"
    return f"weights total {total}, not {method.weights_total}; {remedy}"


def _notes(method: Method, rows: Sequence[Row]) -> tuple[str, ...]:
    lower = any(row.direction is Direction.LOWER for row in rows)
    zero = any(row.target == 0 for row in rows)
    capped = any(row.target == 100 and row.direction is Direction.HIGHER for row in rows)
    applies = {"always": True, "lower": lower, "zero_target": zero, "capped": capped}
    return tuple(text for when, text in method.notes.items() if applies[when])


def _rows(table: Table) -> tuple[list[Row], list[Problem]]:
    rows: list[Row] = []
    problems = list(table.problems)
    for line, cells in table.rows:
        name, direction = cells["indicator"].strip(), cells["direction"].strip().lower()
        read = [number(line, field, cells[field]) for field in ("weight", "target", "achieved")]
        wrong = [value for value in read if isinstance(value, Problem)]
        if not name:
            wrong.append(Problem(line, "indicator", cells["indicator"], "name the indicator"))
        if direction not in list(Direction):
            wrong.append(Problem(line, "direction", cells["direction"], "write higher or lower"))
        problems += wrong
        if not wrong:
            weight, target, achieved = (value for value in read if isinstance(value, Decimal))
            rows.append(Row(name, weight, target, achieved, Direction(direction), line))
    return rows, problems
