"""Contests and moderated scores as they are read, with the names of those who spoke."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.models import Contest, ModeratedScore, ModerationAgreement, Staff


@dataclass(frozen=True)
class Contested:
    """A contest as it is read, with who spoke."""

    row: Contest
    by: str
    answered_by: str


@dataclass(frozen=True)
class Moderated:
    """A moderated score with the names of who gave it and who agreed: "" while nobody has."""

    row: ModeratedScore
    by: str
    agreed_by: str = ""


def contests(session: Session, period: str, institution: str | None = None) -> list[Contested]:
    """The contests of a period, or of one institution in it, the oldest first."""
    found = sa.select(Contest).where(Contest.period == period)
    if institution is not None:
        found = found.where(Contest.institution_id == institution)
    rows = session.scalars(found.order_by(Contest.at, Contest.id)).all()
    names = _names(session, [*(r.by_id for r in rows), *(r.answered_by_id for r in rows)])
    return [Contested(row, names[row.by_id], names.get(row.answered_by_id, "")) for row in rows]


def moderated(session: Session, period: str, institution: str | None = None) -> list[Moderated]:
    """The moderated scores of a period, or of one institution in it, that two people stand for; of
    one figure the last counts, the one agreed to last."""
    agreed = _scores(period, institution).where(ModerationAgreement.at.is_not(None))
    return _named(session, agreed.order_by(ModerationAgreement.at, ModeratedScore.id))


def proposed(session: Session, period: str, institution: str | None = None) -> list[Moderated]:
    """The same with those that wait for the second person, in the order of their proposal."""
    every = _scores(period, institution)
    return _named(session, every.order_by(ModeratedScore.at, ModeratedScore.id))


def waiting(session: Session) -> dict[str, int]:
    """How many contests of each period wait for an answer."""
    found = sa.select(Contest.period, sa.func.count()).where(Contest.answered_at.is_(None))
    return dict(session.execute(found.group_by(Contest.period)).all())


def _scores(period: str, institution: str | None) -> sa.Select[ModeratedScore, uuid.UUID]:
    """Each with whoever has agreed."""
    found = (
        sa.select(ModeratedScore, ModerationAgreement.by_id)
        .outerjoin(ModerationAgreement, ModerationAgreement.score_id == ModeratedScore.id)
        .where(ModeratedScore.period == period)
    )
    if institution is None:
        return found
    return found.where(ModeratedScore.institution_id == institution)


def _named(session: Session, found: sa.Select[ModeratedScore, uuid.UUID]) -> list[Moderated]:
    rows = session.execute(found).all()
    names = _names(session, [one for row, second in rows for one in (row.by_id, second)])
    return [Moderated(row, names[row.by_id], names.get(second, "")) for row, second in rows]


def _names(session: Session, ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID | None, str]:
    wanted = {one for one in ids if one is not None}
    found = sa.select(Staff.id, Staff.name).where(Staff.id.in_(wanted))
    return {row.id: row.name for row in session.execute(found)}
