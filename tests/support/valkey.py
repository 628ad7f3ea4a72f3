"""A real Valkey server that a test may stop, kill, start again and empty."""

from __future__ import annotations

import subprocess
from pathlib import Path

import redis

from casework.embedded import valkey
from tests.support.waiting import PATIENCE_SECONDS


class Valkey:
    """One server on a unix socket in a folder with a short path; its data outlive a stop."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "valkey.sock"
        self.url = f"unix://{self.socket}"
        self._data = folder / "data"
        self._data.mkdir(exist_ok=True)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it answers."""
        if self._process is None:
            self._process = subprocess.Popen(valkey.command(self.socket, self._data))
            valkey.wait_until_ready(self.socket)

    def stop(self) -> None:
        """Stop the server in good order."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE_SECONDS)
            self._process = None

    def kill(self) -> None:
        """Stop the server as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE_SECONDS)
            self._process = None

    def flush(self) -> None:
        """Empty the server."""
        with self.client() as client:
            client.flushall()

    def client(self) -> redis.Redis:
        """Return a new client; close it, or use it as a context."""
        return redis.Redis.from_url(self.url)
