"""From the events and deadlines of cases to the rows that the dashboard counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from casework.extensions import house_day
from casework.models import Case, Deadline, Event
from casework.workflows import registry
from casework.workflows.engine import Amounts, Workflow

Row = dict[str, Any]


@dataclass
class Visit:
    """One stay in one stage; ``left`` is empty while it lasts."""

    stage: str
    entered: datetime
    left: datetime | None = None


def month_of(moment: datetime) -> int:
    """Return the house's month of a moment, counted from year 0."""
    day = house_day(moment)
    return day.year * 12 + day.month - 1


def counted(session: Session, ids: Sequence[UUID]) -> list[tuple[Case, Workflow]]:
    """Return the cases that are counted: none that is restricted or whose workflow is gone."""
    found = []
    rows = session.scalars(sa.select(Case).where(Case.id.in_(ids), Case.restricted.is_(False)))
    for case in rows:
        try:
            workflow = registry.get(case.workflow_key, case.workflow_version)
        except registry.UnknownWorkflowError:
            continue
        if case.state in workflow.state_by_key:
            found.append((case, workflow))
    return found


def figures(session: Session, cases: Iterable[tuple[Case, Workflow]]) -> list[Row]:
    """Return where each case stands, and the money it is about."""
    loaded: dict[UUID, Amounts] = {}
    by_workflow: dict[int, tuple[Workflow, list[UUID]]] = {}
    cases = list(cases)
    for case, workflow in cases:
        by_workflow.setdefault(id(workflow), (workflow, []))[1].append(case.id)
    for workflow, ids in by_workflow.values():
        if workflow.load_amounts is not None:
            loaded.update(workflow.load_amounts(session, ids))
    return [
        {
            **_about(case),
            "stage": workflow.stage_of(case.state),
            "final": workflow.state_by_key[case.state].final,
            "waits_for": str(workflow.state_by_key[case.state].waits_for),
            "since": case.state_since,
            "asked_cents": loaded.get(case.id, Amounts()).asked_cents,
            "granted_cents": loaded.get(case.id, Amounts()).granted_cents,
        }
        for case, workflow in cases
    ]


def visits(session: Session, cases: Iterable[tuple[Case, Workflow]]) -> list[Row]:
    """Return every stay of the cases in a stage, read off their moves, in one query."""
    known = {case.id: (case, workflow) for case, workflow in cases}
    moves: dict[UUID, list[tuple[str, datetime]]] = defaultdict(list)
    rows = session.execute(
        sa.select(Event.case_id, Event.to_state, Event.at)
        .where(Event.case_id.in_(known), Event.kind == "transition", Event.to_state.isnot(None))
        .order_by(Event.case_id, Event.seq)
    )
    for case_id, state, at in rows:
        moves[case_id].append((str(state), at))
    return [
        {
            **_about(known[case_id][0]),
            "number": number,
            "stage": visit.stage,
            "entered_month": month_of(visit.entered),
            "left_month": month_of(visit.left) if visit.left else None,
            "days": (house_day(visit.left) - house_day(visit.entered)).days if visit.left else None,
        }
        for case_id, taken in moves.items()
        for number, visit in enumerate(stays(known[case_id][1], taken), 1)
    ]


def stays(workflow: Workflow, moves: Iterable[tuple[str, datetime]]) -> list[Visit]:
    """Return the stays in stages that moves (to which state, when) make; an end is no stay."""
    found: list[Visit] = []
    for state_key, at in moves:
        state = workflow.state_by_key.get(state_key)
        if state is None:
            continue
        present = found[-1] if found and found[-1].left is None else None
        if present is not None and (state.final or state.stage != present.stage):
            present.left = at
            present = None
        if present is None and not state.final:
            found.append(Visit(state.stage, at))
    return found


def outcomes(session: Session, cases: Iterable[tuple[Case, Workflow]]) -> list[Row]:
    """Return how the deadlines of the cases ended that were kept or missed, in one query."""
    known = {case.id: case for case, _workflow in cases}
    rows = session.execute(
        sa.select(
            Deadline.id,
            Deadline.case_id,
            Deadline.rule,
            Deadline.state,
            Deadline.fired_at,
            Deadline.closed_at,
        ).where(
            Deadline.case_id.in_(known),
            sa.or_(Deadline.state.in_(("met", "missed")), Deadline.fired_at.isnot(None)),
            Deadline.closed_at.isnot(None),
        )
    )
    return [
        {
            **_about(known[row.case_id]),
            "deadline_id": row.id,
            "rule": row.rule,
            "outcome": _outcome(row.state, row.fired_at),
            "closed_month": month_of(row.closed_at),
        }
        for row in rows
    ]


def _outcome(state: str, fired_at: datetime | None) -> str:
    """Say how a deadline ended: kept; late; or missed, when only its own move brought the end."""
    if state == "met":
        return "kept"
    return "late" if fired_at is None else "missed"


def _about(case: Case) -> Row:
    return {
        "case_id": case.id,
        "workflow_key": case.workflow_key,
        "programme_id": case.programme_id,
    }
