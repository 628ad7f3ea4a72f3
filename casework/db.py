"""How we talk to the database: base class, column types, and the one place that commits."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, scoped_session
from sqlalchemy.orm import registry as orm_registry
from uuid_utils.compat import uuid7

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """An aware moment, stored in UTC on both databases; refuses a naive one."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into what the database keeps; ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone was about to be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn what the database keeps into an aware moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def insert_into(model: type[Base], session: Session | scoped_session[Any]) -> Any:
    """Return an INSERT of a model's plain rows, of the kind that may say ``ON CONFLICT``."""
    postgres = session.get_bind().dialect.name == "postgresql"
    table: Any = model.__table__
    return postgresql.insert(table) if postgres else sqlite.insert(table)


def new_id() -> UUID:
    """Return a new identifier (UUID version 7: unguessable, and sorted by time of creation)."""
    return uuid7()


Key = Annotated[UUID, mapped_column(sa.Uuid, primary_key=True, default=new_id)]
Cents = Annotated[int, mapped_column(sa.BigInteger)]


class Base(DeclarativeBase):
    """The base of all models."""

    # A registry, not the map alone: Flask-SQLAlchemy makes its own base from this class's parts.
    registry = orm_registry(
        metadata=sa.MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UTCDateTime(),
            UUID: sa.Uuid(),
            str: sa.Text(),
            dict[str, Any]: sa.JSON(),
            list[str]: sa.JSON(),
        },
    )


def constant(text: str) -> Any:
    """Return a text that stands in the code as a part of a statement, not as a value of it.

    SQLAlchemy writes a statement anew each time it is asked when it holds an IN with values or a
    separator; with constants in their place it is the same text every time.
    Raises ValueError for what would have to be quoted.
    """
    if not PLAIN.fullmatch(text):
        raise ValueError(f"{text!r} is no plain constant")
    return sa.literal_column(f"'{text}'", sa.Text())


def constants(texts: Iterable[str]) -> list[Any]:
    """Return such texts in a fixed order, for an IN."""
    return [constant(text) for text in sorted(texts)]


PLAIN = re.compile(r"[^'%:\\]*")
PREPARED = 500
"""How many statements a connection to PostgreSQL keeps prepared: more than our pages have."""

_writing: ContextVar[bool] = ContextVar("casework_writing", default=False)


def announce_write() -> None:
    """Say that the transaction about to begin will write (SQLite then takes its lock at once)."""
    _writing.set(True)


def announce_read() -> None:
    """Say that the transactions to come only read, until :func:`announce_write`."""
    _writing.set(False)


@contextmanager
def unit_of_work(session: Session | scoped_session[Any]) -> Iterator[Session]:
    """Commit what is done inside, or roll all of it back; nothing else in the house commits.

    Whoever owns the unit of work calls ``services.outbox.nudge()`` afterwards.
    Raises RuntimeError when a transaction that only reads is already open in the session.
    """
    current = session() if isinstance(session, scoped_session) else session
    if current.in_transaction() and not _writing.get():
        raise RuntimeError("a unit of work was opened inside a transaction that only reads")
    token = _writing.set(True)
    try:
        yield current
        current.commit()
    except BaseException:
        current.rollback()
        raise
    finally:
        _writing.reset(token)


@contextmanager
def unlocked(session: scoped_session[Any]) -> Iterator[None]:
    """Let something slow be done without SQLite's lock, which unsafe requests take at their start.

    What was read before ends here, what is read inside ends with the block. Raises RuntimeError
    when something was written already: it would be lost.
    """
    current = session()
    if current.new or current.dirty or current.deleted or _has_written(current):
        raise RuntimeError("something slow was begun in a transaction that has written")
    current.rollback()
    token = _writing.set(False)
    try:
        yield
    finally:
        current.rollback()
        _writing.reset(token)


def lost_race(error: sa.exc.DBAPIError) -> bool:
    """Say whether a statement failed because somebody else wrote at the same time.

    They wrote what may be there once, took away what was referred to, or waited for us.
    """
    if isinstance(error.orig, sqlite3.Error):
        return error.orig.sqlite_errorcode in _SQLITE_RACES
    return getattr(error.orig, "sqlstate", None) in _POSTGRES_RACES


_SQLITE_RACES = {
    sqlite3.SQLITE_CONSTRAINT_UNIQUE,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY,
}
# unique violation, foreign key violation, deadlock, serialization failure
_POSTGRES_RACES = {"23505", "23503", "40P01", "40001"}


@sa.event.listens_for(Engine, "connect")
def _prepare(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        connection.prepared_max = PREPARED
        return
    connection.isolation_level = None  # we say BEGIN ourselves, below
    cursor = connection.cursor()
    for pragma in (
        "busy_timeout=10000",
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=NORMAL",
        "cache_size=-2000",  # in KiB, for each thread: the roots of indexes stay at hand
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@sa.event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
    connection.info.pop("wrote", None)


@sa.event.listens_for(Engine, "before_cursor_execute")
def _note_writing(
    connection: Connection, _cursor: Any, statement: str, _values: Any, context: Any, *_rest: Any
) -> None:
    known = context.compiled.statement if context.compiled else None
    if not statement.startswith("SELECT") and not getattr(known, "is_select", False):
        connection.info["wrote"] = True  # what begins with WITH may read alone


def learn(session: Session) -> None:
    """Let SQLite look again at how its tables are filled, within the caller's unit of work.

    By this it chooses among indexes, and it forgets it of every table that a migration makes anew.
    It looks at a sample and is done in a moment; connections that are open go on as before until
    they are renewed. PostgreSQL does all this by itself.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sa.text("PRAGMA analysis_limit=1000"))
        session.execute(sa.text("ANALYZE"))


def end_reading(session: scoped_session[Any]) -> None:
    """End a transaction in which nothing was written by COMMIT, so that plans are kept.

    psycopg forgets its prepared statements at every ROLLBACK, and PostgreSQL would plan each
    query of each page anew. Whatever has written and was not committed is left to the rollback.
    """
    if not session.registry.has():
        return
    current = session()
    if not current.in_transaction() or current.new or current.dirty or current.deleted:
        return
    if current.connection().dialect.name == "postgresql" and not _has_written(current):
        current.commit()


def _has_written(session: Session) -> bool:
    return session.in_transaction() and "wrote" in session.connection().info
