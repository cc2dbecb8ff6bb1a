"""The rest of a contract: indicators outside the service's figures, entered with what they reached
by the institution, and what the evaluators found instead, which stands beside and changes nothing.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.contract import Declared, Measured, Span, Terms
from analytics.performance_contract import Direction
from feedback_service import audit
from feedback_service.contracts.faults import NotTaken
from feedback_service.models import ContractRow, ContractValue, new_id
from feedback_service.runtime import Runtime

FEWEST_LETTERS = 5
LONGEST_NAME = 200
MOST = Decimal(10) ** 15
PLACES = 4
"""Decimals that are kept: a smaller target would be zero, for which there is no score."""
FORMULA = ("=", "+", "-", "@")
"""The sheet's CSV is opened in spreadsheets, and cannot be escaped: it is read again as it is."""
Values = Mapping[str, ContractValue]
"""By indicator."""


@dataclass(frozen=True)
class NewRow:
    """An indicator of a criterion with its weight and target for the year."""

    institution: str
    year: int
    criterion: str
    name: str
    weight: Decimal
    target: Decimal
    unit: str
    direction: str
    staff_id: uuid.UUID


@dataclass(frozen=True)
class Said:
    """What an indicator reached in a span; moderated: found by evaluators, with a reason."""

    institution: str
    span: Span
    indicator: str
    achieved: Decimal
    words: str
    staff_id: uuid.UUID
    moderated: bool = False
    file_id: uuid.UUID | None = None


def add_row(rt: Runtime, session: Session, terms: Terms, what: NewRow) -> ContractRow:
    """Enter an indicator.  Raises NotTaken where weights of its criterion would go over."""
    _check(session, terms, what)
    row = ContractRow(
        id=new_id(), institution_id=what.institution, year=what.year, criterion=what.criterion,
        name=what.name.strip(), weight=what.weight, target=what.target, unit=what.unit.strip(),
        direction=what.direction, made_by_id=what.staff_id, made_at=rt.now(),
    )  # fmt: skip
    session.add(row)
    audit.note(
        session, "contract.row", what.institution, rt.now(), what.staff_id,
        {"row": str(row.id), "name": row.name, "weight": str(row.weight),
         "target": str(row.target)},
    )  # fmt: skip
    return row


def end_row(rt: Runtime, session: Session, institution: str, row_id: uuid.UUID,
            staff_id: uuid.UUID) -> None:  # fmt: skip
    """Take an indicator off the contract; what was said of it is kept.  Raises NotTaken."""
    row = session.get(ContractRow, row_id)
    if row is None or row.institution_id != institution or row.ended_at is not None:
        raise NotTaken("row", f"row is {row_id}, which the contract does not have")
    row.ended_at = rt.now()
    audit.note(session, "contract.row-end", institution, rt.now(), staff_id, {"row": str(row.id)})


def say(rt: Runtime, session: Session, terms: Terms, what: Said) -> ContractValue:
    """Write down what an indicator reached; the last one counts.  Raises NotTaken."""
    own = {one.id: one.measured for one in terms.indicators}
    rows = {str(row.id) for row in _mine(session, what.institution, what.span.year)}
    declared = rows | {name for name, how in own.items() if how is Measured.DECLARED}
    if what.indicator not in (rows | own.keys() if what.moderated else declared):
        raise NotTaken("row", f"indicator is {what.indicator!r}: it is not declared by hand")
    if not 0 <= what.achieved < MOST:
        raise NotTaken("number", f"achieved is {what.achieved}: write a number from 0 on")
    if len(what.words.strip()) < FEWEST_LETTERS:
        raise NotTaken("words", "words are missing: say where the number comes from")
    row = ContractValue(
        id=new_id(), institution_id=what.institution, span=what.span.label,
        indicator=what.indicator, moderated=what.moderated, achieved=what.achieved,
        words=what.words.strip(), file_id=what.file_id, said_by_id=what.staff_id,
        said_at=rt.now(),
    )  # fmt: skip
    session.add(row)
    audit.note(
        session, "contract.moderate" if what.moderated else "contract.value", what.institution,
        rt.now(), what.staff_id,
        {"span": what.span.label, "indicator": what.indicator, "achieved": str(what.achieved),
         "words": row.words},
    )  # fmt: skip
    return row


