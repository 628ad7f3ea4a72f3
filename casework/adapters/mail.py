"""Sending mail: to a mail server, or into a Maildir in development."""

from __future__ import annotations

import mailbox
import re
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from casework.config import Settings
from casework.config_values import SmtpServer

PATIENCE_SECONDS = 30.0
_ENHANCED = re.compile(r"\s*[245]\.(\d{1,3})\.\d{1,3}\b")
_ABOUT_ADDRESSES = {1, 2}  # RFC 3463: the address, the mailbox
_NO_SUCH_MAILBOX = {550, 551, 553}
_GOING_AWAY = 421
_FIRST_PERMANENT = 500


class DeferredError(Exception):
    """The mail was not taken now; the same mail may be taken later."""


class ServerAwayError(DeferredError):
    """The server takes no mail at all now, so that trying others is of no use."""


class RecipientRefusedError(Exception):
    """The server says for good that this recipient cannot be reached."""


class Transport(Protocol):
    """A way to send mails; a context that is closed when the last has gone."""

    def send(self, message: EmailMessage, sender: str, recipient: str) -> None:
        """Hand over one mail; it was taken when this returns.

        Raises DeferredError, ServerAwayError, RecipientRefusedError.
        """

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def transport(settings: Settings) -> Transport:
    """Return the transport that the settings name; it connects when the first mail is sent."""
    if settings.dev_mailbox is not None:
        return MaildirTransport(settings.dev_mailbox)
    if settings.smtp is None:
        raise ValueError("the settings name neither a mail server nor a mailbox")
    return SmtpTransport(settings.smtp)


class MaildirTransport:
    """Writes mails into a Maildir."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage, sender: str, recipient: str) -> None:
        """Write one mail, with the addresses that a server would have been told."""
        message["X-Envelope-From"], message["X-Envelope-To"] = sender, recipient
        try:
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            mailbox.Maildir(self._folder, create=True).add(message)
        except OSError as error:
            raise ServerAwayError(type(error).__name__) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close nothing: every mail is a file of its own."""


class SmtpTransport:
    """Speaks SMTP over one connection, made when needed and made again when it breaks."""

    def __init__(self, server: SmtpServer, patience: float = PATIENCE_SECONDS) -> None:
        self._server = server
        self._patience = patience
        self._client: smtplib.SMTP | None = None

    def send(self, message: EmailMessage, sender: str, recipient: str) -> None:
        """Hand over one mail.

        Raises DeferredError, ServerAwayError, RecipientRefusedError.
        """
        client = self._connected()
        try:
            client.send_message(message, sender, [recipient])
        except smtplib.SMTPRecipientsRefused as error:
            code, text = error.recipients[recipient]
            raise self._refusal(code, text) from error
        except smtplib.SMTPDataError as error:
            raise self._refusal(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPNotSupportedError as error:
            raise DeferredError(f"the server cannot take this mail: {error}") from error
        except smtplib.SMTPResponseException as error:
            self.close()
            raise ServerAwayError(_said(error.smtp_code, error.smtp_error)) from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise ServerAwayError(_named(error)) from error

    def check(self) -> None:
        """Greet the server, sign in and take leave, without a mail. Raises ServerAwayError."""
        try:
            self._connected().noop()
        except (smtplib.SMTPException, OSError) as error:
            raise ServerAwayError(_named(error)) from error
        finally:
            self.close()

    def close(self) -> None:
        """Take leave of the server."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            client.quit()
        except (smtplib.SMTPException, OSError):
            client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _connected(self) -> smtplib.SMTP:
        if self._client is None:
            try:
                self._client = self._connect()
            except (smtplib.SMTPException, OSError) as error:
                raise ServerAwayError(_named(error)) from error
        return self._client

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.tls:
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host,
                server.port,
                timeout=self._patience,
                context=ssl.create_default_context(),
            )
        else:
            client = smtplib.SMTP(server.host, server.port, timeout=self._patience)
        try:
            if server.starttls:
                client.starttls(context=ssl.create_default_context())
            if server.user is not None:
                client.login(server.user, server.password or "")
        except BaseException:
            client.close()
            raise
        return client

    def _refusal(self, code: int, text: bytes | str) -> Exception:
        """Return what an answer means: the recipient's fault, or the server's mood."""
        said = _said(code, text)
        if code == _GOING_AWAY:
            self.close()
            return ServerAwayError(said)
        return RecipientRefusedError(said) if _blames_recipient(code, text) else DeferredError(said)


def _blames_recipient(code: int, text: bytes | str) -> bool:
    if code < _FIRST_PERMANENT:
        return False
    if enhanced := _ENHANCED.match(_plain(text)):
        return int(enhanced[1]) in _ABOUT_ADDRESSES
    return code in _NO_SUCH_MAILBOX


def _said(code: int, text: bytes | str) -> str:
    return f"{code} {_plain(text)}"[:300]


def _plain(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
