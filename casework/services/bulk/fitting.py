"""Which moves can be made with many cases at once: read off the declaration, never off a name.

A move fits when its form can be the same for all: it has none, or one of plain fields that looks
at no case. Moves that need approvals are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from wtforms import FieldList, FileField, FormField

from casework.extensions import db
from casework.forms.base import Form
from casework.models import Case, Waiver
from casework.policy import Actor, roles_on
from casework.services import forms
from casework.workflows import registry
from casework.workflows.declaration import Question, Transition
from casework.workflows.engine import Option, Workflow

Waived = Mapping[UUID, Mapping[str, frozenset[str]]]


@dataclass
class Fitting:
    """A move that is known to some of the chosen cases: open for so many, refused for others."""

    workflow: Workflow
    transition: Transition
    open: int = 0
    refused: int = 0
    cases: list[UUID] = field(default_factory=list)


def fits(transition: Transition) -> bool:
    """Say whether a move can be made with many cases at once."""
    if transition.approvals or not transition.sources or not transition.roles:
        return False
    if transition.form is None:
        return True
    if getattr(transition.form, "prepare", Form.prepare) is not Form.prepare:
        return False
    alone = (FieldList, FormField, FileField)
    return not any(isinstance(f, alone) for f in forms.bind(transition.form, None))


def moves_for(cases: Sequence[Case], actor: Actor, now: datetime) -> list[Fitting]:
    """Return the moves that fit and are open for at least one of the cases, in declared order.

    The number of queries depends on how many workflows there are, not on how many cases.
    """
    found: dict[tuple[str, str], Fitting] = {}
    for workflow, group in by_workflow(cases):
        known = {t.name for t in workflow.transitions if fits(t)}
        for case, options in options_of(workflow, group, actor, now):
            for option in options:
                if option.transition.name in known:
                    _count(found, workflow, option, case.id)
    order = {
        (w.key, t.name): index for w in registry.every() for index, t in enumerate(w.transitions)
    }
    usable = [fitting for fitting in found.values() if fitting.open]
    return sorted(usable, key=lambda f: (f.workflow.key, order[f.workflow.key, f.transition.name]))


def _count(
    found: dict[tuple[str, str], Fitting], workflow: Workflow, option: Option, case_id: UUID
) -> None:
    key = (workflow.key, option.transition.name)
    fitting = found.setdefault(key, Fitting(workflow, option.transition))
    fitting.cases.append(case_id)
    if option.allowed:
        fitting.open += 1
    else:
        fitting.refused += 1


def by_workflow(cases: Iterable[Case]) -> list[tuple[Workflow, list[Case]]]:
    """Return the cases by the definition that each was started under."""
    groups: dict[tuple[str, int], list[Case]] = {}
    for case in cases:
        groups.setdefault((case.workflow_key, case.workflow_version), []).append(case)
    return [(registry.get(*key), group) for key, group in sorted(groups.items())]


def options_of(
    workflow: Workflow, cases: Sequence[Case], actor: Actor, now: datetime
) -> list[tuple[Case, list[Option]]]:
    """Return what the actor could do with each case: facts and waivers of all in a few queries."""
    ids = [case.id for case in cases]
    facts, waived = workflow.load_facts(db.session, ids), waivers(ids)
    return [
        (
            case,
            workflow.options(
                Question(facts[case.id], now, roles_on(actor, case)), waived.get(case.id, {})
            ),
        )
        for case in cases
    ]


def waivers(case_ids: Sequence[UUID]) -> Waived:
    """Return the warnings set aside, by case and transition, in one query."""
    rows = db.session.execute(
        sa.select(Waiver.case_id, Waiver.transition, Waiver.guard).where(
            Waiver.case_id.in_(case_ids), Waiver.closed_at.is_(None)
        )
    )
    found: dict[UUID, dict[str, frozenset[str]]] = {}
    for case_id, transition, guard in rows:
        own = found.setdefault(case_id, {})
        own[transition] = own.get(transition, frozenset()) | {guard}
    return found
