"""A quarter's ratings and cases as the detectors read them, one institution at a time."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.integrity import Handled, Move, Quarter, Rated
from analytics.similarity import Report, likenesses
from feedback_service import registry
from feedback_service.domain.cases import Action
from feedback_service.domain.charter import CommitmentKind
from feedback_service.domain.clocks import Moment, citizens_due_at, promised, with_hours
from feedback_service.domain.periods import MATURES_IN, Period
from feedback_service.models import (
    Case,
    CaseEvent,
    Citizen,
    IncidentCase,
    Message,
    MessageState,
    Rating,
    StaffPhone,
    Stop,
    Unit,
)
from feedback_service.redress import history, kinds
from feedback_service.runtime import Runtime
from feedback_service.scoring.counting import bounds

TOLD = frozenset({
    Action.RECEIVE, Action.RESOLVE, Action.REJECT, Action.DISPUTE, Action.WITHDRAW,
    Action.ASK, Action.TRANSFER, Action.RECLASSIFY,
})  # fmt: skip
"""The actions a detector looks at."""
AT_ONCE = 2_000
"""Cases whose histories are read together."""
MOST = 50
"""Cases of an incident that another one of it is compared with."""


def quarter_of(period: Period) -> Quarter:
    """The quarter's moments; it is judged as known when it has matured."""
    start, end = bounds(period)
    return Quarter(start, end, end + MATURES_IN)


def institutions(session: Session, quarter: Quarter) -> list[tuple[str, bool]]:
    """Whose records there are to look at, and whether these are the invented ones: as on the
    scorecard, only where a body has no real records."""
    rated = sa.select(Rating.institution_id, Rating.simulated).where(
        Rating.given_at >= quarter.start, Rating.given_at < quarter.end,
        Rating.institution_id.is_not(None),
    )  # fmt: skip
    handled = sa.select(Case.institution_id, Case.simulated).where(_in(quarter))
    found = {(str(name), bool(invented)) for name, invented in session.execute(rated.distinct())}
    found |= {(name, invented) for name, invented in session.execute(handled.distinct())}
    return sorted(one for one in found if not one[1] or (one[0], False) not in found)


def ratings(
    session: Session, quarter: Quarter, institution: str, simulated: bool
) -> tuple[list[Rated], int]:
    """The ratings of people who rated it more than once, or who work there; and how many there
    are in all.  Nobody else's rating can be suspect, and a busy body has millions."""
    mine = (
        Rating.given_at >= quarter.start, Rating.given_at < quarter.end,
        Rating.institution_id == institution, Rating.simulated == simulated,
    )  # fmt: skip
    often = (
        sa.select(Rating.citizen_id)
        .where(*mine, Rating.citizen_id.is_not(None))
        .group_by(Rating.citizen_id)
        .having(sa.func.count() > 1)
    )
    staff = sa.select(Citizen.id).where(Citizen.lookup.in_(_phones(institution)))
    chosen = sa.select(Rating).where(
        *mine, sa.or_(Rating.citizen_id.in_(often), Rating.citizen_id.in_(staff))
    )
    all_of_them = session.scalar(sa.select(sa.func.count()).select_from(Rating).where(*mine))
    return [_rated(row) for row in session.scalars(chosen)], all_of_them or 0


def staff_of(session: Session, institution: str) -> frozenset[str]:
    """Those of its staff who have ever written or dialled, as `Rated.person` names people."""
    found = sa.select(Citizen.id).where(Citizen.lookup.in_(_phones(institution)))
    return frozenset(str(one) for one in session.scalars(found))


def cases(
    rt: Runtime, session: Session, quarter: Quarter, institution: str, simulated: bool
) -> list[Handled]:
    """The cases it has, or had first, of those due or answered in the quarter."""
    passed_on = sa.select(CaseEvent.case_id).where(
        CaseEvent.action == Action.TRANSFER,
        CaseEvent.data["from"].astext.in_(
            sa.select(Unit.id).where(Unit.institution_id == institution)
        ),
    )
    ids = session.scalars(
        sa.select(Case.id)
        .where(_in(quarter), Case.simulated == simulated)
        .where(sa.or_(Case.institution_id == institution, Case.id.in_(passed_on)))
        .order_by(Case.id)
    ).all()
    return handled(rt, session, ids)


def handled(rt: Runtime, session: Session, ids: Sequence[uuid.UUID]) -> list[Handled]:
    """These cases with what their histories tell, in the order of their ids."""
    reader = _Reader(rt, session)
    return [
        case
        for first in range(0, len(ids), AT_ONCE)
        for case in reader.read(ids[first : first + AT_ONCE])
    ]


def _in(quarter: Quarter) -> sa.ColumnElement[bool]:
    return sa.or_(
        sa.and_(Case.first_due_at >= quarter.start, Case.first_due_at < quarter.end),
        sa.and_(Case.resolved_at >= quarter.start, Case.resolved_at < quarter.end),
    )


def _phones(institution: str) -> sa.Select[bytes]:
    return sa.select(StaffPhone.lookup).where(StaffPhone.institution_id == institution)


def _rated(row: Rating) -> Rated:
    person = str(row.citizen_id) if row.citizen_id else None
    return Rated(
        str(row.id), row.institution_id or "", row.service_point_id or "", person, row.given_at,
        row.score,
    )  # fmt: skip


@dataclass(frozen=True)
class _Told:
    """What other tables say of some cases."""

    events: Mapping[uuid.UUID, Sequence[CaseEvent]]
    sent: Mapping[uuid.UUID | None, datetime]
    incidents: Mapping[uuid.UUID, uuid.UUID]
    likeness: Mapping[uuid.UUID, float]
    proofs: Mapping[str, datetime | None]
    stopped: Collection[uuid.UUID]


