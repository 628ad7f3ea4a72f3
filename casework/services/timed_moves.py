"""Moves that a deadline makes by itself, when it is over and everybody has been warned in time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog

from casework.db import unit_of_work
from casework.extensions import db
from casework.models import Case, Deadline, Reminder
from casework.policy import SYSTEM
from casework.services import cases
from casework.services.deadlines import reminders
from casework.workflows import registry
from casework.workflows.declaration import DeadlineRule, Transition

RETRY_AFTER = timedelta(hours=1)
"""How long a refused move is left alone before it is tried again."""

log = structlog.get_logger(__name__)


@dataclass
class Made:
    """What became of the moves that were due."""

    moved: int = 0
    refused: int = 0


@dataclass(frozen=True)
class Candidate:
    """A deadline that is to move its case, and from when on it may.

    ``expected_at`` takes for granted that the warnings still to come go out in time.
    """

    deadline: Deadline
    case: Case
    rule: DeadlineRule
    ready_at: datetime | None
    expected_at: datetime


def make_due(now: datetime) -> Made:
    """Make the moves that are due, each in a transaction of its own, in the order of the cases.

    A move that is refused is logged and tried again an hour later; it holds up no other.
    """
    made = Made()
    ready = [
        (c.case.id, c.deadline.id, c.rule)
        for c in candidates(now)
        if c.ready_at is not None and c.ready_at <= now
    ]
    db.session.rollback()  # the end of reading
    for case_id, deadline_id, rule in ready:
        try:
            with unit_of_work(db.session):
                made.moved += _make(case_id, deadline_id, rule, now)
        except sa.exc.OperationalError:
            raise
        except Exception:  # whatever stands against one case, the others go on
            log.exception("deadline.move_refused", case=str(case_id), transition=rule.fires)
            _note_refusal(deadline_id, now)
            made.refused += 1
    return made


def candidates(
    until: datetime,
    scope: sa.ColumnElement[bool] | None = None,
    *,
    again: bool = False,
) -> list[Candidate]:
    """Return the deadlines that end by ``until`` and then move their case (two queries).

    Those refused within the last hour are left out unless asked for ``again``. ``scope`` is a
    condition on cases.
    """
    rules = _moving_rules()
    if not rules:
        return []
    query = (
        sa.select(Deadline, Case)
        .join(Case, Case.id == Deadline.case_id)
        .where(
            Deadline.state == "open",
            Deadline.due_at <= until,
            Deadline.fired_at.is_(None),
            sa.or_(*(_is_of(*place) for place in rules)),
        )
        .order_by(Case.id, Deadline.due_at, Deadline.id)
    )
    if not again:
        patience = Deadline.refused_at <= until - RETRY_AFTER
        query = query.where(sa.or_(Deadline.refused_at.is_(None), patience))
    if scope is not None:
        query = query.where(scope)
    rows = db.session.execute(query).all()
    own = reminders.of(deadline for deadline, _ in rows)
    found = []
    for deadline, case in rows:
        rule = rules[case.workflow_key, case.workflow_version, deadline.rule]
        warnings = [r for r in own[deadline.id] if reminders.is_warning(deadline, r.at)]
        ready = ready_at(deadline, rule, warnings)
        ahead = max((r.at for r in warnings if r.state == "pending"), default=deadline.due_at)
        expected = ready or max(deadline.due_at, ahead + timedelta(days=rule.notice_days))
        found.append(Candidate(deadline, case, rule, ready, expected))
    return found


def ready_at(deadline: Deadline, rule: DeadlineRule, own: Iterable[Reminder]) -> datetime | None:
    """Return from when on the move may be made; None while a warning has not gone out."""
    warnings = [r for r in own if reminders.is_warning(deadline, r.at)]
    if any(r.state == "pending" for r in warnings):
        return None
    if not warnings:
        return deadline.due_at
    out = [r.done_at for r in warnings if r.done_at]  # or gave way to a later word just then
    last = max(out, default=deadline.opened_at)
    return max(deadline.due_at, last + timedelta(days=rule.notice_days))


def transition_of(candidate: Candidate) -> Transition:
    """Return the move that a candidate is to make."""
    workflow = cases.workflow_of(candidate.case)
    return workflow.transition_by_name[str(candidate.rule.fires)]


def _make(case_id: UUID, deadline_id: UUID, rule: DeadlineRule, now: datetime) -> bool:
    cases.lock(case_id)
    deadline = db.session.scalar(
        sa.select(Deadline)
        .where(Deadline.id == deadline_id)
        .execution_options(populate_existing=True)
    )
    if deadline is None or deadline.state != "open" or deadline.fired_at or rule.fires is None:
        return False
    ready = ready_at(deadline, rule, reminders.of([deadline])[deadline.id])
    if deadline.due_at > now or ready is None or ready > now:
        return False
    deadline.fired_at = now
    cases.fire(case_id, rule.fires, SYSTEM, {}, None, f"deadline:{deadline_id}")
    return True


def _note_refusal(deadline_id: UUID, now: datetime) -> None:
    with unit_of_work(db.session):
        db.session.execute(
            sa.update(Deadline)
            .where(Deadline.id == deadline_id)
            .values(refused_at=now)
            .execution_options(synchronize_session=False)
        )


def _moving_rules() -> Mapping[tuple[str, int, str], DeadlineRule]:
    return {
        (workflow.key, workflow.version, rule.key): rule
        for workflow in registry.every()
        for rule in workflow.deadlines
        if rule.fires is not None
    }


def _is_of(workflow_key: str, version: int, rule: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        Case.workflow_key == workflow_key,
        Case.workflow_version == version,
        Deadline.rule == rule,
    )
