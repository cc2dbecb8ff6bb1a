"""What the policies name, at the desk: the register of compliments, and more beside it."""

from feedback_service.web.desk.recognition import (
    campaigns,
    compliments,
    programmes,
    reached,
    targets,
    week,
)

__all__ = ["campaigns", "compliments", "programmes", "reached", "targets", "week"]
