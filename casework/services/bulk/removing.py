"""Forgetting acts: those that nobody said yes to soon, the others when nobody asks any more."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from casework.db import unit_of_work
from casework.extensions import db
from casework.models import BulkAct, BulkCase

UNCONFIRMED = timedelta(days=2)
CONFIRMED = timedelta(days=90)


def remove_old(now: datetime) -> int:
    """Remove old acts on many cases; what they did stands in the history of each case."""
    old = sa.or_(
        sa.and_(BulkAct.confirmed_at.is_(None), BulkAct.created_at < now - UNCONFIRMED),
        BulkAct.created_at < now - CONFIRMED,
    )
    with unit_of_work(db.session):
        ids = list(db.session.scalars(sa.select(BulkAct.id).where(old)))
        db.session.execute(sa.update(BulkAct).where(BulkAct.undo_of.in_(ids)).values(undo_of=None))
        db.session.execute(sa.delete(BulkCase).where(BulkCase.bulk_id.in_(ids)))
        db.session.execute(sa.delete(BulkAct).where(BulkAct.id.in_(ids)))
    return len(ids)
