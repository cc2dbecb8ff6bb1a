"""What is administered without code: people, the registry, rules, charters, ladders, the audit."""

from feedback_service.web.desk.admin import people, person

__all__ = ["people", "person"]
