"""What an SMS or WhatsApp message is: one table of precedence, and the values it is read from.

`table.TABLE` is the table, to be read from the top; `decide` looks a message up in it.  A command
counts only when it is the whole message: "Acha kutuibia pesa" is a complaint.
"""

from feedback_service.conversations.commands.claims_named import greets_in_kiswahili
from feedback_service.conversations.commands.situation import (
    ANSWERED_WITHIN,
    MOST_COMPLAINTS,
    MOST_MESSAGES,
    NEW,
    Asked,
    Known,
    Mine,
    Stage,
    Waiting,
)
from feedback_service.conversations.commands.table import TABLE, Line, decide, line_of
from feedback_service.conversations.commands.verbs import Command, Kind
from feedback_service.conversations.commands.verdicts import Aim, Verdict, verdict_of, words_of

__all__ = [
    "ANSWERED_WITHIN",
    "MOST_COMPLAINTS",
    "MOST_MESSAGES",
    "NEW",
    "TABLE",
    "Aim",
    "Asked",
    "Command",
    "Kind",
    "Known",
    "Line",
    "Mine",
    "Stage",
    "Verdict",
    "Waiting",
    "decide",
    "greets_in_kiswahili",
    "line_of",
    "verdict_of",
    "words_of",
]
