"""Dates that many cases share, such as the closing of a call: when one moves, deadlines follow."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.models import Case, Deadline
from casework.services import house
from casework.services.deadlines import clocks
from casework.services.deadlines.acts import follow_facts
from casework.workflows import registry
from casework.workflows.engine import Workflow


def follow_dates(scope: sa.ColumnElement[bool], now: datetime) -> int:
    """Let the deadlines of the cases in ``scope`` follow the dates in their facts.

    Only cases whose deadline differs from its date are locked, in the order of their ids.
    Returns how many there were.
    """
    db.session.flush()
    behind = sorted(
        (case_id, workflow)
        for workflow in registry.every()
        for case_id in _behind(workflow, scope, now)
    )
    for case_id, workflow in behind:
        case = db.session.scalars(
            sa.select(Case)
            .where(Case.id == case_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()
        facts = workflow.load_facts(db.session, [case_id])[case_id]
        follow_facts(case, workflow, facts, now)
    return len(behind)


def _behind(workflow: Workflow, scope: sa.ColumnElement[bool], now: datetime) -> Iterable[UUID]:
    """Return the cases of which a deadline does not end on the date of their facts."""
    rules = [r for r in workflow.deadlines if r.date_fact]
    states = {state for rule in rules for state in rule.states}
    if not states:
        return []
    cases = list(
        db.session.scalars(
            sa.select(Case).where(
                Case.workflow_key == workflow.key,
                Case.workflow_version == workflow.version,
                Case.state.in_(states),
                scope,
            )
        )
    )
    if not cases:
        return []
    facts = workflow.load_facts(db.session, [case.id for case in cases])
    ends = _ends([case.id for case in cases], [rule.key for rule in rules])
    cal = house.calendar()

    def differs(case: Case) -> bool:
        for rule in rules:
            if case.state in rule.states and rule.date_fact:
                due: Any = getattr(facts[case.id], rule.date_fact)
                end = clocks.end_of(due, cal) if due is not None else None
                if end is not None and clocks.has_lapsed(rule, end, now):
                    end = None
                if ends.get((case.id, rule.key)) != end:
                    return True
        return False

    return [case.id for case in cases if differs(case)]


def _ends(case_ids: list[UUID], rules: list[str]) -> dict[tuple[UUID, str], datetime]:
    rows = db.session.execute(
        sa.select(Deadline.case_id, Deadline.rule, Deadline.due_at).where(
            Deadline.subject_id.in_(case_ids),
            Deadline.rule.in_(rules),
            Deadline.state.in_(clocks.RUNNING),
        )
    )
    return {(row.case_id, row.rule): row.due_at for row in rows}
