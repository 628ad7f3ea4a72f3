"""Reading much at one moment: what others change meanwhile is not seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from casework.db import announce_read
from casework.extensions import db


@contextmanager
def snapshot() -> Iterator[None]:
    """Read as of one moment, in a transaction of its own that cannot write.

    SQLite's readers always see one moment; PostgreSQL is asked for it.
    """
    db.session.rollback()
    announce_read()
    if db.engine.dialect.name == "postgresql":
        db.session.connection(
            execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )
    try:
        yield
    finally:
        db.session.rollback()
