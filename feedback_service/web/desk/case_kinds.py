"""Of which kind a case is, on its page: the Act's rule, the date before, and what is proposed."""

from dataclasses import dataclass
from datetime import datetime

from feedback_service.domain import clocks, information
from feedback_service.domain.cases import Action, CaseKind
from feedback_service.domain.charter import CommitmentKind
from feedback_service.domain.clocks import Moment
from feedback_service.models import CaseEvent
from feedback_service.redress import kinds
from feedback_service.redress.desk_reading import CaseFile
from feedback_service.web.desk.frame import NAMELESS
from feedback_service.web.texts import day, say


@dataclass(frozen=True)
class Proposed:
    """A change of kind that waits for a second person."""

    key: str
    name: str
    who: str


def rule(file: CaseFile, lang: str) -> str | None:
    """The rule that sets the date, with its source; None of a complaint, which a charter dates."""
    if file.case.kind is not CaseKind.INFORMATION:
        return None
    moments = [Moment(event.action, event.at, event.data) for event in _events(file)]
    promise = clocks.promised(moments, CommitmentKind.RESOLVE)
    if promise is None or promise not in information.SOURCES:
        return None
    extended = promise == information.EXTENDED
    key = "extended" if extended else kinds.handled(_events(file)).value
    hand_on = information.hand_on_by(file.case.received_at, file.calendar)
    source = information.SOURCES[promise]
    return say(lang, f"case.rule_{key}", source=source, day=day(lang, hand_on))


def before(file: CaseFile) -> datetime | None:
    """When it was due before the last change of kind or extension that counts."""
    for event in reversed(_events(file)):
        if event.action in (Action.RECLASSIFY, Action.EXTEND) and "was" in event.data:
            return datetime.fromisoformat(event.data["was"])
    return None


def proposal(file: CaseFile, lang: str) -> Proposed | None:
    found = kinds.waiting(_events(file))
    if found is None:
        return None
    said = [line for line in file.lines if line.event.action is Action.RECLASSIFY]
    name = say(lang, f"handling.{found.handling}")
    return Proposed(found.handling, name, said[-1].staff_name or NAMELESS)


def _events(file: CaseFile) -> list[CaseEvent]:
    return [line.event for line in file.lines]
