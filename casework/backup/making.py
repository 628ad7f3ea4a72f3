"""Making a backup: the database first, then the bytes that it names.

Bytes are stored before a row names them and stay while one does, so whatever the copied database
names can still be copied afterwards.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from casework.adapters.storage import AwayError, DamagedError, Storage, path_of, storage_of
from casework.backup import manifest
from casework.backup.manifest import DOCUMENTS, FORMAT, SECRET, BackupError, Manifest, fingerprint
from casework.backup.postgres import PostgresDatabase
from casework.backup.sqlite import SqliteDatabase, database_file
from casework.config import Settings

PREFIX = "casework-"
UNFINISHED = ".unfinished"


@dataclass(frozen=True)
class Made:
    """A backup that was made: where it lies, what it holds, and what could not be copied."""

    folder: Path
    manifest: Manifest
    linked: int
    removed: list[Path]


def database_of(settings: Settings, programs: Path | None) -> SqliteDatabase | PostgresDatabase:
    """Return the database that the settings name. Raises BackupError when it does not answer."""
    file = database_file(settings)
    if file is not None:
        return SqliteDatabase(file, settings.data_dir / "run.lock")
    return PostgresDatabase(settings.database_url, programs)


def make(
    settings: Settings,
    place: Path,
    *,
    with_secret: bool = False,
    keep: int | None = None,
    programs: Path | None = None,
    say: Callable[[str], None] = lambda _line: None,
) -> Made:
    """Make a backup in a new folder below ``place``, also while everything runs.

    Documents that an earlier backup in ``place`` holds are linked to, not copied again. With
    ``keep``, only that many of the newest backups stay. Raises BackupError.
    """
    moment = datetime.now(UTC)  # the machine's clock: that of whoever looks for the backup
    folder = place / f"{PREFIX}{moment:%Y%m%dT%H%M%SZ}"
    work = folder.with_name(folder.name + UNFINISHED)
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        work.mkdir(mode=0o700)
    except OSError as error:
        raise BackupError(f"{work} cannot be made: {error.strerror}.") from None
    try:
        made = _fill(settings, work, moment, _newest(place), with_secret, programs, say)
        work.replace(folder)
    except OSError as error:
        raise BackupError(f"The backup cannot be written: {error}.") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    removed = [] if keep is None else _forget(place, keep)
    return Made(folder, made[0], made[1], removed)


def _fill(
    settings: Settings,
    work: Path,
    moment: datetime,
    earlier: Path | None,
    with_secret: bool,  # noqa: FBT001 - one of many, all given by place
    programs: Path | None,
    say: Callable[[str], None],
) -> tuple[Manifest, int]:
    database = database_of(settings, programs)
    say(f"Copying the database ({database.server}).")
    schema, wanted = database.dump(work / database.file_name)
    say(f"Copying {len(wanted)} documents.")
    missing, linked = _documents(storage_of(settings), wanted, work / DOCUMENTS, earlier)
    if with_secret:
        secret = work / SECRET
        secret.touch(mode=0o600)
        secret.write_text(settings.secret_key + "\n", "utf-8")
    written = Manifest(
        format=FORMAT,
        version=version("casework"),
        made_at=moment.isoformat(timespec="seconds"),
        database=database.kind,
        server=database.server,
        schema=schema,
        file=database.file_name,
        documents=len(wanted) - len(missing),
        document_bytes=sum(size for name, size in wanted.items() if name not in missing),
        missing=missing,
        secret=fingerprint(settings.secret_key),
        with_secret=with_secret,
    )
    manifest.write(work, written)
    _sync(work)
    return written, linked


def _documents(
    storage: Storage, wanted: Mapping[str, int], target: Path, earlier: Path | None
) -> tuple[list[str], int]:
    """Copy or link the documents; return those that are missing, and how many were linked."""
    missing, linked = [], 0
    for sha256 in wanted:
        place = path_of(target, sha256)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if earlier is not None and _link(path_of(earlier / DOCUMENTS, sha256), place):
            linked += 1
            continue
        try:
            with storage.open(sha256) as source, place.open("wb") as copy:
                shutil.copyfileobj(source, copy)
        except DamagedError:
            missing.append(sha256)
        except AwayError as error:
            raise BackupError(f"The documents cannot be read: {error}.") from error
    return missing, linked


def _link(old: Path, new: Path) -> bool:
    """Link to an earlier backup's bytes, if they are there and whole."""
    try:
        with old.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != old.name:
                return False
        os.link(old, new)
    except OSError:
        return False
    return True


def _backups(place: Path) -> list[Path]:
    """Return the whole backups in a folder, oldest first."""
    return sorted(
        folder
        for folder in place.glob(f"{PREFIX}*Z")
        if (folder / manifest.MANIFEST).is_file() and (folder / manifest.SUMS).is_file()
    )


def _newest(place: Path) -> Path | None:
    return next(reversed(_backups(place)), None)


def _forget(place: Path, keep: int) -> list[Path]:
    old = _backups(place)[:-keep]
    for folder in old:
        shutil.rmtree(folder)
    return old


def _sync(folder: Path) -> None:
    """Have everything on the disk before the backup gets its name."""
    for path in folder.rglob("*"):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
