"""A copy of the SQLite database before a newer version changes its schema."""

from __future__ import annotations

from pathlib import Path

from casework.backup.restoring import newest_schema
from casework.backup.sqlite import copy_database, database_file, schema_of
from casework.config import Settings


def backup_if_older(settings: Settings) -> Path | None:
    """Copy the database if it has a schema that is not the newest; return the copy's path."""
    file = database_file(settings)
    if file is None or not file.exists():
        return None
    schema = schema_of(file)
    if not schema or schema == newest_schema(settings.migrations_dir):
        return None
    return copy_database(file, settings.data_dir / "backups")
