"""Restoring a backup: everything is looked at before anything is touched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from casework.adapters.storage import AwayError, DamagedError, Storage, TooBigError, storage_of
from casework.backup import manifest
from casework.backup.making import database_of
from casework.backup.manifest import SECRET, BackupError, Manifest, fingerprint
from casework.config import Settings

LARGEST = 1 << 62  # bytes; what was taken once is taken again
SHOWN_FAULTS = 10


@dataclass(frozen=True)
class Restored:
    """What was restored, where the database lies that was there before, and what is left to do."""

    manifest: Manifest
    aside: Path | None
    stored: int
    to_do: list[str]


def newest_schema(migrations_dir: Path) -> frozenset[str]:
    """Return the revisions that the migrations lead to."""
    return frozenset(_scripts(migrations_dir).get_heads())


def restore(
    settings: Settings,
    source: Path,
    *,
    replace: bool = False,
    programs: Path | None = None,
    say: Callable[[str], None] = lambda _line: None,
) -> Restored:
    """Put a backup into the place of this installation's database and documents.

    Refuses a backup that is damaged, of another kind of database or of a newer version, a database
    that is in use, and one that holds something unless ``replace`` is said; what it held is then
    kept aside under the data folder. Documents come first and take nothing's place, the database
    comes last. Raises BackupError.
    """
    say("Checking every file of the backup.")
    found = _sound(source)
    database = database_of(settings, programs)
    if found.database != database.kind:
        raise BackupError(
            f"This is a backup of {found.server}; CASEWORK_DATABASE_URL names {database.server}."
        )
    _demand_known_schema(settings, found)
    database.can_load(source / found.file)
    with database.alone():
        empty = database.is_empty()
        if not empty and not replace:
            raise BackupError(
                "The database is not empty. With --replace it is replaced, and what it holds now"
                f" is kept under {settings.data_dir / 'backups'}."
            )
        say(f"Storing {found.documents} documents.")
        stored = _store(storage_of(settings), source)
        say("Loading the database.")
        aside = None if empty else database.set_aside(settings.data_dir / "backups")
        database.load(source / found.file, aside)
    return Restored(found, aside, stored, _to_do(settings, source, found))


def _sound(source: Path) -> Manifest:
    found = manifest.read(source)
    faults = manifest.verify(source)
    if faults:
        more = [f"and {len(faults) - SHOWN_FAULTS} more"] if len(faults) > SHOWN_FAULTS else []
        listed = "\n".join(f"- {fault}" for fault in [*faults[:SHOWN_FAULTS], *more])
        raise BackupError(f"The backup is damaged; nothing was touched:\n{listed}")
    return found


def _demand_known_schema(settings: Settings, found: Manifest) -> None:
    known = {script.revision for script in _scripts(settings.migrations_dir).walk_revisions()}
    if not found.schema or not known.issuperset(found.schema):
        raise BackupError(
            f"This backup was made by casework {found.version}, which is newer than this one"
            f" (schema {', '.join(found.schema) or 'none'}). Install that version first."
        )


def _scripts(migrations_dir: Path) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(migrations_dir).replace("%", "%%"))
    return ScriptDirectory.from_config(config)


def _store(storage: Storage, source: Path) -> int:
    """Store the documents that are not there yet, and whole; return how many."""
    try:
        there = set(storage.names())
        stored = 0
        for sha256, path in manifest.stored(source):
            if sha256 in there and _whole(storage, sha256):
                continue
            with path.open("rb") as file, storage.receiving(file, LARGEST) as incoming:
                incoming.keep()
            stored += 1
    except (AwayError, TooBigError, OSError) as error:
        raise BackupError(
            f"The documents cannot be stored: {error}. The database was not touched."
        ) from error
    return stored


def _whole(storage: Storage, sha256: str) -> bool:
    try:
        storage.open(sha256).close()
    except DamagedError:
        return False
    return True


def _to_do(settings: Settings, source: Path, found: Manifest) -> list[str]:
    """Return what the person still has to do or to know, as sentences."""
    lines = []
    if frozenset(found.schema) != newest_schema(settings.migrations_dir):
        lines.append("The backup is of an older version: run `casework migrate` before you start.")
    if found.secret != fingerprint(settings.secret_key):
        where = f"it lies in {source / SECRET}" if found.with_secret else "it is not in the backup"
        lines.append(
            "CASEWORK_SECRET_KEY is not the one of the backup: authenticator apps and links in"
            f" mails will not work. Put the old key back; {where}."
        )
    if found.missing:
        lines.append(
            f"{len(found.missing)} documents were missing already when the backup was made; they"
            f" are named in {source / manifest.MANIFEST}."
        )
    lines.append("Mails that waited when the backup was made are sent when the workers start.")
    return lines
