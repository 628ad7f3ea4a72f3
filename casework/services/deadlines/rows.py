"""Finding deadlines, and keeping the case's copy of the next one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.db import constants
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
    values = {"case_id": case.id, "rule": rule, "subject_id": subject_id}
    asked = {name: value for name, value in values.items() if value is not None}
    return list(db.session.scalars(_running_query(tuple(asked)), asked))


@cache
def _running_query(names: tuple[str, ...]) -> Any:
    equal = (getattr(Deadline, name) == sa.bindparam(name) for name in names)
    query = sa.select(Deadline).where(*equal, Deadline.state.in_(constants(RUNNING)))
    return query.order_by(Deadline.opened_at, Deadline.id)


def occurrences(subject_id: UUID) -> dict[str, int]:
    """Return how often each rule has been opened on a subject."""
    rows = db.session.execute(_occurrences_query(), {"subject_id": subject_id})
    return {rule: int(last) for rule, last in rows}


@cache
def _occurrences_query() -> Any:
    return (
        sa.select(Deadline.rule, sa.func.max(Deadline.occurrence))
        .where(Deadline.subject_id == sa.bindparam("subject_id"))
        .group_by(Deadline.rule)
    )


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
    rows = db.session.connection().execute(_ends_query(), {"case_id": case.id})
    set_next_due(case, ((row.rule, row.due_at) for row in rows))


@cache
def _ends_query() -> Any:
    return (
        sa.select(Deadline.rule, sa.func.min(Deadline.due_at).label("due_at"))
        .where(Deadline.case_id == sa.bindparam("case_id"), Deadline.state == "open")
        .group_by(Deadline.rule)
    )


def set_next_due(case: Case, open_ends: Iterable[tuple[str, datetime]]) -> None:
    """Write the earliest of these ends, each with its rule, into the case."""
    workflow = registry.get(case.workflow_key, case.workflow_version)
    ends = list(open_ends)
    partners = [end for rule, end in ends if _is_partners(workflow, rule)]
    case.next_due_at = min((end for _rule, end in ends), default=None)
    case.partner_due_at = min(partners, default=None)


def _is_partners(workflow: Workflow, key: str) -> bool:
    rule = workflow.deadline_by_key.get(key)
    return rule is not None and rule.public and rule.owner in PARTNER_ROLES
