"""Whether a citizen's answer is among those that a frozen quarter counted: yes, no, or not yet;
never how it counted.  And the proof of it that anybody may have who has its receipt."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.evidence import merkle
from analytics.evidence.inclusion import Inclusion
from analytics.evidence.making import Statement, tree
from analytics.evidence.plain import read
from feedback_service.domain.cases import Outcome
from feedback_service.domain.periods import Period
from feedback_service.domain.ratings import Sample
from feedback_service.models import Case, FrozenLeaves, FrozenPeriod, Rating
from feedback_service.scoring.frozen.gathering import rating_leaf, verdict_leaf

LEAF = 32
RECEIPT = 16
"""Digits of a receipt: the first of its leaf's hash."""


class State(StrEnum):
    YES = "yes"
    NO = "no"
    NOT_YET = "not-yet"


@dataclass(frozen=True)
class Counted:
    """`period` is the label of the quarter, `receipt` what proves a yes."""

    state: State
    period: str
    receipt: str = ""


def of_rating(session: Session, rating: Rating) -> Counted:
    """Whether this rating is in the closed quarter it was given in: another one of the same person,
    service and day may stand for it."""
    period = Period.containing(rating.given_at)
    row = session.get(FrozenPeriod, period.label)
    if row is None:
        return Counted(State.NOT_YET, period.label)
    # Its class may have been another one when the quarter was closed.
    for sample in (rating.sample, *(one for one in Sample if one is not rating.sample)):
        leaf = rating_leaf(row.leaf_secret, rating.id, sample)
        if _institution(session, row.period, leaf, rating.institution_id or "") is not None:
            return Counted(State.YES, period.label, receipt_of(leaf))
    return Counted(State.NO, period.label)


def of_verdict(session: Session, case: Case) -> Counted:
    """Whether the citizen's word on the case is in a closed quarter: the one in which it was first
    due, or another that counted it before a holiday moved it."""
    due = Period.containing(case.first_due_at)
    for row in _closed_since(session, case.received_at):
        leaf = verdict_leaf(row.leaf_secret, case.id)
        if _institution(session, row.period, leaf, case.institution_id) is not None:
            return Counted(State.YES, row.period, receipt_of(leaf))
    closed = session.get(FrozenPeriod, due.label) is not None
    return Counted(State.NO if closed else State.NOT_YET, due.label)


def answered(case: Case) -> bool:
    """Whether the citizen's word stands on the case."""
    return case.outcome in (Outcome.CONFIRMED, Outcome.DISPUTED)


def receipt_of(leaf: bytes) -> str:
    """The receipt of a leaf, in groups of four."""
    digits = leaf.hex()[:RECEIPT]
    return "-".join(digits[at : at + 4] for at in range(0, RECEIPT, 4))


def prove(session: Session, period: Period, receipt: str) -> Inclusion | None:
    """The proof for a receipt; None where no leaf of the period has it."""
    digits = receipt.replace("-", "").strip().lower()
    row = session.get(FrozenPeriod, period.label)
    if row is None or len(digits) != RECEIPT or set(digits) - set("0123456789abcdef"):
        return None
    start = bytes.fromhex(digits)
    holding = sa.select(FrozenLeaves).where(
        FrozenLeaves.period == period.label,
        _holds(start),
    )
    return next(
        filter(None, (_inclusion(row, one, start) for one in session.scalars(holding))), None
    )


def _inclusion(row: FrozenPeriod, holding: FrozenLeaves, start: bytes) -> Inclusion | None:
    leaves = [holding.leaves[at : at + LEAF] for at in range(0, len(holding.leaves), LEAF)]
    at = next((n for n, leaf in enumerate(leaves) if leaf.startswith(start)), None)
    if at is None:
        return None
    statement = read(Statement, row.statement)
    names = sorted(statement.bodies)
    own = merkle.prove(leaves, at)
    above = merkle.prove(tree(statement.bodies), names.index(holding.institution_id))
    return Inclusion(
        row.period, holding.institution_id, own.leaf.hex(), own.index, own.size,
        tuple(one.hex() for one in own.path), statement.bodies[holding.institution_id].root,
        above.index, above.size, tuple(one.hex() for one in above.path), row.root,
    )  # fmt: skip


def _closed_since(session: Session, moment: datetime) -> Iterable[FrozenPeriod]:
    first = Period.containing(moment).start
    found = session.scalars(sa.select(FrozenPeriod))
    return [row for row in found if Period.parse(row.period).start >= first]


def _institution(session: Session, period: str, leaf: bytes, likely: str) -> str | None:
    """Whose tree has the leaf: that of `likely`, or of whoever had the record at the freeze."""
    holding = sa.select(FrozenLeaves.institution_id, FrozenLeaves.leaves).where(
        FrozenLeaves.period == period,
        _holds(leaf),
    )
    for only in (FrozenLeaves.institution_id == likely, FrozenLeaves.institution_id != likely):
        for name, leaves in session.execute(holding.where(only)):
            if leaves.find(leaf) % LEAF == 0:
                return str(name)
    return None


def _holds(start: bytes) -> sa.ColumnElement[bool]:
    """Looked for by the database: a busy body's leaves are megabytes."""
    found = sa.literal(start, sa.LargeBinary).op("in")(FrozenLeaves.leaves)
    return sa.func.position(found) > 0
