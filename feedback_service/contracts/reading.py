"""An institution's contract as it stands: terms by its type, the sheet computed and moderated, and
for all institutions who is missing what."""

import uuid
from collections import Counter
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.contract import (
    ContractSheet,
    Measured,
    Span,
    Terms,
    compose,
    terms_of,
    with_values,
)
from feedback_service.contracts import counting, declaring, evidence
from feedback_service.contracts import rows as entering
from feedback_service.contracts.counting import FIGURES, Counts, Register
from feedback_service.contracts.entered import Entered, entered
from feedback_service.models import ContractEvidence, ContractValue, Institution, Staff
from feedback_service.runtime import Runtime

NO_CONTRACT = ("owner", "central")
"""Types of institutions that sign no contract: they keep the service."""


class NoSuchInstitution(LookupError):
    """The registry has none of that id, or it signs no contract."""


@dataclass(frozen=True)
class Standing:
    """All there is to read of a contract in a span.  `moderated` is None while no evaluator has
    said anything, here or of a frozen figure; its achievements replace the computed ones.

    entered: every row of the year, ended ones too; replaced: what was declared before, by
    indicator; closed_at: since when neither changes any more; names: of all who did any of it.
    """

    institution: Institution
    computed: ContractSheet
    moderated: ContractSheet | None
    register: Register
    evidence: Sequence[ContractEvidence]
    declared: Mapping[str, ContractValue]
    findings: Mapping[str, ContractValue]
    entered: Sequence[Entered]
    replaced: Mapping[str, Sequence[ContractValue]]
    closed_at: datetime | None
    names: Mapping[uuid.UUID, str]


@dataclass(frozen=True)
class Missing:
    """What an institution reached of charter and complaints in a span, and what it still owes:
    evidence missing, evidence and changes of rows that wait for a decision, weight of the contract
    without a row, rows without a value."""

    institution: Institution
    charter: Decimal | None
    charter_target: Decimal | None
    complaints: Decimal | None
    evidence: int
    waiting: int
    weight: Decimal
    unsaid: int

    @property
    def whole(self) -> bool:
        return not (self.evidence or self.waiting or self.weight or self.unsaid)


def institution_of(session: Session, institution: str) -> Institution:
    """Raises NoSuchInstitution."""
    row = session.get(Institution, institution)
    if row is None or row.type in NO_CONTRACT:
        raise NoSuchInstitution(institution)
    return row


def terms_for(session: Session, institution: str, span: Span) -> Terms:
    """The terms of an institution's contract in a year.  Raises NoSuchInstitution."""
    return terms_of(institution_of(session, institution).type, span.year)


def standing(rt: Runtime, session: Session, institution: str, span: Span) -> Standing:
    """The contract of an institution.  Raises NoSuchInstitution."""
    body = institution_of(session, institution)
    terms = terms_of(body.type, span.year)
    brought = evidence.of_year(session, institution, span.year)
    counts = counting.register(rt, session, institution, span)
    closed = entering.closed_at(session, span)
    rows = entering.rows_of(session, span.year, institution, closed).get(institution, [])
    values, findings = (
        declaring.values_of(session, span, institution, moderated=which).get(institution, {})
        for which in (False, True)
    )
    said = declaring.declared(terms, rows, values)
    sheet = compose(terms, span, evidence.proofs(brought), counts.stands, said)
    other = _moderated(terms, span, counts)
    other |= {name: value.achieved.normalize() for name, value in findings.items()}
    every = entered(session, span.year, institution)
    before = declaring.replaced(session, span, institution)
    said_by = [one.said_by_id for one in (*values.values(), *findings.values())]
    said_by += [one.said_by_id for earlier in before.values() for one in earlier]
    return Standing(
        body, sheet, with_values(sheet, other) if other else None, counts, brought,
        values, findings, every, before, closed,
        _names(session, [*said_by, *(done.by_id for one in every for done in one.history),
                         *(by for row in brought for by in (row.brought_by_id, row.decided_by_id))])
    )  # fmt: skip


def _names(session: Session, people: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    found = sa.select(Staff.id, Staff.name).where(Staff.id.in_({one for one in people if one}))
    return dict(session.execute(found).all())


def _moderated(terms: Terms, span: Span, counts: Register) -> dict[str, Decimal]:
    """What the scores beside frozen figures come to, where there are any."""
    if not counts.scores:
        return {}
    sheet = compose(terms, span, (), counts.moderated, ())
    return {
        line.id: line.achieved
        for line in sheet.lines
        if line.measured is Measured.REGISTER and line.achieved is not None
    }


def missing(rt: Runtime, session: Session, span: Span) -> list[Missing]:
    """Every institution with a contract, in the order of names: what it still owes.

    The figures count every record: what stands is on each one's own sheet.
    """
    return _owed(session, span, counting.of_all(rt, session, span))


def owed(
    rt: Runtime, session: Session, span: Span, told: Mapping[str, Collection[str]]
) -> list[Missing]:
    """The same of these institutions alone, with the figures of each one's own sheet.

    told: by institution, the figures of its scorecard that the public is told; `complaints` is
    None where the sheet's rests on another one.
    """
    counts: dict[str, Counts] = {}
    for name, figures in told.items():
        stands = counting.register(rt, session, name, span).stands if figures else {}
        if all(FIGURES[part] in figures for part, count in stands.items() if count.n):
            counts[name] = stands
    return _owed(session, span, counts, told)


def _owed(
    session: Session, span: Span, counts: Mapping[str, Counts], only: Container[str] | None = None
) -> list[Missing]:
    brought = evidence.of_all(session, span.year)
    rows = entering.rows_of(session, span.year, at=entering.closed_at(session, span))
    asked = entering.unanswered(session, span.year)
    said = declaring.values_of(session, span, moderated=False)
    bodies = session.scalars(
        sa.select(Institution)
        .where(Institution.type.not_in(NO_CONTRACT), Institution.ended_on.is_(None))
        .order_by(Institution.name)
    )
    found = []
    for body in bodies:
        if only is not None and body.id not in only:
            continue
        terms = terms_of(body.type, span.year)
        declared = declaring.declared(terms, rows.get(body.id, []), said.get(body.id, {}))
        proofs = evidence.proofs(brought.get(body.id, []))
        sheet = compose(terms, span, proofs, counts.get(body.id, {}), declared)
        found.append(_missing(body, sheet, asked.get(body.id, 0)))
    return found


def _missing(body: Institution, sheet: ContractSheet, asked: int) -> Missing:
    states = Counter(
        part.state for line in sheet.lines if line.measured is Measured.EVIDENCE
        for part in line.parts
    )  # fmt: skip
    reached = {line.measured: line for line in sheet.lines}
    of_evidence = reached.get(Measured.EVIDENCE)
    of_register = reached.get(Measured.REGISTER)
    return Missing(
        body,
        of_evidence.achieved if of_evidence else None,
        of_evidence.target if of_evidence else None,
        of_register.achieved if of_register else None,
        evidence=states["missing"],
        waiting=states["waiting"] + asked,
        weight=sum(sheet.missing.values(), Decimal(0)),
        unsaid=sum(
            line.measured is Measured.DECLARED and line.achieved is None for line in sheet.lines
        ),
    )
