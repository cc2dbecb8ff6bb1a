"""What the policies name, at the desk: the register of compliments, and more beside it."""

from feedback_service.web.desk.recognition import compliments, programmes, reached

__all__ = ["compliments", "programmes", "reached"]
