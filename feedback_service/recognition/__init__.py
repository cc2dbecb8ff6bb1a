"""Named by the policies: praise and its register, programmes of the budget, how many were reached,
campaigns, targets of a hundred days, the list of the Performance Week.

Nothing here is scored, and no figure of a scorecard counts it.
"""

from feedback_service.recognition.compliments import (
    BELL,
    LONGEST_WAIT,
    NotMatched,
    Praised,
    keep,
    match,
    may_read,
    offer,
    place,
    reads_as_praise,
    try_to_read,
    waiting,
)
from feedback_service.recognition.praise import sounds_like_praise
from feedback_service.recognition.targets import decide

__all__ = [
    "BELL", "LONGEST_WAIT", "NotMatched", "Praised", "decide", "keep", "match", "may_read", "offer",
    "place", "reads_as_praise", "sounds_like_praise", "try_to_read", "waiting",
]  # fmt: skip
