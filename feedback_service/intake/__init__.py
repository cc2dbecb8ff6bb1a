"""One message from a citizen: a USSD step answered at once, or an SMS or WhatsApp taken in."""

from feedback_service.intake.dropped import go_on_by_sms
from feedback_service.intake.messages import (
    NotSetAside,
    settle,
    settle_praise,
    settle_waiting,
    take_message,
    take_opt_out,
    take_receipt,
)
from feedback_service.intake.talks import expire as expire_talks
from feedback_service.intake.ussd import take_ended, take_step, warm_up

__all__ = [
    "NotSetAside",
    "expire_talks",
    "go_on_by_sms",
    "settle",
    "settle_praise",
    "settle_waiting",
    "take_ended",
    "take_message",
    "take_opt_out",
    "take_receipt",
    "take_step",
    "warm_up",
]
