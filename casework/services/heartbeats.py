"""When the things that must happen regularly last happened, and how long they took."""

from __future__ import annotations

from datetime import datetime

from casework.db import insert_into
from casework.extensions import db
from casework.models import Heartbeat

SWEEP, CLEANING = "sweep", "cleaning"


def beat(name: str, at: datetime, seconds: float) -> None:
    """Note that something ran to its end; does not commit."""
    insert = insert_into(Heartbeat, db.session).values(name=name, at=at, seconds=seconds)
    changed = {"at": insert.excluded.at, "seconds": insert.excluded.seconds}
    db.session.execute(insert.on_conflict_do_update(index_elements=["name"], set_=changed))
