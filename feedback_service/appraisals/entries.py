"""What was reached of each target by quarter: counted by the service once the quarter is over, or
entered by the officer with words.  The officer reads what was counted before anybody else."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.intervals import Interval
from analytics.own_cases import Measure
from analytics.own_figures import OwnFigure
from feedback_service import notices
from feedback_service.appraisals import facts, targets
from feedback_service.appraisals.faults import NotTaken
from feedback_service.domain.appraisals import Stage
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import Period
from feedback_service.models import Appraisal, AppraisalEntry, AppraisalTarget, Staff, new_id
from feedback_service.runtime import Runtime

FEWEST_LETTERS = 5
AT_ONCE = 5
"""Officers whose cases the clock counts in one go: about half a second each."""
OVER = (Stage.EMPTY, Stage.PROPOSED, Stage.SEEN, Stage.ACCEPTED, Stage.SIGNED)
"""Nothing is entered here; a contested proposal can be corrected."""
COUNTED = (Stage.AGREED, Stage.REVIEWED)
"""Where the clock counts."""
Entries = Mapping[uuid.UUID, Mapping[int, AppraisalEntry]]
"""By target and quarter: the last one."""


def enter(
    rt: Runtime, session: Session, appraisal: Appraisal, officer: Staff, target_id: uuid.UUID,
    quarter: int, achieved: Decimal, words: str,
) -> AppraisalEntry:  # fmt: skip
    """The officer says what was reached from 1 July to the quarter's end.  Raises NotTaken."""
    row = session.get(AppraisalTarget, target_id)
    if row is None or row.appraisal_id != appraisal.id or row.ended_at is not None:
        raise NotTaken("target", f"target is {target_id}, which the form does not have")
    if row.measure:
        raise NotTaken("counted", f"{row.name} is counted by the service")
    today = rt.now().astimezone(NAIROBI).date()
    if appraisal.stage in OVER:
        raise NotTaken("turn", f"stage is {appraisal.stage}: nothing is entered any more")
    if quarter not in (1, 2, 3, 4) or Period(appraisal.year, quarter).start > today:
        raise NotTaken("quarter", f"quarter is {quarter}: choose one that has begun")
    if not 0 <= achieved < targets.MOST:
        raise NotTaken("number", f"achieved is {achieved}: write a number from 0 on")
    if len(words.strip()) < FEWEST_LETTERS:
        raise NotTaken("words", "words are missing: say where the number comes from")
    return _write(
        rt, session, row, quarter, achieved, words=words.strip(), figure={}, by_id=officer.id
    )


def of(session: Session, rows: Sequence[AppraisalTarget], *, seen_only: bool = False) -> Entries:
    """What was entered of these targets; for others than the officer `seen_only`."""
    found = sa.select(AppraisalEntry).where(AppraisalEntry.target_id.in_([row.id for row in rows]))
    if seen_only:
        found = found.where(
            sa.or_(AppraisalEntry.by_id.is_not(None), AppraisalEntry.seen_at.is_not(None))
        )
    kept: dict[uuid.UUID, dict[int, AppraisalEntry]] = defaultdict(dict)
    for entry in session.scalars(found.order_by(AppraisalEntry.at, AppraisalEntry.id)):
        kept[entry.target_id][entry.quarter] = entry
    return kept


def see(rt: Runtime, session: Session, rows: Sequence[AppraisalTarget]) -> None:
    """The officer has opened the page that shows what was counted."""
    session.execute(
        sa.update(AppraisalEntry)
        .where(
            AppraisalEntry.target_id.in_([row.id for row in rows]),
            AppraisalEntry.by_id.is_(None),
            AppraisalEntry.seen_at.is_(None),
        )
        .values(seen_at=rt.now())
    )


def count(
    rt: Runtime, session: Session, appraisal: Appraisal, quarter: int, own: facts.Own
) -> None:
    """Write down what the service counts until a quarter's end, of each target that it counts."""
    rows = [row for row in targets.of_appraisal(session, appraisal) if row.measure]
    _count(rt, session, rows, quarter, own)


