"""One answer to all: the same act on every case of an incident, each through its own history.

Each case is its own transaction, with the officer's sight and rights looked at again; what could
not be done stands in the result with its reason, and sent twice it has one effect.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from feedback_service.conversations.wording.budgets import LONGEST_ANSWER
from feedback_service.domain.cases import OPEN, Action, ActionNotAllowed, Actor, CaseStatus
from feedback_service.incidents import members
from feedback_service.incidents.gathering import NoSuchIncident
from feedback_service.models import Case, Citizen, IncidentCase, Role, Unit
from feedback_service.redress import Act, Sight, act_within, may_see
from feedback_service.runtime import Runtime
from feedback_service.staff import Viewer

TOGETHER = (Action.ACKNOWLEDGE, Action.RESOLVE)
"""What may be done to all cases of an incident at once."""
NOT_YOURS, ALREADY = "not_yours", "already"
"""Why a case was left out: somebody else acts on it; it stands there or further already."""


class NoWords(ValueError):
    """The words for the citizens are missing in both languages."""


class WordsTooLong(NoWords):
    """They do not fit a message."""


@dataclass(frozen=True)
class Words:
    """What to tell citizens, in both languages or in one that then serves all."""

    en: str = ""
    sw: str = ""

    def said(self, language: str) -> str:
        mine, other = (self.sw, self.en) if language == "sw" else (self.en, self.sw)
        return mine or other


@dataclass(frozen=True)
class Refused:
    """A case that was left as it is: NOT_YOURS, ALREADY, or the rule's own words."""

    reference: str
    why: str


@dataclass
class Answered:
    """The references done and refused; `moved`: cases that another institution has by now."""

    done: list[str] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    moved: int = 0


def act_on_all(
    rt: Runtime, viewer: Viewer, incident_id: uuid.UUID, action: Action, words: Words,
    sending: str, *, inline: bool = False,
) -> Answered:  # fmt: skip
    """Acknowledge or resolve every case of an incident; raises NoSuchIncident.

    sending: what makes this one sending, so that a form sent twice answers once.  `inline`: the
    citizens are told of it otherwise.
    """
    if action not in TOGETHER:
        raise ActionNotAllowed(f"action is {action}: together cases are {', '.join(TOGETHER)}d")
    report = Answered()
    for case_id in _case_ids(rt, viewer, incident_id):
        source = f"incident:{incident_id}:{sending}:{case_id}"
        what = Act(action, Actor.OFFICER, source=source, inline=inline)
        _one(rt, viewer, case_id, what, words, report)
    return report


def checked(words: Words) -> Words:
    """The words without space around them; raises NoWords or WordsTooLong."""
    bare = Words(words.en.strip(), words.sw.strip())
    said = [each for each in (bare.en, bare.sw) if each]
    if not said or min(map(len, said)) < 2:
        raise NoWords("words: none. Say in one language or both what was done")
    longest = max(map(len, said))
    if longest > LONGEST_ANSWER:
        raise WordsTooLong(f"words: {longest} characters. A message carries {LONGEST_ANSWER}")
    return bare


def citizens_language(session: Session, case: Case) -> str:
    citizen = session.get(Citizen, case.citizen_id) if case.citizen_id else None
    return (citizen.language if citizen else None) or case.language


def _case_ids(rt: Runtime, viewer: Viewer, incident_id: uuid.UUID) -> Sequence[uuid.UUID]:
    who = members.acting(viewer)
    with rt.transaction() as session:
        inside = sa.select(Case.id).join(IncidentCase, members.now_in(incident_id))
        if session.scalar(inside.where(may_see(who)).limit(1)) is None:
            raise NoSuchIncident(f"no incident {incident_id} that you may act on")
        return session.scalars(inside.order_by(Case.received_at, Case.id)).all()


def _one(
    rt: Runtime, viewer: Viewer, case_id: uuid.UUID, what: Act, words: Words, report: Answered
) -> None:
    who, reference = members.acting(viewer), ""
    try:
        with rt.transaction() as session:
            seen = sa.select(Case).where(Case.id == case_id, may_see(who))
            case = session.scalars(seen.with_for_update(of=Case)).one_or_none()
            if case is None:
                report.moved += _has_moved(session, viewer, case_id)
                return
            reference = case.reference
            if why := _left_out(who, case, what.action):
                report.refused.append(Refused(reference, why))
                return
            act_within(rt, session, case, _by(session, viewer, case, what, words))
    except ActionNotAllowed as error:
        report.refused.append(Refused(reference, str(error)))
    else:
        report.done.append(reference)


def _has_moved(session: Session, viewer: Viewer, case_id: uuid.UUID) -> bool:
    """Whether another institution has it now; what is shut to this person is not even counted."""
    case = session.get_one(Case, case_id)
    return viewer.institution_id not in (case.institution_id, case.host_id)


def _left_out(who: Viewer, case: Case, action: Action) -> str:
    if not Sight(who).may_act(case):
        return NOT_YOURS
    waits = {CaseStatus.RECEIVED} if action is Action.ACKNOWLEDGE else OPEN
    return "" if case.status in waits else ALREADY


def _by(session: Session, viewer: Viewer, case: Case, what: Act, words: Words) -> Act:
    """The act as this person's on this case, in its citizen's language."""
    unit = session.get_one(Unit, case.unit_id)
    central = unit.kind == "central" and unit.institution_id == viewer.institution_id
    mine = Actor.SUPERVISOR if viewer.has(Role.SUPERVISOR) else Actor.OFFICER
    return Act(
        what.action, Actor.TRIAGE if central else mine,
        words.said(citizens_language(session, case)), staff_id=viewer.staff_id,
        source=what.source, inline=what.inline,
    )  # fmt: skip
