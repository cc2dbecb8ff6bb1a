"""Visits at the desk: what was fed and how whole it is, sheets of codes, planted controls."""

from feedback_service.web.desk.visits import controls, feed, sheets

__all__ = ["controls", "feed", "sheets"]
