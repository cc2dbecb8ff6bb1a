"""Targets of a hundred days on an indicator of an institution (Rapid Results Initiative): set
beside the figure as it stood, tracked at every tenth day, decided once by the interval.

Only the open lane is counted, so that no step between two days tells of a confidential case.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.evidence.plain import read, said
from analytics.hundred_days import DAYS, OFFERED, Verdict, is_better, is_possible, verdict
from analytics.indicators import DEFINITIONS, Figure, Kind
from analytics.scorecards import ASKED, Beside, Cell
from analytics.scorecards import card as all_figures
from analytics.suppression import MINIMUM
from feedback_service import audit, notices
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.periods import MATURES_IN, Period
from feedback_service.domain.ratings import Sample
from feedback_service.models import HundredDayTarget, Institution, Role, Staff
from feedback_service.recognition.owner import speaks_for_all
from feedback_service.runtime import Runtime
from feedback_service.scoring import classes
from feedback_service.scoring.counting import Days, Dimension, Frame, tallies
from feedback_service.scoring.earlier import earlier
from feedback_service.scoring.frames import frames
from feedback_service.staff import Viewer

STEP = 10
"""Days between two marks: a figure that moved with every answer would tell single answers."""
LATEST_START = timedelta(days=60)
FEWEST_LETTERS = 10


class NotATarget(ValueError):
    """It cannot be set or taken back; `field` is what is wrong."""

    def __init__(self, field: str) -> None:
        super().__init__(f"target: {field} is wrong: see docs/recognition.md")
        self.field = field


@dataclass(frozen=True)
class Wanted:
    institution: str
    indicator: str
    target: float
    starts_on: date


@dataclass(frozen=True)
class Mark:
    """Where a target stood at the end of its so manyth day; None where that may not be told."""

    day: int
    figure: Figure | None


@dataclass(frozen=True)
class Progress:
    """`verdict` is that of the last mark that can be told; `final` when it was decided."""

    baseline: Figure
    marks: Sequence[Mark]
    verdict: Verdict | None
    final: bool

    @property
    def last(self) -> Mark | None:
        return next((mark for mark in reversed(self.marks) if mark.figure), None)


def ends_on(row: HundredDayTarget) -> date:
    return row.starts_on + timedelta(days=DAYS - 1)


def set_target(rt: Runtime, session: Session, viewer: Viewer, wanted: Wanted) -> HundredDayTarget:
    """Set it beside the figure of the hundred days up to yesterday.  Raises NotATarget."""
    _check(rt, session, viewer, wanted)
    yesterday = _today(rt) - timedelta(days=1)
    baseline, simulated = stood(rt, session, wanted.institution, wanted.indicator, yesterday)
    stands = baseline.value if baseline.shown else None
    if stands is not None and not is_better(wanted.indicator, wanted.target, stands):
        raise NotATarget("easy")
    row = HundredDayTarget(
        institution_id=wanted.institution, indicator=wanted.indicator,
        version=DEFINITIONS[wanted.indicator].version, target=wanted.target,
        baseline=said(baseline), starts_on=wanted.starts_on, set_by_id=viewer.staff_id,
        set_at=rt.now(), simulated=simulated,
    )  # fmt: skip
    session.add(row)
    session.flush()  # The audit names its id.
    data = {"institution": wanted.institution, "indicator": wanted.indicator,
            "target": wanted.target, "starts": str(wanted.starts_on)}  # fmt: skip
    audit.note(session, "target.set", str(row.id), rt.now(), viewer.staff_id, data)
    return row


def stood(
    rt: Runtime, session: Session, institution: str, indicator: str, until: date
) -> tuple[Figure, bool]:
    """The figure of the hundred days up to that day, and whether its records are invented."""
    window = Window(institution, until - timedelta(days=DAYS - 1), until)
    counted = window.counted(session, rt.now())
    return _figure(indicator, counted.total(), counted), counted.simulated


def take_back(
    rt: Runtime, session: Session, viewer: Viewer, row: HundredDayTarget, why: str
) -> None:
    """Once, before it is decided, with words.  Raises NotATarget."""
    if row.taken_back_at is not None or row.decided_at is not None:
        raise NotATarget("over")
    if len(why.strip()) < FEWEST_LETTERS:
        raise NotATarget("why")
    row.taken_back_at, row.why = rt.now(), why.strip()
    audit.note(
        session, "target.take_back", str(row.id), rt.now(), viewer.staff_id, {"why": row.why}
    )


def may_set(rt: Runtime, viewer: Viewer, institution: str) -> bool:
    own = viewer.has(Role.PERFORMANCE, Role.ANALYST) and viewer.institution_id == institution
    return own or speaks_for_all(rt, viewer)


def progress(rt: Runtime, session: Session, row: HundredDayTarget) -> Progress:
    """How it stands at every tenth day that has passed, until it was taken back."""
    baseline = read(Figure, row.baseline)
    over = min(_today(rt), ends_on(row) + timedelta(days=1))
    if row.taken_back_at is not None:
        over = min(over, row.taken_back_at.astimezone(NAIROBI).date())
    days = (over - row.starts_on).days // STEP * STEP
    if days < STEP:
        return Progress(baseline, (), None, final=False)
    last = row.starts_on + timedelta(days=days - 1)
    counted = Window(row.institution_id, row.starts_on, last).counted(session, rt.now())
    marks = tuple(_marks(row, counted, days))
    if row.result is not None:
        figure = read(Figure, row.result)
        marks = (*marks[:-1], Mark(DAYS, figure))
        return Progress(baseline, marks, _held(row, figure), final=True)
    told = [mark.figure for mark in marks if mark.figure]
    return Progress(baseline, marks, _held(row, told[-1] if told else None), final=False)


def decide(rt: Runtime) -> int:
    """The clock's: decide, once, those whose days have passed and matured; returns how many."""
    before = _today(rt) - timedelta(days=DAYS) - MATURES_IN
    with rt.transaction() as session:
        due = session.scalars(
            sa.select(HundredDayTarget)
            .where(
                HundredDayTarget.starts_on <= before,
                HundredDayTarget.decided_at.is_(None),
                HundredDayTarget.taken_back_at.is_(None),
            )
            .with_for_update(skip_locked=True)
        ).all()
        for row in due:
            _decide(rt, session, row)
    return len(due)


