"""One SMS or WhatsApp message: kept, understood by the table of commands, answered by the outbox.

Everything happens in one transaction with the message's own row, so that a copy finds it done.
"""

from feedback_service.intake.messages.praising import settle_praise
from feedback_service.intake.messages.settling import SILENCE, NotSetAside, settle, settle_waiting
from feedback_service.intake.messages.taking import take_message, take_opt_out, take_receipt
from feedback_service.intake.messages.talk import MOST_GUESSES

__all__ = [
    "MOST_GUESSES",
    "SILENCE",
    "NotSetAside",
    "settle",
    "settle_praise",
    "settle_waiting",
    "take_message",
    "take_opt_out",
    "take_receipt",
]
