"""What a changed setting means for the deadlines that run already: shown first, done if asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa

from casework.calendar import WorkingCalendar
from casework.db import Base
from casework.extensions import db
from casework.models import Case, Deadline, Reminder
from casework.policy import Actor, lead, visible_to
from casework.services import events, house
from casework.services.deadlines import clocks, reminders
from casework.services.deadlines.retiming import retime
from casework.services.deadlines.rows import refresh_next_due
from casework.services.deadlines.rules import effective_rules
from casework.services.errors import ForbiddenError
from casework.workflows.declaration import DeadlineRule
from casework.workflows.engine import Workflow

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class Planned:
    """A reminder before or after a change: its offset, its audience, its moment."""

    offset: str
    audience: str
    at: datetime


@dataclass(frozen=True)
class Change:
    """One running deadline, as it is and as a setting would make it.

    ``by_hand`` tells that somebody chose its end: it keeps it, and only its reminders change.
    ``reference`` and ``title`` are empty where the reader may not see the case.
    """

    deadline_id: UUID
    case_id: UUID
    reference: str
    title: str
    label: str
    stopped: bool
    by_hand: bool
    due_before: datetime
    due_after: datetime
    dropped: tuple[Planned, ...]
    added: tuple[Planned, ...]

    @property
    def changes(self) -> bool:
        """Whether anything would be different."""
        return self.due_before != self.due_after or bool(self.dropped or self.added)


def preview_setting(
    workflow: Workflow, rule: DeadlineRule, actor: Actor, now: datetime
) -> list[Change]:
    """Say what ``rule`` would make of the running deadlines of that key, changing nothing.

    All running deadlines are told, in a fixed number of queries; cases that the actor may not
    see without their reference and title.
    """
    cal = house.calendar()
    rows = _running(workflow, rule.key)
    own = reminders.of([d for d, _ in rows])
    readable = _case_ids(workflow, rule.key).where(visible_to(actor))
    seen = set(db.session.scalars(readable))
    return [
        _change(case, deadline, own[deadline.id], rule, now, cal, seen=case.id in seen)
        for deadline, case in rows
    ]


def apply_setting_to_running(
    workflow: Workflow,
    rule: str,
    actor: Actor,
    now: datetime,
    only: Collection[UUID] | None = None,
) -> int:
    """Change the running deadlines of a rule to what its setting says; return how many changed.

    Case by case in the order of their ids, each locked; every moved end is an event of its case.
    ``only`` names the deadlines to change (all by default). Raises ForbiddenError.
    """
    if not lead(actor):
        raise ForbiddenError("deadline_setting")
    known, cal, changed = effective_rules(workflow)[rule], house.calendar(), 0
    for case_id in db.session.scalars(_case_ids(workflow, rule).order_by(Case.id)).all():
        case = db.session.scalar(
            sa.select(Case)
            .where(Case.id == case_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if case is not None:
            changed += _apply_to(case, known, actor, now, only, cal)
    return changed


def _apply_to(
    case: Case,
    rule: DeadlineRule,
    actor: Actor,
    now: datetime,
    only: Collection[UUID] | None,
    cal: WorkingCalendar,
) -> int:
    query = sa.select(Deadline).where(
        Deadline.case_id == case.id,
        Deadline.rule == rule.key,
        Deadline.state.in_(clocks.RUNNING),
    )
    rows = [
        d
        for d in db.session.scalars(query.execution_options(populate_existing=True))
        if only is None or d.id in only
    ]
    own = reminders.of(rows)
    changed = 0
    for deadline in rows:
        change = _change(case, deadline, own[deadline.id], rule, now, cal, seen=True)
        if change.changes:
            retime(deadline, rule, cal)
            result = reminders.exchange(deadline, own[deadline.id], rule, now, cal)
            db.session.add_all(result.added)
            for reminder in result.dropped:
                db.session.delete(reminder)
            _tell_chain(case, change, rule, actor, now)
            changed += 1
    refresh_next_due(case)
    return changed


def _tell_chain(
    case: Case, change: Change, rule: DeadlineRule, actor: Actor, now: datetime
) -> None:
    payload = {
        "rule": rule.key,
        "label": change.label,
        "deadline": change.deadline_id,
        "from": change.due_before,
        "to": change.due_after,
        "reminders": [r.key for r in rule.reminders],
    }
    events.append(case, "deadline_moved", actor.id, name=rule.key, payload=payload, at=now)


def _running(workflow: Workflow, rule: str) -> list[tuple[Deadline, Case]]:
    rows = db.session.execute(
        sa.select(Deadline, Case)
        .join(Case, Case.id == Deadline.case_id)
        .where(
            Case.workflow_key == workflow.key,
            Deadline.rule == rule,
            Deadline.state.in_(clocks.RUNNING),
        )
        .order_by(Deadline.due_at, Deadline.id)
    )
    return [(deadline, case) for deadline, case in rows]


def _case_ids(workflow: Workflow, rule: str) -> sa.Select[UUID]:
    return (
        sa.select(Case.id)
        .join(Deadline, Deadline.case_id == Case.id)
        .where(
            Case.workflow_key == workflow.key,
            Deadline.rule == rule,
            Deadline.state.in_(clocks.RUNNING),
        )
        .distinct()
    )


def _change(
    case: Case,
    deadline: Deadline,
    own: Sequence[Reminder],
    rule: DeadlineRule,
    now: datetime,
    cal: WorkingCalendar,
    *,
    seen: bool,
) -> Change:
    """Try the rule out on copies of the rows."""
    copy, copies = _copy(deadline), [_copy(r) for r in own]
    retime(copy, rule, cal)
    result = reminders.exchange(copy, copies, rule, now, cal)
    before, after = _to_come(own), _to_come([*result.kept, *result.added])
    return Change(
        deadline_id=deadline.id,
        case_id=case.id,
        reference=case.reference if seen else "",
        title=case.title if seen else "",
        label=deadline.label if seen else "",
        stopped=deadline.state == "stopped",
        by_hand=deadline.moved_at is not None,
        due_before=deadline.due_at,
        due_after=copy.due_at,
        dropped=tuple(sorted(before - after, key=_by_moment)),
        added=tuple(sorted(after - before, key=_by_moment)),
    )


def _copy(row: Row) -> Row:
    names = sa.inspect(type(row)).column_attrs.keys()
    return type(row)(**{name: getattr(row, name) for name in names})


def _to_come(own: Iterable[Reminder]) -> set[Planned]:
    waiting = {"pending", "cancelled"}  # cancelled: its clock stands
    return {Planned(r.rule, r.audience, r.at) for r in own if r.state in waiting}


def _by_moment(planned: Planned) -> tuple[datetime, str, str]:
    return planned.at, planned.offset, planned.audience