def _decide(rt: Runtime, session: Session, row: HundredDayTarget) -> None:
    counted = Window(row.institution_id, row.starts_on, ends_on(row)).counted(session, rt.now())
    figure = _figure(row.indicator, counted.total(), counted)
    row.decided_at, row.result = rt.now(), said(figure)
    found = _held(row, figure)
    data = {"verdict": found.value, "result": row.result, "target": row.target}
    audit.note(session, "target.decide", str(row.id), rt.now(), None, data)
    people = sa.select(Staff.id).where(
        Staff.institution_id == row.institution_id, Staff.disabled_at.is_(None),
        Staff.role.in_((Role.PERFORMANCE, Role.SUPERVISOR)),
    )  # fmt: skip
    whom = list(session.scalars(people))
    notices.post(session, f"target:{row.id}", f"target_{found}", whom, rt.now())


@dataclass(frozen=True)
class Counted:
    """The cells of each day, of real records or, where there are none, of invented ones; the class
    of ratings that may be measured."""

    days: Mapping[date, Cell]
    sample: Sample
    measured: bool
    before: tuple[Cell, ...]
    today: date
    simulated: bool

    def total(self, until: date | None = None) -> Cell:
        return Cell.total(cell for day, cell in self.days.items() if until is None or day <= until)


