"""Which documents a house asks for before a case comes into a state; leads may choose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db
from casework.models import Case, Document, DocumentRequirement
from casework.policy import Actor, lead
from casework.services import changes
from casework.services.errors import ForbiddenError
from casework.workflows.checks import targets
from casework.workflows.declaration import DocumentKind, State
from casework.workflows.engine import Workflow
from casework.workflows.required_documents import HeldDocuments


def choosable(workflow: Workflow) -> list[str]:
    """Return the states for which documents can be asked: those that a person's move leads to."""
    reached = {
        state
        for transition in workflow.transitions
        if transition.sources and not transition.system and not transition.abandons
        for state in targets(transition)
    }
    return [s.key for s in workflow.states if s.key in reached]


def tuned(workflow_key: str) -> HeldDocuments:
    """Return what leads have chosen for a workflow, in one query."""
    rows = db.session.scalars(
        sa.select(DocumentRequirement).where(DocumentRequirement.workflow_key == workflow_key)
    )
    return HeldDocuments(asked={row.kind: frozenset(row.states) for row in rows})


def find(workflow_key: str, kind: str) -> DocumentRequirement | None:
    """Return what was chosen for a kind; None where the declaration holds."""
    return db.session.scalar(
        sa.select(DocumentRequirement).where(
            DocumentRequirement.workflow_key == workflow_key, DocumentRequirement.kind == kind
        )
    )


def choose(
    actor: Actor, workflow: Workflow, kind: DocumentKind, states: Iterable[str]
) -> DocumentRequirement:
    """Ask for documents of a kind in these states and in no others.

    Cases that stand in such a state stay there. Raises ForbiddenError, and ValueError for a
    state in which nothing can be asked.
    """
    if not lead(actor):
        raise ForbiddenError("document_requirement")
    wanted = [key for key in choosable(workflow) if key in set(states)]
    if set(states) - set(wanted):
        raise ValueError("a state for which documents cannot be asked")
    row = find(workflow.key, kind.key)
    before: Mapping[str, object] = {"states": list(row.states if row else kind.required_in)}
    if row is None:
        row = DocumentRequirement(workflow_key=workflow.key, kind=kind.key, version=0)
        db.session.add(row)
    row.states, row.version, row.changed_at = wanted, row.version + 1, now()
    db.session.flush()
    changes.record(row, before, {"states": wanted}, actor.id)
    return row


def ahead(case: Case, workflow: Workflow) -> list[tuple[DocumentKind, State, bool]]:
    """Return what is needed for the states that lie one step ahead, and whether it is there.

    In two queries. Each kind is named once, with the first state that needs it.
    """
    held = frozenset(
        db.session.scalars(
            sa.select(Document.kind).where(
                Document.case_id == case.id, Document.withdrawn_at.is_(None)
            )
        )
    )
    asked = tuned(case.workflow_key)
    next_states = [
        workflow.state_by_key[state]
        for transition in workflow.leaving(case.state)
        if not transition.system and not transition.abandons
        for state in targets(transition)
    ]
    found = []
    for kind in workflow.documents:
        state = next((s for s in next_states if s.key in asked.needed_in(kind)), None)
        if state is not None:
            found.append((kind, state, kind.key in held))
    return found


def lacking(workflow: Workflow, kind: str) -> int:
    """Return how many open cases of a workflow hold no document of a kind, in one query."""
    held = sa.exists().where(
        Document.case_id == Case.id, Document.kind == kind, Document.withdrawn_at.is_(None)
    )
    query = sa.select(sa.func.count()).where(
        Case.workflow_key == workflow.key, Case.closed_at.is_(None), ~held
    )
    return db.session.scalar(query) or 0
