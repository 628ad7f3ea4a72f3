"""What a move of the case does to its deadlines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from casework.calendar import WorkingCalendar
from casework.extensions import db
from casework.models import Case, Deadline, Reminder
from casework.services import house
from casework.services.deadlines import clocks, reminders
from casework.services.deadlines.rows import (
    occurrences,
    running_of,
    set_next_due,
    settled,
)
from casework.services.deadlines.rules import effective_rules
from casework.workflows.declaration import DeadlineRule, Transition
from casework.workflows.engine import Workflow

FactsSource = Callable[[], Any]


def follow_move(
    case: Case,
    workflow: Workflow,
    transition: Transition,
    before: str | None,
    facts_after: FactsSource,
    now: datetime,
) -> None:
    """Close the deadlines of the state left, stop and resume clocks, open those of the new state.

    ``before`` is the state left (None for a new case); ``facts_after`` loads the facts as they
    are after the move, and is asked only where a deadline ends on a date that they hold. Where a
    transition abandons the case, everything is cancelled; at its end, what belonged to no state.
    What outlasts the case in this state runs on.
    """
    rules, cal = effective_rules(workflow), house.calendar()
    ends = transition.abandons or workflow.state_by_key[case.state].final
    running = running_of(case)
    own = reminders.of(running)
    for deadline in running:
        rule = rules.get(deadline.rule)
        if rule is None:
            clocks.close(deadline, own[deadline.id], now, cancelled=True)
        else:
            cancels = transition.abandons or not rule.states
            cancels = cancels or clocks.has_lapsed(rule, deadline.due_at, now)
            if _is_over(rule, case.state, ends=ends):
                clocks.close(deadline, own[deadline.id], now, cancelled=cancels)
            else:
                _set_clock(deadline, own[deadline.id], rule, case.state, now, cal)
    db.session.flush()  # closed before the next occurrence opens: only one may run
    still = {d.rule for d in running if d.subject_id == case.id and d.state in clocks.RUNNING}
    opened = _open_entered(case, rules, before, still, facts_after, now, cal)
    set_next_due(case, ((d.rule, d.due_at) for d in (*running, *opened) if d.state == "open"))


def _is_over(rule: DeadlineRule, state: str, *, ends: bool) -> bool:
    """Say whether a deadline of this rule has nothing to do with the state any more."""
    if rule.states:
        return state not in rule.states and state not in rule.stops_in
    return ends and state not in rule.outlasts


def _set_clock(
    deadline: Deadline,
    own: list[Reminder],
    rule: DeadlineRule,
    state: str,
    now: datetime,
    cal: WorkingCalendar,
) -> None:
    stands = clocks.stands_in(rule, state)
    if stands and deadline.state == "open":
        clocks.stop(deadline, own, now, cal)
    elif not stands and deadline.state == "stopped":
        clocks.resume(deadline, own, now, cal)


def _open_entered(
    case: Case,
    rules: Mapping[str, DeadlineRule],
    before: str | None,
    still: set[str],
    facts_after: FactsSource,
    now: datetime,
    cal: WorkingCalendar,
) -> list[Deadline]:
    """Open the deadlines of the state that was entered, and return them."""
    entered = [
        r
        for r in rules.values()
        if case.state in r.states and r.key not in still and before not in r.states
    ]
    if not entered:
        return []
    opened: list[Deadline] = []
    seen, facts = occurrences(case.id), None
    back = any(before in rule.stops_in for rule in entered)
    over = settled(case.id) if back else set()
    for rule in entered:
        if before in rule.stops_in and rule.key in over:
            continue  # it was settled during this stay; coming back from a question opens none
        due = None
        number = seen.get(rule.key, 0) + 1
        if rule.date_fact or rule.length_fact:
            facts = facts_after() if facts is None else facts
        if rule.date_fact:
            due = getattr(facts, rule.date_fact)
            if due is None or clocks.has_lapsed(rule, clocks.end_of(due, cal), now):
                continue  # follow_facts opens it once there is a date to come
        lasts = lasting(rule, facts)
        opened.append(clocks.open_one(case, lasts, now, cal, due=due, occurrence=number))
    return opened


def lasting(rule: DeadlineRule, facts: Any) -> DeadlineRule:
    """Return a rule with the length that the facts name, where it has none of its own."""
    return replace(rule, length=getattr(facts, rule.length_fact)) if rule.length_fact else rule
