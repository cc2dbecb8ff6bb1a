"""A score sheet put together: each indicator's achievement from proofs, counts or declared figures,
then scored by the contract's scale.  What is not measured stands on the sheet and adds nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from analytics.contract.arithmetic import steps
from analytics.contract.spans import Span
from analytics.contract.terms import Due, Indicator, Measured, Name, Rule, Terms
from analytics.performance_contract import (
    COLUMNS,
    Direction,
    Method,
    Row,
    ScoredRow,
    Sheet,
    score_rows,
)
from analytics.sheets import rounded


@dataclass(frozen=True)
class Proof:
    """Evidence for one due thing (`Due.key`), brought on a day; only what was accepted counts."""

    key: str
    brought_on: date
    accepted: bool


@dataclass(frozen=True)
class Counted:
    """`hits` of `n` records of the register."""

    hits: int
    n: int


@dataclass(frozen=True)
class Declared:
    """An indicator outside the service's figures; `achieved` None until it is said."""

    id: str
    criterion: str
    name: Name
    weight: Decimal
    target: Decimal
    unit: str
    direction: Direction
    achieved: Decimal | None = None


@dataclass(frozen=True)
class Step:
    """A part of an indicator: what was to be reached of 100 points, what was, and how.

    state: "accepted", "late", "waiting", "missing" of evidence; "counted", "nothing" of records.
    """

    part: str
    name: Name
    share: Decimal
    achieved: Fraction
    state: str
    due: date | None = None
    quarter: int | None = None
    counted: Counted | None = None


@dataclass(frozen=True)
class Line:
    """One indicator on the sheet; `scored` is None where nothing was measured, `achieved` too."""

    id: str
    criterion: str
    name: Name
    weight: Decimal
    target: Decimal
    achieved: Decimal | None
    unit: str
    direction: Direction
    measured: Measured
    parts: tuple[Step, ...] = ()
    arithmetic: tuple[str, ...] = ()
    scored: ScoredRow | None = None

    @property
    def row(self) -> Row | None:
        if self.achieved is None:
            return None
        return Row(self.id, self.weight, self.target, self.achieved, self.direction)


@dataclass(frozen=True)
class ContractSheet:
    """All indicators of a contract for a span.  `missing` are the weights that nothing stands for,
    by criterion; the composite has a grade only when there are none and all is measured."""

    span: Span
    terms: Terms
    lines: tuple[Line, ...]
    score: Sheet | None
    missing: Mapping[str, Decimal]

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.terms.rules

    def csv_rows(self) -> list[dict[str, str]]:
        """The measured rows as `feedback contract score` reads them, with what it would add."""
        return [
            {
                **dict(zip(COLUMNS, _cells(line), strict=True)),
                "id": line.id, "unit": line.unit, "source": line.measured.value,
                "raw": f"{line.scored.raw:f}", "weighted": f"{line.scored.weighted:f}",
                "grade": line.scored.grade,
            }
            for line in self.lines
            if line.scored
        ]  # fmt: skip


def compose(
    terms: Terms, span: Span, proofs: Iterable[Proof], counts: Mapping[str, Counted],
    declared: Iterable[Declared],
) -> ContractSheet:  # fmt: skip
    """The sheet of a span.  counts: by id of a part measured in the register.

    declared: further rows, and by the id of an indicator of the terms its achievement.
    """
    said = {one.id: one for one in declared}
    brought = tuple(proofs)
    lines = [_line(terms, span, one, brought, counts, said) for one in terms.indicators]
    own = {one.id for one in terms.indicators}
    lines += [_declared(one) for name, one in said.items() if name not in own]
    return _scored(terms, span, lines)


def with_values(sheet: ContractSheet, achieved: Mapping[str, Decimal]) -> ContractSheet:
    """The same sheet with other achievements, by indicator: a moderated one beside the computed."""
    lines = [replace(line, achieved=achieved.get(line.id, line.achieved)) for line in sheet.lines]
    return _scored(sheet.terms, sheet.span, lines)


