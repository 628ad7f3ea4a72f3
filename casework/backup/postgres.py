"""Copies of a PostgreSQL database, by its own programs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from casework.backup.manifest import BackupError
from casework.backup.sqlite import WANTED

USUAL = Path("/usr/lib/postgresql")
OURS = """
SELECT format('DROP %s IF EXISTS %s CASCADE',
              CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                           WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, oid::regclass)
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
UNION ALL
SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure)
FROM pg_proc p
WHERE pronamespace = current_schema()::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


class PostgresDatabase:
    """The database of an installation of the large size."""

    kind, file_name = "postgresql", "database.dump"

    def __init__(self, url: str, programs: Path | None = None) -> None:
        """Take the address and, where they are not found by themselves, the programs' folder.

        Raises BackupError when the server does not answer.
        """
        parsed = make_url(url).set(drivername="postgresql")
        self._url = parsed.render_as_string(hide_password=False)
        self._plain = parsed.set(password=None).render_as_string(hide_password=False)
        self._env = {**os.environ, **({"PGPASSWORD": parsed.password} if parsed.password else {})}
        self._programs = programs
        with self._connect() as connection:
            self._major = connection.info.server_version // 10000
        self.server = f"PostgreSQL {self._major}"

    def dump(self, target: Path) -> tuple[list[str], dict[str, int]]:
        """Dump the database; return its schema, and the documents that it names with their sizes.

        All of it is read from one snapshot. Raises BackupError.
        """
        program = self._program("pg_dump")
        with self._connect() as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            try:
                snapshot = _one(connection, "SELECT pg_export_snapshot()")
                wanted = dict(connection.execute(WANTED).fetchall())
                schema = connection.execute("SELECT version_num FROM alembic_version").fetchall()
            except psycopg.Error as error:
                raise BackupError(f"The database cannot be read: {error}.") from error
            self._run(
                [
                    program,
                    *("--format=custom", "--no-owner", "--no-privileges", "--no-password"),
                    *(f"--snapshot={snapshot}", f"--file={target}", f"--dbname={self._plain}"),
                ]
            )
        target.chmod(0o600)
        return sorted(version for (version,) in schema), wanted

    def is_empty(self) -> bool:
        """Say whether nothing would be lost by writing over it."""
        with self._connect() as connection:
            return not connection.execute(OURS).fetchone()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Do something while nobody else uses the database. Raises BackupError when one does."""
        with self._connect() as connection:
            others = _one(connection, OTHERS)
        if others:
            raise BackupError(
                f"{others} connections to the database are open. Stop the web processes and the "
                "workers on all machines first."
            )
        yield

    def can_load(self, dump: Path) -> None:
        """Raise BackupError when the dump cannot be read here."""
        self._run([self._program("pg_restore"), "--list", str(dump)])

    def set_aside(self, folder: Path) -> Path:
        """Keep a dump of what is there now, and return where."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"  # the machine's clock: it only names a file
        target = folder / f"casework-{stamp}.dump"
        self._run(
            [
                self._program("pg_dump"),
                *("--format=custom", "--no-owner", "--no-privileges", "--no-password"),
                *(f"--file={target}", f"--dbname={self._plain}"),
            ]
        )
        target.chmod(0o600)
        return target

    def load(self, dump: Path, aside: Path | None) -> None:
        """Put a dump into the place of the database; when that fails, what was there comes back.

        Raises BackupError.
        """
        self._drop_all()
        try:
            self._load(dump)
        except BackupError as error:
            if aside is None:
                raise
            self._drop_all()
            self._load(aside)
            raise BackupError(f"{error} What was there before is back.") from error

    def _load(self, dump: Path) -> None:
        self._run(
            [
                self._program("pg_restore"),
                *("--single-transaction", "--no-owner", "--no-privileges", "--no-password"),
                *(f"--dbname={self._plain}", str(dump)),
            ]
        )

    def _drop_all(self) -> None:
        """Drop every table and function of ours; the schema and its rights stay."""
        with self._connect() as connection:
            for (command,) in connection.execute(OURS).fetchall():
                connection.execute(sql.SQL(command))  # written by the server, with its own quotes

    def _connect(self) -> psycopg.Connection[Any]:
        try:
            return psycopg.connect(self._url, connect_timeout=10)
        except psycopg.OperationalError as error:
            raise BackupError(f"The database does not answer: {error}") from error

    def _program(self, name: str) -> str:
        """Return a program that is not older than the server. Raises BackupError."""
        found = []
        for path in _places(name, self._programs):
            major = _major(path)
            if major >= self._major:
                return path
            found.append(f"{path} is of version {major}")
        raise BackupError(
            f"{name} of PostgreSQL {self._major} or newer is needed, as old as the server at least"
            f" ({'; '.join(found) or 'none was found'}). On Debian: "
            f"apt install postgresql-client-{self._major}; elsewhere name its folder: --pg-bin"
        )

    def _run(self, command: Sequence[str]) -> None:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own program, no shell
            command, env=self._env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            said = " ".join(done.stderr.split())[:600]
            raise BackupError(f"{Path(command[0]).name} failed: {said}")


def _places(name: str, programs: Path | None) -> Iterator[str]:
    if programs is not None:
        yield from (str(path) for path in [programs / name] if path.is_file())
        return
    if path := shutil.which(name):
        yield path
    yield from (str(each) for each in sorted(USUAL.glob(f"*/bin/{name}"), reverse=True))


def _major(path: str) -> int:
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program, no shell
        [path, "--version"], capture_output=True, text=True, check=False
    )
    found = re.search(r"\) (\d+)", done.stdout)
    return int(found[1]) if found else 0


def _one(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None
