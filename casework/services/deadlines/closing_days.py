"""The days on which the house is closed beside the public holidays."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from casework.extensions import db
from casework.models import ClosingDay


def closing_days() -> list[ClosingDay]:
    """Return the house's own closing days, earliest first."""
    return list(db.session.scalars(sa.select(ClosingDay).order_by(ClosingDay.day)))


def add_closing_day(day: date, label: str) -> ClosingDay:
    """Close the house on ``day``; a day that is already closed gets the new label.

    Deadlines that run already keep their ends, until somebody asks for them to be counted anew.
    """
    row = db.session.get(ClosingDay, day)
    if row is None:
        row = ClosingDay(day=day, label=label)
        db.session.add(row)
    row.label = label
    db.session.flush()
    return row


def drop_closing_day(day: date) -> None:
    """Open the house again on ``day``; nothing happens where it was not closed."""
    row = db.session.get(ClosingDay, day)
    if row is not None:
        db.session.delete(row)
        db.session.flush()
