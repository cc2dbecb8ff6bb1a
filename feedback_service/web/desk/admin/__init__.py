"""What is administered without code: people, the registry, rules, charters, ladders, the audit."""

from feedback_service.web.desk.admin import changes, ladders, people, person, rows, where

__all__ = ["changes", "ladders", "people", "person", "rows", "where"]
