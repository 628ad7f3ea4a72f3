"""Copies of an SQLite database, also while it is written to."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from casework.backup.manifest import BackupError
from casework.config import Settings

WANTED = (
    "SELECT sha256, size FROM document_version UNION SELECT sha256, size FROM la_kit_file"
    " ORDER BY sha256"
)


def database_file(settings: Settings) -> Path | None:
    """Return the file of an SQLite database, None for any other database."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database)


def schema_of(file: Path) -> frozenset[str]:
    """Return the revisions that a database stands at; none for a database without a schema."""
    with closing(sqlite3.connect(file)) as connection:
        known = connection.execute(
            "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
        ).fetchone()
        if not known:
            return frozenset()
        rows = connection.execute("SELECT version_num FROM alembic_version")
        return frozenset(version for (version,) in rows)


def copy_database(file: Path, folder: Path) -> Path:
    """Copy a database, also while it is written to, into `folder`; return the copy's path."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"  # the machine's clock: it only names a file
    target = folder / f"{file.stem}-{stamp}.db"
    _copy(file, target)
    return target


def _copy(file: Path, target: Path) -> None:
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, whole without a second beside it
    target.chmod(0o600)


class SqliteDatabase:
    """The database of an installation of the small size."""

    kind, file_name = "sqlite", "database.sqlite"
    server = f"SQLite {sqlite3.sqlite_version}"

    def __init__(self, file: Path, lock: Path) -> None:
        self._file = file
        self._lock = lock

    def dump(self, target: Path) -> tuple[list[str], dict[str, int]]:
        """Copy the database; return its schema, and the documents that it names with their sizes.

        Raises BackupError.
        """
        if not self._file.is_file():
            raise BackupError(f"There is no database at {self._file}.")
        try:
            _copy(self._file, target)
            with closing(sqlite3.connect(f"file:{target}?mode=ro", uri=True)) as copy:
                faults = [row[0] for row in copy.execute("PRAGMA quick_check(5)")]
                wanted = dict(copy.execute(WANTED).fetchall())
        except sqlite3.Error as error:
            raise BackupError(f"The database cannot be copied: {error}.") from error
        if faults != ["ok"]:
            raise BackupError(f"The database is damaged: {'; '.join(faults)}.")
        return sorted(schema_of(target)), wanted

    def is_empty(self) -> bool:
        """Say whether nothing would be lost by writing over it."""
        return not self._file.exists() or not schema_of(self._file)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the installation's lock. Raises BackupError while casework runs."""
        self._lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._lock.open("a", encoding="utf-8") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise BackupError("casework is running on this folder. Stop it first.") from None
            yield

    def can_load(self, dump: Path) -> None:
        """Raise BackupError when the copy cannot be taken over."""
        with closing(sqlite3.connect(f"file:{dump}?mode=ro", uri=True)) as copy:
            if [row[0] for row in copy.execute("PRAGMA quick_check(5)")] != ["ok"]:
                raise BackupError(f"{dump} is damaged.")

    def set_aside(self, folder: Path) -> Path:
        """Keep a copy of what is there now, and return where."""
        return copy_database(self._file, folder)

    def load(self, dump: Path, aside: Path | None) -> None:
        """Put the copy into the place of the database."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self._file.with_name(self._file.name + ".restoring")
        shutil.copyfile(dump, fresh)
        fresh.chmod(0o600)
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        for suffix in ("-wal", "-shm"):  # they belong to what is replaced
            Path(f"{self._file}{suffix}").unlink(missing_ok=True)
        fresh.replace(self._file)
