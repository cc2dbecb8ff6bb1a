"""Targets of a financial year: from the performance contract to a unit, from the unit to an
officer; each keeps where it comes from.  Weights and scores of the contract stay with it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.contract import terms_of
from analytics.own_cases import Measure
from feedback_service import audit
from feedback_service.appraisals.faults import NotTaken
from feedback_service.domain.appraisals import Stage
from feedback_service.models import (
    Appraisal,
    AppraisalTarget,
    ContractRow,
    Institution,
    Role,
    Staff,
    Unit,
    new_id,
)
from feedback_service.runtime import Runtime

FORMS = ("PSC 37A", "PSC 37B")
LONGEST = 200
MOST = Decimal(10) ** 15
MOST_TARGETS = 20
SETTABLE = (Stage.EMPTY, Stage.SET, Stage.OBJECTED, Stage.AGREED, Stage.REVIEWED)


@dataclass(frozen=True)
class NewTarget:
    """What is to be reached in the year; `measure` "" is entered by hand; `source` a row of the
    contract or "", `parent` a target of the unit or None."""

    name: str
    target: Decimal
    unit: str
    measure: str = ""
    source: str = ""
    parent: uuid.UUID | None = None


@dataclass(frozen=True)
class Source:
    """A row of the institution's contract that a target can come from, by its id."""

    id: str
    names: dict[str, str]


def sources(session: Session, institution_id: str, year: int) -> list[Source]:
    """The rows of the contract in force: those of its terms, then those entered for the year."""
    body = session.get_one(Institution, institution_id)
    terms = terms_of(body.type, year)
    rows = session.scalars(
        sa.select(ContractRow)
        .where(
            ContractRow.institution_id == institution_id,
            ContractRow.year == year,
            ContractRow.in_force_at.is_not(None),
            ContractRow.ended_at.is_(None),
        )
        .order_by(ContractRow.made_at, ContractRow.id)
    )
    found = [Source(one.id, {"en": one.name["en"], "sw": one.name["sw"]})
             for one in terms.indicators]  # fmt: skip
    return found + [Source(str(row.id), {"en": row.name, "sw": row.name}) for row in rows]


def of_units(session: Session, institution_id: str, year: int) -> list[AppraisalTarget]:
    """The targets of the institution's units, in their order."""
    units = sa.select(Unit.id).where(Unit.institution_id == institution_id)
    return list(_in_force(session, year, AppraisalTarget.unit_id.in_(units)))


def of_appraisal(session: Session, appraisal: Appraisal) -> list[AppraisalTarget]:
    mine = AppraisalTarget.appraisal_id == appraisal.id
    return list(_in_force(session, appraisal.year, mine))


def set_for_unit(
    rt: Runtime, session: Session, who: Staff, unit_id: str, year: int, what: NewTarget
) -> AppraisalTarget:
    """Give a unit a target.  Its supervisors and the performance officer may.  Raises NotTaken."""
    unit = session.get(Unit, unit_id)
    own = unit is not None and unit.institution_id == who.institution_id
    over = who.role is Role.PERFORMANCE or (
        who.role is Role.SUPERVISOR and who.unit_id in (None, unit_id)
    )
    if unit is None or not (own and over):
        raise NotTaken("desk", f"unit is {unit_id!r}: choose a desk that is yours")
    row = _row(rt, session, who, unit.institution_id, year, what)
    row.unit_id = unit_id
    session.add(row)
    audit.note(
        session, "appraisal.unit-target", unit_id, rt.now(), who.id,
        {"target": str(row.id), "name": row.name, "value": str(row.target), "year": year},
    )  # fmt: skip
    return row


def add(
    rt: Runtime, session: Session, who: Staff, appraisal: Appraisal, what: NewTarget
) -> AppraisalTarget:
    """Put a target on an officer's form.  Raises NotTaken."""
    _settable(appraisal)
    if len(of_appraisal(session, appraisal)) >= MOST_TARGETS:
        raise NotTaken("many", f"targets: {MOST_TARGETS} are there already")
    if what.parent is not None:
        parent = session.get(AppraisalTarget, what.parent)
        if (
            parent is None or parent.ended_at is not None or parent.year != appraisal.year
            or parent.unit_id is None or parent.unit_id != appraisal.unit_id
        ):  # fmt: skip
            raise NotTaken("parent", f"parent is {what.parent}: no target of the officer's desk")
    row = _row(rt, session, who, appraisal.institution_id, appraisal.year, what)
    row.appraisal_id, row.parent_id = appraisal.id, what.parent
    session.add(row)
    return row


def end(rt: Runtime, session: Session, appraisal: Appraisal, target_id: uuid.UUID) -> None:
    """Take a target off the form; what was entered of it is kept.  Raises NotTaken."""
    _settable(appraisal)
    row = session.get(AppraisalTarget, target_id)
    if row is None or row.appraisal_id != appraisal.id or row.ended_at is not None:
        raise NotTaken("target", f"target is {target_id}, which the form does not have")
    row.ended_at = rt.now()


def _settable(appraisal: Appraisal) -> None:
    if appraisal.stage not in SETTABLE:
        raise NotTaken("turn", f"stage is {appraisal.stage}: targets are changed before a proposal")


def _row(
    rt: Runtime, session: Session, who: Staff, institution_id: str, year: int, what: NewTarget
) -> AppraisalTarget:
    name = what.name.strip()
    if not 0 < len(name) <= LONGEST:
        raise NotTaken("name", f"name: write one of at most {LONGEST} letters")
    if not 0 < what.target < MOST:
        raise NotTaken("number", f"target is {what.target}: a percent needs one above zero")
    if what.measure not in ("", *Measure):
        raise NotTaken("measure", f"measure is {what.measure!r}: one of {', '.join(Measure)}")
    if what.measure and what.target > 100:
        raise NotTaken("number", f"target is {what.target}: a share is at most 100 %")
    known = {one.id: one.names["en"] for one in sources(session, institution_id, year)}
    if what.source and what.source not in known:
        raise NotTaken("source", f"source is {what.source!r}: the contract has no such row")
    return AppraisalTarget(
        id=new_id(), year=year, name=name, measure=what.measure, target=what.target,
        unit="%" if what.measure else what.unit.strip()[:20], source=what.source,
        source_words=known.get(what.source, ""), set_by_id=who.id, set_at=rt.now(),
    )  # fmt: skip


def _in_force(
    session: Session, year: int, which: sa.ColumnElement[bool]
) -> Sequence[AppraisalTarget]:
    found = sa.select(AppraisalTarget).where(
        which, AppraisalTarget.year == year, AppraisalTarget.ended_at.is_(None)
    )
    return session.scalars(found.order_by(AppraisalTarget.set_at, AppraisalTarget.id)).all()
