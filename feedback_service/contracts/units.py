"""Targets of the contract cascaded to units: what citizens say of a service or a place, its stars,
confirmations and disputes, against a target.  These score units and never a person.

The figures are those of the published scorecard, suppression included: a unit of few cases or few
answers has none, and what a survey says is held against a target only where the frame is measured.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from analytics.contract import Span
from analytics.hundred_days import Verdict, is_possible, verdict
from analytics.indicators import SURVEYED
from analytics.scorecards import Scorecard
from feedback_service import audit
from feedback_service.contracts import rows
from feedback_service.contracts.faults import NotTaken
from feedback_service.contracts.reading import terms_for
from feedback_service.domain.periods import Period
from feedback_service.models import (
    ContractUnitTarget,
    Responsibility,
    Service,
    ServicePoint,
    Unit,
    new_id,
)
from feedback_service.runtime import Runtime
from feedback_service.scoring import Dimension, edition

UNITS = (Dimension.SERVICE, Dimension.SERVICE_POINT)
OFFERED = (*SURVEYED, "citizen_confirmed", "reopened", "resolved_in_time")
"""What scores units; the first are asked of citizens."""
MOST = 200
"""Targets of an institution in a year."""


@dataclass(frozen=True)
class WantedOfUnit:
    """A target in the indicator's unit, a share from 0 to 1; `source` is a row of the contract."""

    institution: str
    year: int
    dimension: str
    unit: str
    indicator: str
    target: Decimal
    source: str
    staff_id: uuid.UUID


@dataclass(frozen=True)
class UnitLine:
    """A target beside the unit's published figures, None where none are told of it."""

    row: ContractUnitTarget
    card: Scorecard | None
    verdict: Verdict


@dataclass(frozen=True)
class UnitSheet:
    """Of the quarter or year `period`; cards: all units that are told of, by dimension and id.

    desks: by dimension and id of a unit the institution's desks that answer for it, by their ids.
    """

    period: Period
    lines: tuple[UnitLine, ...]
    cards: Mapping[Dimension, Mapping[str, Scorecard]]
    simulated: bool
    desks: Mapping[tuple[str, str], tuple[str, ...]]


def set_for_unit(rt: Runtime, session: Session, what: WantedOfUnit) -> None:
    """Give a unit a target.  Raises NotTaken, and NoSuchInstitution."""
    _check(session, what)
    row = {
        "id": new_id(), "institution_id": what.institution, "year": what.year,
        "dimension": what.dimension, "unit": what.unit, "indicator": what.indicator,
        "target": what.target, "source": what.source, "set_by_id": what.staff_id,
        "set_at": rt.now(),
    }  # fmt: skip
    kept = insert(ContractUnitTarget).values(row).on_conflict_do_nothing()
    if session.execute(kept.returning(ContractUnitTarget.id)).first() is None:
        raise NotTaken("there", "the unit has a target of this indicator: take it off first")
    told = {name: str(row[name]) for name in ("dimension", "unit", "indicator", "target")}
    audit.note(session, "contract.unit", what.institution, rt.now(), what.staff_id, told)


def end_of_unit(
    rt: Runtime, session: Session, institution: str, target_id: uuid.UUID, staff_id: uuid.UUID
) -> None:
    """Take a target off; it stays on the sheets that were frozen with it.  Raises NotTaken."""
    row = session.get(ContractUnitTarget, target_id, with_for_update=True)
    if row is None or row.institution_id != institution or row.ended_at is not None:
        raise NotTaken("unit", f"target is {target_id}, which the contract does not have")
    row.ended_at, row.ended_by_id = rt.now(), staff_id
    audit.note(
        session, "contract.unit-end", institution, rt.now(), staff_id, {"target": str(row.id)}
    )


