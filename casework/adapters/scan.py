"""Looks for viruses by clamd, where one is configured; bytes are sent to it as they arrived."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import structlog
from clamav_client.clamd import ClamdError, ClamdNetworkSocket, ClamdUnixSocket

PATIENCE_SECONDS = 60
PORT = 3310

log = structlog.get_logger(__name__)


class InfectedError(Exception):
    """Something harmful was found; ``name`` is what the scanner calls it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NotScannedError(Exception):
    """The scanner does not answer, or cannot look at a file of this size."""


def look(url: str, file: BinaryIO) -> None:
    """Look at a file from its beginning, and leave it there.

    Args:
        url: ``tcp://host:3310`` or ``unix:///path``; empty: nobody looks.
        file: the bytes.

    Raises:
        InfectedError: something harmful is in it.
        NotScannedError: nobody could look.
    """
    if not url:
        return
    file.seek(0)
    try:
        with _client(url) as client:
            state, name = client.instream(file)["stream"]
    except (ClamdError, OSError, KeyError) as error:
        log.warning("scanner_away", error=f"{type(error).__name__}: {error}"[:200])
        raise NotScannedError(str(error)) from error
    finally:
        file.seek(0)
    if state == "FOUND":
        raise InfectedError(name or "?")
    if state != "OK":
        log.warning("scanner_failed", state=state, error=name)
        raise NotScannedError(name or state)


def answers(url: str) -> bool:
    """Say whether the scanner answers."""
    try:
        with _client(url) as client:
            return bool(client.ping() == "PONG")
    except (ClamdError, OSError):
        return False


@contextmanager
def _client(url: str) -> Iterator[ClamdNetworkSocket]:
    """Lend a client, and close its socket: it leaves one open that could not connect."""
    parts = urlsplit(url)
    client = (
        ClamdUnixSocket(str(Path(parts.path)), timeout=PATIENCE_SECONDS)
        if parts.scheme == "unix"
        else ClamdNetworkSocket(parts.hostname or "", parts.port or PORT, timeout=PATIENCE_SECONDS)
    )
    try:
        yield client
    finally:
        if hasattr(client, "clamd_socket"):
            client.clamd_socket.close()
