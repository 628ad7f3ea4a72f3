"""Where the bytes of documents lie: named by their own SHA-256, never by anybody's file name.

What two people send alike lies there once, and what was changed behind our back is noticed when
it is read. A file that no row names (its transaction was rolled back) does no harm.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

CHUNK = 256 * 1024  # bytes
_NAME = re.compile(r"[0-9a-f]{64}")


class TooBigError(Exception):
    """More bytes came than are allowed; ``limit`` is how many are."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes")
        self.limit = limit


class DamagedError(Exception):
    """The stored bytes are missing, or are no longer those that were stored."""


class Incoming(Protocol):
    """Bytes that have arrived and are not kept yet."""

    @property
    def sha256(self) -> str:
        """The name that the bytes will have."""

    @property
    def size(self) -> int:
        """How many bytes there are."""

    @property
    def file(self) -> BinaryIO:
        """The bytes, to be looked at."""

    def keep(self) -> None:
        """Store the bytes for good; without it they are gone at the end of the block."""


class Storage(Protocol):
    """A place for bytes; one on a disk is :class:`DiskStorage`."""

    def receiving(self, stream: BinaryIO, limit: int) -> AbstractContextManager[Incoming]:
        """Read ``stream`` to its end. Raises TooBigError past ``limit`` bytes."""

    def open(self, sha256: str) -> BinaryIO:
        """Return the bytes of that name, checked. Raises DamagedError."""


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
    def receiving(self, stream: BinaryIO, limit: int) -> Iterator[Incoming]:
        """Read ``stream`` to its end into a temporary file, in pieces.

        Raises TooBigError past ``limit`` bytes; what was written is removed.
        """
        arriving = self._folder / "arriving"
        arriving.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=arriving)
        path = Path(name)
        try:
            with os.fdopen(handle, "w+b") as file:
                sha256, size = _copy(stream, file, limit)
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


def path_of(folder: Path, sha256: str) -> Path:
    """Return where bytes of this name lie. Raises ValueError for what is no such name."""
    if not _NAME.fullmatch(sha256):
        raise ValueError(f"{sha256!r} is not a SHA-256")
    return folder / sha256[:2] / sha256


def _copy(stream: BinaryIO, file: BinaryIO, limit: int) -> tuple[str, int]:
    digest = hashlib.sha256()
    size = 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise TooBigError(limit)
        digest.update(chunk)
        file.write(chunk)
    file.flush()
    return digest.hexdigest(), size


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
