"""Requests for information: the dates that the Access to Information Act, 2016 sets, as data.

They run from the first receipt, wherever a request goes afterwards.  Days of the calendar and the
five working days are counted as `charter.due_at` says, by Cap. 2 s. 57.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from feedback_service.domain import charter
from feedback_service.domain.calendar import WorkingCalendar
from feedback_service.domain.cases import ActionNotAllowed, CaseKind
from feedback_service.domain.charter import Promise, PromiseUnit


class Handling(StrEnum):
    """What a case is handled as: its kind and, of a request, how much it hurries."""

    COMPLAINT = "complaint"
    INFORMATION = "information"
    LIFE_OR_LIBERTY = "life_or_liberty"

    @property
    def kind(self) -> CaseKind:
        complaint = self is Handling.COMPLAINT
        return CaseKind.COMPLAINT if complaint else CaseKind.INFORMATION


ANSWER: Mapping[Handling, Promise] = {
    Handling.INFORMATION: Promise(21, PromiseUnit.CALENDAR_DAYS),
    Handling.LIFE_OR_LIBERTY: Promise(48, PromiseUnit.HOURS),
}
EXTENDED = Promise(21 + 14, PromiseUnit.CALENDAR_DAYS)
"""Once, with reasons; what concerns life or liberty is never extended."""
HAND_ON = Promise(5, PromiseUnit.WORKING_DAYS)
"""To the office that has the information; its clock is the one that began at the first receipt."""
SOURCES: Mapping[Promise, str] = {
    ANSWER[Handling.INFORMATION]: "Access to Information Act, 2016, s. 9(1)",
    ANSWER[Handling.LIFE_OR_LIBERTY]: "Access to Information Act, 2016, s. 9(2)",
    EXTENDED: "Access to Information Act, 2016, s. 9(3)",
    HAND_ON: "Access to Information Act, 2016, s. 10(1)",
}


class TooLateToHandOn(ActionNotAllowed):
    """The days in which a request may be handed to another office are over."""


def hand_on_by(received_at: datetime, calendar: WorkingCalendar) -> datetime:
    """Until when a request that another office must answer is handed to it."""
    return charter.due_at(HAND_ON, received_at, calendar)


def check_hand_on(received_at: datetime, now: datetime, calendar: WorkingCalendar) -> None:
    """Raises TooLateToHandOn once the request must be answered where it is: s. 10(1)."""
    until = hand_on_by(received_at, calendar)
    if now > until:
        raise TooLateToHandOn(
            f"received_at is {received_at.date()}: a request is handed on within {HAND_ON.amount} "
            f"working days ({SOURCES[HAND_ON]}), which ended on {until.date()}. Ask the other "
            "office for the information and answer the citizen from here"
        )
