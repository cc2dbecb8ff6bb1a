"""Visits: fed by institutions, one-time codes on receipts, and whether the frame is whole."""

from feedback_service.visits.controls import Planted, plant, planted
from feedback_service.visits.days import Day, batches, lately
from feedback_service.visits.declaring import NotToConfirm, Record, confirm, declare, declared
from feedback_service.visits.feed import (
    MOST_AT_ONCE,
    Answer,
    Batch,
    Fate,
    Way,
    load,
    look_through,
    take,
)
from feedback_service.visits.files import BadFile, Fault, all_rows, decoded, digest, rows
from feedback_service.visits.reading import FIELDS, Feeder, Wrong

__all__ = [
    "FIELDS", "MOST_AT_ONCE", "Answer", "BadFile", "Batch", "Day", "Fate", "Fault", "Feeder",
    "NotToConfirm", "Planted", "Record", "Way", "Wrong", "all_rows", "batches", "confirm",
    "declare", "declared", "decoded", "digest", "lately", "load", "look_through", "plant",
    "planted", "rows", "take",
]  # fmt: skip
