"""Indicators that an institution enters in its contract: freely until the contract is vetted, after
that only as an analyst allows, and not at all once the year is frozen.

A span that was frozen keeps the rows that were in force then.
"""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.contract import Span, Stage, Terms, vetting_of
from analytics.performance_contract import Direction
from feedback_service import audit
from feedback_service.contracts.entered import entered
from feedback_service.contracts.faults import NotTaken
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.models import ContractChange, ContractRow, FrozenPeriod, Institution, new_id
from feedback_service.runtime import Runtime
from feedback_service.scoring.frozen.apart import stands_apart

FEWEST_LETTERS = 5
LONGEST_NAME = 200
MOST = Decimal(10) ** 15
PLACES = 4
"""Decimals that are kept: a smaller target would be zero, for which there is no score."""
FORMULA = ("=", "+", "-", "@")
"""The sheet's CSV is opened in spreadsheets, and cannot be escaped: it is read again as it is."""


class NoSuchChange(LookupError):
    """Nobody has asked for that change of a contract."""


@dataclass(frozen=True)
class NewRow:
    """An indicator of a criterion with its weight and target for the year; `why` is owed once the
    contract is vetted."""

    institution: str
    year: int
    criterion: str
    name: str
    weight: Decimal
    target: Decimal
    unit: str
    direction: str
    staff_id: uuid.UUID
    why: str = ""


@dataclass(frozen=True)
class Allowed:
    """An analyst's word on a change, `works_for` their own institution."""

    change_id: uuid.UUID
    staff_id: uuid.UUID
    works_for: str | None
    accepted: bool
    reason: str


def add_row(rt: Runtime, session: Session, terms: Terms, what: NewRow) -> ContractRow:
    """Enter an indicator; after vetting it waits.  Raises NotTaken."""
    check_open(session, what.year)
    _check(session, terms, what)
    late = _vetted(rt, what.year, what.why)
    row = ContractRow(
        id=new_id(), institution_id=what.institution, year=what.year, criterion=what.criterion,
        name=what.name.strip(), weight=what.weight, target=what.target, unit=what.unit.strip(),
        direction=what.direction, made_by_id=what.staff_id, made_at=rt.now(),
        in_force_at=None if late else rt.now(),
    )  # fmt: skip
    session.add(row)
    if late:
        session.flush()  # the change points at it
        _ask(rt, session, row, what.staff_id, what.why, ends=False)
    audit.note(
        session, "contract.row-ask" if late else "contract.row", what.institution, rt.now(),
        what.staff_id,
        {"row": str(row.id), "name": row.name, "weight": str(row.weight),
         "target": str(row.target), "words": what.why.strip()},
    )  # fmt: skip
    return row


def end_row(
    rt: Runtime, session: Session, institution: str, row_id: uuid.UUID, staff_id: uuid.UUID,
    why: str = "",
) -> ContractRow:  # fmt: skip
    """Take an indicator off, or after vetting ask for it; what was said of it is kept.

    Raises NotTaken.
    """
    row = session.get(ContractRow, row_id, with_for_update=True)
    if row is None or row.institution_id != institution or row.ended_at or not row.in_force_at:
        raise NotTaken("row", f"row is {row_id}, which the contract does not have")
    check_open(session, row.year)
    late = _vetted(rt, row.year, why)
    if late and session.scalar(_unanswered(row.id).limit(1)):
        raise NotTaken("asked", "it was asked already: wait for the answer")
    if late:
        _ask(rt, session, row, staff_id, why, ends=True)
    else:
        row.ended_at, row.ended_by_id = rt.now(), staff_id
    audit.note(
        session, "contract.row-end-ask" if late else "contract.row-end", institution, rt.now(),
        staff_id, {"row": str(row.id), "words": why.strip()},
    )  # fmt: skip
    return row


def allow(rt: Runtime, session: Session, terms: Terms, what: Allowed) -> ContractChange:
    """Allow a change or refuse it with a reason, once.  Raises NoSuchChange and NotTaken."""
    change = session.get(ContractChange, what.change_id, with_for_update=True)
    if change is None:
        raise NoSuchChange(str(what.change_id))
    row = session.get_one(ContractRow, change.row_id, with_for_update=True)
    apart = stands_apart(session, row.institution_id, what.works_for)
    if not apart or what.staff_id == change.asked_by_id:
        raise NotTaken("own", "a change of one's own contract is decided by somebody else")
    if change.accepted is not None:
        raise NotTaken("decided", "it was decided already")
    reason = what.reason.strip()
    if not what.accepted and len(reason) < FEWEST_LETTERS:
        raise NotTaken("reason", "reason is missing: say why it is refused")
    check_open(session, row.year)
    if what.accepted and change.ends:
        row.ended_at, row.ended_by_id = rt.now(), change.asked_by_id
    elif what.accepted:
        _fits(session, terms, row, there_now=True)
        row.in_force_at = rt.now()
    change.accepted, change.reason = what.accepted, reason
    change.decided_by_id, change.decided_at = what.staff_id, rt.now()
    audit.note(
        session, "contract.row-allow", row.institution_id, rt.now(), what.staff_id,
        {"row": str(row.id), "ends": change.ends, "accepted": what.accepted, "reason": reason},
    )  # fmt: skip
    return change


