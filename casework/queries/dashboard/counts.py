"""The numbers of the dashboard, summed by the database along its indexes.

The figures (:mod:`casework.models.statistics`) hold no restricted case, so those who see the whole
house read them as they are; for everybody else they are narrowed to the cases that they may see.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework import policy
from casework.extensions import db
from casework.models import (
    Ambition,
    Case,
    CaseFigure,
    DeadlineOutcome,
    Programme,
    StageVisit,
    StatisticsRun,
)
from casework.policy import Actor
from casework.workflows.declaration import Party

AGES = (7, 30, 90)  # the ages in days between which waiting cases are counted


@dataclass(frozen=True)
class Asked:
    """What the dashboard is narrowed to: a workflow, a programme or all, so many months back."""

    workflow: str
    programme: UUID | None
    first_month: int
    last_month: int

    @property
    def months(self) -> range:
        """The months, counted from year 0."""
        return range(self.first_month, self.last_month + 1)


def run() -> StatisticsRun | None:
    """Return the last refresh of the figures, in one query."""
    return db.session.scalar(sa.select(StatisticsRun))


def by_stage(actor: Actor, asked: Asked) -> dict[str, int]:
    """Return how many open cases are in each stage."""
    rows = db.session.execute(
        sa.select(CaseFigure.stage, sa.func.count())
        .where(*_narrowed(actor, asked, CaseFigure), CaseFigure.final.is_(False))
        .group_by(CaseFigure.stage)
    )
    return {row[0]: row[1] for row in rows}


def entered(actor: Actor, asked: Asked) -> dict[tuple[int, str], int]:
    """Return how many cases entered each stage in each month."""
    return _by_month(actor, asked, StageVisit.entered_month)


def left(actor: Actor, asked: Asked) -> dict[tuple[int, str], int]:
    """Return how many cases left each stage in each month."""
    return _by_month(actor, asked, StageVisit.left_month)


def _by_month(actor: Actor, asked: Asked, month: Any) -> dict[tuple[int, str], int]:
    rows = db.session.execute(
        sa.select(month, StageVisit.stage, sa.func.count())
        .where(*_narrowed(actor, asked, StageVisit), _within(asked, month))
        .group_by(month, StageVisit.stage)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def stays(actor: Actor, asked: Asked) -> dict[str, dict[int, int]]:
    """Return how many stays that ended in these months lasted how many days, by stage."""
    rows = db.session.execute(
        sa.select(StageVisit.stage, StageVisit.days, sa.func.count())
        .where(*_narrowed(actor, asked, StageVisit), _within(asked, StageVisit.left_month))
        .group_by(StageVisit.stage, StageVisit.days)
    )
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for stage, days, number in rows:
        found[stage][days or 0] = number
    return found


def outcomes(actor: Actor, asked: Asked) -> dict[str, dict[str, int]]:
    """Return how many deadlines of each rule that ended in these months were kept, or not."""
    rows = db.session.execute(
        sa.select(DeadlineOutcome.rule, DeadlineOutcome.outcome, sa.func.count())
        .where(
            *_narrowed(actor, asked, DeadlineOutcome),
            _within(asked, DeadlineOutcome.closed_month),
        )
        .group_by(DeadlineOutcome.rule, DeadlineOutcome.outcome)
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for rule, outcome, number in rows:
        found[rule][outcome] = number
    return found


@dataclass(frozen=True)
class Share:
    """What one programme holds of the portfolio."""

    open: int = 0
    ended: int = 0
    asked_cents: int = 0
    granted_cents: int = 0

    def plus(self, other: Share) -> Share:
        """Return the sum of two."""
        return Share(
            self.open + other.open,
            self.ended + other.ended,
            self.asked_cents + other.asked_cents,
            self.granted_cents + other.granted_cents,
        )


def portfolio(actor: Actor, asked: Asked) -> dict[UUID | None, Share]:
    """Return the portfolio by programme: cases open and ended, money asked for and granted."""
    rows = db.session.execute(
        sa.select(
            CaseFigure.programme_id,
            CaseFigure.final,
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(CaseFigure.asked_cents), 0),
            sa.func.coalesce(sa.func.sum(CaseFigure.granted_cents), 0),
        )
        .where(*_narrowed(actor, asked, CaseFigure))
        .group_by(CaseFigure.programme_id, CaseFigure.final)
    )
    found: dict[UUID | None, Share] = defaultdict(Share)
    for programme, final, number, wished, granted in rows:
        open_ones, ended = (0, number) if final else (number, 0)
        share = Share(open_ones, ended, int(wished or 0), int(granted or 0))
        found[programme] = found[programme].plus(share)
    return found


def programmes() -> list[tuple[Programme, Ambition]]:
    """Return all programmes with their ambitions, by number, in one query."""
    rows = db.session.execute(
        sa.select(Programme, Ambition)
        .join(Ambition, Ambition.id == Programme.ambition_id)
        .order_by(Programme.number)
    )
    return [(row[0], row[1]) for row in rows]


def ages(actor: Actor, asked: Asked, now: datetime) -> list[int]:
    """Return how many cases have waited for us: up to AGES[0] days, up to AGES[1] …, longer."""
    bounds = [now - timedelta(days=days + 1) for days in AGES]
    since = CaseFigure.since
    steps = [
        since > bounds[0],
        *(sa.and_(since <= a, since > b) for a, b in itertools.pairwise(bounds)),
        since <= bounds[-1],
    ]
    row = db.session.execute(
        sa.select(*(sa.func.count(sa.case((step, 1))) for step in steps)).where(
            *_narrowed(actor, asked, CaseFigure),
            CaseFigure.waits_for.in_((Party.US, Party.BOTH)),
        )
    ).one()
    return [int(number) for number in row]


def _within(asked: Asked, month: Any) -> sa.ColumnElement[bool]:
    found: sa.ColumnElement[bool] = month.between(asked.first_month, asked.last_month)
    return found


def _narrowed(actor: Actor, asked: Asked, table: Any) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [table.workflow_key == asked.workflow]
    if asked.programme is not None:
        found.append(table.programme_id == asked.programme)
    if not policy.sees_house(actor):
        found.append(table.case_id.in_(sa.select(Case.id).where(policy.visible_to(actor))))
    elif actor.hidden_case_ids:
        found.append(table.case_id.not_in(actor.hidden_case_ids))
    return found
