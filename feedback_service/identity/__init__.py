"""Citizens behind sealed addresses: found by keyed hash, tied by aliases, shown to no desk; a line
that changed hands takes nothing along."""

from feedback_service.identity.keys import KeyRing, NoKey, key_id
from feedback_service.identity.people import (
    PHONE,
    RECYCLED_AFTER,
    WHATSAPP,
    current,
    find_or_add,
    has_stopped,
    hear,
    holds,
    is_current,
    is_new,
    retire,
    start_again,
    stop,
)

__all__ = [
    "PHONE",
    "RECYCLED_AFTER",
    "WHATSAPP",
    "KeyRing",
    "NoKey",
    "current",
    "find_or_add",
    "has_stopped",
    "hear",
    "holds",
    "is_current",
    "is_new",
    "key_id",
    "retire",
    "start_again",
    "stop",
]
