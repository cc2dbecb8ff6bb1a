"""What the messages about a case cost: a sum in the database's own words, and case by case for
those who count facts."""

import uuid
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.indicators.waits import COST_PARTS
from feedback_service.models import Case, Message

COST, UNPRICED = "messages_cost", "unpriced"
Costs = Mapping[uuid.UUID, int | None]
"""What a fact says of each case that had messages; None where a price is not known."""
NONE: Costs = {}


def beside_cases() -> sa.sql.selectable.LateralFromClause:
    """Of each case the sum in `COST_PARTS` of a shilling, and whether a message that left has no
    price."""
    unpriced = sa.and_(Message.sent_at.is_not(None), Message.cost_kes.is_(None))
    return (
        sa.select(
            sa.func.coalesce(_PARTS, 0).label(COST),
            sa.func.coalesce(sa.func.bool_or(unpriced), sa.false()).label(UNPRICED),
        )
        .where(Message.case_id == Case.id)
        .lateral("paid")
    )


def of_cases(session: Session, ids: Iterable[uuid.UUID]) -> Costs:
    """What the messages of these cases cost."""
    unpriced = sa.and_(Message.sent_at.is_not(None), Message.cost_kes.is_(None))
    found = (
        sa.select(Message.case_id, sa.func.coalesce(_PARTS, 0), sa.func.bool_or(unpriced))
        .where(Message.case_id == sa.func.any(sa.bindparam("ids", list(ids), _IDS)))
        .group_by(Message.case_id)
    )
    return {case: None if unknown else cost for case, cost, unknown in session.execute(found)}


_IDS = sa.ARRAY(sa.Uuid())
_PARTS = sa.cast(sa.func.sum(Message.cost_kes) * COST_PARTS, sa.BigInteger)
