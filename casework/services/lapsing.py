"""Rights that nobody need use and whose last day is over: their deadlines close, and ask nobody."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
import structlog

from casework.db import unit_of_work
from casework.extensions import db
from casework.models import Case, Deadline
from casework.services import cases, deadlines
from casework.workflows import registry

log = structlog.get_logger(__name__)


def lapse_due(now: datetime) -> int:
    """Close what has lapsed, each case in a transaction of its own; return how many there were.

    May run twice, late, or be killed: what is closed is not found again.
    """
    found = _lapsed(now)
    db.session.rollback()  # the end of reading
    for case_id, rule, subject_id in found:
        try:
            with unit_of_work(db.session):
                deadlines.settle(cases.lock(case_id), rule, now, subject_id, cancel=True)
        except sa.exc.OperationalError:
            raise
        except Exception:  # whatever stands against one case, the others go on
            log.exception("deadline.not_lapsed", case=str(case_id), rule=rule)
    return len(found)


def _lapsed(now: datetime) -> list[tuple[UUID, str, UUID]]:
    ways = [
        sa.and_(
            Case.workflow_key == workflow.key,
            Case.workflow_version == workflow.version,
            Deadline.rule.in_(rules),
        )
        for workflow in registry.every()
        if (rules := [rule.key for rule in workflow.deadlines if rule.lapses])
    ]
    query = (
        sa.select(Deadline.case_id, Deadline.rule, Deadline.subject_id)
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.state == "open", Deadline.due_at <= now, sa.or_(sa.false(), *ways))
        .order_by(Deadline.case_id, Deadline.rule)
    )
    rows = db.session.execute(query)
    return [(row.case_id, row.rule, row.subject_id) for row in rows if row.case_id is not None]
