"""What must be true of the machine before anything is started, each fault in one clear sentence."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OLDEST_PYTHON = (3, 11)
HIGHEST_PORT = 65535


class StartRefused(Exception):  # noqa: N818 - it is an answer to the person, not a defect
    """The start is refused; the text is the sentence to show."""


def python_is_new_enough(version: tuple[int, ...] = sys.version_info[:3]) -> None:
    """Raise StartRefused when this Python is too old for us."""
    if version < OLDEST_PYTHON:
        have, want = (".".join(map(str, each[:2])) for each in (version, OLDEST_PYTHON))
        raise StartRefused(f"Python {want} or newer is needed; this is Python {have}.")


def port_of(text: str) -> int:
    """Read a port's number; raises StartRefused when it is none."""
    if text.isascii() and text.isdigit() and 0 < int(text) <= HIGHEST_PORT:
        return int(text)
    raise StartRefused(f"PORT must be a number from 1 to {HIGHEST_PORT}, not {text!r}.")


def port_is_free(host: str, port: int) -> None:
    """Raise StartRefused when nothing can listen on the port, saying why."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise StartRefused(
                    f"Port {port} is in use by another program. "
                    f"Stop that program, or choose another port: PORT={port + 1} make run"
                ) from None
            raise StartRefused(f"Port {port} cannot be opened: {error.strerror}.") from None


def folder_is_writable(folder: Path) -> None:
    """Make the folder, open to its owner only; raises StartRefused when it cannot be written."""
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StartRefused(
            f"The data folder {folder} cannot be written ({error.strerror}). "
            "Make it writable, or name another one: CASEWORK_DATA_DIR=/a/folder make run"
        ) from None


def secret_is_kept(folder: Path) -> None:
    """Make the secret of this installation once, readable by its owner only."""
    path = folder / "secret"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        path.chmod(0o600)
        return
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(secrets.token_urlsafe(48) + "\n")


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; raises StartRefused when another process holds it."""
    with (folder / "run.lock").open("a", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StartRefused(f"casework is running already on the folder {folder}.") from None
        yield
