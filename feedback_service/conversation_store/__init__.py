"""Unfinished USSD sessions in Redis: where each person's last one stands, what it was shown."""

from feedback_service.conversation_store.keeping import (
    KEPT_FOR,
    LONGEST_SESSION,
    STANDING_FOR,
    Conversations,
    Dropped,
    Found,
)
from feedback_service.conversation_store.session import Session, as_dict, from_dict

__all__ = [
    "KEPT_FOR",
    "LONGEST_SESSION",
    "STANDING_FOR",
    "Conversations",
    "Dropped",
    "Found",
    "Session",
    "as_dict",
    "from_dict",
]
