"""Messages to citizens: written with the change that causes them, sent by workers, then receipted.

A message is marked `sending` and committed before the company hears of it, so that a worker killed
in between leaves a row that is never blindly sent again: the sweeper calls it `unknown` and waits.
No database connection is held while a company answers.
"""

from feedback_service.outbox import costs
from feedback_service.outbox.operating import (
    NotInTrouble,
    broken,
    reach,
    reach_facts,
    reachable,
    refused,
    send_again,
    troubles,
    was_taken,
)
from feedback_service.outbox.posting import (
    ALWAYS_SENT,
    BELL,
    REPLY_CHANNEL,
    Wording,
    can_carry,
    family,
    post,
    release,
    take_back,
)
from feedback_service.outbox.receipts import record_receipt
from feedback_service.outbox.remedies import REMEDIES, Remedy
from feedback_service.outbox.sending import LEASE, drain, sweep

__all__ = [
    "ALWAYS_SENT",
    "BELL",
    "LEASE",
    "REMEDIES",
    "REPLY_CHANNEL",
    "NotInTrouble",
    "Remedy",
    "Wording",
    "broken",
    "can_carry",
    "costs",
    "drain",
    "family",
    "post",
    "reach",
    "reach_facts",
    "reachable",
    "record_receipt",
    "refused",
    "release",
    "send_again",
    "sweep",
    "take_back",
    "troubles",
    "was_taken",
]
