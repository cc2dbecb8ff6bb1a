"""Messages to citizens: written with the change that causes them, sent by workers, then receipted.

A message is marked `sending` and committed before the provider hears of it, so that a worker killed
in between leaves a row that is never blindly sent again: the sweeper calls it `unknown` and waits.
No database connection is held while a provider answers.
"""

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
from feedback_service.outbox.sending import (
    LEASE,
    RETRIES,
    drain,
    record_receipt,
    sweep,
)

__all__ = [
    "ALWAYS_SENT",
    "BELL",
    "LEASE",
    "REPLY_CHANNEL",
    "RETRIES",
    "Wording",
    "can_carry",
    "drain",
    "family",
    "post",
    "record_receipt",
    "release",
    "sweep",
    "take_back",
]
