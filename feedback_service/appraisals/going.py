"""An appraisal on its way: begun by a supervisor, taken step by step, each step written into the
service's chain by the hash of its words and figures, which stay with those who may open it."""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from analytics.intervals import Interval
from analytics.proposal import METHODS, NothingToScore, Reached, propose, words_of
from feedback_service import audit, notices
from feedback_service.appraisals import entries, facts, line, targets
from feedback_service.appraisals.faults import NoSuchAppraisal, NotTaken
from feedback_service.domain.appraisals import (
    NEEDS_WORDS,
    OFFICERS,
    OutOfTurn,
    Stage,
    Step,
    after,
)
from feedback_service.domain.periods import Period
from feedback_service.models import Appraisal, AppraisalStep, Staff, new_id
from feedback_service.runtime import Runtime

FEWEST_LETTERS = 10


@dataclass(frozen=True)
class Taken:
    """A step with words; `band` is the supervisor's word when signing, of the form's method."""

    step: Step
    words: str = ""
    band: str = ""


def begin(
    rt: Runtime, session: Session, who: Staff, officer: Staff, year: int, form: str
) -> Appraisal:
    """Open an officer's year.  Raises NoSuchAppraisal for whoever does not lead the officer."""
    if not line.leads(session, who, officer):
        raise NoSuchAppraisal(str(officer.id))
    if form not in targets.FORMS:
        raise NotTaken("form", f"form is {form!r}: one of {', '.join(targets.FORMS)}")
    session.refresh(officer, with_for_update=True)  # two supervisors may begin at once
    if of(session, officer.id, year) is not None:
        raise NotTaken("there", f"the year {year} of this officer is open already")
    row = Appraisal(
        id=new_id(), staff_id=officer.id, institution_id=officer.institution_id or "",
        unit_id=officer.unit_id, year=year, form=form, stage=Stage.EMPTY, made_at=rt.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()  # targets and the chain point at it
    _note(rt, session, row, "begin", who.id, {"form": form})
    return row


def of(session: Session, staff_id: uuid.UUID, year: int) -> Appraisal | None:
    found = sa.select(Appraisal).where(Appraisal.staff_id == staff_id, Appraisal.year == year)
    return session.scalar(found)


def steps_of(session: Session, appraisal: Appraisal) -> Sequence[AppraisalStep]:
    found = sa.select(AppraisalStep).where(AppraisalStep.appraisal_id == appraisal.id)
    return session.scalars(found.order_by(AppraisalStep.at, AppraisalStep.id)).all()


def proposal_of(steps: Sequence[AppraisalStep]) -> dict[str, Any] | None:
    """The last one that was put before the officer."""
    return next((one.data for one in reversed(steps) if one.step is Step.PROPOSE), None)


def take(rt: Runtime, session: Session, who: Staff, appraisal: Appraisal, what: Taken) -> None:
    """Take a step, its row held.  Raises NotTaken, NoSuchAppraisal."""
    officer = session.get_one(Staff, appraisal.staff_id)
    theirs = who.id == officer.id if what.step in OFFICERS else line.leads(session, who, officer)
    if not theirs:
        raise NoSuchAppraisal(str(appraisal.id))
    try:
        stage = after(appraisal.stage, what.step)
    except OutOfTurn as error:
        raise NotTaken("turn", str(error)) from error
    words = what.words.strip()
    if what.step in NEEDS_WORDS and len(words) < FEWEST_LETTERS:
        raise NotTaken("words", f"words: write at least {FEWEST_LETTERS} letters")
    data = _data(rt, session, appraisal, what)
    row = AppraisalStep(
        id=new_id(), appraisal_id=appraisal.id, step=what.step, by_id=who.id, at=rt.now(),
        words=words, data=data,
    )  # fmt: skip
    session.add(row)
    appraisal.stage = stage
    _note(rt, session, appraisal, what.step.value, who.id, {"words": words, **data})
    others = line.leaders(session, officer) if what.step in OFFICERS else [officer.id]
    if what.step in _TOLD:
        notices.post(
            session, f"appraisal:{row.id}", _TOLD[what.step], others, rt.now(),
            data={"period": Period(appraisal.year).label},
        )  # fmt: skip


_ANSWERED = "appraisal_answered"
_TOLD: Mapping[Step, str] = {
    Step.SET: "appraisal_set", Step.AGREE: _ANSWERED, Step.OBJECT: _ANSWERED,
    Step.REVIEW: "appraisal_reviewed", Step.PROPOSE: "appraisal_proposed",
    Step.ACCEPT: _ANSWERED, Step.CONTEST: _ANSWERED, Step.SIGN: "appraisal_signed",
}  # fmt: skip
"""Which notice the other side gets."""


def _data(rt: Runtime, session: Session, appraisal: Appraisal, what: Taken) -> dict[str, Any]:
    if what.step is Step.SET:
        return _targets(session, appraisal)
    if what.step is Step.PROPOSE:
        return _proposal(rt, session, appraisal)
    if what.step is Step.SIGN:
        return _signed(session, appraisal, what)
    return {}


def _targets(session: Session, appraisal: Appraisal) -> dict[str, Any]:
    rows = targets.of_appraisal(session, appraisal)
    if not rows:
        raise NotTaken("targets", "targets: none. Set one first")
    return {"targets": [[row.name, str(row.target.normalize()), row.unit] for row in rows]}


def _proposal(rt: Runtime, session: Session, appraisal: Appraisal) -> dict[str, Any]:
    """Count once more, then compute: what has too few cases is no part of the mean."""
    period = Period.containing(rt.now())
    quarter = (period.quarter or 4) if period.year == appraisal.year else 4
    own = facts.own(rt, session, session.get_one(Staff, appraisal.staff_id), appraisal.year)
    entries.count(rt, session, appraisal, quarter, own)
    rows = targets.of_appraisal(session, appraisal)
    there = entries.of(session, rows)
    reached, kept, left = [], [], []
    for row in rows:
        of_row = there.get(row.id, {})
        if not of_row and not row.measure:
            raise NotTaken("unentered", f"{row.name}: the officer has entered nothing of it")
        entry = of_row[max(of_row)]
        if entry.achieved is None:
            left.append({"name": row.name, **entry.figure})
            continue
        figure, target = entry.figure, row.target.normalize()
        interval = Interval(figure["low"], figure["high"]) if figure else None
        reached.append(Reached(row.name, target, entry.achieved.normalize(), interval))
        kept.append({"name": row.name, "target": f"{target:f}", "unit": row.unit,
                     "achieved": f"{entry.achieved.normalize():f}", **figure})  # fmt: skip
    try:
        found = propose(reached)
    except NothingToScore as error:
        raise NotTaken("nothing", str(error)) from error
    return found.as_data() | {
        "rows": kept, "left": left, "quarter": quarter, "own": _own(own, quarter)
    }  # fmt: skip


def _own(own: facts.Own, quarter: int) -> dict[str, Any]:
    """What others than the officer read of own cases, whatever comes after the proposal."""
    return {
        "figures": {
            measure.value: entries.as_data(figure)
            | {"percent": None if figure.percent is None else str(figure.percent)}
            for measure, figure in own.until(quarter).items()
        },
        "mix": [[one.kind, one.category, one.cases, one.urgent] for one in own.mix()],
        "rule": own.rule.version, "simulated": own.simulated,
    }  # fmt: skip


def _signed(session: Session, appraisal: Appraisal, what: Taken) -> dict[str, Any]:
    """The word of the person who signs: it may differ from the proposal, and says so."""
    if what.band not in words_of(METHODS[0]):
        raise NotTaken("band", f"band is {what.band!r}: one of {', '.join(words_of(METHODS[0]))}")
    proposal = proposal_of(steps_of(session, appraisal)) or {}
    proposed = proposal["bands"][0]["band"]
    return {"band": what.band, "proposed": proposed, "method": METHODS[0]}


def _note(
    rt: Runtime, session: Session, appraisal: Appraisal, verb: str, by: uuid.UUID,
    content: Mapping[str, Any],
) -> None:  # fmt: skip
    """Chained by its hash alone: who reads the chain need not read a person's appraisal."""
    sealed = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    data = {"year": appraisal.year, "sha256": sealed}
    audit.note(session, f"appraisal.{verb}", str(appraisal.id), rt.now(), by, data)
