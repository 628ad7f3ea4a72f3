"""Carrying out an act on many cases: each in a transaction of its own, as it was previewed."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.i18n import N_
from casework.models import BulkAct, BulkCase, Case
from casework.services import assigning, cases
from casework.services.background_run import Run, WorkFailed
from casework.services.bulk import reasons
from casework.services.bulk.preview import owner_after
from casework.services.errors import NotFoundError, StaleError


def carry_out(run: Run) -> None:
    """Do the act with every case whose turn has not come yet (a handler of long work)."""
    act = db.session.get(BulkAct, UUID(run.params["act"]))
    if act is None:
        raise WorkFailed(N_("This act is no longer known: it was never confirmed, or is too old."))
    act_id = act.id
    rows = db.session.execute(
        sa.select(BulkCase.position, BulkCase.outcome).where(BulkCase.bulk_id == act_id)
    ).all()
    waiting = sorted(row.position for row in rows if not row.outcome)
    db.session.rollback()
    total = len(rows)
    for done, position in enumerate(waiting, start=total - len(waiting) + 1):
        with run.step(done, total):
            _one(run, act_id, position)


def _one(run: Run, act_id: UUID, position: int) -> None:
    """Do the act with one case; a refusal is written down and hinders no other case."""
    act = db.session.get_one(BulkAct, act_id)
    row = db.session.get_one(BulkCase, (act_id, position))
    case_id, version = row.case_id, row.version
    try:
        with db.session.begin_nested():
            before = _do(run, act, row, case_id, version)
    except reasons.REFUSALS as error:
        row.outcome, row.reasons = "refused", reasons.stored(reasons.of(error))
        return
    row.outcome, row.before = "done", before
    row.version_after = db.session.scalar(sa.select(Case.version).where(Case.id == case_id))


def _do(run: Run, act: BulkAct, row: BulkCase, case_id: UUID, version: int) -> dict[str, str]:
    """Do the act with one case; return how the case was before."""
    case = cases.lock(case_id)
    before = {"state": case.state, "owner_id": str(case.owner_id) if case.owner_id else ""}
    key = f"bulk:{act.id}:{case_id}"
    if act.kind == "move":
        if case.workflow_key != act.workflow_key:
            raise NotFoundError(str(case_id))
        cases.fire(case_id, act.name, run.actor, act.data, version, key, act.override, run.language)
        return before
    owner_id = owner_after(act, row)
    if case.version != version:
        raise StaleError(case, version)
    if owner_id is None:
        raise NotFoundError(str(case_id))
    assigning.assign(case_id, owner_id, run.actor, key)
    return before
