"""An institution's register in a quarter, read from the histories of its cases: every case that was
open in it or came into it, each in exactly one line of the Ombudsman's return.

A case counts with whoever holds it.  One that is held or confidential now counts with its holder
only, as it does on the scorecard: nobody else's return tells that it was ever there.  For a reader
whom a case is shut to, the return is made as if there were none.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.returns import Entry, Exit, Placed, State, Totals, count, place
from feedback_service.domain.calendar import NAIROBI
from feedback_service.domain.cases import OPEN, Action, CaseKind, Lane, Outcome
from feedback_service.domain.periods import Period
from feedback_service.models import Case, CaseEvent, Category, Conflict, Service, Unit
from feedback_service.redress.masking import masked_words
from feedback_service.registry import ombudsmans
from feedback_service.scoring.counting import bounds

OMBUDSMAN = "CAJ"
OPENS = frozenset({Action.RECEIVE, Action.DISPUTE, Action.REOPEN})
SHUTS = frozenset({Action.RESOLVE, Action.REJECT, Action.WITHDRAW})
LONGEST_WORDS = 300
AT_ONCE = 2_000
"""Cases whose histories are read together."""
_FACTS = tuple(
    getattr(Case, name) for name in (
        "id", "reference", "kind", "channel", "service_id", "institution_id", "unit_id", "category",
        "citizen_id", "referred_by", "lane", "status", "outcome", "received_on", "received_at",
        "resolved_at", "closed_at", "simulated",
    )
)  # fmt: skip
Facts: TypeAlias = Any
"""A row of `_FACTS`: whole objects of a year's cases would take three times as long."""
Seen: TypeAlias = sa.ColumnElement[bool]
Told: TypeAlias = Any
"""A row of an event: `action`, `at`, `holder` (a desk or None), `words` of an answer."""


@dataclass(frozen=True)
class Line:
    """One case on the return.  Empty words are withheld; nobody is named, no number is shown.

    ombudsman: it came from the Ombudsman.  `days` are those of the calendar from its receipt to
    the answer, or to the quarter's end while it is open.
    """

    case_id: uuid.UUID
    reference: str
    ombudsman: bool
    kind: CaseKind
    received_on: date
    channel: str
    known: bool
    category: Category | None
    service_id: str | None
    unit_id: str
    entry: Entry
    exit: Exit
    outcome: Outcome | None
    said: str
    closed_on: date | None
    days: int
    asked: bool
    withheld: bool

    @property
    def words(self) -> str:
        """What the office answered, as far as a return repeats it."""
        return masked_words(self.said)[:LONGEST_WORDS]


@dataclass(frozen=True)
class Return:
    """A quarter's return of one institution; `simulated`: its records are invented ones."""

    institution: str
    period: Period
    lines: tuple[Line, ...]
    simulated: bool

    def totals(self, *, ombudsman: bool | None = None, kind: CaseKind | None = None) -> Totals:
        """Of all lines, or of those received from the Ombudsman, directly, or of one kind."""
        return count(
            Placed(line.entry, line.exit, None, None)
            for line in self.lines
            if ombudsman in (None, line.ombudsman) and kind in (None, line.kind)
        )

    @property
    def is_nil(self) -> bool:
        return not any(line.entry is Entry.RECEIVED for line in self.lines)


def read(
    session: Session, institution: str, period: Period, now: datetime, seen: Seen | None = None
) -> Return:
    """The return of a quarter as the histories tell it, up to now where it is still running.

    seen: the clause of the cases that exist for whoever reads it.
    """
    start, end = bounds(period)
    end = min(end, now + timedelta(microseconds=1))  # what happened just now is in it
    cases = _cases(session, institution, start, end, sa.true() if seen is None else seen)
    real = [case for case in cases if not case.simulated]
    simulated = bool(cases) and not real
    chosen = real or cases
    named = _named(session, [case.id for case in chosen])
    lines: list[Line] = []
    units = _units(session, institution)
    for first in range(0, len(chosen), AT_ONCE):
        some = chosen[first : first + AT_ONCE]
        events = _events(session, [case.id for case in some])
        for case in some:
            told = events.get(case.id, [])
            placed = place(states(case, told, units, institution), start, end)
            if placed:
                lines.append(_line(case, told, placed, end, shut=case.id in named))
    lines.sort(key=lambda line: (line.received_on, line.reference))
    return Return(institution, period, tuple(lines), simulated)


def open_now(
    session: Session, institution: str, *, simulated: bool, seen: Seen | None = None
) -> int:
    """Open cases of the register by its columns: what the histories must come to."""
    found = sa.select(sa.func.count()).where(
        Case.institution_id == institution, Case.status.in_(OPEN), Case.simulated == simulated,
        sa.true() if seen is None else seen,
    )  # fmt: skip
    return session.scalar(found) or 0


def services(session: Session) -> Mapping[str, Mapping[str, str]]:
    """Names of services by id."""
    found = session.execute(sa.select(Service.id, Service.name_en, Service.name_sw))
    return {key: {"en": en, "sw": sw} for key, en, sw in found}