@dataclass(frozen=True)
class Window:
    """Days of an institution, the last among them."""

    institution: str
    first: date
    last: date

    def counted(self, session: Session, now: datetime) -> Counted:
        frame = Frame(Days(self.first, self.last), now, self.institution, by_day=True)
        whole, by_channel = tallies(session, frame), tallies(session, frame, Dimension.CHANNEL)
        simulated = all(group.simulated for group in (*whole, *by_channel)) and bool(whole)
        cells: dict[date, Cell] = {}
        for group, cell in whole.items():
            if group.simulated == simulated and group.day:
                cells[group.day] = Cell(cell.ratings, cell.open, cell.assisted)
        for group, cell in by_channel.items():
            if group.simulated == simulated and group.day:
                open_ones = Cell(cases=cell.cases, requests=cell.requests)
                cells[group.day] = cells.get(group.day, Cell()) + open_ones
        quarter = Period.containing(self.last)
        coverage = classes.own(
            frames(session, quarter, now), self.institution, Cell.total(cells.values())
        )
        measured = coverage is not None and coverage.measured
        before = earlier(session, quarter, now).get((self.institution, simulated), ())
        return Counted(
            cells, Sample.VERIFIED if measured else Sample.OPEN, measured, tuple(before),
            now.astimezone(NAIROBI).date(), simulated,
        )  # fmt: skip


def _marks(row: HundredDayTarget, counted: Counted, days: int) -> Iterator[Mark]:
    """Each tenth day; one is told when enough answers have come since the last that was told."""
    told = 0
    for day in range(STEP, days + 1, STEP):
        until = row.starts_on + timedelta(days=day - 1)
        figure = _figure(row.indicator, counted.total(until), counted)
        few = 0 < figure.n - told < MINIMUM
        if few and DEFINITIONS[row.indicator].kind is Kind.SURVEY:
            yield Mark(day, None)
            continue
        told = figure.n
        yield Mark(day, figure)


def _held(row: HundredDayTarget, figure: Figure | None) -> Verdict:
    """What was counted by another definition than the target's is not held against it."""
    before, alike = read(Figure, row.baseline), figure and figure.version == row.version
    stood = before.shown and before.value is not None
    return verdict(row.indicator, row.target, figure if alike else None, stood=stood)


def _figure(indicator: str, cell: Cell, counted: Counted) -> Figure:
    """The figure; of what citizens were asked one that no frame vouches for is not measured."""
    beside = Beside(counted.today, before=counted.before)
    found = all_figures("", "", cell, counted.sample, beside=beside).figures[indicator]
    if indicator in ASKED and not counted.measured and found.shown:
        return replace(found, shown=False, why_hidden="the frame is not measured")
    return found


def _check(rt: Runtime, session: Session, viewer: Viewer, wanted: Wanted) -> None:
    # Held, so that nobody sets two targets of one figure at once.
    held = session.get(Institution, wanted.institution, with_for_update={"key_share": True})
    if held is None or not may_set(rt, viewer, wanted.institution):
        raise NotATarget("institution")
    if wanted.indicator not in OFFERED:
        raise NotATarget("indicator")
    if not is_possible(wanted.indicator, wanted.target):
        raise NotATarget("target")
    if not timedelta() <= wanted.starts_on - _today(rt) <= LATEST_START:
        raise NotATarget("starts_on")
    if session.scalar(_beside(wanted, _today(rt))):
        raise NotATarget("beside")


def _beside(wanted: Wanted, today: date) -> sa.Select[bool]:
    """Whether a target on the same figure shares days with it.  Two that begin a day apart would
    tell of one day, and that may be one person's answer; so would one set, taken back and set
    again tomorrow, but not the one that is put right today."""
    put_right = sa.and_(
        HundredDayTarget.taken_back_at.is_not(None),
        sa.func.timezone(str(NAIROBI), HundredDayTarget.set_at) >= today,
        sa.func.timezone(str(NAIROBI), HundredDayTarget.taken_back_at) >= today,
    )
    days = timedelta(days=DAYS)
    return sa.select(
        sa.exists().where(
            HundredDayTarget.institution_id == wanted.institution,
            HundredDayTarget.indicator == wanted.indicator,
            HundredDayTarget.starts_on > wanted.starts_on - days,
            HundredDayTarget.starts_on < wanted.starts_on + days,
            sa.not_(put_right),
        )
    )


def _today(rt: Runtime) -> date:
    return rt.now().astimezone(NAIROBI).date()