def _line(
    terms: Terms, span: Span, one: Indicator, proofs: Sequence[Proof],
    counts: Mapping[str, Counted], said: Mapping[str, Declared],
) -> Line:  # fmt: skip
    line = Line(
        one.id, one.criterion, one.name, one.weight, one.target, None, one.unit, one.direction,
        one.measured,
    )  # fmt: skip
    if one.measured is Measured.DECLARED:
        given = said.get(one.id)
        return replace(line, achieved=given.achieved if given else None)
    if one.measured is Measured.REGISTER:
        parts, reached = _of_register(one, counts)
        achieved = None if reached is None else rounded(reached, terms.decimals)
        return replace(line, parts=parts, achieved=achieved)
    dues = [due for due in terms.dues(one, span.year) if due.quarter in span.quarters]
    parts = tuple(_proven(due, proofs, terms) for due in dues)
    target = sum((due.share for due in dues), Decimal(0)).normalize()
    brought = sum((part.achieved for part in parts), Fraction(0))
    return replace(line, parts=parts, target=target, achieved=rounded(brought, terms.decimals))


def _proven(due: Due, proofs: Iterable[Proof], terms: Terms) -> Step:
    """The earliest accepted evidence counts: what is brought again later makes nothing late."""
    mine = sorted((p for p in proofs if p.key == due.key), key=lambda proof: proof.brought_on)
    good = next((proof for proof in mine if proof.accepted), None)
    if good is None:
        state, part = "waiting" if mine else "missing", Fraction(0)
    elif good.brought_on <= due.by:
        state, part = "accepted", Fraction(due.share)
    else:
        state, part = "late", Fraction(due.share) * Fraction(terms.late_pct) / 100
    quarter = due.quarter.quarter if due.part.quarterly else None
    return Step(due.part.id, due.part.name, due.share, part, state, due.by, quarter)


def _of_register(
    one: Indicator, counts: Mapping[str, Counted]
) -> tuple[tuple[Step, ...], Fraction | None]:
    """Shares of parts with nothing to count go to the others, in proportion."""
    found = {part.id: counts.get(part.id, Counted(0, 0)) for part in one.parts}
    whole = sum((part.share for part in one.parts if found[part.id].n), Decimal(0))
    parts = []
    for part in one.parts:
        count = found[part.id]
        share = Fraction(part.share) * 100 / Fraction(whole) if count.n else Fraction(0)
        reached = share * Fraction(count.hits, count.n) if count.n else Fraction(0)
        state = "counted" if count.n else "nothing"
        shown = rounded(share, 2).normalize()
        parts.append(Step(part.id, part.name, shown, reached, state, counted=count))
    total = sum((part.achieved for part in parts), Fraction(0)) if whole else None
    return tuple(parts), total


def _declared(one: Declared) -> Line:
    return Line(
        one.id, one.criterion, one.name, one.weight, one.target, one.achieved, one.unit,
        one.direction, Measured.DECLARED,
    )  # fmt: skip


def _scored(terms: Terms, span: Span, lines: Sequence[Line]) -> ContractSheet:
    method = Method.load(terms.method)
    order = [criterion.id for criterion in terms.criteria]
    lines = sorted(lines, key=lambda line: order.index(line.criterion))
    rows = [row for line in lines if (row := line.row)]
    score = score_rows(rows, method, allow_partial=True) if rows else None
    by_id = {scored.row.indicator: scored for scored in score.rows} if score else {}
    done = tuple(
        replace(line, scored=by_id.get(line.id), arithmetic=steps(row, method) if row else ())
        for line in lines
        for row in [line.row]
    )
    there: dict[str, Decimal] = dict.fromkeys(order, Decimal(0))
    for line in lines:
        there[line.criterion] += line.weight
    lacks = {one.id: one.weight - there[one.id] for one in terms.criteria}
    return ContractSheet(
        span, terms, done, score, {name: weight for name, weight in lacks.items() if weight}
    )


def _cells(line: Line) -> tuple[str, ...]:
    name = line.name["en"]
    return (name, f"{line.weight:f}", f"{line.target:f}", f"{line.achieved:f}", line.direction)
