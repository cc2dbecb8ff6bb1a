"""Named by the policies: praise and its register, programmes of the budget, how many were reached.

Nothing here is scored, and no figure of a scorecard counts it.
"""

from feedback_service.recognition.compliments import (
    BELL,
    NotMatched,
    Praised,
    keep,
    match,
    may_read,
    offer,
    place,
    reads_as_praise,
    waiting,
)
from feedback_service.recognition.praise import sounds_like_praise

__all__ = [
    "BELL", "NotMatched", "Praised", "keep", "match", "may_read", "offer", "place",
    "reads_as_praise", "sounds_like_praise", "waiting",
]  # fmt: skip
