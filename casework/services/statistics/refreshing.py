"""Bringing the figures up to date: only of the cases that have changed since the last time.

Every move and every act raises a case's ``updated_at``; the job walks along it and a little before
where it stopped, because a transaction may be committed after a younger one. It may run twice,
also at once, and be killed anywhere: a case's rows are replaced as a whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.clock import now
from casework.db import unit_of_work
from casework.extensions import db
from casework.models import Case, CaseFigure, DeadlineOutcome, StageVisit, StatisticsRun
from casework.queries.dashboard.measures import HALF, within
from casework.services.statistics import rows

BATCH = 500
OVERLAP = timedelta(minutes=15)
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
NAME = "cases"
TABLES = (CaseFigure, StageVisit, DeadlineOutcome)


def refresh() -> int:
    """Bring the figures up to date; return how many cases were looked at. Owns its transactions."""
    began = now()
    done, place = 0, _start()
    while batch := _changed(place):
        with unit_of_work(db.session) as session:
            _replace(session, [case_id for _at, case_id in batch])
        done += len(batch)
        place = batch[-1]
    with unit_of_work(db.session) as session:
        changed = place[0] if done else None
        _finish(session, began, changed)
    return done


def rebuild() -> int:
    """Make all figures anew; return how many cases were looked at. Owns its transactions."""
    with unit_of_work(db.session) as session:
        for table in (*TABLES, StatisticsRun):
            session.execute(sa.delete(table))
    return refresh()


def as_of() -> datetime | None:
    """Return when the figures were last brought up to date; None if never."""
    return db.session.scalar(sa.select(StatisticsRun.as_of).where(StatisticsRun.name == NAME))


Place = tuple[datetime, UUID]


def _start() -> Place:
    run = db.session.get(StatisticsRun, NAME, populate_existing=True)
    changed = run.summary.get("changed") if run else None
    db.session.rollback()
    since = datetime.fromisoformat(changed) - OVERLAP if changed else EARLIEST
    return since, UUID(int=0)


def _changed(after: Place) -> list[Place]:
    at, case_id = after
    found = db.session.execute(
        sa.select(Case.updated_at, Case.id)
        .where(Case.updated_at >= at, sa.or_(Case.updated_at > at, Case.id > case_id))
        .order_by(Case.updated_at, Case.id)
        .limit(BATCH)
    ).all()
    db.session.rollback()
    return [(row[0], row[1]) for row in found]


def _replace(session: Session, ids: list[UUID]) -> None:
    for table in TABLES:
        session.execute(sa.delete(table).where(table.case_id.in_(ids)))
    for table, rows_ in made(session, ids):
        if rows_:  # into the table: by its model, rows with and without an end go one by one
            session.execute(sa.insert(table.__table__), rows_)
    session.expunge_all()


def made(session: Session, ids: Sequence[UUID]) -> list[tuple[Any, list[rows.Row]]]:
    """Return the rows that the cases have in each table of figures."""
    cases = rows.counted(session, ids)
    return [
        (CaseFigure, rows.figures(session, cases)),
        (StageVisit, rows.visits(session, cases)),
        (DeadlineOutcome, rows.outcomes(session, cases)),
    ]


def _finish(session: Session, began: datetime, changed: datetime | None) -> None:
    run = session.get(StatisticsRun, NAME, with_for_update=True)
    if run is None:
        run = StatisticsRun(name=NAME, as_of=began, summary={})
        session.add(run)
    last = changed.isoformat() if changed else run.summary.get("changed")
    run.as_of = began
    run.summary = {"changed": last, "stages": stages(session)}


def stages(session: Session) -> dict[str, dict[str, dict[str, Any]]]:
    """Return, by workflow and stage, how many cases are in it and how long a stay lasts."""
    found: dict[str, dict[str, dict[str, Any]]] = defaultdict(lambda: defaultdict(dict))
    counts = session.execute(
        sa.select(CaseFigure.workflow_key, CaseFigure.stage, sa.func.count())
        .where(CaseFigure.final.is_(False))
        .group_by(CaseFigure.workflow_key, CaseFigure.stage)
    )
    for workflow, stage, number in counts:
        found[workflow][stage]["number"] = number
    lengths = session.execute(
        sa.select(StageVisit.workflow_key, StageVisit.stage, StageVisit.days, sa.func.count())
        .where(StageVisit.days.isnot(None))
        .group_by(StageVisit.workflow_key, StageVisit.stage, StageVisit.days)
    )
    histograms: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for workflow, stage, days, number in lengths:
        histograms[workflow, stage][days or 0] = number
    for (workflow, stage), histogram in histograms.items():
        found[workflow][stage]["median"] = within(histogram, HALF)
    return {workflow: dict(stages) for workflow, stages in found.items()}
