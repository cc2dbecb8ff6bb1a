"""Ratings and cases of a period counted by the database into the tallies figures are made of.

Nothing is read row by row: one GROUP BY for ratings, one for cases.
"""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.scorecards import Cell
from analytics.tallies import RatingFact
from analytics.verification import Calls
from feedback_service.domain.cases import CaseKind
from feedback_service.domain.periods import Period
from feedback_service.domain.ratings import Sample
from feedback_service.scoring import calls
from feedback_service.scoring.counting import cases, costs, ratings
from feedback_service.scoring.counting.shape import (
    Days,
    Dimension,
    Frame,
    Group,
    bounds,
    group_of,
)

__all__ = [
    "Days", "Dimension", "Frame", "Group", "bounds", "cases", "costs", "group_of", "ratings",
    "tallies", "votes_among",
]  # fmt: skip


def tallies(
    session: Session, frame: Frame, dimension: Dimension | None = None
) -> dict[Group, Cell]:
    """One cell for each group that has records.

    Divided by a dimension only the open lane is counted: in a small cell the accused would know of
    what is held or confidential.  That counts in totals only, with those who hold it.  What the
    calls of a period heard stands in cells of institutions, where days are not told apart.
    """
    found: dict[Group, dict[str, Any]] = defaultdict(dict)
    for row in session.execute(ratings.counted(frame, dimension)).mappings():
        sample, votes = ratings.read(row)
        found[group_of(row)][_CLASS[sample]] = votes
    for group, kind, counts in cases.counted(session, frame, dimension):
        found[group][_KIND[kind]] = counts
    for name, heard in _called(session, frame, dimension).items():
        found[Group(name, "", "", False)]["calls"] = heard
    return {group: Cell(**parts) for group, parts in found.items()}


def votes_among(session: Session, frame: Frame, ids: Sequence[uuid.UUID]) -> dict[str, RatingFact]:
    """Those of these ratings that are counted: the votes among them, by id."""
    votes = ratings.votes(frame, None, "id", "channel", "language", "service_id").subquery("votes")
    found = session.execute(sa.select(votes).where(votes.c.id.in_(ids)))
    return {
        str(row.id): RatingFact(
            row.service_id, row.institution_id or "", None, None, row.channel, row.language,
            row.score, row.on_time, row.paid_more, row.courteous, row.complete, row.simulated,
            row.sample, None, row.paid_extra_kes, row.had_problem, row.reported_problem,
        )
        for row in found
    }  # fmt: skip


_CLASS = {Sample.VERIFIED: "ratings", Sample.OPEN: "open", Sample.ASSISTED: "assisted"}
_KIND = {CaseKind.COMPLAINT: "cases", CaseKind.INFORMATION: "requests"}


def _called(session: Session, frame: Frame, dimension: Dimension | None) -> dict[str, Calls]:
    if dimension or frame.by_day or not isinstance(frame.period, Period):
        return {}
    return dict(calls.made(session, frame.period, frame.as_of, frame.institution))
