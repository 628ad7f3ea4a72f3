"""Writes what was made into a migrated database, as fast as the database takes it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql

from bench.making import Making
from bench.tables import Row, Table, in_chunks

HASTE = (
    "PRAGMA synchronous=OFF",
    "PRAGMA foreign_keys=OFF",
    "PRAGMA cache_size=-400000",
    "PRAGMA temp_store=MEMORY",
)


def fill(url: str, cases: int) -> None:
    """Fill a database that has the schema and nothing else."""
    making = Making(cases, int(time.time()) // 3600 * 3600)
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        _into_sqlite(str(address.database), making.chunks())
    else:
        _into_postgres(address.set(drivername="postgresql"), making.chunks())


def _into_sqlite(file: str, chunks: Iterable[Iterable[Table]]) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in HASTE:
            connection.execute(pragma)
        for tables in chunks:
            connection.execute("BEGIN")
            for table in tables:
                names = ", ".join(f'"{name}"' for name in table.columns)
                marks = ", ".join("?" * len(table.columns))
                insert = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'
                connection.executemany(insert, table.taken())
            connection.execute("COMMIT")
        connection.execute("ANALYZE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _into_postgres(address: sa.URL, chunks: Iterable[Iterable[Table]]) -> None:
    plain = address.render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        # What was made in order needs no foreign key looked up for each row.
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET TIME ZONE 'UTC'")
        for tables in chunks:
            with connection.transaction():
                for table in tables:
                    _copy(connection, table)
        connection.execute("VACUUM ANALYZE")


def _copy(connection: psycopg.Connection[Any], table: Table) -> None:
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    command = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
    with connection.cursor().copy(command) as copy:
        for rows in in_chunks(table.taken()):
            copy.write("".join(map(_line, rows)))


def _line(row: Row) -> str:
    return "\t".join(map(_text, row)) + "\n"


def _text(value: Any) -> str:
    if value is None:
        return "\\N"
    if value is True or value is False:
        return "t" if value else "f"
    if type(value) is str:
        if "\\" in value or "\t" in value or "\n" in value:
            return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
        return value
    return str(value)
