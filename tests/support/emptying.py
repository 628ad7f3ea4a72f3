"""Emptying a PostgreSQL database that a test has used, as its template is empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

TABLES = """
    SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename
"""
# What a test might change beside rows: columns, keys, indexes, triggers and their functions.
SHAPE = """
    SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
        SELECT format('%s %s %s %s', attrelid::regclass, attname, atttypid, attnotnull) AS line
          FROM pg_attribute WHERE attrelid >= 16384 AND attnum > 0
        UNION ALL SELECT format('%s %s', conrelid::regclass, pg_get_constraintdef(oid))
          FROM pg_constraint WHERE oid >= 16384
        UNION ALL SELECT format('%s %s', pg_get_triggerdef(oid), tgenabled)
          FROM pg_trigger WHERE oid >= 16384 AND NOT tgisinternal
        UNION ALL SELECT md5(prosrc) FROM pg_proc WHERE oid >= 16384
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    ) AS shape
"""
# Tables of events refuse to be emptied, and keys want an order: not from a replica.
UNGUARDED = "SET session_replication_role = replica"
ALONE = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
COUNTERS = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
      FROM pg_sequences WHERE last_value IS NOT NULL
"""


@dataclass(frozen=True)
class Emptying:
    """What a template looks like: its shape, and the tables that hold nothing in it."""

    shape: str
    tables: tuple[str, ...]

    @classmethod
    def learn(cls, url: str) -> Self:
        """Look at a template; its counters must not have counted."""
        with connect(url) as connection:
            every = [name for (name,) in connection.execute(TABLES)]
            kept = filled(connection, every)
            return cls(shape_of(connection), tuple(name for name in every if name not in kept))

    def empty(self, url: str) -> bool:
        """Take every row out of a copy; False when more than rows was changed in it."""
        with connect(url) as connection:
            connection.execute(ALONE)
            if shape_of(connection) != self.shape:
                return False
            connection.execute(UNGUARDED)
            for name in filled(connection, self.tables):
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
            connection.execute(COUNTERS)
            return True


def connect(url: str) -> psycopg.Connection[TupleRow]:
    """Return a connection to a database whose address is one of SQLAlchemy's."""
    return psycopg.connect(url.replace("+psycopg", "", 1))


def shape_of(connection: psycopg.Connection[TupleRow]) -> str:
    """Return a digest of everything but rows."""
    row = connection.execute(SHAPE).fetchone()
    return str(row[0]) if row else ""


def filled(
    connection: psycopg.Connection[TupleRow], tables: list[str] | tuple[str, ...]
) -> set[str]:
    """Return those of the tables that hold a row."""
    asked = [
        sql.SQL("(SELECT {} FROM {} LIMIT 1)").format(sql.Literal(name), sql.Identifier(name))
        for name in tables
    ]
    return {name for (name,) in connection.execute(sql.SQL(" UNION ALL ").join(asked))}
