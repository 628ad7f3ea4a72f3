"""A place for bytes, whatever it is made of: what arrives, what is kept, what is read again.

What two people send alike lies there once, and what was changed behind our back is noticed when
it is read. Bytes that no row names (their transaction was rolled back) do no harm.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
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


class AwayError(Exception):
    """The place does not answer, or does not let us in."""


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
        """Store the bytes for good; without it they are gone at the end of the block.

        Raises AwayError.
        """


class Storage(Protocol):
    """A place for bytes, named by their own SHA-256 and never by anybody's file name."""

    def receiving(self, stream: BinaryIO, limit: int) -> AbstractContextManager[Incoming]:
        """Read ``stream`` to its end. Raises TooBigError past ``limit`` bytes."""

    def open(self, sha256: str) -> BinaryIO:
        """Return the bytes of that name, checked. Raises DamagedError, AwayError."""

    def remove(self, sha256: str) -> None:
        """Remove the bytes of that name, if they are there. Raises AwayError."""

    def names(self) -> Iterator[str]:
        """Yield the name of everything that is stored. Raises AwayError."""

    def check(self) -> None:
        """Write, read and remove a few bytes. Raises AwayError when that does not work."""

    def sweep(self, before: datetime) -> int:
        """Remove what began to arrive before a moment and was left behind; return how many."""


def checked_name(sha256: str) -> str:
    """Return where bytes of this name lie below the place. Raises ValueError for no such name."""
    if not _NAME.fullmatch(sha256):
        raise ValueError(f"{sha256!r} is not a SHA-256")
    return f"{sha256[:2]}/{sha256}"


def is_name(text: str) -> bool:
    """Say whether a text is the name of stored bytes."""
    return bool(_NAME.fullmatch(text))


def copy(stream: BinaryIO, file: BinaryIO, limit: int) -> tuple[str, int]:
    """Copy a stream in pieces; return its SHA-256 and its size. Raises TooBigError."""
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
