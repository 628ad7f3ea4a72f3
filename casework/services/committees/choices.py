"""What a committee may decide on an item now: read from the agenda that the workflow declares."""

from __future__ import annotations

from casework.extensions import db
from casework.i18n import N_
from casework.models import Case, MeetingItem
from casework.services import cases
from casework.services.committees.common import refuse
from casework.workflows.declaration import (
    POSTPONEMENTS,
    Agenda,
    Postponement,
    Reason,
    Transition,
    Verdict,
)

NOT_NOW = N_("The committee cannot decide this where the case stands now.")
NO_REASON = N_("Choose a reason for putting the item off.")


def agenda_of(case: Case, kind: str) -> Agenda | None:
    """Return the agenda by which a committee of this kind takes up a case where it stands."""
    return cases.workflow_of(case).agenda_in(case.state, kind)


def verdicts(case: Case, kind: str) -> list[tuple[Verdict, Transition]]:
    """Return the verdicts open to a committee of this kind, each with the move that it makes."""
    agenda, workflow = agenda_of(case, kind), cases.workflow_of(case)
    if agenda is None:
        return []
    moves = [(v, workflow.transition_by_name[v.transition]) for v in agenda.verdicts]
    return [(verdict, move) for verdict, move in moves if case.state in move.sources]


def postponements(case: Case | None, kind: str) -> tuple[Postponement, ...]:
    """Return the reasons for which a committee may put an item off."""
    agenda = agenda_of(case, kind) if case is not None else None
    return agenda.postponements if agenda is not None else POSTPONEMENTS


def demand_verdict(item: MeetingItem, kind: str, key: str) -> tuple[Verdict, Transition]:
    """Return a verdict that is open on an item, with its move. Raises RefusedError."""
    case = db.session.get(Case, item.case_id) if item.case_id else None
    for verdict, move in verdicts(case, kind) if case is not None else []:
        if verdict.key == key:
            return verdict, move
    return refuse("decide", Reason(NOT_NOW), item=item.id)


def demand_postponement(item: MeetingItem, case: Case | None, kind: str, key: str) -> Postponement:
    """Return a declared reason for putting an item off. Raises RefusedError."""
    for known in postponements(case, kind):
        if known.key == key:
            return known
    return refuse("postpone", Reason(NO_REASON), item=item.id)
