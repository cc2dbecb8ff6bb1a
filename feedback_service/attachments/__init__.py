"""What citizens send beside words: photos, voice notes and papers that join a case, and places."""

from feedback_service.attachments.fetching import drain, sweep
from feedback_service.attachments.hearing import (
    BELL,
    MOST_A_DAY,
    hear,
    join,
    place_words,
)
from feedback_service.attachments.kinds import PAPER, PICTURE, RECORDING, kind_of
from feedback_service.attachments.reading import NoSuchAttachment, of_case, opened

__all__ = [
    "BELL",
    "MOST_A_DAY",
    "PAPER",
    "PICTURE",
    "RECORDING",
    "NoSuchAttachment",
    "drain",
    "hear",
    "join",
    "kind_of",
    "of_case",
    "opened",
    "place_words",
    "sweep",
]
