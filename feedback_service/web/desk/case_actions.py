"""What a viewer may do to a case now, and how the forms of its page become acts.

A form carries how many events its reader had seen.  Sent twice it has one effect; sent after
somebody else acted it comes back with what was typed.
"""

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import url_for

from analytics.triage.labels import INTENT, Intent
from feedback_service.domain.cases import (
    ACTORS,
    OPEN,
    TRANSITIONS,
    Action,
    Actor,
    CaseStatus,
    Ground,
    Lane,
)
from feedback_service.domain.information import Handling
from feedback_service.models import Case, Category, Role, Unit
from feedback_service.redress import Act, Sight, kinds
from feedback_service.redress.acting import MOST_TRANSFERS
from feedback_service.redress.desk_reading import CaseFile
from feedback_service.staff import Viewer
from feedback_service.web.desk.frame import Office
from feedback_service.web.texts import say

NOT_OURS_REASONS = ("other_institution", "other_county", "wrong_service", "confidential")
REJECT_GROUNDS = tuple(Ground)
_YES_NO = ("yes", "no")
NO_COMPLAINT = tuple(key for key in INTENT.labels if key != Intent.COMPLAINT)
ANSWERS = frozenset({Action.RESOLVE, Action.REJECT})


@dataclass(frozen=True)
class Form:
    """One form of the page: the act it leads to, its fields (the first is the one to mend)."""

    action: Action
    fields: tuple[str, ...]
    flash: str


FORMS: Mapping[str, Form] = {
    "resolve": Form(Action.RESOLVE, ("answer",), "resolved"),
    "transfer": Form(Action.TRANSFER, ("to", "reason", "words"), "transferred"),
    "clear": Form(Action.CLEAR, ("to", "reason", "words"), "transferred"),
    "ask": Form(Action.ASK, ("question",), "asked"),
    "acknowledge": Form(Action.ACKNOWLEDGE, (), "acknowledged"),
    "assign": Form(Action.ASSIGN, ("officer",), "assigned"),
    "note": Form(Action.NOTE, ("text",), "noted"),
    "reject": Form(Action.REJECT, ("ground", "reasons"), "rejected"),
    "categorise": Form(Action.NOTE, ("category",), "categorised"),
    "urgency": Form(Action.NOTE, ("urgent",), "urgency_set"),
    "intent": Form(Action.NOTE, ("intent",), "intent_kept"),
    "reopen": Form(Action.REOPEN, ("why",), "reopened"),
    "reclassify": Form(Action.RECLASSIFY, ("handling", "why"), "reclassified"),
    "extend": Form(Action.EXTEND, ("reasons",), "extended"),
}


class NotFilled(ValueError):
    """A field is empty or holds none of its choices; `errors` maps it to a key of error.*."""

    def __init__(self, **errors: str) -> None:
        self.errors = errors
        super().__init__(", ".join(f"{name}: {key}" for name, key in errors.items()))


def addresses(file: CaseFile, viewer: Viewer) -> dict[str, str]:
    """The forms that the viewer may send now, and where each goes.

    At central triage sending a case on clears it, so that it is no transfer between offices.
    """
    found = {}
    for name, form in FORMS.items():
        if name != "clear" and may(file.case, file.unit, viewer, form.action):
            found[name] = url_for("desk.act", reference=file.case.reference, name=name)
    if may(file.case, file.unit, viewer, Action.CLEAR):
        found["transfer"] = url_for("desk.act", reference=file.case.reference, name="clear")
    elif file.case.lane is Lane.HELD:
        found.pop("transfer", None)
    if not file.reachable:
        found.pop("ask", None)
    if not kinds.may_extend(file.case, [line.event for line in file.lines]):
        found.pop("extend", None)
    if not may_move(file.case, [line.event.action for line in file.lines]):
        found.pop("transfer", None)
    return found


def may_move(case: Case, done: Sequence[Action]) -> bool:
    """A confidential case stays with integrity desks: one move more would end at central triage,
    which must not see it."""
    return case.lane is not Lane.CONFIDENTIAL or done.count(Action.TRANSFER) < MOST_TRANSFERS


def may(case: Case, unit: Unit, viewer: Viewer, action: Action) -> bool:
    """Whether the viewer, who sees the case, may do this with it as it stands."""
    actor = actor_of(viewer, unit)
    answers_first = action in ANSWERS and case.status is CaseStatus.RECEIVED
    possible = answers_first or (case.status, action) in TRANSITIONS
    if action is Action.CLEAR and case.status not in OPEN:
        possible = case.lane is Lane.HELD
    return Sight(own_roles(viewer)).may_act(case) and possible and actor in ACTORS[action]


def actor_of(viewer: Viewer, unit: Unit) -> Actor:
    """As whom the viewer acts on what this unit holds."""
    if unit.kind == "central" and unit.institution_id == viewer.institution_id:
        return Actor.TRIAGE
    return Actor.SUPERVISOR if viewer.has(Role.SUPERVISOR) else Actor.OFFICER


def own_roles(viewer: Viewer) -> Viewer:
    """The viewer without the auditor's sight, which lets nobody act."""
    return replace(viewer, roles=viewer.roles - {Role.AUDITOR})


