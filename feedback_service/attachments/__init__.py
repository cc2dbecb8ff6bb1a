"""What stands beside a case's words: photos, voice notes and papers, from citizens and offices."""

from feedback_service.attachments.adding import MEGABYTE, add
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
from feedback_service.attachments.refusal import Refused

__all__ = [
    "BELL",
    "MEGABYTE",
    "MOST_A_DAY",
    "PAPER",
    "PICTURE",
    "RECORDING",
    "NoSuchAttachment",
    "Refused",
    "add",
    "drain",
    "hear",
    "join",
    "kind_of",
    "of_case",
    "opened",
    "place_words",
    "sweep",
]
