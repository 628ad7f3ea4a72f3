"""A copy of the SQLite database before a newer version changes its schema."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

from casework.config import Settings


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


def newest_schema(migrations_dir: Path) -> frozenset[str]:
    """Return the revisions that the migrations lead to."""
    config = Config()
    config.set_main_option("script_location", str(migrations_dir).replace("%", "%%"))
    return frozenset(ScriptDirectory.from_config(config).get_heads())


def copy_database(file: Path, folder: Path) -> Path:
    """Copy a database, also while it is written to, into `folder`; return the copy's path."""
    folder.mkdir(mode=0o700, exist_ok=True)
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"  # the machine's clock: it only names a file
    target = folder / f"{file.stem}-{stamp}.db"
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    target.chmod(0o600)
    return target


def backup_if_older(settings: Settings) -> Path | None:
    """Copy the database if it has a schema that is not the newest; return the copy's path."""
    file = database_file(settings)
    if file is None or not file.exists():
        return None
    schema = schema_of(file)
    if not schema or schema == newest_schema(settings.migrations_dir):
        return None
    return copy_database(file, settings.data_dir / "backups")
