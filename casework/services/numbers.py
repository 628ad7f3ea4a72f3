"""Numbers given one after the other, without gaps."""

from __future__ import annotations

import sqlalchemy as sa

from casework.extensions import db
from casework.models import Counter


def next_in(series: str) -> int:
    """Return the next number of a series (1, 2, …); the series is locked until the commit."""
    counter = _locked(series)
    counter.last += 1
    db.session.flush()
    return counter.last


def _locked(series: str) -> Counter:
    counter = db.session.scalar(
        sa.select(Counter)
        .where(Counter.series == series)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return counter if counter is not None else _start(series)


def _start(series: str) -> Counter:
    db.session.execute(  # both databases know this clause; two cases may start a year at once
        sa.text("INSERT INTO counter (series, last) VALUES (:series, 0) ON CONFLICT DO NOTHING"),
        {"series": series},
    )
    return db.session.scalars(
        sa.select(Counter).where(Counter.series == series).with_for_update()
    ).one()
