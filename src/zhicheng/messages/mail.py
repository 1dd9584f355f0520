"""Mail over SMTP. A repeat carries the same Message-ID, by which mail systems know it for the same letter."""

from __future__ import annotations

import contextlib
import datetime as dt
import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import format_datetime

from zhicheng.messages import public
from zhicheng.messages.channels import Channel
from zhicheng.messages.models import Message
from zhicheng.messages.reasons import NotSent, Unclear

TIMEOUT = 20


def send(channel: Channel, message: Message, to: str, at: dt.datetime, site_url: str) -> None:
    """Hand a letter to the mail server. Errors: NotSent, Unclear."""
    letter = letter_of(channel, message, to, at, site_url)
    with _connected(channel) as server:
        try:
            server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise NotSent(f"address:{code}", final=code >= 500) from None
        except smtplib.SMTPResponseException as error:
            raise NotSent(f"smtp:{error.smtp_code}") from None
        except (smtplib.SMTPNotSupportedError, UnicodeError, ValueError):
            raise NotSent("address:-", final=True) from None
        except (OSError, smtplib.SMTPException):
            raise Unclear("broken") from None


@contextlib.contextmanager
def _connected(channel: Channel) -> Iterator[smtplib.SMTP]:
    """A server that took the login. What goes wrong before is ``NotSent``; a farewell that fails is no matter."""
    given = channel.settings
    server: smtplib.SMTP | None = None
    try:
        if given["security"] == "tls":
            context = ssl.create_default_context()
            server = smtplib.SMTP_SSL(given["host"], given["port"], timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(given["host"], given["port"], timeout=TIMEOUT)
        if given["security"] == "starttls":
            server.starttls(context=ssl.create_default_context())
        if given["username"]:
            server.login(given["username"], given["password"])
    except smtplib.SMTPAuthenticationError as error:
        _leave(server)
        raise NotSent(f"login:{error.smtp_code}") from None
    except (ssl.SSLError, smtplib.SMTPNotSupportedError):
        _leave(server)
        raise NotSent("tls") from None
    except (OSError, smtplib.SMTPException):
        _leave(server)
        raise NotSent("unreachable") from None
    try:
        yield server
    finally:
        _leave(server)


def _leave(server: smtplib.SMTP | None) -> None:
    if server is not None:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()


def letter_of(channel: Channel, message: Message, to: str, at: dt.datetime, site_url: str) -> EmailMessage:
    """The letter: plain text, marked as sent by a machine (RFC 3834) so that no absence notice answers it."""
    sender = channel.settings["from"]
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, to, " ".join(message.subject.split())
    letter["Date"] = format_datetime(at.astimezone(dt.UTC))
    letter["Message-ID"] = f"<{message.uid}@{sender.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    # Somebody outside has no account: what they are to open stands in the words.
    link = "" if message.to else public.link_of(message.public, site_url)
    letter.set_content("\n\n".join(part for part in (message.body, link) if part) + "\n", charset="utf-8")
    return letter