def destinations(case: Case, unit: Unit, offices: Mapping[str, Office]) -> list[Office]:
    """Where a case can be sent: a confidential one never to the desk of an accused office."""
    sealed = case.lane is Lane.CONFIDENTIAL
    return [
        office
        for office in offices.values()
        if office.unit_id != unit.id
        and not office.ended
        and (office.kind == "integrity" or not sealed)
    ]


def act_of(
    name: str, typed: Mapping[str, str], lang: str, allowed: Mapping[str, Sequence[str]]
) -> Act:
    """The act that a form asks for, without who does it; raises NotFilled.

    `lang` is the citizen's language; `allowed` holds the choices of `to` and `officer`.
    """
    return _READ[name](typed, lang, allowed)


def source_of(case: Case, viewer: Viewer, name: str, seen: int, typed: Mapping[str, str]) -> str:
    """The identity of one sending: the same form sent again has the same."""
    parts = [str(case.id), str(viewer.staff_id), name, str(seen), *map(str, sorted(typed.items()))]
    return f"desk:{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:40]}"


Typed = Mapping[str, str]
Allowed = Mapping[str, Sequence[str]]
_NOBODY_YET = Actor.OFFICER


def _resolve(typed: Typed, lang: str, allowed: Allowed) -> Act:
    return Act(Action.RESOLVE, _NOBODY_YET, typed["answer"])


def _ask(typed: Typed, lang: str, allowed: Allowed) -> Act:
    return Act(Action.ASK, _NOBODY_YET, typed["question"])


def _note(typed: Typed, lang: str, allowed: Allowed) -> Act:
    return Act(Action.NOTE, _NOBODY_YET, typed["text"])


def _acknowledge(typed: Typed, lang: str, allowed: Allowed) -> Act:
    return Act(Action.ACKNOWLEDGE, _NOBODY_YET)


def _transfer(typed: Typed, lang: str, allowed: Allowed) -> Act:
    unit_id = _one_of(typed, "to", allowed["to"])
    return Act(Action.TRANSFER, _NOBODY_YET, _handover(typed), unit_id=unit_id)


def _clear(typed: Typed, lang: str, allowed: Allowed) -> Act:
    return replace(_transfer(typed, lang, allowed), action=Action.CLEAR)


def _assign(typed: Typed, lang: str, allowed: Allowed) -> Act:
    chosen = _one_of(typed, "officer", allowed["officer"])
    return Act(Action.ASSIGN, _NOBODY_YET, assignee_id=uuid.UUID(chosen))


def _reject(typed: Typed, lang: str, allowed: Allowed) -> Act:
    ground = _one_of(typed, "ground", REJECT_GROUNDS)
    if not typed["reasons"]:
        raise NotFilled(reasons="required")
    words = f"{say(lang, 'reject_ground.' + ground)}. {typed['reasons']}"
    words = words[:1].upper() + words[1:]
    return Act(Action.REJECT, _NOBODY_YET, words, ground=Ground(ground))


def _reopen(typed: Typed, lang: str, allowed: Allowed) -> Act:
    return Act(Action.REOPEN, _NOBODY_YET, typed["why"])


def _reclassify(typed: Typed, lang: str, allowed: Allowed) -> Act:
    handling = Handling(_one_of(typed, "handling", tuple(Handling)))
    return Act(Action.RECLASSIFY, _NOBODY_YET, typed["why"], handling=handling)


def _extend(typed: Typed, lang: str, allowed: Allowed) -> Act:
    return Act(Action.EXTEND, _NOBODY_YET, typed["reasons"])


def _categorise(typed: Typed, lang: str, allowed: Allowed) -> Act:
    category = Category(_one_of(typed, "category", tuple(Category)))
    return Act(Action.NOTE, _NOBODY_YET, f"category: {category}", category=category)


def _urgency(typed: Typed, lang: str, allowed: Allowed) -> Act:
    """Raised or lowered by a person: the model alone never lowers it."""
    urgent = _one_of(typed, "urgent", _YES_NO) == "yes"
    words = f"urgent: {'yes' if urgent else 'no'}"
    return Act(Action.NOTE, _NOBODY_YET, words, more={"urgent": urgent})


def _intent(typed: Typed, lang: str, allowed: Allowed) -> Act:
    """It is no complaint: nothing changes in the case, and the model learns."""
    intent = _one_of(typed, "intent", NO_COMPLAINT)
    return Act(Action.NOTE, _NOBODY_YET, f"intent: {intent}", more={"intent": intent})


def _handover(typed: Typed) -> str:
    """The reason in English, for it is sealed into the history, and what the office adds."""
    reason = say("en", f"not_ours.{_one_of(typed, 'reason', NOT_OURS_REASONS)}")
    return f"{reason[:1].upper()}{reason[1:]}. {typed['words']}".strip()


def _one_of(typed: Typed, name: str, choices: Sequence[str]) -> str:
    if typed[name] not in choices:
        raise NotFilled(**{name: "choose_one" if typed[name] else "required"})
    return typed[name]


_READ: Mapping[str, Callable[[Typed, str, Allowed], Act]] = {
    "resolve": _resolve,
    "transfer": _transfer,
    "clear": _clear,
    "ask": _ask,
    "acknowledge": _acknowledge,
    "assign": _assign,
    "note": _note,
    "reject": _reject,
    "categorise": _categorise,
    "urgency": _urgency,
    "intent": _intent,
    "reopen": _reopen,
    "reclassify": _reclassify,
    "extend": _extend,
}
