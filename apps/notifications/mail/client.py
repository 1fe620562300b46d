"""The thin client: one mail through Django's backend, within a hard time limit.

A server that hangs costs one thread and ten seconds, never the sender: see `within`.
"""

from __future__ import annotations

import smtplib
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage

from apps.core.within import TookTooLong, within
from apps.notifications import reasons
from apps.notifications.outcome import Outcome, Verdict

HARD_SECONDS = 10.0
SMTP = "django.core.mail.backends.smtp.EmailBackend"
SERVER = "mail server"


def send_mail(*, subject: str, text: str, to: Sequence[str]) -> Outcome:
    """Send one mail and return what came of it; nothing is raised, no password is told."""
    if settings.EMAIL_BACKEND == SMTP and not settings.EMAIL_HOST:
        return Outcome(Verdict.LATER, None, reasons.NO_MAIL_SERVER)
    mail = EmailMessage(subject=subject, body=text, to=list(to))
    try:
        taken = within(HARD_SECONDS, SERVER, mail.send)
    except (TookTooLong, OSError, ValueError) as error:
        return _failure(error)
    if not taken:
        return Outcome(Verdict.LATER, None, reasons.MAIL_REFUSES)
    return Outcome(Verdict.TAKEN)


def _failure(error: Exception) -> Outcome:
    """Say what went wrong in words of ours: the server's own may quote what we sent."""
    lost = isinstance(error, smtplib.SMTPServerDisconnected) and "timed out" in str(error)
    if lost or isinstance(error, TookTooLong | TimeoutError):
        return Outcome(Verdict.LATER, None, reasons.MAIL_HANGS)
    if isinstance(error, smtplib.SMTPResponseException):
        return Outcome(Verdict.LATER, error.smtp_code, reasons.MAIL_REFUSES)
    refused = isinstance(error, smtplib.SMTPException)
    return Outcome(Verdict.LATER, None, reasons.MAIL_REFUSES if refused else reasons.MAIL_FAILED)
