"""Comparing the figures with what they are made of, for ``casework check --database``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.extensions import db
from casework.models import Case, StatisticsRun
from casework.services.statistics import refreshing
from casework.services.statistics.refreshing import BATCH, NAME, OVERLAP

Row = dict[str, Any]


def faults() -> list[str]:
    """Return what is wrong with the figures, as sentences; runs in one reading transaction.

    Cases that have changed since a little before the last refresh are not compared: their figures
    may be older. No figures at all are no fault: the next refresh makes them.
    """
    session = db.session()
    run = session.get(StatisticsRun, NAME, populate_existing=True)
    if run is None:
        return []
    wrong = sum(_wrong(session, ids) for ids in _settled(session, run.as_of - OVERLAP))
    summed = refreshing.stages(session)
    kept = run.summary.get("stages", {})
    session.rollback()
    found = []
    if wrong:
        found.append(f"the figures of {wrong} cases are not what the cases say")
    if summed != kept:
        found.append("the numbers of cases by stage are not the sums of the figures")
    return [f"{fault}: “casework statistics --rebuild” makes them anew" for fault in found]


def _settled(session: Session, before: datetime) -> Iterator[list[UUID]]:
    """Yield the cases that have not changed since then, in batches."""
    last = UUID(int=0)
    while True:
        query = sa.select(Case.id).where(Case.id > last, Case.updated_at < before)
        ids = list(session.scalars(query.order_by(Case.id).limit(BATCH)))
        if not ids:
            return
        yield ids
        last = ids[-1]


def _wrong(session: Session, ids: Sequence[UUID]) -> int:
    """Return how many of the cases have other figures than they should."""
    found: set[UUID] = set()
    for table, made in refreshing.made(session, ids):
        known = session.execute(sa.select(table.__table__).where(table.case_id.in_(ids)))
        stored = {_plain(dict(row)): row["case_id"] for row in known.mappings()}
        wanted = {_plain(row): row["case_id"] for row in made}
        found |= {case_id for row, case_id in stored.items() if row not in wanted}
        found |= {case_id for row, case_id in wanted.items() if row not in stored}
    session.expunge_all()
    return len(found)


def _plain(row: Row) -> tuple[Any, ...]:
    return tuple(value for _name, value in sorted(row.items()))
