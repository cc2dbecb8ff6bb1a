"""The Ombudsman's quarterly return: read from the register, reconciled, reminded of, written down
when it was sent, and the certificates that came of it."""

from feedback_service.contracts.returns.reconciling import Reconciled, reconciled
from feedback_service.contracts.returns.register import Line, Return, desks, nature, read, services
from feedback_service.contracts.returns.reminding import remind
from feedback_service.contracts.returns.sending import (
    Sent,
    certificates,
    digest,
    keep_certificate,
    note_feedback,
    sent,
    submitted,
)

__all__ = [
    "Line", "Reconciled", "Return", "Sent", "certificates", "desks", "digest", "keep_certificate",
    "nature", "note_feedback", "read", "reconciled", "remind", "sent", "services", "submitted",
]  # fmt: skip
