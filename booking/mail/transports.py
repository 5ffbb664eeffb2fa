"""Handing a mail over: to a mail server, into a folder, or nowhere in a demo, where the mailbox page shows it."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import smtplib
import ssl
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as CRLF
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from booking.jobs.rules import GiveUp, TryAgain
from booking.mail.schemas import Outgoing

TIMEOUT = 20
"""Seconds that one step of the conversation with a mail server may take."""

PERMANENT = 500
"""From here on a mail server's reply says that the same mail will be refused again (RFC 5321, section 4.2.1)."""


class Transport(Protocol):
    """Takes a mail for good. Raises TryAgain or GiveUp when it did not."""

    def send(self, message: EmailMessage) -> None:
        """Hand the mail over."""


def compose(mail: Outgoing, sender: str, base_url: str) -> EmailMessage:
    """The mail as RFC 5322 and MIME want it: text, html, and the calendar as a file.

    The same at every attempt, Message-ID and date included, so that a mail that arrives twice is seen as one.
    Raises GiveUp for a recipient that is not an address; nothing in the mail can end a header.
    """
    message = EmailMessage(policy=CRLF)
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    if mail.calendar is not None:
        content = mail.calendar.encode()
        message.add_attachment(content, "text", "calendar", filename="archipel.ics", params={"charset": "utf-8"})
    # The headers come last: a content header set before would move into the text's part.
    try:
        message["To"] = _address(mail.recipient)
        message["From"] = sender
        message["Subject"] = mail.subject
        message["Content-Language"] = mail.language
    except (ValueError, IndexError, MessageError) as error:
        raise GiveUp(f"This mail has no proper address or subject: {error}") from error
    message["Date"] = mail.created_at
    message["Message-ID"] = f"<{mail.uid}@{host_name(base_url)}>"
    message["Auto-Submitted"] = "auto-generated"
    return message


def host_name(base_url: str) -> str:
    """The name by which this server presents itself; ASCII, and never a bare IPv6 address."""
    name = urlsplit(base_url).hostname or "localhost"
    return "localhost" if ":" in name else name.encode("idna").decode()


def _address(text: str) -> Address:
    address = Address(addr_spec=text)
    if not (text.isascii() and address.username and address.domain):
        raise ValueError(text)
    return address


def transport(mail_url: str, base_url: str, *, demo: bool) -> Transport:
    """What `MAIL_URL` asks for. Without one, a demo keeps its mails; anything else waits for the setting."""
    parts = urlsplit(mail_url)
    if parts.scheme == "file":
        return Folder(Path(unquote(parts.path)))
    if parts.scheme in ("smtp", "smtps"):
        user = unquote(parts.username or "")
        implicit = parts.scheme == "smtps"
        port = parts.port or (465 if implicit else 587 if user else 25)
        password = unquote(parts.password or "")
        return Smtp(parts.hostname or "", port, user, password, host_name(base_url), implicit)
    return Nowhere() if demo else Unset()


@dataclass(frozen=True)
class Nowhere:
    """Keeps a demo's mails where they are."""

    def send(self, message: EmailMessage) -> None:
        """Nothing: the mailbox page shows it."""


@dataclass(frozen=True)
class Unset:
    """Sends nothing and does not pretend to: mails wait until the setting is there."""

    def send(self, message: EmailMessage) -> None:  # noqa: ARG002 - the protocol's signature
        """Raise TryAgain."""
        raise TryAgain("MAIL_URL is not set, so no mail can be sent.")


@dataclass(frozen=True)
class Folder:
    """Writes each mail to a file of its own, `<uid>.eml`; a file there is always whole."""

    folder: Path

    def send(self, message: EmailMessage) -> None:
        """Write it, over itself when it was written before. Raises TryAgain when the folder does not let us."""
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        unfinished = self.folder / f".{name}.unfinished"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self.folder / f"{name}.eml")
        except OSError as error:
            raise TryAgain(f"{self.folder}: {error.strerror or error}") from error


@dataclass(frozen=True)
class Smtp:
    """Talks to a mail server: TLS from the start (`implicit`), else STARTTLS when it is offered.

    SMTP itself can deliver twice: a worker killed between the server's last OK and our commit sends the mail again,
    under the same Message-ID.
    """

    host: str
    port: int
    user: str
    password: str
    name: str
    implicit: bool

    def send(self, message: EmailMessage) -> None:
        """Hand the mail to the server. GiveUp when it refuses this mail or its recipient for good, else TryAgain."""
        try:
            with contextlib.closing(self._open()) as server:
                self._deliver(server, message)
                with contextlib.suppress(OSError):  # The mail is theirs by now, however they take the goodbye.
                    server.quit()
        except OSError as error:
            raise TryAgain(f"{self.host}:{self.port}: {_said(error)}") from error

    def _open(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if _loopback(self.host):
            # Nobody is in between, and a relay on the same machine rarely has a certificate for that name.
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if self.implicit:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, self.name, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, self.name, timeout=TIMEOUT)
        try:
            self._introduce(server, context)
        except BaseException:
            server.close()
            raise
        return server

    def _introduce(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server.ehlo_or_helo_if_needed()
        if not self.implicit and server.has_extn("starttls"):
            server.starttls(context=context)
        elif not self.implicit and self.user and not _loopback(self.host):
            raise TryAgain(f"{self.host} offers no encryption, so the password was not sent.")
        if self.user:
            server.login(self.user, self.password)

    def _deliver(self, server: smtplib.SMTP, message: EmailMessage) -> None:
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise _refusal(code, said) from error
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error


def _refusal(code: int, said: bytes | str) -> GiveUp | TryAgain:
    text = f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    return GiveUp(text) if code >= PERMANENT else TryAgain(text)


def _said(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    return str(error) or type(error).__name__


def _loopback(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"
