"""What staff have to know: written in the transaction that causes it, shown at the desk, mailed."""

from feedback_service.notices.posting import at_central, post, supervisors_of, whose_case
from feedback_service.notices.reading import MOST, of_person, see

__all__ = ["MOST", "at_central", "of_person", "post", "see", "supervisors_of", "whose_case"]
