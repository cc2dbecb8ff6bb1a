"""What scorecards are read from: tallies of days and quarters, and which days have changed since.

Copies of facts: `feedback rollup rebuild` makes them again; but for what was told (`ToldTally`),
which stays.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from feedback_service.models.base import Base


class RollupChange(Base):
    """Triggers of `ratings` and `cases` say here whose day must be counted again: of an institution
    ("" where none is known) the day in Nairobi of a rating, or on which a case is due.  Lines are
    only added, one for each change, so that nobody who commits waits for another."""

    __tablename__ = "rollup_changes"
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    of_cases: Mapped[bool]
    institution_id: Mapped[str]
    day: Mapped[date]


class _Tallied:
    """Records counted together, as `scoring.counting.Group` has them: `dimension` is "" for the
    whole; `part` is the field of `analytics.scorecards.Cell`; `numbers` a tally, noughts left out.
    """

    dimension: Mapped[str] = mapped_column(primary_key=True)
    institution_id: Mapped[str] = mapped_column(primary_key=True)
    within: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    simulated: Mapped[bool] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    numbers: Mapped[dict[str, Any]]


RATING_NUMBERS = (
    "score_1", "score_2", "score_3", "score_4", "score_5", "on_time", "late", "cost_kept",
    "paid_more", "courteous", "discourteous", "paid_extra_said", "paid_extra_kes", "no_problem",
    "problem_reported", "problem_unreported", "problem_unsaid", "problem_unasked", "incomplete",
    "simulated",
    "score_places", "score_nn", "score_nt", "score_tt",
    "on_time_places", "on_time_nn", "on_time_nt", "on_time_tt",
    "cost_places", "cost_nn", "cost_nt", "cost_tt",
    "courtesy_places", "courtesy_nn", "courtesy_nt", "courtesy_tt",
    "problem_places", "problem_nn", "problem_nt", "problem_tt",
)  # fmt: skip
"""What is counted of ratings (`analytics.tallies.RatingCounts`), with the sums of its clusters."""

ROLLUP_RATINGS = sa.Table(
    "rollup_ratings",
    Base.metadata,
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("dimension", sa.Text, nullable=False),
    sa.Column("of_institution", sa.Text, nullable=False),
    sa.Column("of_value", sa.Text, nullable=False),
    sa.Column("of_within", sa.Text, nullable=False),
    sa.Column("invented", sa.Boolean, nullable=False),
    sa.Column("of_sample", sa.Text, nullable=False),
    *(sa.Column(name, sa.BigInteger) for name in RATING_NUMBERS),
    sa.Index("ix_rollup_ratings_of", "of_institution", "dimension", "day"),
)
"""Divided ratings of a day, of which there are many: columns, nulls for noughts, that a quarter's
table is the sum of.  A county is the sum of its places (`of_within`).  Days are replaced as a
whole, so that no key needs to be looked up."""


class RollupDay(_Tallied, Base):
    """Of one day.  Cases stand here twice: as they count once the day has passed, and until then
    (`part` with " waiting" behind it)."""

    __tablename__ = "rollup_days"
    day: Mapped[date] = mapped_column(primary_key=True, sort_order=-1)


class RollupQuarter(_Tallied, Base):
    """Sums of the days of a quarter, named by its first day.  Of the day `RollupState.today` no
    case is in it: which of them are due changes by the minute, so that they are counted when read.
    """

    __tablename__ = "rollup_quarters"
    quarter: Mapped[date] = mapped_column(primary_key=True, sort_order=-1)


class ToldTally(Base):
    """The survey of an institution ("" for records of none) in a quarter, named by its first day,
    as it was last told to the public; `dimension` "" for the whole.  `cells`: one for each group,
    with the tallies of each class of ratings.  No copy of any fact: it is what readers have seen.
    """

    __tablename__ = "told_tallies"
    quarter: Mapped[date] = mapped_column(primary_key=True)
    dimension: Mapped[str] = mapped_column(primary_key=True)
    institution_id: Mapped[str] = mapped_column(primary_key=True)
    cells: Mapped[list[Any]]
    told_at: Mapped[datetime]


class RollupState(Base):
    """One row, or none while nothing has been built: the way of counting, the day from which cases
    wait, and when the last change was taken in.  While not `built`, days are missing."""

    __tablename__ = "rollup_state"
    id: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    version: Mapped[str]
    today: Mapped[date]
    built: Mapped[bool]
    refreshed_at: Mapped[datetime]

    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)
