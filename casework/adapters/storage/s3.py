"""Bytes of documents in a store that speaks S3 (AWS, MinIO, Garage, Ceph, Scaleway ...)."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO
from uuid import uuid4

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from casework.adapters.storage.place import AwayError, DamagedError, checked_name, copy, is_name
from casework.config_values import Bucket

if TYPE_CHECKING:
    from obstore.store import S3Config

IN_MEMORY = 1024 * 1024  # bytes of a file that are kept off the disk
PATIENCE = timedelta(seconds=30)
RETRIES = 3


class _OnTheWay:
    """Bytes in a temporary file of this machine, to be sent when they are kept."""

    def __init__(self, store: S3Store, file: BinaryIO, sha256: str, size: int) -> None:
        self.file = file
        self.sha256 = sha256
        self.size = size
        self._store = store

    def keep(self) -> None:
        """Send the bytes, before anybody can be told that they are there. Raises AwayError."""
        self.file.seek(0)
        try:
            obstore.put(self._store, checked_name(self.sha256), self.file)
        except (BaseError, OSError) as error:
            raise AwayError(_words(error)) from error


class S3Storage:
    """Bytes in a bucket. What arrives waits in a temporary file of this machine."""

    def __init__(self, bucket: Bucket) -> None:
        self._store = _store(bucket)

    @contextmanager
    def receiving(self, stream: BinaryIO, limit: int) -> Iterator[_OnTheWay]:
        """Read ``stream`` to its end, in pieces. Raises TooBigError past ``limit`` bytes."""
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
            sha256, size = copy(stream, file, limit)  # type: ignore[arg-type] # it is a file
            file.seek(0)
            yield _OnTheWay(self._store, file, sha256, size)  # type: ignore[arg-type] # the same

    def open(self, sha256: str) -> BinaryIO:
        """Return the bytes of that name from their beginning, after checking all of them.

        Raises DamagedError when they are missing or not those that were stored, AwayError when
        the store does not answer.
        """
        with ExitStack() as closing:
            file = closing.enter_context(tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))
            digest = hashlib.sha256()
            for chunk in self._chunks(sha256):
                digest.update(chunk)
                file.write(chunk)
            if digest.hexdigest() != sha256:
                raise DamagedError(f"{sha256} is not what was stored")
            file.seek(0)
            closing.pop_all()
        return file  # type: ignore[return-value] # a spooled file is read like any other

    def _chunks(self, sha256: str) -> Iterator[bytes]:
        try:
            for chunk in obstore.get(self._store, checked_name(sha256)).stream():
                yield bytes(chunk)
        except (NotFoundError, FileNotFoundError) as error:
            raise DamagedError(f"{sha256} is missing") from error
        except (BaseError, OSError) as error:
            raise AwayError(_words(error)) from error

    def remove(self, sha256: str) -> None:
        """Remove the bytes of that name, if they are there. Raises AwayError."""
        try:
            obstore.delete(self._store, checked_name(sha256))
        except (NotFoundError, FileNotFoundError):
            return
        except (BaseError, OSError) as error:
            raise AwayError(_words(error)) from error

    def names(self) -> Iterator[str]:
        """Yield the name of everything that is stored. Raises AwayError."""
        try:
            for page in obstore.list(self._store):
                for entry in page:
                    name = entry["path"].rpartition("/")[2]
                    if is_name(name) and entry["path"] == checked_name(name):
                        yield name
        except (BaseError, OSError) as error:
            raise AwayError(_words(error)) from error

    def check(self) -> None:
        """Write, read and remove a few bytes. Raises AwayError when that does not work."""
        path = f"check/{uuid4().hex}"
        try:
            obstore.put(self._store, path, b"casework")
            obstore.get(self._store, path).bytes()
            obstore.delete(self._store, path)
        except (BaseError, OSError) as error:
            raise AwayError(_words(error)) from error

    def sweep(self, before: datetime) -> int:
        """Return 0: what arrives lies in files that the system removes by itself."""
        return 0


@lru_cache(maxsize=8)
def _store(bucket: Bucket) -> S3Store:
    """Return a client; it is thread-safe and connects when it is first used."""
    config: S3Config = {"region": bucket.region or "us-east-1"}
    if bucket.endpoint:
        config["endpoint"] = bucket.endpoint
    if bucket.key and bucket.secret:
        config["access_key_id"], config["secret_access_key"] = bucket.key, bucket.secret
    return S3Store(
        bucket.name,
        prefix=bucket.prefix or None,
        config=config,
        client_options={
            "allow_http": bucket.endpoint.startswith("http://"),
            "timeout": PATIENCE,
            "connect_timeout": PATIENCE,
        },
        retry_config={"max_retries": RETRIES, "retry_timeout": PATIENCE},
        virtual_hosted_style_request=not bucket.endpoint,
    )


def _words(error: Exception) -> str:
    """Return what went wrong in one line; the store's answers hold no secrets."""
    return " ".join(str(error).split())[:300]