def rows_of(
    session: Session, year: int, institution: str | None = None
) -> dict[str, list[ContractRow]]:
    """The indicators entered for a financial year, by institution, in their order."""
    found = sa.select(ContractRow).where(ContractRow.year == year, ContractRow.ended_at.is_(None))
    if institution is not None:
        found = found.where(ContractRow.institution_id == institution)
    rows: dict[str, list[ContractRow]] = defaultdict(list)
    for row in session.scalars(found.order_by(ContractRow.made_at, ContractRow.id)):
        rows[row.institution_id].append(row)
    return rows


def values_of(
    session: Session, span: Span, institution: str | None = None, *, moderated: bool
) -> dict[str, Values]:
    """By institution and indicator: the last that was said."""
    found = sa.select(ContractValue).where(
        ContractValue.span == span.label, ContractValue.moderated == moderated
    )
    if institution is not None:
        found = found.where(ContractValue.institution_id == institution)
    values: dict[str, dict[str, ContractValue]] = defaultdict(dict)
    for value in session.scalars(found.order_by(ContractValue.said_at, ContractValue.id)):
        values[value.institution_id][value.indicator] = value
    return {**values}


def declared(terms: Terms, rows: Sequence[ContractRow], said: Values) -> list[Declared]:
    """The rows of a contract outside the service's figures, with what they reached if said."""

    def reached(key: str) -> Decimal | None:
        return said[key].achieved.normalize() if key in said else None

    found = [
        Declared(one.id, one.criterion, one.name, one.weight, one.target, one.unit, one.direction,
                 reached(one.id))
        for one in terms.indicators if one.measured is Measured.DECLARED
    ]  # fmt: skip
    found += [
        Declared(
            str(row.id), row.criterion, {"en": row.name, "sw": row.name}, row.weight.normalize(),
            row.target.normalize(), row.unit, Direction(row.direction), reached(str(row.id)),
        )
        for row in rows
    ]  # fmt: skip
    return found


def _check(session: Session, terms: Terms, what: NewRow) -> None:
    weights = {one.id: one.weight for one in terms.criteria}
    if what.criterion not in weights:
        raise NotTaken("criterion", f"criterion is {what.criterion!r}: {', '.join(weights)}")
    if not 0 < len(what.name.strip()) <= LONGEST_NAME:
        raise NotTaken("name", f"name: write one of at most {LONGEST_NAME} letters")
    if any(cell.strip().startswith(FORMULA) for cell in (what.name, what.unit)):
        raise NotTaken("name", "name or unit begins like a formula: begin it with a letter")
    if what.direction not in list(Direction):
        raise NotTaken("direction", f"direction is {what.direction!r}: higher or lower")
    zero_is_fine = what.direction == Direction.LOWER
    if not (what.target > 0 or (zero_is_fine and what.target == 0)) or what.target >= MOST:
        raise NotTaken("number", f"target is {what.target}: write a number above zero")
    there = sum((row.weight for row in _mine(session, what.institution, what.year)
                 if row.criterion == what.criterion), Decimal(0))  # fmt: skip
    there += sum(one.weight for one in terms.indicators if one.criterion == what.criterion)
    if what.weight <= 0 or there + what.weight > weights[what.criterion]:
        raise NotTaken(
            "weight",
            f"weight is {what.weight}: criterion {what.criterion} has "
            f"{weights[what.criterion] - there} left of {weights[what.criterion]}",
        )
    if any(round(value, PLACES) != value for value in (what.weight, what.target)):
        raise NotTaken("number", f"weight or target has more than {PLACES} decimals: round it")


def _mine(session: Session, institution: str, year: int) -> list[ContractRow]:
    return rows_of(session, year, institution).get(institution, [])
