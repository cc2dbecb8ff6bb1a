"""Problems as a viewer may see them, examples with names masked, and how often they were right."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.domain.cases import Lane
from feedback_service.emerging.words import speaks
from feedback_service.models import (
    Campaign,
    Case,
    EmergingLook,
    EmergingProblem,
    Institution,
    Role,
)
from feedback_service.redress import may_see
from feedback_service.redress.masking import masked_words
from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer

MOST_SHOWN = 6
WATCHERS = (Role.OVERSIGHT, Role.ANALYST)
"""Who watches over bodies: those of the scorecard's owner, and of no body, over all of them."""


@dataclass(frozen=True)
class Example:
    """A case behind a problem, its words as an institution reads them."""

    reference: str
    words: str
    language: str
    received_at: datetime


@dataclass(frozen=True)
class Behind:
    """A campaign, and how many of a problem's cases came by its code."""

    name: Mapping[str, str]
    first: date
    last: date
    cases: int


@dataclass(frozen=True)
class Precision:
    """Of the problems that somebody has looked at, how many were some."""

    confirmed: int
    decided: int
    waiting: int


def mine(rt: Runtime, viewer: Viewer, watched: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """The clause of the problems that exist for a viewer.

    watched: the clause over `Institution` of the bodies that the viewer watches over.  Staff of a
    body have its own; those of a county's government also what rises in the county as a whole.
    """
    watches, everywhere = viewer.has(*WATCHERS), (None, rt.settings.scorecard_owner)
    if viewer.has(Role.AUDITOR) or (watches and viewer.institution_id in everywhere):
        return sa.true()
    if watches:
        bodies = sa.select(Institution.id).where(watched)
        return EmergingProblem.institution_id.in_(bodies)
    county = (
        sa.select(Institution.county_code)
        .where(Institution.id == viewer.institution_id, Institution.type == "county government")
        .scalar_subquery()
    )
    county_wide = sa.and_(
        EmergingProblem.institution_id.is_(None), EmergingProblem.county_code == county
    )
    return sa.or_(EmergingProblem.institution_id == viewer.institution_id, county_wide)


def examples(session: Session, viewer: Viewer, problem: EmergingProblem) -> list[Example]:
    """The newest cases that the viewer may read in a list; none for an auditor, whose looks are
    written down case by case."""
    if viewer.has(Role.AUDITOR):
        return []
    ids = [uuid.UUID(case_id) for case_id in problem.cases]
    found = session.scalars(
        sa.select(Case)
        .where(
            Case.id.in_(ids), may_see(viewer), Case.lane == Lane.OPEN, *speaks(), Case.text != ""
        )
        .order_by(Case.received_at.desc(), Case.id)
    )
    different: dict[str, Case] = {}
    for case in found:
        different.setdefault(case.text.casefold(), case)
    return [
        Example(case.reference, masked_words(case.text), case.language, case.received_at)
        for case in islice(different.values(), MOST_SHOWN)
    ]


def seen_of(session: Session, viewer: Viewer, problem: EmergingProblem) -> int:
    """How many of its cases the viewer may see."""
    ids = [uuid.UUID(case_id) for case_id in problem.cases]
    return session.scalar(
        sa.select(sa.func.count()).select_from(Case).where(Case.id.in_(ids), may_see(viewer))
    ) or 0  # fmt: skip


def campaigns_of(session: Session, viewer: Viewer, problem: EmergingProblem) -> list[Behind]:
    """The campaigns by whose codes cases came that the viewer may see: a known cause of a rise."""
    ids = [uuid.UUID(case_id) for case_id in problem.cases]
    many = sa.func.count()
    found = (
        sa.select(Campaign.name_en, Campaign.name_sw, Campaign.first_on, Campaign.last_on, many)
        .join(Case, Case.campaign_id == Campaign.id)
        .where(Case.id.in_(ids), may_see(viewer))
        .group_by(Campaign.id)
        .order_by(many.desc(), Campaign.code)
    )
    return [
        Behind({"en": en, "sw": sw}, first, last, cases)
        for en, sw, first, last, cases in session.execute(found)
    ]


def listed(
    session: Session, clause: sa.ColumnElement[bool], most: int, county: int | None = None
) -> Sequence[EmergingProblem]:
    """Those that go on first, the newest first; of one county where it is given."""
    found = sa.select(EmergingProblem).where(clause)
    if county is not None:
        found = found.where(EmergingProblem.county_code == county)
    order = (EmergingProblem.ended_on.is_not(None), EmergingProblem.day.desc())
    newest = found.order_by(*order, EmergingProblem.score.desc(), EmergingProblem.id)
    return session.scalars(newest.limit(most)).all()


def precision(session: Session, clause: sa.ColumnElement[bool]) -> Precision:
    """Over all problems of a clause that no simulation made."""
    number, confirmed = sa.func.count(), EmergingProblem.confirmed
    row = session.execute(
        sa.select(
            number.filter(confirmed.is_(True)),
            number.filter(confirmed.is_not(None)),
            number.filter(confirmed.is_(None)),
        ).where(clause)
    ).one()
    return Precision(*row)


def last_look(session: Session) -> EmergingLook | None:
    """When one last looked, and over what."""
    newest = sa.select(EmergingLook).order_by(EmergingLook.day.desc()).limit(1)
    return session.scalars(newest).one_or_none()
