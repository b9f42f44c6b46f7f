"""One e-mail to a person: plain text, through the server of AFS_SMTP_URL."""

from __future__ import annotations

import smtplib
from contextlib import suppress

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from afsweb.core.models import Channel
from afsweb.core.notifications.errors import NotDelivered
from afsweb.core.notifications.payloads import Message, hub_url

SECONDS = 10
SUBJECT = 120  # characters


def mail(channel: Channel, message: Message) -> None:
    """Send the message to the address of the person's profile. Raises NotDelivered."""
    if settings.SMTP is None:
        raise NotDelivered("This hub sends no e-mail: AFS_SMTP_URL is not set.", is_ours=True)
    if not channel.person.email:
        raise NotDelivered("The profile has no e-mail address.", is_final=True)
    server = EmailBackend(**settings.SMTP, timeout=SECONDS)
    try:
        _open(server)
        _send(server, _compose(channel.person.email, message))
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.close()


def _open(server: EmailBackend) -> None:
    try:
        server.open()
    except smtplib.SMTPAuthenticationError:
        raise NotDelivered("The mail server refuses the name and password of AFS_SMTP_URL.", is_ours=True) from None
    except (OSError, smtplib.SMTPException) as error:
        raise NotDelivered(f"The mail server does not answer: {error}", is_ours=True) from None


def _send(server: EmailBackend, letter: EmailMessage) -> None:
    try:
        server.send_messages([letter])
    except smtplib.SMTPRecipientsRefused as error:
        raise _refused(*next(iter(error.recipients.values()))) from None
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code, error.smtp_error) from None
    except (OSError, smtplib.SMTPException):
        raise NotDelivered("The connection to the mail server broke.", is_unknown=True) from None


def _compose(to: str, message: Message) -> EmailMessage:
    subject = " ".join(message.text.split())
    subject = subject if len(subject) <= SUBJECT else f"{subject[: SUBJECT - 1]}…"
    settings_url = f"{hub_url()}/profile/notifications/"
    body = f"{message.text}\n\n{message.url}\n\n-- \nWhat you are told of, and where, you choose at {settings_url}\n"
    headers = {"Message-ID": f"<{message.id}@afsweb>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, body, settings.MAIL_FROM, [to], headers=headers)


def _refused(code: int, said: bytes | str) -> NotDelivered:
    """4xx means later, 5xx never (RFC 5321, 4.2.1)."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return NotDelivered(f"The mail server refused it: {code} {text}"[:280], is_final=500 <= code < 600)
