"""What was changed in the service itself: one chain of lines, added by whoever makes the change.

Cases have their own histories.  Here stand accounts, roles, rules, calendars, charters, ladders.
"""

from feedback_service.audit.chained import CHAIN, check, lines, note
from feedback_service.audit.copies import BadCopy, Copy, as_csv, as_json_lines, check_copy

__all__ = [
    "CHAIN", "BadCopy", "Copy", "as_csv", "as_json_lines", "check", "check_copy", "lines",
    "note",
]  # fmt: skip
