"""What acts on a case do to its deadlines, without a move."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework import calendar
from casework.calendar import WorkingCalendar
from casework.extensions import db
from casework.models import Case, Deadline, Reminder
from casework.services import house
from casework.services.deadlines import clocks, reminders
from casework.services.deadlines.rows import occurrences, refresh_next_due, running_of
from casework.services.deadlines.rules import effective_rules
from casework.workflows.declaration import DeadlineRule
from casework.workflows.engine import Workflow

__all__ = ["act_done", "follow_facts", "move_due", "refresh_next_due", "schedule", "settle"]


def schedule(
    case: Case,
    workflow: Workflow,
    rule: str,
    now: datetime,
    due: datetime | date | None = None,
    subject_kind: str = "case",
    subject_id: UUID | None = None,
    label: str = "",
) -> Deadline:
    """Open the deadline ``rule`` on the case or on one of its records, and return it.

    It ends at ``due`` (a date: with that day), or after the rule's length. Where it runs
    already, it is moved to ``due`` instead.

    Raises:
        KeyError: the workflow has no such rule.
        ValueError: the rule has no length, and no end was given.
    """
    known, cal = effective_rules(workflow)[rule], house.calendar()
    subject = subject_id or case.id
    running = running_of(case, rule, subject)
    if running:
        deadline = running[0]
        deadline.label = label or deadline.label
        if due is not None and clocks.end_of(due, cal) != deadline.due_at:
            own = reminders.of([deadline])[deadline.id]
            clocks.move(deadline, own, clocks.end_of(due, cal), now, cal)
    else:
        deadline = clocks.open_one(
            case,
            known,
            now,
            cal,
            due=due,
            subject_kind=subject_kind,
            subject_id=subject,
            label=label,
            occurrence=occurrences(subject).get(rule, 0) + 1,
        )
    refresh_next_due(case)
    return deadline


def settle(
    case: Case, rule: str, now: datetime, subject_id: UUID | None = None, *, cancel: bool = False
) -> None:
    """Close the running deadline ``rule`` of the case or of a record: met, missed or cancelled."""
    running = running_of(case, rule, subject_id or case.id)
    own = reminders.of(running)
    for deadline in running:
        clocks.close(deadline, own[deadline.id], now, cancelled=cancel)
    refresh_next_due(case)


def act_done(case: Case, workflow: Workflow, section_key: str, now: datetime) -> None:
    """Settle the deadlines that records of this section meet; what recurs opens again.

    The next occurrence is the first one after both this end and ``now``: what is done early
    does not come back at once, and what was missed altogether is not asked for afterwards. An
    occurrence whose own period has not begun is left alone: three notes on one day are one
    month's notes, not three months'.
    """
    if not any(section_key in rule.met_by for rule in workflow.deadlines):
        return
    rules, cal = effective_rules(workflow), house.calendar()
    running = [
        d for d in running_of(case) if d.rule in rules and section_key in rules[d.rule].met_by
    ]
    running = [d for d in running if not _is_ahead(d, now)]
    own = reminders.of(running)
    for deadline in running:
        clocks.close(deadline, own[deadline.id], now)
    db.session.flush()  # closed before the next occurrence opens: only one may run
    for deadline in running:
        if rules[deadline.rule].every:
            _roll_on(case, deadline, rules[deadline.rule], now, cal)
    refresh_next_due(case)


def _is_ahead(deadline: Deadline, now: datetime) -> bool:
    """Say whether the occurrence before this one, met early, has not ended yet."""
    if deadline.occurrence == 1:
        return False
    before = db.session.scalar(
        sa.select(Deadline.due_at).where(
            Deadline.subject_kind == deadline.subject_kind,
            Deadline.subject_id == deadline.subject_id,
            Deadline.rule == deadline.rule,
            Deadline.occurrence == deadline.occurrence - 1,
            Deadline.anchor_at == deadline.anchor_at,
            Deadline.state == "met",
        )
    )
    return before is not None and before > now


def move_due(deadline: Deadline, due: datetime | date, now: datetime) -> None:
    """Give a running deadline another end, by hand; what has gone out is not sent again.

    The caller writes the event.

    Raises:
        ValueError: the deadline is closed.
    """
    if deadline.state not in clocks.RUNNING:
        raise ValueError(f"deadline {deadline.id} is closed")
    cal = house.calendar()
    own = reminders.of([deadline])[deadline.id]
    deadline.moved_at = now
    clocks.move(deadline, own, clocks.end_of(due, cal), now, cal)
    refresh_next_due(db.session.get_one(Case, deadline.case_id))


def follow_facts(case: Case, workflow: Workflow, facts: Any, now: datetime) -> None:
    """Follow the dates in a case's facts: open, move or cancel the deadlines that end on them."""
    if not any(r.date_fact and case.state in r.states for r in workflow.deadlines):
        return
    rules, cal = effective_rules(workflow), house.calendar()
    running = {d.rule: d for d in running_of(case, subject_id=case.id)}
    own = reminders.of(running.values())
    for rule in rules.values():
        if rule.date_fact and case.state in rule.states:
            deadline = running.get(rule.key)
            due = getattr(facts, rule.date_fact)
            _follow_date(case, rule, deadline, own[deadline.id] if deadline else [], due, now, cal)
    refresh_next_due(case)


def _follow_date(
    case: Case,
    rule: DeadlineRule,
    deadline: Deadline | None,
    own: list[Reminder],
    due: datetime | date | None,
    now: datetime,
    cal: WorkingCalendar,
) -> None:
    if due is not None and clocks.has_lapsed(rule, clocks.end_of(due, cal), now):
        due = None
    if deadline is None:
        if due is not None and not _was_settled(case, rule, clocks.end_of(due, cal)):
            number = occurrences(case.id).get(rule.key, 0) + 1
            clocks.open_one(case, rule, now, cal, due=due, occurrence=number)
    elif due is None:
        clocks.close(deadline, own, now, cancelled=True)
    elif clocks.end_of(due, cal) != deadline.due_at:
        clocks.move(deadline, own, clocks.end_of(due, cal), now, cal)


def _was_settled(case: Case, rule: DeadlineRule, due: datetime) -> bool:
    """Say whether the deadline was met or missed for this end, or since the case stands here."""
    return bool(
        db.session.scalar(
            sa.select(
                sa.exists().where(
                    Deadline.subject_id == case.id,
                    Deadline.rule == rule.key,
                    Deadline.state.in_(("met", "missed")),
                    sa.or_(Deadline.due_at == due, Deadline.opened_at >= case.state_since),
                )
            )
        )
    )


def _roll_on(
    case: Case, done: Deadline, rule: DeadlineRule, now: datetime, cal: WorkingCalendar
) -> None:
    if rule.length is None:
        return
    due = calendar.next_occurrence(done.anchor_at, rule.length, max(now, done.due_at), cal)
    clocks.open_one(
        case,
        rule,
        now,
        cal,
        due=due,
        subject_kind=done.subject_kind,
        subject_id=done.subject_id,
        label=done.label,
        occurrence=done.occurrence + 1,
        anchor=done.anchor_at,
    )
