"""What staff have to know: written in the transaction that causes it, shown at the desk, mailed."""

from feedback_service.notices.posting import post, supervisors_of, whose_case

__all__ = ["post", "supervisors_of", "whose_case"]
