"""A file on its way in: read to its end, looked at, and not kept yet.

This is done before the case is locked: nobody waits for somebody else's upload.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from casework.adapters import scan, sniff
from casework.adapters.storage import AwayError, Incoming, Storage, TooBigError, storage_of
from casework.extensions import settings
from casework.i18n import N_
from casework.workflows.declaration import Reason

LONGEST_NAME = 120  # characters of a file name
MIB = 1024 * 1024
TOO_BIG = N_(
    "This file is bigger than %(limit)s MB. Make it smaller (a PDF instead of pictures, a lower "
    "resolution), or send it in parts."
)
INFECTED = N_(
    "A virus was found in this file (%(name)s), so it was not taken. Let somebody check the "
    "computer that it comes from, and send a clean file."
)
NOT_SCANNED = N_(
    "Files cannot be checked for viruses at the moment, so this one was not taken. Try again in a "
    "few minutes; if it is very big, send it in parts."
)
STORE_AWAY = N_(
    "Documents cannot be stored at the moment, so this one was not taken. Try again in a few "
    "minutes."
)


class DocumentError(Exception):
    """Something is not done with a document; ``reason`` says why, and what to do."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.message % reason.params if reason.params else reason.message)
        self.reason = reason


class InvalidDocumentError(DocumentError):
    """The file is not taken."""


@dataclass(frozen=True)
class Arrival:
    """A file that has arrived: its safe name, its real type, its bytes."""

    name: str
    media_type: str
    incoming: Incoming

    def keep(self) -> None:
        """Store the bytes for good. Raises InvalidDocumentError when the store is away."""
        try:
            self.incoming.keep()
        except AwayError as error:
            raise InvalidDocumentError(Reason(STORE_AWAY)) from error


def storage() -> Storage:
    """Return where this installation keeps the bytes of documents."""
    return storage_of(settings())


@contextmanager
def arriving(stream: BinaryIO, filename: str) -> Iterator[Arrival]:
    """Read what comes, look at what it is, and have it scanned. Raises InvalidDocumentError."""
    limit = settings().max_upload_bytes
    name = safe_name(filename)
    try:
        with storage().receiving(stream, limit) as incoming:
            media_type = sniff.media_type(incoming.file, name)
            scan.look(settings().clamd_url, incoming.file)
            yield Arrival(name, media_type, incoming)
    except TooBigError as error:
        raise InvalidDocumentError(Reason(TOO_BIG, {"limit": limit // MIB or 1})) from error
    except sniff.RefusedFileError as error:
        raise InvalidDocumentError(error.reason) from error
    except scan.InfectedError as error:
        raise InvalidDocumentError(Reason(INFECTED, {"name": error.name[:80]})) from error
    except scan.NotScannedError as error:
        raise InvalidDocumentError(Reason(NOT_SCANNED)) from error


def safe_name(filename: str) -> str:
    """Return a file name without folders, signs that steer, or more than 120 characters."""
    last = filename.replace("\\", "/").rpartition("/")[2]
    text = unicodedata.normalize("NFC", last)
    kept = "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
    name = PurePosixPath(" ".join(kept.split()).strip(". ") or "document")
    stem, suffix = name.stem, name.suffix[:12]
    return f"{stem[: LONGEST_NAME - len(suffix)]}{suffix}"
