"""Tallies of this very moment: what is kept where nothing waits to be taken in, else counted from
the facts."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.models import RollupChange
from feedback_service.scoring import counting
from feedback_service.scoring.ground import Source
from feedback_service.scoring.rollups.reading import tallies


def tallies_now(session: Session) -> Source:
    """The way to count in this transaction, which sees one moment."""
    waiting = session.scalar(sa.select(sa.exists(sa.select(RollupChange.id))))
    return counting.tallies if waiting else tallies
