"""What the indicators outside the service's figures reached, as the institution says, and what the
evaluators found instead, which stands beside and changes nothing.
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
from feedback_service.contracts import rows
from feedback_service.contracts.faults import NotTaken
from feedback_service.models import ContractRow, ContractValue, new_id
from feedback_service.runtime import Runtime

FEWEST_LETTERS = 5
Values = Mapping[str, ContractValue]
"""By indicator."""


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


def say(rt: Runtime, session: Session, terms: Terms, what: Said) -> ContractValue:
    """Write down what an indicator reached; the last one counts, and those before stay readable.

    Of a span that is frozen only evaluators still say something.  Raises NotTaken.
    """
    closed = rows.closed_at(session, what.span)
    if closed and not what.moderated:
        raise NotTaken("frozen", f"{what.span.label} is frozen: what was declared stays as it is")
    own = {one.id: one.measured for one in terms.indicators}
    there = rows.rows_of(session, what.span.year, what.institution, closed)
    mine = {str(row.id) for row in there.get(what.institution, [])}
    declared = mine | {name for name, how in own.items() if how is Measured.DECLARED}
    if what.indicator not in (mine | own.keys() if what.moderated else declared):
        raise NotTaken("row", f"indicator is {what.indicator!r}: it is not declared by hand")
    if not 0 <= what.achieved < rows.MOST:
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


def replaced(session: Session, span: Span, institution: str) -> dict[str, list[ContractValue]]:
    """What the institution declared before it declared something else, by indicator, the oldest
    first."""
    found: dict[str, list[ContractValue]] = defaultdict(list)
    said = sa.select(ContractValue).where(
        ContractValue.span == span.label, ContractValue.institution_id == institution,
        ContractValue.moderated.is_(False),
    )  # fmt: skip
    for value in session.scalars(said.order_by(ContractValue.said_at, ContractValue.id)):
        found[value.indicator].append(value)
    return {name: values[:-1] for name, values in found.items() if len(values) > 1}


def declared(terms: Terms, there: Sequence[ContractRow], said: Values) -> list[Declared]:
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
        for row in there
    ]  # fmt: skip
    return found
