"""One message from a citizen: a USSD step answered at once, or an SMS or WhatsApp taken in."""

from feedback_service.intake.messages import take_message, take_opt_out, take_receipt
from feedback_service.intake.ussd import take_ended, take_step, warm_up

__all__ = ["take_ended", "take_message", "take_opt_out", "take_receipt", "take_step", "warm_up"]
