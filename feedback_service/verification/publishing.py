"""What anybody may know of a draw: at once that it was made and cannot be changed, and once its
calls are over what it was made of.  A seed told sooner would tell an office who is called.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.suppression import MINIMUM
from feedback_service.domain.periods import Period
from feedback_service.models import CallBack, Draw

OVER_AFTER = timedelta(days=60)
"""After a draw: by then its calls are made, or will not be."""


@dataclass(frozen=True)
class Published:
    """One draw; `seed` is None while calls are made, `frame_size` where it is a small number."""

    institution: str
    period: str
    closed_before: date
    drawn_on: date
    method: str
    seed_hash: str
    frame_hash: str
    frame_size: int | None
    seed: str | None


def published(session: Session, period: Period, now: datetime) -> Iterator[Published]:
    """A quarter's draws, by institution and day."""
    waiting = sa.select(CallBack.draw_id).where(CallBack.result.is_(None))
    is_over = sa.or_(Draw.drawn_at < now - OVER_AFTER, Draw.id.not_in(waiting))
    found = (
        sa.select(Draw, is_over)
        .where(Draw.period == period.label)
        .order_by(Draw.institution_id, Draw.closed_before)
    )
    for draw, over in session.execute(found):
        yield Published(
            draw.institution_id, draw.period, draw.closed_before, draw.drawn_at.date(),
            draw.method, seed_hash(draw.seed), draw.frame_hash,
            draw.frame_size if draw.frame_size >= MINIMUM else None,
            draw.seed if over else None,
        )  # fmt: skip


def seed_hash(seed: str) -> str:
    """What is told of a seed when it is drawn with: SHA-256, so that it cannot be another later."""
    return sha256(seed.encode()).hexdigest()
