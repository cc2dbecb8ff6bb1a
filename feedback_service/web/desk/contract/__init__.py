"""The performance contract at the desk: the sheet with every step, evidence, and who lacks what."""

from feedback_service.web.desk.contract import changes, returning, rows, units, views

__all__ = ["changes", "returning", "rows", "units", "views"]
