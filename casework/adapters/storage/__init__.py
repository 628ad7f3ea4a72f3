"""Where the bytes of documents lie: on a disk or in a store that speaks S3, by one setting."""

from __future__ import annotations

from dataclasses import replace

from casework.adapters.storage.disk import DiskStorage, path_of
from casework.adapters.storage.place import (
    AwayError,
    DamagedError,
    Incoming,
    Storage,
    TooBigError,
)
from casework.config import Settings

__all__ = [
    "AwayError",
    "DamagedError",
    "DiskStorage",
    "Incoming",
    "Storage",
    "TooBigError",
    "path_of",
    "storage_of",
    "work_storage_of",
]


def storage_of(settings: Settings) -> Storage:
    """Return the place that the settings name."""
    if settings.s3 is None:
        return DiskStorage(settings.documents_dir)
    # Only an installation that keeps documents there loads the library.
    from casework.adapters.storage.s3 import S3Storage

    return S3Storage(settings.s3)


def work_storage_of(settings: Settings) -> Storage:
    """Return the place of files that come and go (results of long work), beside the documents."""
    if settings.s3 is None:
        return DiskStorage(settings.documents_dir / "work")
    from casework.adapters.storage.s3 import S3Storage

    return S3Storage(replace(settings.s3, prefix=f"{settings.s3.prefix}/work".lstrip("/")))
