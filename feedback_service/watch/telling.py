"""Tells operators of alarms by mail, where SMTP_URL and OPERATOR_MAIL are set.

A mail that cannot be sent is a line in the log: the rows stand, page and metrics show them.
"""

import logging
import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from feedback_service.settings import Settings

logger = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds the clock may be held up by a mail server."""


def by_mail(settings: Settings, raised: Sequence[str], ended: Sequence[str]) -> bool:
    """Send one mail of all that changed; False when none was sent."""
    if not (raised or ended) or not (settings.smtp_url and settings.operator_mail):
        return False
    try:
        _send(settings, _letter(settings, raised, ended))
    except (OSError, smtplib.SMTPException) as error:
        logger.error("alarm not mailed: %s", type(error).__name__)
        return False
    return True


def _letter(settings: Settings, raised: Sequence[str], ended: Sequence[str]) -> EmailMessage:
    letter = EmailMessage()
    first = raised[0] if raised else f"Over: {ended[0]}"
    more = len(raised) + len(ended) - 1
    # Short enough for one line: a folded subject reads badly on a telephone.
    topic = first.partition(";")[0][:50]
    letter["Subject"] = f"Huduma Feedback: {topic}" + (f" +{more}" if more else "")
    letter["From"], letter["To"] = settings.mail_from, ", ".join(settings.operator_mail)
    lines = [*raised, *(f"Over: {words}" for words in ended)]
    lines += ["", f"What to do: {settings.public_url}/desk/channels"]
    letter.set_content("\n".join(lines))
    return letter


def _send(settings: Settings, letter: EmailMessage) -> None:
    url = urlsplit(settings.smtp_url)
    host, secure = url.hostname or "localhost", url.scheme == "smtps"
    with _server(host, url.port, secure) as server:
        if not secure and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(letter)


def _server(host: str, port: int | None, secure: bool) -> smtplib.SMTP:
    if secure:
        return smtplib.SMTP_SSL(
            host, port or 465, timeout=PATIENCE, context=ssl.create_default_context()
        )
    server = smtplib.SMTP(host, port or 587, timeout=PATIENCE)
    server.ehlo()
    return server
