"""What becomes of the label: given, begun, suspended, lifted, ended."""

from __future__ import annotations

from datetime import timedelta

from casework.db import new_id
from casework.extensions import house_day
from casework.labels import periods
from casework.labels.standing import RUNNING
from casework.models.label_audit import Label, Suspension
from casework.workflows.declaration import Effect, Move
from casework.workflows.label_audit.effects import cycle, new_record
from casework.workflows.label_audit.facts import LabelFacts
from casework.workflows.label_audit.notices import END_OF_MARK, NEVER_BEGUN

DAY = timedelta(days=1)


def give_label(move: Move) -> None:
    """Number the label and let it run: after the last one, or from the day of the decision."""
    facts: LabelFacts = move.facts
    if any(row.standing(facts.today) in RUNNING for row in _running_labels(move)):
        return  # sent back to the audit and confirmed: the label goes on
    found = _period(facts)
    waits = found.period.first > facts.today
    series = f"{facts.prefix}-{facts.today.year}"
    row = Label(
        id=new_id(),
        case_id=move.case.id,
        number=f"{series}-{move.next_number(series):04d}",
        starts_on=found.period.first,
        ends_on=found.period.last,
        state="pending" if waits else "active",
        restored=found.restored,
        created_at=move.now,
    )
    move.add(row)
    cycle(move).next_audit_on = row.ends_on
    move.remember(number=row.number, starts_on=row.starts_on, ends_on=row.ends_on)
    if waits:
        _begin_on(move, row)


def begin_label(move: Move) -> None:
    """Let a label that was given early begin on its day."""
    for row in move.rows(Label, state="pending"):
        row.state = "active"
    move.settle("label_begins")


def end_label(state: str, *, tell: bool = False) -> Effect:
    """Return the effect that ends the label: withdrawn, expired or replaced.

    ``tell``: the move itself says nothing of the mark, so who has a label that ends is told here.
    """

    def write(move: Move) -> None:
        running = _running_labels(move)
        for row in running:
            row.state, row.ended_on = state, min(house_day(), row.ends_on)
        move.settle("label_begins", cancel=True)
        if running:
            move.remember(number=running[-1].number, ended_on=running[-1].ended_on)
        if running and tell:
            begun = any(row.starts_on <= move.facts.today for row in running)
            move.notify(END_OF_MARK if begun else NEVER_BEGUN)

    return write


def suspend(move: Move) -> None:
    """Suspend the label, and write down why; one that is to begin does not begin meanwhile."""
    for row in _running_labels(move):
        row.state = "suspended"
    move.settle("label_begins", cancel=True)
    known = {"cause": move.data["cause"], "reason": move.data["reason"], "since": move.facts.today}
    new_record(move, Suspension, position=len(move.rows(Suspension)) + 1, **known)


def lift(move: Move) -> None:
    """Let the label be in force again, or begin on its day."""
    for row in move.rows(Label, state="suspended"):
        waits = row.starts_on > move.facts.today
        row.state = "pending" if waits else "active"
        if waits:
            _begin_on(move, row)
    for row in move.rows(Suspension, lifted_on=None):
        row.lifted_on = move.facts.today


def _begin_on(move: Move, row: Label) -> None:
    move.schedule("label_begins", row.starts_on - DAY)


def _running_labels(move: Move) -> list[Label]:
    return [row for row in move.rows(Label) if row.state in RUNNING]


def _period(facts: LabelFacts) -> periods.Renewal:
    if facts.previous_starts_on is None or facts.previous_ends_on is None:
        first = periods.first_day(facts.today, facts.start_rule)
        return periods.Renewal(periods.period(first, facts.years))
    return periods.renewal(
        periods.Period(facts.previous_starts_on, facts.previous_ends_on),
        facts.today,
        facts.years,
        start_rule=facts.start_rule,
        restore_months=facts.terms.restore_months,
    )