def unit_sheet(rt: Runtime, institution: str, span: Span) -> UnitSheet:
    """The units of an institution.  Of a half year its last quarter: figures of quarters are not
    added here.  Raises NoSuchInstitution of scoring."""
    period = span.quarters[-1] if len(span.quarters) < 4 else Period(span.year)
    found = edition(rt, period, UNITS, only=institution)
    cards, own = found.tables[institution], found.cards[institution]
    with rt.transaction() as session:
        lines = tuple(_line(row, cards) for row in _in_force(session, institution, span))
        desks = _desks(session, institution)
    return UnitSheet(period, lines, cards, own.simulated, desks)


def stands(card: Scorecard | None, indicator: str, target: float) -> Verdict:
    """What a unit's published card says of a target; nothing where it does not tell the figure, or
    tells what people said who were not drawn from a whole frame."""
    if card is None or not card.measured(indicator):
        return Verdict.NOT_MEASURED
    return verdict(indicator, target, card.figures.get(indicator))


def _line(row: ContractUnitTarget, cards: Mapping[Dimension, Mapping[str, Scorecard]]) -> UnitLine:
    card = cards[Dimension(row.dimension)].get(row.unit)
    return UnitLine(row, card, stands(card, row.indicator, float(row.target)))


def _desks(session: Session, institution: str) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    cells = sa.select(
        Responsibility.service_id, Responsibility.service_point_id, Responsibility.unit_id
    ).join(Unit, Unit.id == Responsibility.unit_id)
    mine = cells.where(Unit.institution_id == institution, Responsibility.effective_to.is_(None))
    for service, place, desk in session.execute(mine):
        found[Dimension.SERVICE, service].add(desk)
        if place:
            found[Dimension.SERVICE_POINT, place].add(desk)
    return {unit: tuple(sorted(names)) for unit, names in found.items()}


def _in_force(session: Session, institution: str, span: Span) -> Iterable[ContractUnitTarget]:
    at = rows.closed_at(session, span)
    there: sa.ColumnElement[bool] = ContractUnitTarget.ended_at.is_(None)
    if at is not None:
        there = sa.and_(ContractUnitTarget.set_at <= at, there | (ContractUnitTarget.ended_at > at))
    return session.scalars(
        sa.select(ContractUnitTarget)
        .where(
            ContractUnitTarget.institution_id == institution,
            ContractUnitTarget.year == span.year,
            there,
        )
        .order_by(ContractUnitTarget.dimension, ContractUnitTarget.unit, ContractUnitTarget.set_at)
    ).all()


def _check(session: Session, what: WantedOfUnit) -> None:
    span = Span.parse(Period(what.year).label)
    if rows.closed_at(session, span):
        raise NotTaken("frozen", f"{span.label} is frozen: its targets stay as they are")
    if not _is_unit(session, what):
        raise NotTaken("unit", f"unit is {what.unit!r}: choose a service or place of yours")
    if what.indicator not in OFFERED:
        raise NotTaken("indicator", f"indicator is {what.indicator!r}: {', '.join(OFFERED)}")
    if what.target <= 0 or not is_possible(what.indicator, float(what.target)):
        raise NotTaken("number", f"target is {what.target}: the indicator has no such value")
    terms = terms_for(session, what.institution, span)
    own = {str(row.id) for row in rows.rows_of(session, what.year, what.institution).get(
        what.institution, [])}  # fmt: skip
    if what.source and what.source not in own | {one.id for one in terms.indicators}:
        raise NotTaken("row", f"source is {what.source!r}: the contract has no such row")
    mine = sa.select(sa.func.count()).where(
        ContractUnitTarget.institution_id == what.institution,
        ContractUnitTarget.year == what.year,
        ContractUnitTarget.ended_at.is_(None),
    )
    if (session.scalar(mine) or 0) >= MOST:
        raise NotTaken("many_units", f"{MOST} targets are there already")


def _is_unit(session: Session, what: WantedOfUnit) -> bool:
    if what.dimension == Dimension.SERVICE:
        service = session.get(Service, what.unit)
        return service is not None and service.institution_id in (None, what.institution)
    known = what.dimension == Dimension.SERVICE_POINT
    return known and session.get(ServicePoint, what.unit) is not None
