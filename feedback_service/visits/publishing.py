"""What anybody may know of the survey's draws: sealed at once, opened when they are over.

A seed told sooner would tell an office who is being asked.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics import sampling
from analytics.sampling import OVER_AFTER
from analytics.suppression import MINIMUM
from feedback_service.domain.periods import Period
from feedback_service.models import Invitation, SurveyDraw, SurveySeed
from feedback_service.visits.drawing import bounds


class NoSuchDraw(LookupError):
    """No draw of that institution and day."""


@dataclass(frozen=True)
class Published:
    """One draw; `seed` is None while somebody may still be asked, `frame_size` and `asked` where
    they are small numbers.  `ahead`: its seed's hash stood in the audit before the day began."""

    institution: str
    day: date
    method: str
    seed_hash: str
    ahead: bool
    frame_hash: str
    frame_size: int | None
    asked: int | None
    seed: str | None
    missing: bool
    simulated: bool


@dataclass(frozen=True)
class Checked:
    """A draw made again: each is what it was, or is not."""

    seed_is_the_one: bool
    frame_is_whole: bool
    same_visits: bool

    @property
    def holds(self) -> bool:
        return self.seed_is_the_one and self.frame_is_whole and self.same_visits


def published(
    session: Session, period: Period, now: datetime, institution: str | None = None
) -> list[Published]:
    """A period's draws, the newest day first."""
    found = (
        sa.select(SurveyDraw, SurveySeed)
        .join(SurveySeed, SurveySeed.day == SurveyDraw.day)
        .where(SurveyDraw.day >= period.start, SurveyDraw.day <= period.end)
        .order_by(SurveyDraw.day.desc(), SurveyDraw.institution_id)
    )
    if institution is not None:
        found = found.where(SurveyDraw.institution_id == institution)
    return [_published(draw, seed, now) for draw, seed in session.execute(found)]


def record(session: Session, institution: str, day: date) -> dict[str, Any]:
    """All that somebody needs to draw a day again, without the database.  Raises NoSuchDraw."""
    draw, seed = _one(session, institution, day)
    taken = sa.select(Invitation.visit_id).where(Invitation.draw_id == draw.id)
    return {
        "institution": institution, "day": str(day), "method": draw.method, "seed": seed.seed,
        "seed_hash": seed.seed_hash, "committed_at": seed.committed_at.isoformat(),
        "frame": zlib.decompress(draw.frame).decode(), "frame_hash": draw.frame_hash,
        "wanted": draw.wanted,
        "taken": [str(v) for v in session.scalars(taken.order_by(Invitation.position))],
    }  # fmt: skip


def is_over(session: Session, institution: str, day: date, now: datetime) -> bool:
    """Whether nobody of a draw can be asked any more.  Raises NoSuchDraw."""
    draw, _ = _one(session, institution, day)
    return draw.drawn_at < now - OVER_AFTER


def check(drawn: Mapping[str, Any]) -> Checked:
    """Draw again from a record, and compare; needs nothing but the record."""
    frame = sampling.read_listing(drawn["frame"])
    again = sampling.draw(frame, drawn["seed"], drawn["wanted"])
    return Checked(
        sampling.seed_hash(drawn["seed"]) == drawn["seed_hash"],
        sampling.frame_hash(frame) == drawn["frame_hash"],
        [member.visit for member in again] == list(drawn["taken"]),
    )


def written(drawn: Mapping[str, Any]) -> str:
    """A record as a file."""
    return json.dumps(drawn, indent=1, ensure_ascii=False) + "\n"


def _one(session: Session, institution: str, day: date) -> tuple[SurveyDraw, SurveySeed]:
    found = session.execute(
        sa.select(SurveyDraw, SurveySeed)
        .join(SurveySeed, SurveySeed.day == SurveyDraw.day)
        .where(SurveyDraw.institution_id == institution, SurveyDraw.day == day)
    ).one_or_none()
    if found is None:
        raise NoSuchDraw(f"{institution}: no draw of {day}")
    return found[0], found[1]


def _published(draw: SurveyDraw, seed: SurveySeed, now: datetime) -> Published:
    asked = sum(draw.taken.values())
    begin, _ = bounds(draw.day)
    return Published(
        draw.institution_id, draw.day, draw.method, seed.seed_hash, seed.committed_at < begin,
        draw.frame_hash, _unless_few(draw.frame_size), _unless_few(asked),
        seed.seed if draw.drawn_at < now - OVER_AFTER else None,
        draw.frame_size == 0, draw.simulated,
    )  # fmt: skip


def _unless_few(many: int) -> int | None:
    return many if many >= MINIMUM or not many else None
