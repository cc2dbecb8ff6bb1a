"""Staff appraisal at the desk: one's own year, and whom a supervisor leads, what to sign."""

from feedback_service.web.desk.appraisal import changes, views

__all__ = ["changes", "views"]
