"""Incidents as a viewer may see them: only through cases that they may see, counted in people.

Citizens affected are counted once each, who gave no number once a case: joining two incidents makes
no figure smaller that anybody is held to.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from feedback_service.domain.cases import OPEN, Action, Lane
from feedback_service.incidents import members
from feedback_service.incidents.gathering import NoSuchIncident
from feedback_service.models import Case, CaseEvent, Incident, IncidentCase, Likeness, Staff
from feedback_service.redress import may_see
from feedback_service.staff import Viewer

MOST_LISTED = 50
MOST_PAIRS = 400
MOST_GROUPS = 20
_MINE, _ROW = aliased(Case), aliased(IncidentCase)  # made once: it costs more than asking


@dataclass(frozen=True)
class Summary:
    """One incident: its cases, the people affected, what is still open and late, since when."""

    incident: Incident
    cases: int
    citizens: int
    open: int
    late: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Member:
    """A case in an incident: who joined it (None: the rule), and how like the most alike."""

    case: Case
    joined_at: datetime
    joined_by: str | None
    by_rule: bool
    score: float | None


@dataclass(frozen=True)
class Votes:
    """What those who were told of the fix said since: better, not better, nothing yet."""

    better: int
    worse: int
    silent: int


@dataclass(frozen=True)
class IncidentFile:
    """One incident with its cases, what was merged into it, and what was said of its fix."""

    summary: Summary
    members: Sequence[Member]
    merged: Sequence[Incident]
    fixed_by: str | None
    votes: Votes | None


@dataclass(frozen=True)
class Group:
    """Cases that look like one cause, the oldest first; `score` of the most alike two.

    `incident_id`: one of them is in that incident already.
    """

    cases: Sequence[Case]
    score: float
    incident_id: uuid.UUID | None


@dataclass(frozen=True)
class Beside:
    """What the page of a case says: its incident, or how many others look like it."""

    incident: Incident | None
    citizens: int
    similar: int


def listed(session: Session, viewer: Viewer, now: datetime) -> list[Summary]:
    """The incidents with cases the viewer may see: open ones first, the most people first."""
    # As an array, so that a few members are looked up and not every case is read.
    inside = sa.func.array(
        sa.select(IncidentCase.case_id).where(IncidentCase.split_at.is_(None)).scalar_subquery()
    )
    rows = session.execute(
        _summaries(viewer, now).where(Case.id == sa.any_(inside)).limit(MOST_LISTED)
    )
    return [Summary(*row) for row in rows]


def open_incident(
    session: Session, viewer: Viewer, incident_id: uuid.UUID, now: datetime
) -> IncidentFile:
    """One incident; raises NoSuchIncident where the viewer may see none of its cases."""
    wanted = _summaries(viewer, now).where(Incident.id == incident_id)
    row = session.execute(wanted).one_or_none()
    if row is None:
        raise NoSuchIncident(f"no incident {incident_id} that you may see")
    summary = Summary(*row)
    merged = sa.select(Incident).where(Incident.merged_into_id == incident_id)
    fixed = summary.incident.fixed_at
    return IncidentFile(
        summary=summary,
        members=_members(session, viewer, incident_id),
        merged=session.scalars(merged.order_by(Incident.merged_at)).all(),
        fixed_by=_name(session, summary.incident.fixed_by_id),
        votes=_votes(session, viewer, incident_id, fixed) if fixed else None,
    )


def suggested(session: Session, viewer: Viewer) -> list[Group]:
    """Cases that look alike and of which nobody has said yes or no, the most alike first."""
    one, other = aliased(Case), aliased(Case)
    seen = sa.select(Case.id).where(may_see(viewer), Case.lane == Lane.OPEN, Case.status.in_(OPEN))
    pairs = session.execute(
        sa.select(Likeness.case_id, Likeness.other_id, Likeness.score)
        .join(one, one.id == Likeness.case_id)
        .join(other, other.id == Likeness.other_id)
        .where(
            Likeness.decided.is_(None),
            one.institution_id == other.institution_id,
            one.id.in_(seen),
            other.id.in_(seen),
        )
        .order_by(Likeness.score.desc(), Likeness.case_id, Likeness.other_id)
        .limit(MOST_PAIRS)
    ).all()
    groups = _together([(case_id, other_id) for case_id, other_id, _ in pairs])[:MOST_GROUPS]
    best: dict[uuid.UUID, float] = {}
    for case_id, other_id, score in pairs:
        for each in (case_id, other_id):
            best[each] = max(score, best.get(each, 0.0))
    cases = _by_id(session, [each for group in groups for each in group])
    there = _incidents(session, list(cases))
    made = [_group([cases[each] for each in group], best, there) for group in groups]
    return sorted(made, key=lambda group: -group.score)


def beside(session: Session, viewer: Viewer, reference: str) -> Beside:
    """What to say beside one case that the viewer has open, in one statement."""
    mine, row = _MINE, _ROW
    is_in = sa.and_(row.case_id == mine.id, row.split_at.is_(None))
    found = (
        sa.select(Incident, _people_of(viewer, row), _similar(viewer, mine))
        .select_from(mine)
        .outerjoin(row, is_in)
        .outerjoin(Incident, Incident.id == row.incident_id)
        .where(mine.reference == reference, mine.lane == Lane.OPEN)
    )
    incident, citizens, similar = session.execute(found).one_or_none() or (None, 0, 0)
    return Beside(incident if citizens else None, citizens, 0 if incident else similar)


def _people() -> sa.Function[int]:
    return sa.func.count(sa.distinct(sa.func.coalesce(Case.citizen_id, Case.id)))


def _people_of(viewer: Viewer, row: type[IncidentCase]) -> sa.ScalarSelect[int]:
    """The people affected by the incident of an outer query's row."""
    there = (
        sa.select(IncidentCase.case_id)
        .where(IncidentCase.incident_id == row.incident_id, IncidentCase.split_at.is_(None))
        .correlate(row)
    )
    inside = sa.and_(Case.id.in_(there), Case.lane == Lane.OPEN, may_see(viewer))
    return sa.select(_people()).select_from(Case).where(inside).scalar_subquery()