class _Reader:
    """Reads histories; which institution a desk is of is asked once."""

    def __init__(self, rt: Runtime, session: Session) -> None:
        self._rt, self._session = rt, session
        units = session.execute(sa.select(Unit.id, Unit.institution_id))
        self._of = dict(units.all())

    def read(self, ids: Sequence[uuid.UUID]) -> list[Handled]:
        found = self._session.scalars(sa.select(Case).where(Case.id.in_(ids)).order_by(Case.id))
        told = self._told(ids)
        return [self._handled(case, told) for case in found]

    def _told(self, ids: Collection[uuid.UUID]) -> _Told:
        events: dict[uuid.UUID, list[CaseEvent]] = defaultdict(list)
        wanted = sa.select(CaseEvent).where(CaseEvent.case_id.in_(ids), CaseEvent.action.in_(TOLD))
        for event in self._session.scalars(wanted.order_by(CaseEvent.case_id, CaseEvent.number)):
            events[event.case_id].append(event)
        arrived = (MessageState.SENT, MessageState.DELIVERED)
        sent = sa.select(Message.case_id, sa.func.max(Message.created_at)).where(
            Message.case_id.in_(ids), Message.state.in_(arrived)
        )
        proofs = sa.select(Message.key, Message.delivered_at).where(
            Message.case_id.in_(ids), Message.delivered_at.is_not(None)
        )
        joined = sa.select(IncidentCase.case_id, IncidentCase.incident_id).where(
            IncidentCase.case_id.in_(ids), IncidentCase.split_at.is_(None)
        )
        incidents = dict(self._session.execute(joined).all())
        return _Told(
            events,
            dict(self._session.execute(sent.group_by(Message.case_id)).all()),
            incidents,
            self._likenesses(frozenset(incidents.values())),
            dict(self._session.execute(proofs).all()),
            frozenset(self._session.scalars(_stopped(ids))),
        )

    def _likenesses(self, incidents: Collection[uuid.UUID]) -> dict[uuid.UUID, float]:
        """How like each case of these incidents is to the likest of the others."""
        found: dict[uuid.UUID, list[tuple[uuid.UUID, Report]]] = defaultdict(list)
        members = (
            sa.select(IncidentCase.incident_id, Case)
            .join(Case, Case.id == IncidentCase.case_id)
            .where(IncidentCase.incident_id.in_(incidents), IncidentCase.split_at.is_(None))
        )
        for incident, case in self._session.execute(members):
            report = Report(case.text, case.service_id, case.service_point_id, case.county_code)
            found[incident].append((case.id, report))
        return {
            case: max(likenesses(report, [other for key, other in group if key != case][:MOST]))
            for group in found.values()
            if len(group) > 1
            for case, report in group
        }

    def _handled(self, case: Case, told: _Told) -> Handled:
        events = told.events.get(case.id, [])
        answers = [e for e in events if e.action in (Action.RESOLVE, Action.REJECT)]
        answer = answers[-1] if answers else None
        asked = [history.message_key(case, e.number) for e in events if e.action is Action.ASK]
        questions = tuple(at for key in asked if (at := told.proofs.get(key)))
        relabelled = any(
            e.action is Action.RECLASSIFY and not e.data.get("proposed") for e in events
        )
        first_kind = kinds.handled(events[:1]).kind if relabelled else case.kind
        incident = told.incidents.get(case.id)
        return Handled(
            id=str(case.id), institution=case.institution_id, unit=case.unit_id,
            category=case.category or "", received_at=case.received_at,
            first_due_at=self._first_due(case, events, relabelled or bool(questions)),
            due_at=case.due_at, kind=case.kind, first_kind=first_kind,
            answered_at=answer.at if answer else None,
            rejected=answer is not None and answer.action is Action.REJECT,
            words=str(answer.data.get("text", "")) if answer else "",
            reachable=case.citizen_id is not None
            and not case.quiet
            and case.citizen_id not in told.stopped,
            contacted=answer is not None and _reached(told.sent.get(case.id), answer.at),
            outcome=case.outcome,
            reopened=any(e.action is Action.DISPUTE for e in events),
            prompted=any(e.data.get("prompted") is True for e in events),
            questions=questions, moves=tuple(self._moves(events)),
            incident=str(incident) if incident else None, likeness=told.likeness.get(case.id),
        )  # fmt: skip

    def _moves(self, events: Sequence[CaseEvent]) -> Iterator[Move]:
        for event in events:
            unit = str(event.data.get("from", ""))
            if event.action is Action.TRANSFER and unit in self._of:
                yield Move(event.at, self._of[unit], unit)

    def _first_due(self, case: Case, events: Sequence[CaseEvent], moved: bool) -> datetime:
        """The date promised when the case was opened, whatever it was handled as since."""
        moments = [Moment(e.action, e.at, e.data) for e in events]
        if not moved or not moments or moments[0].action is not Action.RECEIVE:
            return case.due_at
        promise = promised(moments[:1], CommitmentKind.RESOLVE)
        if promise is None:
            return case.due_at
        calendar = registry.calendar(self._rt, self._session, case.county_code)
        return citizens_due_at(moments, promise, with_hours(moments, calendar))


def _stopped(ids: Collection[uuid.UUID]) -> sa.Select[uuid.UUID]:
    """Citizens of these cases who want no messages on some channel: silence is theirs."""
    theirs = sa.select(Case.citizen_id).where(Case.id.in_(ids))
    return sa.select(Stop.citizen_id).where(Stop.citizen_id.in_(theirs))


def _reached(last_sent: datetime | None, answered_at: datetime) -> bool:
    """Whether anything written with the answer or after it left for the citizen."""
    return last_sent is not None and last_sent >= answered_at
