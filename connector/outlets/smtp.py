"""Mail to a mail server. What it answers decides: 4xx and silence mean later, 5xx means never."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from connector.errors import DeliveryError, RecordError
from connector.outlets.mail import Mail, to_message

_IMPLICIT_TLS = 465


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """How to reach the server. `timeout` is in seconds, for each answer that we wait for."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    starttls: bool = False
    timeout: float = 20.0


class Smtp:
    """One connection for each mail: a lost one then costs one mail, and no state stays behind."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    @property
    def sender(self) -> str:
        return self._server.sender

    def send(self, mail: Mail) -> None:
        message = to_message(mail, self.sender)
        with self._connection() as connection, self._told("hand over a mail"):
            connection.send_message(message)

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        with self._told("connect", never=False):
            connection = self._open()
        try:
            with self._told("sign in", never=False):
                if self._server.starttls:
                    connection.starttls(context=ssl.create_default_context())
                if self._server.user:
                    connection.login(self._server.user, self._server.password or "")
            yield connection
        finally:
            _hang_up(connection)

    def _open(self) -> smtplib.SMTP:
        server = self._server
        if server.port == _IMPLICIT_TLS:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=context)
        return smtplib.SMTP(server.host, server.port, timeout=server.timeout)

    @contextmanager
    def _told(self, tried: str, *, never: bool = True) -> Iterator[None]:
        """Turn what smtplib raises into ours, without the server's words: they may quote an address.

        `never`: a 5xx is about this mail; while signing in it is about the settings and may be mended.
        """
        try:
            yield
        except (OSError, ValueError) as error:  # every smtplib error is an OSError
            code = _code(error)
            if never and (code >= 500 or isinstance(error, smtplib.SMTPNotSupportedError)):
                raise RecordError(f"the mail server refuses this mail for good ({code or 'no SMTPUTF8'})") from error
            raise DeliveryError(
                "the mail server does not take the mail now",
                where=f"mail server {self._server.host}:{self._server.port}",
                tried=f"{tried}: {code or type(error).__name__}",
                todo="See that the server runs and that the mail settings are right.",
            ) from error


def _code(error: Exception) -> int:
    """The answer of the server; 0 when it gave none. A refused sender is about our settings, not about the mail."""
    if isinstance(error, smtplib.SMTPSenderRefused):
        return 0
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _ in error.recipients.values()), default=0)
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0


def _hang_up(connection: smtplib.SMTP) -> None:
    """The mail is handed over or not by now; how the goodbye goes changes nothing."""
    try:
        connection.quit()
    except OSError:
        connection.close()
