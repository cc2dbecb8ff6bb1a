"""What staff have to know: written in the transaction that causes it, shown at the desk, mailed."""

from feedback_service.notices.posting import at_central, post, supervisors_of, whose_case

__all__ = ["at_central", "post", "supervisors_of", "whose_case"]
