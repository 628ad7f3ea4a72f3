"""A real SMTP server in a thread: records, refuses, is slow, holds, goes away and comes back."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.processes import free_port

PULSE = 0.02


@dataclass(frozen=True)
class Received:
    """One mail that the server has said yes to."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def message_id(self) -> str:
        """The mail's Message-ID."""
        return str(self.message["Message-ID"])

    def text(self, subtype: str = "plain") -> str:
        """Return the body, ``plain`` or ``html``; AssertionError when the mail has none."""
        body = self.message.get_body((subtype,))
        assert body is not None, f"the mail has no {subtype} body"
        return str(body.get_content())


class SmtpServer:
    """A server on 127.0.0.1; its port stays the same through stops and starts."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"smtp://127.0.0.1:{self.port}"
        self.received: list[Received] = []
        self.attempts = 0
        self.waiting = 0
        self._refusals: list[tuple[str, str | None]] = []
        self._slowness = 0.0
        self._open = threading.Event()
        self._open.set()
        self._controller: Controller | None = None

    def start(self) -> None:
        """Listen; does nothing when it listens already."""
        if self._controller is None:
            self._controller = Controller(
                self, hostname="127.0.0.1", port=self.port, ready_timeout=20
            )
            self._controller.start()

    def stop(self) -> None:
        """Go away: connections are refused from now on."""
        if self._controller is not None:
            self._open.set()
            self._controller.stop()
            self._controller = None

    def refuse(self, answer: str = "451 4.3.0 Try later", *, recipient: str | None = None) -> None:
        """Answer every mail (or those to one recipient) with `answer`, until :meth:`accept`."""
        self._refusals.append((answer, recipient))

    def be_slow(self, seconds: float) -> None:
        """Wait that long before each answer to a mail, until :meth:`accept`."""
        self._slowness = seconds

    def hold(self) -> None:
        """Keep the answer to each mail back, until :meth:`accept`; `waiting` counts them."""
        self._open.clear()

    def accept(self) -> None:
        """Behave again."""
        self._refusals.clear()
        self._slowness = 0.0
        self._open.set()

    def mails_to(self, recipient: str) -> list[Received]:
        """Return the mails that one recipient got, oldest first."""
        return [mail for mail in self.received if recipient in mail.recipients]

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Record or refuse one mail."""
        self.attempts += 1
        recipients = tuple(map(str, envelope.rcpt_tos))
        await self._dawdle()
        for answer, recipient in self._refusals:
            if recipient is None or recipient in recipients:
                return answer
        content: Any = envelope.content
        message = message_from_bytes(content, policy=policy.default)
        self.received.append(Received(str(envelope.mail_from), recipients, message))
        return "250 2.0.0 Taken"

    async def _dawdle(self) -> None:
        if self._slowness:
            await asyncio.sleep(self._slowness)
        self.waiting += 1
        while not self._open.is_set():  # noqa: ASYNC110 - a test's thread sets it
            await asyncio.sleep(PULSE)
        self.waiting -= 1
