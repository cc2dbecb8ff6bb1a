"""What is administered without code: people, the registry, rules, charters, ladders, the audit."""

from feedback_service.web.desk.admin import changes, people, person

__all__ = ["changes", "people", "person"]
