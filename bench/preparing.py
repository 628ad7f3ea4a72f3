"""What the product derives from its rows, made by its own functions; and a proof of the chains."""

from __future__ import annotations

import io

import sqlalchemy as sa
from flask import Flask

from bench.documents import PAPERS
from casework.adapters.storage import storage_of
from casework.db import learn, unit_of_work
from casework.extensions import db, settings
from casework.models import Case
from casework.services import events, searching, statistics

PROVEN = 50


def prepare(app: Flask) -> None:
    """Make the search index and the kept figures, store the papers, prove some chains of events."""
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA cache_size=-400000")
    searching.fill_if_empty()
    statistics.refresh()  # of what has changed: nothing, in a database that was kept
    with unit_of_work(db.session) as session:
        learn(session)  # as after every migration
    db.engine.dispose()  # what comes now has a connection as in production
    place = storage_of(settings())
    for paper in PAPERS:
        with place.receiving(io.BytesIO(paper.bytes), paper.size) as incoming:
            incoming.keep()
    ids = db.session.scalars(sa.select(Case.id).order_by(Case.id).limit(PROVEN)).all()
    faults = events.verify(ids)
    if faults:
        raise RuntimeError(f"the chains of events do not hold: {faults[0]}")
    db.session.remove()