def rows_of(
    session: Session, year: int, institution: str | None = None, at: datetime | None = None
) -> dict[str, list[ContractRow]]:
    """The indicators in force for a financial year, now or at a moment, by institution."""
    ended: sa.ColumnElement[bool] = ContractRow.ended_at.is_(None)
    found = sa.select(ContractRow).where(
        ContractRow.year == year,
        ContractRow.in_force_at.is_not(None) if at is None else ContractRow.in_force_at <= at,
        ended if at is None else ended | (ContractRow.ended_at > at),
    )
    if institution is not None:
        found = found.where(ContractRow.institution_id == institution)
    rows: dict[str, list[ContractRow]] = defaultdict(list)
    for row in session.scalars(found.order_by(ContractRow.made_at, ContractRow.id)):
        rows[row.institution_id].append(row)
    return rows


def unanswered(session: Session, year: int) -> dict[str, int]:
    """By institution: changes of the year's contract that nobody has decided."""
    found = (
        sa.select(ContractRow.institution_id, sa.func.count())
        .join(ContractChange, ContractChange.row_id == ContractRow.id)
        .where(ContractRow.year == year, ContractChange.accepted.is_(None))
        .group_by(ContractRow.institution_id)
    )
    return dict(session.execute(found).all())


def closed_at(session: Session, span: Span) -> datetime | None:
    """When the figures of a span were frozen, a half year's with its last quarter; None before."""
    half = span.stage is Stage.MID_YEAR
    labels = [one.label for one in span.quarters] if half else [span.label]
    found = sa.select(FrozenPeriod.frozen_at).where(FrozenPeriod.period.in_(labels))
    moments = session.scalars(found).all()
    return max(moments) if len(moments) == len(labels) else None


def check_open(session: Session, year: int) -> None:
    """Raises NotTaken once a financial year is frozen."""
    if session.get(FrozenPeriod, Period(year).label):
        raise NotTaken("frozen", f"{Period(year).label} is frozen: its contract stays as it is")


def _vetted(rt: Runtime, year: int, why: str) -> bool:
    """Whether a change has to be allowed now; then words are owed."""
    if rt.now().astimezone(NAIROBI).date() <= vetting_of(year).on:
        return False
    if len(why.strip()) < FEWEST_LETTERS:
        raise NotTaken("why", "words are missing: say why the contract has to be changed now")
    return True


def _ask(
    rt: Runtime, session: Session, row: ContractRow, by: uuid.UUID, why: str, *, ends: bool
) -> None:
    session.add(
        ContractChange(
            id=new_id(), row_id=row.id, ends=ends, words=why.strip(), asked_by_id=by,
            asked_at=rt.now(),
        )
    )  # fmt: skip


def _unanswered(row_id: uuid.UUID) -> sa.Select[uuid.UUID]:
    return sa.select(ContractChange.id).where(
        ContractChange.row_id == row_id, ContractChange.accepted.is_(None)
    )


def _check(session: Session, terms: Terms, what: NewRow) -> None:
    if what.criterion not in {one.id for one in terms.criteria}:
        known = ", ".join(one.id for one in terms.criteria)
        raise NotTaken("criterion", f"criterion is {what.criterion!r}: {known}")
    if not 0 < len(what.name.strip()) <= LONGEST_NAME:
        raise NotTaken("name", f"name: write one of at most {LONGEST_NAME} letters")
    if any(cell.strip().startswith(FORMULA) for cell in (what.name, what.unit)):
        raise NotTaken("formula", "name or unit begins like a formula: begin it with a letter")
    if what.direction not in list(Direction):
        raise NotTaken("direction", f"direction is {what.direction!r}: higher or lower")
    zero_is_fine = what.direction == Direction.LOWER
    if not (what.target > 0 or (zero_is_fine and what.target == 0)) or what.target >= MOST:
        raise NotTaken("number", f"target is {what.target}: write a number above zero")
    if what.weight <= 0:
        raise NotTaken("number", f"weight is {what.weight}: write a number above zero")
    _fits(session, terms, what)
    if any(round(value, PLACES) != value for value in (what.weight, what.target)):
        raise NotTaken("decimals", f"weight or target has more than {PLACES} decimals: round it")


def _fits(
    session: Session, terms: Terms, one: NewRow | ContractRow, *, there_now: bool = False
) -> None:
    """there_now: against the rows in force; else what is asked counts as if it were allowed."""
    institution = one.institution if isinstance(one, NewRow) else one.institution_id
    # Of two that come at once the second waits here, and then counts the first.
    alone = sa.select(Institution.id).where(Institution.id == institution)
    session.execute(alone.with_for_update(key_share=True))
    whole = next(each.weight for each in terms.criteria if each.id == one.criterion)
    there = sum(
        (each.weight for each in terms.indicators if each.criterion == one.criterion), Decimal(0)
    )
    for each in entered(session, one.year, institution):
        row, waiting = each.row, each.waiting
        stands = row.in_force_at is not None and row.ended_at is None
        if waiting and not there_now:
            stands = not waiting.ends
        if stands and row.criterion == one.criterion:
            there += row.weight
    if there + one.weight > whole:
        has = f"criterion {one.criterion} has {whole - there} left of {whole}"
        raise NotTaken("weight", f"weight is {one.weight}: {has}")
