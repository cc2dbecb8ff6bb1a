"""Letters by SMTP: to operators and to staff, where SMTP_URL and MAIL_FROM are set."""

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from feedback_service.settings import Settings

PATIENCE = 10.0
"""Seconds the clock may be held up by a mail server."""

Refused = (OSError, smtplib.SMTPException)
"""What `send` raises when a letter was not taken."""


def can_send(settings: Settings) -> bool:
    return bool(settings.smtp_url and settings.mail_from)


def letter(settings: Settings, to: Sequence[str], topic: str, lines: Sequence[str]) -> EmailMessage:
    made = EmailMessage()
    made["Subject"] = f"Huduma Feedback: {topic}"
    made["From"], made["To"] = settings.mail_from, ", ".join(to)
    made.set_content("\n".join(lines))
    return made


def send(settings: Settings, made: EmailMessage) -> None:
    """Hand a letter to the mail server; raises one of `Refused`."""
    url = urlsplit(settings.smtp_url)
    host, secure = url.hostname or "localhost", url.scheme == "smtps"
    with _server(host, url.port, secure) as server:
        if not secure and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(made)


def _server(host: str, port: int | None, secure: bool) -> smtplib.SMTP:
    if secure:
        return smtplib.SMTP_SSL(
            host, port or 465, timeout=PATIENCE, context=ssl.create_default_context()
        )
    server = smtplib.SMTP(host, port or 587, timeout=PATIENCE)
    server.ehlo()
    return server
