"""Tells operators of alarms by mail, where SMTP_URL and OPERATOR_MAIL are set.

A mail that cannot be sent is a line in the log: the rows stand, page and metrics show them.
"""

import logging
from collections.abc import Sequence
from email.message import EmailMessage

from feedback_service import mail
from feedback_service.settings import Settings

logger = logging.getLogger(__name__)


def by_mail(settings: Settings, raised: Sequence[str], ended: Sequence[str]) -> bool:
    """Send one mail of all that changed; False when none was sent."""
    if not (raised or ended) or not (settings.smtp_url and settings.operator_mail):
        return False
    try:
        mail.send(settings, _letter(settings, raised, ended))
    except mail.Refused as error:
        logger.error("alarm not mailed: %s", type(error).__name__)
        return False
    return True


def _letter(settings: Settings, raised: Sequence[str], ended: Sequence[str]) -> EmailMessage:
    first = raised[0] if raised else f"Over: {ended[0]}"
    more = len(raised) + len(ended) - 1
    # Short enough for one line: a folded subject reads badly on a telephone.
    topic = first.partition(";")[0][:50] + (f" +{more}" if more else "")
    lines = [*raised, *(f"Over: {words}" for words in ended)]
    lines += ["", f"What to do: {settings.public_url}/desk/channels"]
    return mail.letter(settings, settings.operator_mail, topic, lines)
