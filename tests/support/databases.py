"""Databases for tests: prepared once as a template, then copied, or emptied and used again."""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Protocol

from tests.support.emptying import Emptying
from tests.support.postgres import Postgres

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


class Databases(Protocol):
    """Databases of one kind."""

    def prepare(self, fill: Callable[[str], None]) -> None:
        """Make the template: `fill` gets the address of an empty database."""

    def copy(self) -> str:
        """Return the address of a new copy of the template."""

    def empty(self) -> str:
        """Return the address of a new database with nothing in it."""

    def drop(self, url: str) -> None:
        """Remove a copy; nobody of ours may still use it."""


class SqliteDatabases:
    """Files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        self._numbers = itertools.count(1)

    def prepare(self, fill: Callable[[str], None]) -> None:
        fill(f"sqlite:///{self._template}")
        with closing(sqlite3.connect(self._template)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy(self) -> str:
        url = self.empty()
        shutil.copyfile(self._template, url.removeprefix("sqlite:///"))
        return url

    def empty(self) -> str:
        return f"sqlite:///{self._folder / f'test-{next(self._numbers)}.db'}"

    def drop(self, url: str) -> None:
        file = url.removeprefix("sqlite:///")
        for suffix in ("", "-wal", "-shm"):
            Path(file + suffix).unlink(missing_ok=True)


class PostgresDatabases:
    """Databases of one server, named after the test process that uses them.

    A copy is a thousand files, and takes longer than most tests: a database that a test has
    left is emptied for the next one, unless something beside its rows was changed.
    """

    def __init__(self, server: Postgres) -> None:
        self._server = server
        self._template = f"template_{WORKER}_{os.getpid()}"
        self._numbers = itertools.count(1)
        self._copies: set[str] = set()
        self._clean: list[str] = []

    def prepare(self, fill: Callable[[str], None]) -> None:
        url = self._server.create(self._template)
        fill(url)
        self._emptying = Emptying.learn(url)

    def copy(self) -> str:
        if self._clean:
            return self._clean.pop()
        url = self._server.create(self._next(), self._template)
        self._copies.add(url)
        return url

    def empty(self) -> str:
        return self._server.create(self._next())

    def drop(self, url: str) -> None:
        if url in self._copies and self._emptying.empty(url):
            self._clean.append(url)
        else:
            self._copies.discard(url)
            self._server.drop(url.partition("?")[0].rpartition("/")[2])

    def _next(self) -> str:
        return f"test_{WORKER}_{os.getpid()}_{next(self._numbers)}"
