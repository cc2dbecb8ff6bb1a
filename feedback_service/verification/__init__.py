"""The random call-back: cases drawn by lot, called by people outside the institution, and what the
citizens said, which changes no case but by the citizen's own key press."""

from feedback_service.verification.calling import (
    HELD_FOR,
    LOOKED,
    Call,
    NotYours,
    Progress,
    held,
    next_call,
    progress,
    record,
)
from feedback_service.verification.drawing import (
    Checked,
    Drawn,
    NoSuchDraw,
    NothingToDraw,
    check,
    draw_due,
    draw_quarter,
    draws,
)
from feedback_service.verification.publishing import Published, published

__all__ = [
    "HELD_FOR",
    "LOOKED",
    "Call",
    "Checked",
    "Drawn",
    "NoSuchDraw",
    "NotYours",
    "NothingToDraw",
    "Progress",
    "Published",
    "check",
    "draw_due",
    "draw_quarter",
    "draws",
    "held",
    "next_call",
    "progress",
    "published",
    "record",
]
