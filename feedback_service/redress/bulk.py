"""One act on many cases of a queue: planned case by case, shown, then done through each history.

Each case is its own transaction with sight and rights looked at again; what somebody changed since
the plan was shown is left alone and reported.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service import registry
from feedback_service.conversations.wording.budgets import LONGEST_ANSWER
from feedback_service.domain.cases import (
    ACTORS,
    TRANSITIONS,
    Action,
    ActionNotAllowed,
    Actor,
    CaseStatus,
    Lane,
)
from feedback_service.domain.references import spoken
from feedback_service.models import Case, CaseEvent, Citizen, Role, Staff, Unit
from feedback_service.notices import shut
from feedback_service.redress import canned
from feedback_service.redress.acting import Act, act_within
from feedback_service.redress.sight import DESK, Sight, may_see
from feedback_service.redress.telling import due_day
from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer

TOGETHER = (Action.ASSIGN, Action.ACKNOWLEDGE, Action.NOTE, Action.RESOLVE)
MOST = 100
"""Cases of one sending."""


class Hindrance(StrEnum):
    """Why a case is left as it is."""

    HIDDEN = "hidden"  # not there, or not the viewer's to act on
    STATUS = "status"  # its status does not allow it, or it stands there already
    COLLEAGUE = "colleague"  # the one chosen does not work here, or may not know of it
    WORDS = "words"  # none, or more than a message carries
    PLACE = "place"  # a place of the reply that nothing fills
    CHANGED = "changed"  # somebody acted on it after the plan was shown


@dataclass(frozen=True)
class Wanted:
    """What to do to all: the words of an answer in both languages, or in one that serves all."""

    action: Action
    text: str = ""
    text_sw: str = ""
    assignee_id: uuid.UUID | None = None

    def said(self, language: str) -> str:
        mine, other = (self.text_sw, self.text) if language == "sw" else (self.text, self.text_sw)
        return mine or other


@dataclass(frozen=True)
class Step:
    """What will happen to one case: `words` as they will be kept or sent, or a hindrance.

    `seen` is how many events it had when this was found out.
    """

    reference: str
    case: Case | None
    seen: int
    words: str
    hindrance: Hindrance | None


def plan(
    rt: Runtime, session: Session, viewer: Viewer, references: Sequence[str], wanted: Wanted
) -> list[Step]:
    """What `wanted` would do to each case, in the order given; changes nothing."""
    found = _found(session, viewer, references)
    heard = _may_hear(session, viewer, [row[0] for row in found.values()], wanted.assignee_id)
    steps = []
    for reference in references[:MOST]:
        if reference not in found:
            steps.append(Step(reference, None, 0, "", Hindrance.HIDDEN))
            continue
        case, unit, language, seen = found[reference]
        words = _words(rt, case, unit, language or case.language, wanted)
        hindrance = _hindrance(viewer, case, unit, wanted, words)
        if hindrance is None and wanted.action is Action.ASSIGN and case.id not in heard:
            hindrance = Hindrance.COLLEAGUE
        steps.append(Step(reference, case, seen, words, hindrance))
    return steps


def do(
    rt: Runtime, viewer: Viewer, seen: Mapping[str, int], wanted: Wanted, sending: str
) -> list[Step]:
    """Do it to every case that still stands as it was seen; a step without hindrance was done.

    seen: events by reference, from the plan that was shown.  sending: makes it once.
    """
    return [_one(rt, viewer, ref, number, wanted, sending) for ref, number in seen.items()]


def _one(
    rt: Runtime, viewer: Viewer, reference: str, seen: int, wanted: Wanted, sending: str
) -> Step:
    try:
        with rt.transaction() as session:
            return _within(rt, session, viewer, reference, seen, wanted, sending)
    except ActionNotAllowed:
        return Step(reference, None, seen, "", Hindrance.STATUS)


def _within(
    rt: Runtime, session: Session, viewer: Viewer, reference: str, seen: int, wanted: Wanted,
    sending: str,
) -> Step:  # fmt: skip
    held = sa.select(Case.id).where(Case.reference == reference, may_see(viewer))
    session.execute(held.with_for_update(of=Case))
    [step] = plan(rt, session, viewer, [reference], wanted)
    if step.case is None:
        return step
    source = f"bulk:{sending}:{step.case.id}"
    if session.scalar(sa.select(CaseEvent.number).where(CaseEvent.source == source)):
        return replace(step, hindrance=None)
    if step.seen != seen:
        return replace(step, hindrance=Hindrance.CHANGED)
    if step.hindrance:
        return step
    unit = session.get_one(Unit, step.case.unit_id)
    what = Act(
        wanted.action, _actor(viewer, unit), step.words, staff_id=viewer.staff_id,
        assignee_id=wanted.assignee_id, source=source,
    )  # fmt: skip
    act_within(rt, session, step.case, what)
    return step


_Found = tuple[Case, Unit, str | None, int]


def _found(session: Session, viewer: Viewer, references: Sequence[str]) -> dict[str, _Found]:
    seen = sa.select(sa.func.count()).where(CaseEvent.case_id == Case.id)
    wanted = (
        sa.select(Case, Unit, Citizen.language, seen.correlate(Case).scalar_subquery())
        .join(Unit, Unit.id == Case.unit_id)
        .outerjoin(Citizen, Citizen.id == Case.citizen_id)
        .where(Case.reference.in_(references[:MOST]), may_see(viewer))
    )
    return {row[0].reference: tuple(row) for row in session.execute(wanted)}


def _may_hear(
    session: Session, viewer: Viewer, cases: Sequence[Case], staff_id: uuid.UUID | None
) -> set[uuid.UUID]:
    """Those of the cases that may be handed to this colleague; none to anybody else."""
    person = session.get(Staff, staff_id) if staff_id else None
    if person is None or person.disabled_at or person.institution_id != viewer.institution_id:
        return set()
    hidden = set(session.scalars(shut.hidden_cases(person.id, person.unit_id)))
    return {
        case.id
        for case in cases
        if case.id not in hidden
        and person.role in ((Role.INTEGRITY,) if case.lane is Lane.CONFIDENTIAL else DESK)
    }


def _hindrance(
    viewer: Viewer, case: Case, unit: Unit, wanted: Wanted, words: str
) -> Hindrance | None:
    if not Sight(viewer).may_act(case):
        return Hindrance.HIDDEN
    answers = wanted.action is Action.RESOLVE and case.status is CaseStatus.RECEIVED
    possible = answers or (case.status, wanted.action) in TRANSITIONS
    if not possible or _actor(viewer, unit) not in ACTORS[wanted.action]:
        return Hindrance.STATUS
    if wanted.action is Action.ASSIGN and wanted.assignee_id is None:
        return Hindrance.COLLEAGUE
    if wanted.action is Action.ASSIGN and case.assigned_to_id == wanted.assignee_id:
        return Hindrance.STATUS
    if wanted.action in (Action.NOTE, Action.RESOLVE) and len(words) < 2:
        return Hindrance.WORDS
    if wanted.action is Action.RESOLVE and len(words) > LONGEST_ANSWER:
        return Hindrance.WORDS
    if wanted.action is Action.RESOLVE and canned.unfilled(words):
        return Hindrance.PLACE
    return None


def _words(rt: Runtime, case: Case, unit: Unit, language: str, wanted: Wanted) -> str:
    if wanted.action is not Action.RESOLVE:
        return wanted.text.strip() if wanted.action is Action.NOTE else ""
    values = {
        "reference": spoken(case.reference),
        "office": registry.desk(rt, unit.id).named(language),
        "day": None if case.due_at < rt.now() else due_day(case, language),
    }
    return canned.filled(wanted.said(language).strip(), values)


def _actor(viewer: Viewer, unit: Unit) -> Actor:
    if unit.kind == "central" and unit.institution_id == viewer.institution_id:
        return Actor.TRIAGE
    return Actor.SUPERVISOR if viewer.has(Role.SUPERVISOR) else Actor.OFFICER