def _similar(viewer: Viewer, mine: type[Case]) -> sa.ScalarSelect[int]:
    """How many open cases look like an outer query's, of which nobody has said yes or no."""
    pairs = ((Likeness.case_id, Likeness.other_id), (Likeness.other_id, Likeness.case_id))
    others = [
        sa.select(other).where(this == mine.id, Likeness.decided.is_(None)).correlate(mine)
        for this, other in pairs
    ]
    alike = sa.and_(Case.id.in_(sa.union_all(*others)), Case.lane == Lane.OPEN)
    seen = sa.and_(alike, Case.status.in_(OPEN), may_see(viewer))
    return sa.select(sa.func.count()).select_from(Case).where(seen).scalar_subquery()


def _summaries(
    viewer: Viewer, now: datetime
) -> sa.Select[Incident, int, int, int, int, datetime, datetime]:
    still_open = Case.status.in_(OPEN)
    open_ones = sa.func.count().filter(still_open)
    people = _people()
    return (
        sa.select(
            Incident, sa.func.count(), people, open_ones,
            sa.func.count().filter(still_open, Case.due_at < now),
            sa.func.min(Case.received_at), sa.func.max(Case.received_at),
        )
        .select_from(Case)
        .join(IncidentCase, members.is_member())
        .join(Incident, Incident.id == IncidentCase.incident_id)
        .where(may_see(viewer))
        .group_by(Incident.id)
        .order_by((open_ones > 0).desc(), people.desc(), Incident.opened_at.desc(), Incident.id)
    )  # fmt: skip


def _members(session: Session, viewer: Viewer, incident_id: uuid.UUID) -> list[Member]:
    """The cases in it that the viewer may see, the oldest first."""
    best = (
        sa.select(sa.func.max(Likeness.score))
        .where(sa.or_(Likeness.case_id == Case.id, Likeness.other_id == Case.id))
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Case, IncidentCase, Staff.name, best)
        .join(IncidentCase, members.now_in(incident_id))
        .outerjoin(Staff, Staff.id == IncidentCase.joined_by_id)
        .where(may_see(viewer))
        .order_by(Case.received_at, Case.id)
    )
    return [
        Member(case, row.joined_at, name, row.joined_by_id is None, score)
        for case, row, name, score in rows
    ]


def _votes(session: Session, viewer: Viewer, incident_id: uuid.UUID, fixed_at: datetime) -> Votes:
    """The last word of each case's citizen since the fix was declared."""
    verdicts = (Action.CONFIRM, Action.DISPUTE)
    last = (
        sa.select(CaseEvent.action)
        .where(
            CaseEvent.case_id == Case.id, CaseEvent.action.in_(verdicts), CaseEvent.at > fixed_at
        )
        .order_by(CaseEvent.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    said = list(
        session.scalars(
            sa.select(last)
            .select_from(Case)
            .join(IncidentCase, members.now_in(incident_id))
            .where(may_see(viewer))
        )
    )
    return Votes(
        said.count(Action.CONFIRM), said.count(Action.DISPUTE), sum(each is None for each in said)
    )


def _together(pairs: Sequence[tuple[uuid.UUID, uuid.UUID]]) -> list[list[uuid.UUID]]:
    """Who is joined to whom, over however many steps, in the order of the first pair."""
    group_of: dict[uuid.UUID, list[uuid.UUID]] = {}
    for one, other in pairs:
        mine, its = group_of.get(one, [one]), group_of.get(other, [other])
        if mine is not its:
            mine = mine + its
            group_of.update(dict.fromkeys(mine, mine))
    found: list[list[uuid.UUID]] = []
    for group in group_of.values():
        if not any(group is each for each in found):
            found.append(group)
    return found


def _group(
    cases: list[Case], best: dict[uuid.UUID, float], there: dict[uuid.UUID, uuid.UUID]
) -> Group:
    ordered = sorted(cases, key=lambda case: (case.received_at, case.id))
    incident_id = next((there[case.id] for case in ordered if case.id in there), None)
    return Group(ordered, max(best[case.id] for case in cases), incident_id)


def _by_id(session: Session, case_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Case]:
    found = session.scalars(sa.select(Case).where(Case.id.in_(case_ids)))
    return {case.id: case for case in found}


def _incidents(session: Session, case_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    rows = session.execute(
        sa.select(IncidentCase.case_id, IncidentCase.incident_id).where(
            IncidentCase.case_id.in_(case_ids), IncidentCase.split_at.is_(None)
        )
    )
    return dict(rows.all())


def _name(session: Session, staff_id: uuid.UUID | None) -> str | None:
    return session.scalar(sa.select(Staff.name).where(Staff.id == staff_id)) if staff_id else None
