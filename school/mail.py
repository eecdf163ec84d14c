"""Sending mail by the standard library: one message to one person, over a connection that is kept while it works.

SMTP_URL names the server: `smtps://` speaks TLS from the start, `smtp://` must take STARTTLS unless the server is this
very machine, or the address ends in `?starttls=0`; a password never crosses a network in the clear.
"""

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

TIMEOUT = 20  # seconds
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_ADDRESS = re.compile(r"[^@\s,;:<>()\"]+@[^@\s,;:<>()\"]+")


class Unreachable(Exception):
    """The mail server cannot be used at all: no use in trying the next person."""


class NotSent(Exception):
    """This one message was not taken."""


@dataclass(frozen=True)
class Server:
    """Where mail is handed in."""

    host: str
    port: int
    user: str | None
    password: str | None
    tls: bool
    starttls: bool


def parse_server(address: str) -> Server:
    """The server that `smtp://user:password@host:587` names; ValueError, without the password, for what names none."""
    wrong = ValueError("write an address such as smtp://user:password@mail.example.vn:587, or smtps://...:465")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in ("", "/"):
        raise wrong
    tls = parts.scheme == "smtps"
    wanted = parse_qs(parts.query).get("starttls", [""])[0]
    plain = wanted == "0" or (parts.hostname in THIS_MACHINE and wanted != "1")
    user = unquote(parts.username) if parts.username else None
    if user and plain and not tls and parts.hostname not in THIS_MACHINE:
        raise ValueError("a user and password need TLS: leave out starttls=0")
    password = unquote(parts.password) if parts.password else None
    if not (user or "").isascii() or not (password or "").isascii():
        raise ValueError("user and password may hold only English letters, digits and signs")
    return Server(parts.hostname, port or (465 if tls else 587), user, password, tls, not tls and not plain)


def is_address(text: str) -> bool:
    """Whether the text is one plain address, and can stand in a header."""
    return _ADDRESS.fullmatch(text) is not None


def compose(sender: str, recipient: str, subject: str, text: str) -> EmailMessage:
    """A plain-text message that no holiday notice answers; NotSent when the recipient is no address."""
    if not is_address(recipient):
        raise NotSent("not an address")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, recipient, subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip("> ") or None)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="quoted-printable" if text.isascii() else "base64")
    return message


class Mailer:
    """Hands messages in, one after another, over one connection."""

    def __init__(self, server: Server, sender: str) -> None:
        self.server, self.sender = server, sender
        self._connection: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def send(self, recipient: str, subject: str, text: str) -> None:
        """Send one message; NotSent when this one is refused, Unreachable when none can be sent."""
        message = compose(self.sender, recipient, subject, text)
        connection = self._connection or self._connect()
        try:
            connection.send_message(message)
        except smtplib.SMTPSenderRefused as error:
            self._leave()
            raise Unreachable(f"{error.smtp_code} {self.sender}") from error
        except (smtplib.SMTPException, OSError, ValueError) as error:
            if not isinstance(error, smtplib.SMTPRecipientsRefused):
                self._leave()  # whatever state it is in: the next message begins anew
            raise NotSent(_reason(error)) from error

    def _connect(self) -> smtplib.SMTP:
        server = self.server
        secure = ssl.create_default_context()
        try:
            connection = (
                smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=secure)
                if server.tls
                else smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
            )
            self._connection = connection
            if server.starttls:
                connection.starttls(context=secure)
            if server.user:
                connection.login(server.user, server.password or "")
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self._leave()
            raise Unreachable(_reason(error)) from error
        return connection

    def _leave(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()


def _reason(error: Exception) -> str:
    """What went wrong, in a few letters: a server's answers may repeat what was sent."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "/".join(sorted({str(code) for code, _text in error.recipients.values()}))
    code = getattr(error, "smtp_code", None)
    return str(code) if code else type(error).__name__
