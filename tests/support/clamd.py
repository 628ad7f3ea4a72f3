"""A real clamd with one signature of our own."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

from casework.adapters import scan
from tests.support.waiting import wait_until

PROGRAM = shutil.which("clamd") or shutil.which("/usr/sbin/clamd")
HARMFUL = b"%PDF-1.4\nthis is what our own signature calls harmful\n%%EOF\n"
NAME = "Casework.Test.Harmful"


class Clamd:
    """One scanner on a unix socket; knows :data:`HARMFUL` and nothing else."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "clamd.sock"
        self.url = f"unix://{self._socket}"
        signatures = folder / "signatures"
        signatures.mkdir()
        digest = hashlib.md5(HARMFUL, usedforsecurity=False).hexdigest()
        (signatures / "local.hdb").write_text(f"{digest}:{len(HARMFUL)}:{NAME}\n")
        self._settings = folder / "clamd.conf"
        self._settings.write_text(
            f"LocalSocket {self._socket}\nDatabaseDirectory {signatures}\nForeground yes\n"
            f"LogFile {folder / 'clamd.log'}\nStreamMaxLength 1M\nTemporaryDirectory {folder}\n"
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the scanner and wait until it answers."""
        assert PROGRAM is not None
        self._process = subprocess.Popen([PROGRAM, "--config-file", str(self._settings)])
        wait_until(lambda: scan.answers(self.url), "clamd")

    def stop(self) -> None:
        """Stop the scanner."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(30)
            self._process = None
