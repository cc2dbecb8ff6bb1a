"""What the pages of a contract are given: every number as it is printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from flask import url_for

from analytics.contract import ContractSheet, Line, Measured
from analytics.sheets import rounded
from feedback_service.contracts import Standing
from feedback_service.models import ContractEvidence, ContractValue
from feedback_service.web.desk.frame import NAMELESS

TONES = {"accepted": "good", "late": "late", "missing": "late", "waiting": "soon"}


@dataclass(frozen=True)
class Brought:
    """A piece of evidence; `state` is a key of contract.state_*."""

    id: UUID
    words: str
    href: str
    who: str
    at: datetime
    state: str
    decided_by: str
    decided_at: datetime | None
    reason: str
    may_decide: bool


@dataclass(frozen=True)
class PartShown:
    """One part: `reached` of `share` points; `key` is what evidence is brought for, or empty."""

    name: str
    quarter: int | None
    share: str
    reached: str
    state: str
    tone: str
    due: date | None
    counts: str
    key: str
    brought: list[Brought] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """What evaluators found instead, and what it comes to."""

    achieved: str
    raw: str
    weighted: str
    who: str
    at: datetime
    words: str


@dataclass(frozen=True)
class LineShown:
    """One indicator.  said: who declared it, from where; replaced: what was declared before;
    row_id: it can be taken off."""

    id: str
    name: str
    criterion: str
    weight: str
    target: str
    achieved: str
    raw: str
    weighted: str
    grade: str
    measured: str
    lower: bool
    parts: list[PartShown]
    arithmetic: Sequence[str]
    said: Found | None
    replaced: Sequence[Found]
    file_href: str
    found: Found | None
    row_id: str


@dataclass(frozen=True)
class CriterionShown:
    """A criterion: its weight, what stands for it, and what it adds to the composite."""

    id: str
    name: str
    weight: str
    there: str
    adds: str


@dataclass(frozen=True)
class Total:
    """The foot of a sheet: composite and grade, or a contribution of so much weight."""

    composite: str
    grade: str
    weights: str
    whole: bool


def lines(stood: Standing, lang: str, decides: bool, who: UUID) -> list[LineShown]:
    """The indicators of a sheet in their order."""
    names = stood.names
    other = {line.id: line for line in stood.moderated.lines} if stood.moderated else {}
    return [
        _line(stood, line, other.get(line.id), names, lang, decides, who)
        for line in stood.computed.lines
    ]


def criteria(sheet: ContractSheet, lang: str) -> list[CriterionShown]:
    shown = []
    for one in sheet.terms.criteria:
        mine = [line for line in sheet.lines if line.criterion == one.id]
        adds = [line.scored.weighted for line in mine if line.scored]
        there = one.weight - sheet.missing.get(one.id, Decimal(0))
        total = f"{sum(adds):.4f}" if adds else NAMELESS
        shown.append(CriterionShown(one.id, one.name[lang], f"{one.weight}", f"{there}", total))
    return shown


def total(sheet: ContractSheet | None) -> Total | None:
    """None where nothing is measured."""
    if sheet is None or sheet.score is None:
        return None
    score = sheet.score
    grade = score.grade or ""
    return Total(f"{score.composite:f}", grade, f"{score.weights.normalize():f}", bool(grade))


def _line(
    stood: Standing, line: Line, other: Line | None, names: Mapping[UUID, str], lang: str,
    decides: bool, who: UUID,
) -> LineShown:  # fmt: skip
    said, found = stood.declared.get(line.id), stood.findings.get(line.id)
    scored = line.scored
    own = {one.id for one in stood.computed.terms.indicators}
    return LineShown(
        id=line.id, name=line.name[lang], criterion=line.criterion,
        weight=f"{line.weight.normalize():f}",
        target=f"{line.target:f} {line.unit}",
        achieved=NAMELESS if line.achieved is None else f"{line.achieved:f} {line.unit}",
        raw=f"{scored.raw:f}" if scored else NAMELESS,
        weighted=f"{scored.weighted:f}" if scored else NAMELESS,
        grade=scored.grade if scored else "",
        measured=line.measured.value, lower=line.direction == "lower",
        parts=_parts(stood, line, names, lang, decides, who),
        arithmetic=line.arithmetic,
        said=_found(said, line, names) if said else None,
        replaced=[_found(one, line, names) for one in stood.replaced.get(line.id, ())],
        file_href=_file(said.institution_id, said.file_id) if said and said.file_id else "",
        found=_found(found, other, names) if found and other else _scored(stood, line, other),
        row_id="" if line.id in own else line.id,
    )  # fmt: skip


def _found(value: ContractValue, line: Line, names: Mapping[UUID, str]) -> Found:
    scored = line.scored
    return Found(
        f"{value.achieved.normalize():f} {line.unit}",
        f"{scored.raw:f}" if scored else NAMELESS,
        f"{scored.weighted:f}" if scored else NAMELESS,
        names.get(value.said_by_id, NAMELESS), value.said_at, value.words,
    )  # fmt: skip


def _scored(stood: Standing, line: Line, other: Line | None) -> Found | None:
    """What a score beside a frozen figure comes to; the last one is named."""
    scores = stood.register.scores
    if not scores or other is None or other.scored is None or line.measured != Measured.REGISTER:
        return None
    last = scores[-1]
    return Found(
        f"{other.achieved:f} {other.unit}", f"{other.scored.raw:f}", f"{other.scored.weighted:f}",
        last.by, last.row.at, last.row.reason,
    )  # fmt: skip


def _parts(
    stood: Standing, line: Line, names: Mapping[UUID, str], lang: str, decides: bool, who: UUID
) -> list[PartShown]:
    shown = []
    for part in line.parts:
        proven = line.measured is Measured.EVIDENCE
        key = f"{part.part}:Q{part.quarter}" if part.quarter else part.part
        brought = [row for row in stood.evidence if proven and row.key == key]
        counts = part.counted
        shown.append(
            PartShown(
                name=part.name[lang], quarter=part.quarter, share=f"{part.share.normalize():f}",
                reached=f"{rounded(part.achieved, 2).normalize():f}", state=part.state,
                tone=TONES.get(part.state, ""), due=part.due,
                counts=f"{counts.hits:,} / {counts.n:,}" if counts and counts.n else "",
                key=key if proven else "",
                brought=[_brought(row, names, decides, who) for row in brought],
            )
        )  # fmt: skip
    return shown


def _brought(row: ContractEvidence, names: Mapping[UUID, str], decides: bool, who: UUID) -> Brought:
    state = {None: "waiting", True: "accepted", False: "returned"}[row.accepted]
    return Brought(
        row.id, row.words, _file(row.institution_id, row.file_id),
        names.get(row.brought_by_id, NAMELESS), row.brought_at, state,
        names.get(row.decided_by_id, NAMELESS) if row.decided_by_id else "", row.decided_at,
        row.reason, decides and row.accepted is None and row.brought_by_id != who,
    )  # fmt: skip


def _file(institution: str, file_id: UUID | None) -> str:
    return url_for("desk.contract_file", institution=institution, file_id=file_id)
