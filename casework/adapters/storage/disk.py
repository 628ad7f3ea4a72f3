"""Bytes of documents on a disk of this machine, or on one that all machines share."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from casework.adapters.storage.place import (
    AwayError,
    DamagedError,
    checked_name,
    copy,
    is_name,
)


class _OnDisk:
    """Bytes in a temporary file beside the place where they may be kept."""

    def __init__(self, folder: Path, file: BinaryIO, path: Path, sha256: str, size: int) -> None:
        self.file = file
        self.sha256 = sha256
        self.size = size
        self._path = path
        self._folder = folder

    def keep(self) -> None:
        """Store the bytes for good, before anybody can be told that they are there."""
        os.fsync(self.file.fileno())
        target = path_of(self._folder, self.sha256)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path.replace(target)
        for folder in (target.parent, target.parent.parent):
            _sync_folder(folder)


class DiskStorage:
    """Bytes under a folder of this machine (or of a disk that all machines share)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def receiving(self, stream: BinaryIO, limit: int) -> Iterator[_OnDisk]:
        """Read ``stream`` to its end into a temporary file, in pieces.

        Raises TooBigError past ``limit`` bytes; what was written is removed.
        """
        arriving = self._folder / "arriving"
        arriving.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=arriving)
        path = Path(name)
        try:
            with os.fdopen(handle, "w+b") as file:
                sha256, size = copy(stream, file, limit)
                file.seek(0)
                yield _OnDisk(self._folder, file, path, sha256, size)
        finally:
            path.unlink(missing_ok=True)

    def open(self, sha256: str) -> BinaryIO:
        """Return the bytes of that name from their beginning, after checking all of them.

        Raises DamagedError when they are missing or not those that were stored.
        """
        try:
            file = path_of(self._folder, sha256).open("rb")
        except OSError as error:
            raise DamagedError(f"{sha256} cannot be read: {error.strerror}") from error
        with ExitStack() as closing:
            closing.enter_context(file)
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                raise DamagedError(f"{sha256} is not what was stored")
            file.seek(0)
            closing.pop_all()
        return file

    def remove(self, sha256: str) -> None:
        """Remove the bytes of that name, if they are there. Raises AwayError."""
        try:
            path_of(self._folder, sha256).unlink(missing_ok=True)
        except OSError as error:
            raise AwayError(f"{sha256}: {error.strerror}") from error

    def names(self) -> Iterator[str]:
        """Yield the name of everything that is stored."""
        for path in sorted(self._folder.glob("[0-9a-f][0-9a-f]/*")):
            if is_name(path.name):
                yield path.name

    def check(self) -> None:
        """Write, read and remove a few bytes. Raises AwayError when that does not work."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._folder) as file:
                file.write(b"casework")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise AwayError(f"{self._folder}: {error.strerror}") from error

    def sweep(self, before: datetime) -> int:
        """Remove what began to arrive before a moment and was left behind by a crash."""
        removed = 0
        for path in (self._folder / "arriving").glob("*"):
            try:
                if path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    removed += 1
            except FileNotFoundError:  # it has arrived, or somebody else swept
                continue
        return removed


def path_of(folder: Path, sha256: str) -> Path:
    """Return where bytes of this name lie. Raises ValueError for what is no such name."""
    return folder / checked_name(sha256)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
