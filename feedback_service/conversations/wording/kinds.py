"""What a message to a citizen is for, and what it asks: one table each, by its wording.

Who sends reads from here how it may leave; who hears reads what an answer to it means.
"""

from collections.abc import Mapping
from enum import StrEnum


class Question(StrEnum):
    """What kind of answer a message waits for."""

    VERDICT = "verdict"  # solved or not
    WORDS = "words"  # the citizen's own words join the case
    RATING = "rating"  # 1-5, in answer to an invitation
    WHICH = "which"  # the number of a case in the list it shows
    STEP = "step"  # the next step of a dialogue that goes on by message


class Purpose(StrEnum):
    """Why a message is sent; it decides the hours in which it may leave."""

    ANSWER = "answer"  # the citizen has just written and waits: at any hour
    NEWS = "news"  # of their case: outside quiet hours, unless it is urgent
    SURVEY = "survey"  # an invitation: in survey hours, for consenting people, expiring


QUESTIONS: Mapping[str, Question] = {
    "sms-answered": Question.VERDICT,
    "sms-rejected": Question.VERDICT,
    "sms-confirm": Question.VERDICT,
    "sms-confirm-again": Question.VERDICT,
    "sms-confirm-early": Question.VERDICT,
    "sms-confirm-accept": Question.VERDICT,
    "sms-called": Question.VERDICT,
    "sms-status-answered": Question.VERDICT,
    "sms-status-rejected": Question.VERDICT,
    "sms-better": Question.VERDICT,
    "sms-unclear": Question.VERDICT,
    "sms-unclear-accept": Question.VERDICT,
    "sms-asked": Question.WORDS,
    "sms-received-tell": Question.WORDS,
    "sms-received-central-tell": Question.WORDS,
    "sms-received-held-tell": Question.WORDS,
    "sms-which": Question.WHICH,
    "sms-invite": Question.RATING,
    "sms-invite-up": Question.RATING,
    "sms-step": Question.STEP,
    "sms-resume": Question.STEP,
}
"""The wordings that declare `expects_reply`, and what the reply is read as."""

ASKED_LATER = frozenset({"sms-answered", "sms-rejected"})
"""Heard as questions although they ask nothing yet: who judges an answer at once is taken at their
word, but the office's message does not invite it."""
SURVEYS = frozenset({"sms-invite", "sms-invite-up"})
FROM_CALLERS = frozenset({"sms-call-ahead", "sms-called"})
"""Between a citizen and who calls from outside: an office reads neither who was drawn nor what they
said."""


def purpose(wording: str, *, answers: bool) -> Purpose:
    """The purpose of a message, given whether it answers what was just written."""
    if wording in SURVEYS:
        return Purpose.SURVEY
    return Purpose.ANSWER if answers else Purpose.NEWS
