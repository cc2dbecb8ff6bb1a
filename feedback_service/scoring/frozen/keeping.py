"""What is read of a frozen period: the cards as they were frozen, whatever happened since."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.evidence.plain import read
from analytics.scorecards import Scorecard
from feedback_service.domain.periods import Period
from feedback_service.models import FrozenCard, FrozenPeriod
from feedback_service.runtime import Runtime
from feedback_service.scoring.counting import Dimension

WHOLE = "national"
_KEPT, _MOST = "frozen cards", 12
"""Decoded cards of so many periods stay in a process: they never change."""


@dataclass(frozen=True)
class Frozen:
    """The cards of a closed period by institution, the whole service's under `national`."""

    cards: Mapping[str, Scorecard]
    public: bool


def cards(rt: Runtime, session: Session, period: Period, *, public: bool) -> Frozen | None:
    """The cards of a period; None while it is open."""
    kept: dict[tuple[Period, bool], Frozen] = rt.kept.setdefault(_KEPT, {})
    if (period, public) in kept:
        return kept[period, public]
    if session.get(FrozenPeriod, period.label) is None:
        return None
    column = FrozenCard.public if public else FrozenCard.full
    rows = sa.select(FrozenCard.institution_id, column["card"]).where(
        FrozenCard.period == period.label
    )
    found = Frozen({name: read(Scorecard, data) for name, data in session.execute(rows)}, public)
    while len(kept) >= _MOST:
        kept.pop(next(iter(kept)))
    return kept.setdefault((period, public), found)


def divided(
    session: Session,
    period: Period,
    institutions: Collection[str],
    dimensions: Collection[Dimension],
    *,
    public: bool,
) -> dict[str, dict[Dimension, dict[str, Scorecard]]]:
    """The tables of these institutions as they were frozen, by institution and dimension."""
    column = FrozenCard.public if public else FrozenCard.full
    found: dict[str, dict[Dimension, dict[str, Scorecard]]] = {
        name: {dimension: {} for dimension in dimensions} for name in institutions
    }
    for dimension in dimensions:
        rows = sa.select(FrozenCard.institution_id, column["by"][dimension.value]).where(
            FrozenCard.period == period.label, FrozenCard.institution_id.in_(institutions)
        )
        for name, table in session.execute(rows):
            found[name][dimension] = {
                key: read(Scorecard, card) for key, card in (table or {}).items()
            }
    return found


def periods(session: Session) -> list[FrozenPeriod]:
    """Every closed period, the newest first."""
    found = session.scalars(sa.select(FrozenPeriod)).all()
    return sorted(found, key=lambda row: Period.parse(row.period).start, reverse=True)


def is_frozen(rt: Runtime, period: Period) -> bool:
    """Whether the period's figures can change no more."""
    with rt.transaction() as session:
        return is_frozen_in(session, period)


def is_frozen_in(session: Session, period: Period) -> bool:
    """As `is_frozen`, as this transaction sees it."""
    return session.get(FrozenPeriod, period.label) is not None


def frozen_quarters(rt: Runtime) -> list[Period]:
    """The closed quarters: dates that lie in them do not move any more."""
    with rt.transaction() as session:
        labels = session.scalars(sa.select(FrozenPeriod.period)).all()
    found = [Period.parse(label) for label in labels]
    return [period for period in found if period.quarter]
