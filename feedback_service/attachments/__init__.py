"""What citizens send beside words: photos, voice notes and papers that join a case, and places."""

from feedback_service.attachments.fetching import drain, sweep
from feedback_service.attachments.hearing import (
    BELL,
    MOST_A_DAY,
    case_for,
    hear,
    join,
    place_words,
)

__all__ = ["BELL", "MOST_A_DAY", "case_for", "drain", "hear", "join", "place_words", "sweep"]
