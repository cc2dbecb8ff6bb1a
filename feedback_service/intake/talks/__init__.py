"""The menu by SMS and WhatsApp: the flow of the dialled menu, each answer a message.

Where a talk stands is a row of `talks`; hearing an answer, its effects, the row and the next
message are one transaction with the message's own row, so that a copy of it finds all done.
"""

from feedback_service.intake.talks.dialogue import BY_SMS, BY_WHATSAPP
from feedback_service.intake.talks.hearing import begin, hear
from feedback_service.intake.talks.standing import SILENCE, close, expire

__all__ = ["BY_SMS", "BY_WHATSAPP", "SILENCE", "begin", "close", "expire", "hear"]