def desks(session: Session) -> Mapping[str, Mapping[str, str]]:
    """Names of desks by id."""
    found = session.execute(sa.select(Unit.id, Unit.name_en, Unit.name_sw))
    return {key: {"en": en, "sw": sw} for key, en, sw in found}


def nature(line: Line, lang: str) -> str:
    """What the Ombudsman calls it; empty where nobody has sorted it, or it is withheld."""
    if line.category is None:
        return ""
    kind = ombudsmans(line.category)
    return kind.name_sw if lang == "sw" else kind.name_en


def states(
    case: Facts, events: Sequence[Told], units: Collection[str], institution: str
) -> list[State]:
    """The life of a case with one institution.  Without a history its columns tell it."""
    if not events:
        return _of_columns(case, institution)
    found: list[State] = []
    here = is_open = False
    for event in events:
        here = event.holder in units if event.holder else here
        is_open = event.action in OPENS or (is_open and event.action not in SHUTS)
        found.append(State(event.at, here, is_open))
    return sorted(found, key=lambda state: state.at)


def _of_columns(case: Facts, institution: str) -> list[State]:
    here = case.institution_id == institution
    found = [State(case.received_at, here, open=True)]
    ended = [at for at in (case.resolved_at, case.closed_at) if at]
    if case.status not in OPEN and ended:
        found.append(State(max(min(ended), case.received_at), here, open=False))
    return found


def _cases(
    session: Session, institution: str, start: datetime, end: datetime, seen: Seen
) -> Sequence[Facts]:
    """Those it holds, unless they were over before the quarter; those that left it since then."""
    ended = sa.func.greatest(Case.resolved_at, Case.closed_at)
    held = sa.and_(
        Case.institution_id == institution,
        sa.or_(Case.status.in_(OPEN), ended >= start, ended.is_(None)),
    )
    # As its index has it; a list, as the index is not used for what another table gives.
    left_by = sa.literal_column("(case_events.data ->> 'from')", sa.Text)
    left = sa.select(CaseEvent.case_id).where(
        CaseEvent.at >= start, left_by.in_(_units(session, institution))
    )
    passed = sa.and_(Case.id.in_(left), Case.lane == Lane.OPEN)
    wanted = sa.select(*_FACTS).where(Case.received_at < end, sa.or_(held, passed), seen)
    return session.execute(wanted.order_by(Case.received_at, Case.id)).all()


def _events(session: Session, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Told]]:
    """What opens, shuts, moves or asks; words only of answers: most of a history is not read."""
    holder, e = CaseEvent.data["holder"].astext, CaseEvent
    words = sa.case((e.action.in_(SHUTS), e.data["text"].astext), else_="").label("words")
    wanted = (
        sa.select(e.case_id, e.action, e.at, holder.label("holder"), words)
        .where(e.case_id.in_(list(ids)))
        .where(sa.or_(e.action.in_([*OPENS, *SHUTS, Action.ASK]), e.data.has_key("holder")))
        .order_by(e.case_id, e.number)
    )
    found: dict[uuid.UUID, list[Told]] = defaultdict(list)
    for event in session.execute(wanted):
        found[event.case_id].append(event)
    return found


def _units(session: Session, institution: str) -> set[str]:
    return set(session.scalars(sa.select(Unit.id).where(Unit.institution_id == institution)))


def _named(session: Session, ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Cases that name somebody, or may: no word of theirs is repeated."""
    found = sa.select(Conflict.case_id).where(Conflict.case_id.in_(ids))
    return set(session.scalars(found)) if ids else set()


def _line(
    case: Facts, events: Sequence[Told], placed: Placed, end: datetime, *, shut: bool
) -> Line:
    secret = case.lane is not Lane.OPEN
    told = [event for event in events if event.at < end]
    answers = [e for e in told if e.action in SHUTS]
    words = str(answers[-1].words or "") if answers and not (secret or shut) else ""
    closed = placed.exit is Exit.CLOSED
    until = placed.answered_at if placed.exit is not Exit.OPEN and placed.answered_at else end
    day = until.astimezone(NAIROBI).date()
    last = told[-1].action if told else None
    return Line(
        case_id=case.id, reference="" if secret else case.reference,
        ombudsman=case.referred_by == OMBUDSMAN, kind=case.kind, received_on=case.received_on,
        channel=case.channel, known=case.citizen_id is not None and not secret,
        category=None if secret else case.category,
        service_id=None if secret else case.service_id, unit_id="" if secret else case.unit_id,
        entry=placed.entry, exit=placed.exit,
        outcome=_outcome(case, answers[-1].action if answers else None) if closed else None,
        said=words if closed else "",
        closed_on=day if placed.exit is not Exit.OPEN else None,
        days=max(0, (day - case.received_on).days), asked=last is Action.ASK, withheld=secret,
    )  # fmt: skip


def _outcome(case: Facts, answer: Action | None) -> Outcome | None:
    """How it was closed in the quarter; what the citizen said of it since is not the return's."""
    if answer is Action.REJECT:
        return Outcome.NOT_UPHELD
    if answer is Action.WITHDRAW:
        return Outcome.WITHDRAWN
    only = (Outcome.NOT_UPHELD, Outcome.WITHDRAWN)
    return case.outcome if answer is None and case.outcome in only else None
