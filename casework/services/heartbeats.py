"""When the things that must happen regularly last happened, and how long they took."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from casework.extensions import db
from casework.models import Heartbeat

SWEEP, CLEANING = "sweep", "cleaning"


def beat(name: str, at: datetime, seconds: float) -> None:
    """Note that something ran to its end; does not commit."""
    postgres = db.session.get_bind().dialect.name == "postgresql"
    table: Any = Heartbeat.__table__
    insert: Any = postgresql.insert(table) if postgres else sqlite.insert(table)
    insert = insert.values(name=name, at=at, seconds=seconds)
    changed = {"at": insert.excluded.at, "seconds": insert.excluded.seconds}
    db.session.execute(insert.on_conflict_do_update(index_elements=["name"], set_=changed))
