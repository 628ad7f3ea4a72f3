"""Taking an act back: another act, with the cases that nobody has touched since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import sqlalchemy as sa

from casework.extensions import db
from casework.models import BulkAct, BulkCase, Case
from casework.policy import Actor, roles_on
from casework.services.bulk.choosing import choose, chosen_cases, prepare
from casework.services.bulk.fitting import by_workflow, fits
from casework.workflows.declaration import Previous
from casework.workflows.engine import Workflow, may_make


class NoWayBackError(Exception):
    """The workflow knows no move that leads these cases back."""


def undo(act: BulkAct, actor: Actor) -> tuple[BulkAct, str]:
    """Begin the act that takes ``act`` back; return it and the move it will make, if it is one.

    It is previewed and confirmed like any other; a case that was touched since is refused there.
    Raises NoWayBackError.
    """
    done = [(row, case) for row, case in chosen_cases(act, actor) if row.outcome == "done"]
    name = ""
    if act.kind == "move":
        name = way_back([(row, case) for row, case in done if case is not None], actor)
        if not name:
            raise NoWayBackError(act.name)
    try:
        fresh = choose(actor, [row.case_id for row, _ in done], undo_of=act)
    except LookupError as error:
        raise NoWayBackError(act.name) from error
    for row, _ in done:
        db.session.execute(
            sa.update(BulkCase)
            .where(BulkCase.bulk_id == fresh.id, BulkCase.case_id == row.case_id)
            .values(version=row.version_after, before=row.before)
            .execution_options(synchronize_session=False)
        )
    if act.kind == "move":
        fresh.workflow_key, fresh.name = act.workflow_key, name
    else:
        prepare(fresh, "restore")
    return fresh, name


def may_undo(act: BulkAct, rows: Sequence[tuple[BulkCase, Case | None]], actor: Actor) -> bool:
    """Say whether there is a way back for what an act has done."""
    done = [(row, case) for row, case in rows if row.outcome == "done" and case is not None]
    return bool(done) and (act.kind != "move" or bool(way_back(done, actor)))


def way_back(done: Sequence[tuple[BulkCase, Case]], actor: Actor) -> str:
    """Return the move that leads most of the cases back to where each of them stood; or nothing."""
    votes: Counter[str] = Counter()
    before = {case.id: row.before.get("state") for row, case in done}
    for workflow, group in by_workflow([case for _, case in done]):
        for case in group:
            votes.update(_backward(workflow, case, before[case.id], actor))
    return votes.most_common(1)[0][0] if votes else ""


def _backward(workflow: Workflow, case: Case, state: str | None, actor: Actor) -> list[str]:
    """Return the moves that lead one case back, those first that are declared as ways back."""
    held = roles_on(actor, case)
    found = [
        t
        for t in workflow.leaving(case.state)
        if workflow.destination(t, case.previous_state) == state and fits(t) and may_make(t, held)
    ]
    return [t.name for t in sorted(found, key=lambda t: not isinstance(t.to, Previous))][:1]
