"""Alembic's environment: one history for SQLite and PostgreSQL, run inside the application."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy.engine import Connection

import casework.models  # noqa: F401 - makes the metadata whole
from casework.db import announce_read, announce_write
from casework.extensions import db


def render_item(kind: str, item: Any, _autogen: Any) -> str | bool:
    """Write our own column types as what the database sees: history needs none of our code."""
    if kind == "type" and type(item).__module__ == "casework.db":
        return f"sa.{item.impl!r}"
    return False


def run(connection: Connection) -> None:
    """Run the asked-for migrations in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
        # the databases' own index of words, which the models do not know
        include_name=lambda name, _kind, _parents: not (name or "").startswith("search_text"),
    )
    with context.begin_transaction():
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise RuntimeError(f"the migration has broken {len(broken)} references")


def set_foreign_keys(connection: Connection, *, on: bool) -> None:
    """Switch SQLite's foreign keys outside any transaction, where alone the switch works.

    Batch mode replaces a table by a copy; dropping the old one would delete what refers to it.
    """
    if connection.dialect.name == "sqlite":
        raw: Any = connection.connection.dbapi_connection
        raw.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


if context.is_offline_mode():
    raise RuntimeError("migrations look at the database they change: there is no offline mode")

announce_write()
with current_app.app_context(), db.engine.connect() as live:
    set_foreign_keys(live, on=False)
    try:
        run(live)
        live.commit()
    finally:
        live.rollback()
        set_foreign_keys(live, on=True)
        announce_read()
