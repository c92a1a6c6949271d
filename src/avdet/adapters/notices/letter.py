"""A notice as an e-mail: text and HTML side by side, each in its own direction, by the server that Apprise's address names."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from html import escape

from apprise.exception import AppriseImproperlyConfigured
from apprise.plugins.email.base import NotifyEmail
from apprise.plugins.email.smtp import AppriseSMTPController

from avdet.adapters.notices.overhearing import overheard, smtp_code
from avdet.ports.notices import Failed, Notice, Sent


def post(server: NotifyEmail, notice: Notice) -> Sent | Failed:
    """Hand the letter to the server. Its Message-ID comes from the notice's key: a repetition is known as one."""
    name, address = (str(each) if each else "" for each in server.from_addr)
    letter = write(notice, sender=formataddr((name or None, address)), domain=address.rpartition("@")[2])
    with overheard() as said:
        try:
            with _connection(server) as connection:
                taken = connection.sendmail(address, [notice.recipient], letter.as_bytes(policy=SMTP).decode("ascii"))
        except smtplib.SMTPAuthenticationError:
            return Failed("the mail server does not know this user", permanent=False)
        except (OSError, smtplib.SMTPException, ssl.SSLError, AppriseImproperlyConfigured) as error:
            return Failed(f"no connection to the mail server: {type(error).__name__}", permanent=False)
    if taken:
        return Sent(str(letter["Message-ID"]))
    code = smtp_code(said)
    return Failed(f"the mail server refused it: {code or 'no answer'}", permanent=code.startswith("5"))


def write(notice: Notice, *, sender: str, domain: str) -> EmailMessage:
    """The letter: multipart/alternative where the notice has HTML."""
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = " ".join(notice.subject.split())
    letter["From"] = sender
    letter["To"] = notice.recipient
    letter["Date"] = format_datetime(datetime.now(UTC))
    letter["Message-ID"] = f"<{hashlib.sha256(notice.key.encode()).hexdigest()[:40]}@{domain or 'localhost'}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter["Content-Language"] = notice.language
    letter.set_content(notice.text, cte="base64")
    if notice.html:
        letter.add_alternative(_page(notice), subtype="html", cte="base64")
    return letter


def _page(notice: Notice) -> str:
    head = f'<head><meta charset="utf-8"><title>{escape(notice.subject)}</title></head>'
    body = f'<body dir="{notice.direction}">{notice.html}</body>'
    return f'<!doctype html><html lang="{escape(notice.language)}" dir="{notice.direction}">{head}{body}</html>'


def _connection(server: NotifyEmail) -> AppriseSMTPController:
    return AppriseSMTPController(
        host=server.smtp_host,
        port=int(server.port or 0),
        secure_mode=str(server.secure_mode),
        user=server.user,
        password=server.password,
        verify_certificate=server.verify_certificate,
        socket_connect_timeout=15,
    )
