"""What staff have to know: written in the transaction that causes it, shown at the desk, mailed."""

from feedback_service.notices.mailing import mail_waiting
from feedback_service.notices.posting import at_central, post, supervisors_of, whose_case
from feedback_service.notices.reading import MOST, of_person, see
from feedback_service.notices.words import sentence

__all__ = [
    "MOST", "at_central", "mail_waiting", "of_person", "post", "see", "sentence",
    "supervisors_of", "whose_case",
]  # fmt: skip
