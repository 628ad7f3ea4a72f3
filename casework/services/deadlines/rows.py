"""Finding deadlines, and keeping the case's copy of the next one."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.models import Case, Deadline
from casework.roles import PARTNER_ROLES
from casework.services.deadlines.clocks import RUNNING
from casework.workflows import registry
from casework.workflows.engine import Workflow


def running_of(
    case: Case, rule: str | None = None, subject_id: UUID | None = None
) -> list[Deadline]:
    """Return the case's running deadlines, all or those of one rule or subject, oldest first."""
    query = sa.select(Deadline).where(Deadline.case_id == case.id, Deadline.state.in_(RUNNING))
    if rule is not None:
        query = query.where(Deadline.rule == rule)
    if subject_id is not None:
        query = query.where(Deadline.subject_id == subject_id)
    return list(db.session.scalars(query.order_by(Deadline.opened_at, Deadline.id)))


def occurrences(subject_id: UUID) -> dict[str, int]:
    """Return how often each rule has been opened on a subject."""
    query = (
        sa.select(Deadline.rule, sa.func.max(Deadline.occurrence))
        .where(Deadline.subject_id == subject_id)
        .group_by(Deadline.rule)
    )
    return {rule: int(last) for rule, last in db.session.execute(query)}


def settled(subject_id: UUID) -> set[str]:
    """Return the rules whose newest deadline on a subject was met or missed, not cancelled."""
    query = sa.select(Deadline.rule, Deadline.state).where(Deadline.subject_id == subject_id)
    newest = dict(db.session.execute(query.order_by(Deadline.occurrence)).all())
    return {rule for rule, state in newest.items() if state in {"met", "missed"}}


def refresh_next_due(case: Case) -> None:
    """Keep the case's copies of its earliest ends, among the deadlines whose clock runs.

    One is the earliest of all, the other the earliest that a partner has to keep.
    """
    db.session.flush()
    workflow = registry.get(case.workflow_key, case.workflow_version)
    ends = dict(
        db.session.execute(
            sa.select(Deadline.rule, sa.func.min(Deadline.due_at))
            .where(Deadline.case_id == case.id, Deadline.state == "open")
            .group_by(Deadline.rule)
        ).all()
    )
    partners = [end for rule, end in ends.items() if _is_partners(workflow, rule)]
    case.next_due_at = min(ends.values(), default=None)
    case.partner_due_at = min(partners, default=None)


def _is_partners(workflow: Workflow, key: str) -> bool:
    rule = workflow.deadline_by_key.get(key)
    return rule is not None and rule.public and rule.owner in PARTNER_ROLES
