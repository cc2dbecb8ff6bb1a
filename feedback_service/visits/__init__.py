"""Visits: fed by institutions, one-time codes on receipts, and whether the frame is whole."""

from feedback_service.visits.feed import MOST_AT_ONCE, Answer, Batch, Fate, Way, look_through, take
from feedback_service.visits.reading import FIELDS, Feeder

__all__ = [
    "FIELDS", "MOST_AT_ONCE", "Answer", "Batch", "Fate", "Feeder", "Way", "look_through", "take",
]  # fmt: skip