def count_quarters(rt: Runtime) -> int:
    """What the clock does: count the last full quarter of each target once, one that was set since
    then too; of how many appraisals it was now."""
    period = Period.containing(rt.now()).previous()
    quarter = period.quarter or 4
    waiting = (
        sa.select(Appraisal.id)
        .join(AppraisalTarget, AppraisalTarget.appraisal_id == Appraisal.id)
        .where(
            Appraisal.year == period.year,
            Appraisal.stage.in_(COUNTED),
            AppraisalTarget.id.in_(_uncounted(quarter)),
        )
        .distinct()
    )
    with rt.transaction() as session:
        ids = list(session.scalars(waiting.order_by(Appraisal.id).limit(AT_ONCE)))
    done = 0
    for one in ids:
        with rt.transaction() as session:
            if count_quarter(rt, session, one, quarter):
                done += 1
                notices.post(
                    session, f"appraisal:{one}:{quarter}", "appraisal_counted",
                    [session.get_one(Appraisal, one).staff_id], rt.now(),
                    data={"period": period.label},
                )  # fmt: skip
    return done


def count_quarter(rt: Runtime, session: Session, appraisal_id: uuid.UUID, quarter: int) -> bool:
    """Count the targets of one appraisal that are not counted yet, unless it has gone on since it
    was found: after a proposal nothing is written behind the officer's back."""
    row = session.get_one(Appraisal, appraisal_id, with_for_update=True, populate_existing=True)
    if row.stage not in COUNTED:
        return False
    wanted = sa.select(AppraisalTarget).where(
        AppraisalTarget.appraisal_id == row.id, AppraisalTarget.id.in_(_uncounted(quarter))
    )
    left = session.scalars(wanted).all()
    if left:
        own = facts.own(rt, session, session.get_one(Staff, row.staff_id), row.year)
        _count(rt, session, left, quarter, own)
    return bool(left)


def from_data(measure: Measure, kept: Mapping[str, Any]) -> OwnFigure:
    """A figure as it was kept, with its percent."""
    percent, expected = (
        Decimal(kept[name]) if kept[name] is not None else None for name in ("percent", "expected")
    )
    interval = Interval(kept["low"], kept["high"]) if kept["low"] is not None else None
    return OwnFigure(measure, kept["hits"], kept["n"], percent, interval, expected)


def as_data(figure: OwnFigure) -> dict[str, Any]:
    """A figure as it is kept with what was entered of it."""
    interval = figure.interval
    return {
        "hits": figure.hits, "n": figure.n,
        "low": round(interval.low, 2) if interval else None,
        "high": round(interval.high, 2) if interval else None,
        "expected": str(figure.expected) if figure.expected is not None else None,
    }  # fmt: skip


def _uncounted(quarter: int) -> sa.Select[Any]:
    counted = sa.select(AppraisalEntry.target_id).where(
        AppraisalEntry.quarter == quarter, AppraisalEntry.by_id.is_(None)
    )
    return sa.select(AppraisalTarget.id).where(
        AppraisalTarget.measure != "",
        AppraisalTarget.ended_at.is_(None),
        AppraisalTarget.id.not_in(counted),
    )


def _count(
    rt: Runtime, session: Session, rows: Sequence[AppraisalTarget], quarter: int, own: facts.Own
) -> None:
    there = own.until(quarter)
    for row in rows:
        found = there[Measure(row.measure)]
        figure = as_data(found) | {"rule": own.rule.version}
        _write(rt, session, row, quarter, found.percent, words="", figure=figure, by_id=None)


def _write(
    rt: Runtime, session: Session, row: AppraisalTarget, quarter: int, achieved: Decimal | None,
    *, words: str, figure: dict[str, Any], by_id: uuid.UUID | None,
) -> AppraisalEntry:  # fmt: skip
    entry = AppraisalEntry(
        id=new_id(), target_id=row.id, quarter=quarter, achieved=achieved, words=words,
        figure=figure, by_id=by_id, at=rt.now(),
    )  # fmt: skip
    session.add(entry)
    session.flush()  # it is read again in the same transaction
    return entry
