"""What messages cost, in KES: each one's price, and sums by case, by resolution, by institution.

A price is what the company told; in dollars it counts at KES_PER_USD; where none was told it is
estimated from MESSAGE_PRICES and the number of parts, and marked so.  Months are Nairobi's.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from channels.contract import Sent
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import Outcome
from feedback_service.models import Budget, Case, Institution, Message
from feedback_service.settings import Settings


class NoSuchInstitution(LookupError):
    """A budget for a body the registry does not hold."""


class NotABudget(ValueError):
    """A budget that is no amount of money."""


@dataclass(frozen=True)
class Cost:
    """The price of one message; `kes` is None when nobody tells and no price is set."""

    kes: Decimal | None
    estimated: bool = False


@dataclass(frozen=True)
class Spent:
    """What one institution's messages cost in a month; None for what belongs to no case.

    `estimated_kes` is the part of `kes` that rests on MESSAGE_PRICES; `unpriced` counts messages
    that left and have no price.  `share` is `kes` of the budget, 1 being all of it.
    """

    institution_id: str | None
    messages: int
    parts: int
    kes: Decimal
    estimated_kes: Decimal
    unpriced: int
    budget_kes: Decimal | None

    @property
    def share(self) -> float | None:
        return float(self.kes / self.budget_kes) if self.budget_kes else None


def of_sending(settings: Settings, channel: str, sent: Sent, parts: int) -> Cost:
    """The price of a message the company has just taken."""
    known = sent.cost_kes if sent.cost_kes is not None else told(settings, sent.cost_told)
    if known is not None:
        return Cost(known)
    each = settings.message_prices.get(channel)
    return Cost(None) if each is None else Cost(each * parts, estimated=True)


def told(settings: Settings, price: str) -> Decimal | None:
    """ "KES 0.80" or "USD 0.0079" in shillings; None for no price or another currency."""
    currency, _, amount = price.partition(" ")
    rate = {"KES": Decimal(1), "USD": settings.kes_per_usd}.get(currency.upper())
    try:
        value = Decimal(amount.strip()) if rate is not None else None
    except InvalidOperation:
        return None
    if value is None or rate is None or not value.is_finite():
        return None
    return abs(value) * rate


def spent(session: Session, month: date) -> list[Spent]:
    """Every institution that sent messages in a month or has a budget, the dearest first."""
    begin, end = _month(month)
    left = Message.sent_at.is_not(None)
    rows = (
        sa.select(
            Message.institution_id,
            sa.func.count().filter(left),
            sa.func.coalesce(sa.func.sum(Message.parts).filter(left), 0),
            sa.func.coalesce(sa.func.sum(Message.cost_kes), 0),
            sa.func.coalesce(sa.func.sum(Message.cost_kes).filter(Message.cost_estimated), 0),
            sa.func.count().filter(left, Message.cost_kes.is_(None)),
        )
        .where(Message.created_at >= begin, Message.created_at < end)
        .group_by(Message.institution_id)
    )
    found = {row[0]: tuple(row)[1:] for row in session.execute(rows)}
    budgets = {row.institution_id: row.monthly_kes for row in session.scalars(sa.select(Budget))}
    sums = [
        _spent(body, found.get(body, (0, 0, 0, 0, 0)), budgets.get(body or ""))
        for body in found.keys() | budgets.keys()
    ]
    return sorted(sums, key=lambda one: (-one.kes, one.institution_id or ""))


def per_case(session: Session, month: date) -> dict[str, Decimal]:
    """By institution: the messages of the cases received in a month, for each of those cases."""
    begin, end = _month(month)
    return _each(session, Case.received_at >= begin, Case.received_at < end)


def per_resolution(session: Session, month: date) -> dict[str, Decimal]:
    """By institution: the messages of the cases that citizens confirmed as solved in a month, for
    each of those cases."""
    begin, end = _month(month)
    confirmed = Case.outcome == Outcome.CONFIRMED
    return _each(session, confirmed, Case.closed_at >= begin, Case.closed_at < end)


def over_budget(session: Session, institution_id: str | None, now: datetime) -> bool:
    """Whether this month's messages have used up an institution's budget; never without one."""
    budget = session.get(Budget, institution_id) if institution_id else None
    if budget is None:
        return False
    begin, end = _month(now.astimezone(NAIROBI).date())
    total = sa.select(sa.func.sum(Message.cost_kes)).where(
        Message.institution_id == institution_id,
        Message.created_at >= begin,
        Message.created_at < end,
    )
    return (session.scalar(total) or Decimal()) >= budget.monthly_kes


def set_budget(session: Session, institution_id: str, kes: str, now: datetime) -> None:
    """What an institution means to spend in a month; NoSuchInstitution, NotABudget."""
    if session.get(Institution, institution_id) is None:
        raise NoSuchInstitution(f"{institution_id} is no institution: see the registry's list")
    try:
        amount = Decimal(kes)
    except InvalidOperation:
        raise NotABudget(f"the budget is {kes!r}: give shillings, such as 25000") from None
    if not amount.is_finite() or not 0 <= amount < 10**10:
        raise NotABudget(f"the budget is {kes}: give a positive amount in shillings")
    row = {"institution_id": institution_id, "monthly_kes": amount, "set_at": now}
    session.execute(
        insert(Budget)
        .values(row)
        .on_conflict_do_update(index_elements=["institution_id"], set_=row)
    )


def _spent(body: str | None, row: tuple[Any, ...], budget: Decimal | None) -> Spent:
    messages, parts, kes, estimated, unpriced = row
    return Spent(body, messages, parts, Decimal(kes), Decimal(estimated), unpriced, budget)


def _each(session: Session, *which: sa.ColumnElement[bool]) -> dict[str, Decimal]:
    cases = sa.func.count(sa.distinct(Case.id))
    rows = (
        sa.select(Case.institution_id, sa.func.coalesce(sa.func.sum(Message.cost_kes), 0) / cases)
        .select_from(Case)
        .outerjoin(Message, Message.case_id == Case.id)
        .where(*which)
        .group_by(Case.institution_id)
    )
    return {body: Decimal(each or 0) for body, each in session.execute(rows)}


def _month(of: date) -> tuple[datetime, datetime]:
    begin = datetime(of.year, of.month, 1, tzinfo=NAIROBI)
    later = begin + timedelta(days=32)
    return begin, later.replace(day=1)
